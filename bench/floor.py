"""What FastAPI and HTTP alone leave of the bare engine's speed: `python -m engine run -- python -m bench.floor`.

Between client and engine stands a FastAPI application that passes each body on by aiohttp and each answer back, unread:
what any API on these parts costs before it does anything. It, Rasd's own API and the engine are asked in turn (A B C), at one
connection request by request, at 32 in blocks, as `bench.compare` does. The goals of the API can be read against it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import aiohttp
import httpx2
import uvicorn
from fastapi import FastAPI, Request, Response

from bench.compare import BLOCK_SECONDS, BLOCKS, BUSIEST, ROUNDS, WARM_UP, corpus_served
from bench.figures import Machine, where
from bench.queries import judged_queries, paired
from bench.spread import percentiles, ratio_of_medians, ratio_of_rates
from bench.traffic import JSON, Target, Traffic, in_turn, one_by_one
from settings import CHECKOUT

ENGINE = "BENCH_FLOOR_ENGINE"
"""The environment variable that tells the application where the engine takes searches."""


def passing_on() -> FastAPI:
    """Return the application, in the process that serves it."""
    target = os.environ[ENGINE]

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with aiohttp.ClientSession(headers=JSON, skip_auto_headers=["Accept-Encoding"]) as app.state.session:
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/")
    async def pass_on(request: Request) -> Response:
        async with app.state.session.post(target, data=await request.body()) as answer:
            return Response(await answer.read(), answer.status, media_type="application/json")

    return app


@contextmanager
def floor(engine: Target) -> Iterator[Target]:
    """Serve the application in a process of its own; what it is asked is what the engine would be."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(2048)
        code = f"from bench.floor import serve; serve({listening.fileno()})"
        environment = {**os.environ, ENGINE: engine.url, "PYTHONPATH": str(CHECKOUT)}
        process = subprocess.Popen([sys.executable, "-c", code], env=environment, pass_fds=[listening.fileno()])
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    try:
        for _ in range(100):
            try:
                httpx2.post(url, content=engine.bodies[0], headers=JSON, timeout=30).raise_for_status()
                break
            except httpx2.TransportError:
                time.sleep(0.1)
        yield Target(url, engine.bodies)
    finally:
        process.kill()
        process.wait()


def serve(descriptor: int) -> None:
    """Serve on a socket that is open already, as the API does.

    Named by its number, uvicorn takes it for one of another family, and each answer waits 40 ms.
    """
    config = uvicorn.Config(passing_on(), http="httptools", access_log=False, log_level="warning")
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


def main() -> None:
    """Measure and print."""
    machine = Machine()
    with corpus_served() as (api, settings):
        pair = paired(api.url, settings, judged_queries())
        with floor(pair.engine) as passed:
            _print({"API": pair.api, "passed on unread": passed, "engine": pair.engine})
    print(where(machine.seen()))


def _print(sides: dict[str, Target]) -> None:
    with Traffic(1) as traffic:
        alone = one_by_one(traffic, list(sides.values()), WARM_UP, ROUNDS)
    for name, told in zip(sides, alone, strict=True):
        print(
            f"1 connection, {name}: median {percentiles(told)[0]:.1f} ms, {ratio_of_medians(told, alone[-1])} of the engine"
        )
    with Traffic(BUSIEST) as traffic:
        blocks = in_turn(traffic, list(sides.values()), BLOCKS, BLOCK_SECONDS)
    rates = [[block.rate for block in side] for side in blocks]
    for name, told in zip(sides, rates, strict=True):
        rate = sum(told) / len(told)
        print(f"{BUSIEST} connections, {name}: {rate:,.0f} answers/s, {ratio_of_rates(told, rates[-1])} of the engine")


if __name__ == "__main__":
    main()
