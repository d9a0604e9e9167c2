"""A client leaves, the server is stopped (A7, A9)."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
import orjson

from bench.reliability.checks import Seen
from bench.reliability.edge_clients import (
    ask,
    client_of,
    eventually,
    hammer,
    search,
)
from bench.reliability.edge_stage import WORD
from bench.served import Served, served
from settings import Settings

SOON = 0.5
"""Seconds in which the search of a client that left is gone from an engine that goes on."""
IMPATIENT = "import api.app\napi.app.Patience = lambda app: app"
"""What lets a search go on whose client has left."""


def walked_away(own: Settings, pid: int, clients: int, prelude: str = "") -> Seen:
    """Let clients leave in the middle of their search: nothing of it is left in the engine or in a queue."""
    with served(own, prelude) as api, client_of(api.url) as client:
        search(client, WORD)
        os.kill(pid, signal.SIGSTOP)
        try:
            with ThreadPoolExecutor(min(clients, 50)) as pool:
                list(pool.map(lambda _: _left(api), range(clients)))
        finally:
            os.kill(pid, signal.SIGCONT)
        gone = eventually(lambda: _tasks(own) == 0, 10)
        waiting = ask(client, "GET", "/metrics").body.decode()
        status = search(client, WORD).status
    ended = re.search(r'rasd_engine_requests_total{outcome="CancelledError"} (\d+)', waiting)
    kept = gone is not None and gone <= SOON and status == 200 and "rasd_engine_waiting 0.0" in waiting and bool(ended)
    after = f"{gone:.2f} s" if gone is not None else "never"
    told = ended[1] if ended else 0
    figure = f"{clients} clients left: {told} searches ended for it, none is in the engine {after} after it goes on"
    return Seen(figure, kept)


def _left(api: Served) -> None:
    try:
        httpx2.post(f"{api.url}/v1/search", json={"q": WORD}, timeout=0.3)
    except httpx2.TimeoutException:
        return


def _tasks(settings: Settings) -> int:
    answer = httpx2.get(f"{settings.opensearch_urls()[0]}/_tasks?actions=*search*", timeout=30).json()
    return sum(len(node["tasks"]) for node in answer["nodes"].values())


ABRUPT = """
import uvicorn, api.connection
api.connection.LAST_CALL = 0
made = uvicorn.Config
uvicorn.Config = lambda app, **options: made(app, **{**options, "timeout_graceful_shutdown": 0})
"""
"""What ends a server without waiting for what is under way."""
UNDER_WAY = 0.25
"""Seconds before the signal from which on a request counts as begun: less may still be on its way to the server."""


def stopped(own: Settings, clients: int, chance: random.Random, prelude: str = "") -> Seen:
    """Send SIGTERM while clients search: what was begun before is answered whole, and the process ends in order."""
    sent = threading.Event()
    told: list[tuple[float, str]] = []
    with served(own, prelude) as api:
        hammer(api.url, 2, 1.0, lambda client, _: search(client, WORD))

        def one(_: int) -> None:
            while not sent.is_set():
                begun = time.monotonic()
                told.append((begun, _one_connection(api.url)))

        with ThreadPoolExecutor(clients) as pool:
            running = [pool.submit(one, number) for number in range(clients)]
            try:
                time.sleep(1 + chance.random())
                started = time.monotonic()
                api.process.send_signal(signal.SIGTERM)
                code = _ended(api.process, 20)
                took = time.monotonic() - started
            finally:
                sent.set()
            for each in running:
                each.result()
    lost = [how for begun, how in told if how == "cut" or (begun < started - UNDER_WAY and how != "whole")]
    whole = sum(how == "whole" for _, how in told)
    cut = lost.count("cut")
    figure = (
        f"SIGTERM under {clients} clients: {whole:,} searches answered whole, {cut} cut, {len(lost) - cut} of those "
        f"under way lost; ended after {took:.1f} s with code {code}"
    )
    return Seen(figure, bool(whole) and not lost and code == 0 and took <= 10)


def _ended(process: subprocess.Popen[bytes], seconds: float) -> int | None:
    """Wait for a process and return its code, None where it goes on."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None


def _one_connection(url: str) -> str:
    """Search on a connection of its own and say what became of it: `whole`, `cut` in the middle, or `refused`."""
    try:
        with (
            client_of(url) as client,
            client.stream("POST", "/v1/search", json={"q": WORD, "size": 100}) as answer,
        ):
            try:
                orjson.loads(answer.read())
            except (httpx2.HTTPError, orjson.JSONDecodeError):
                return "cut"
            return "whole"
    except httpx2.HTTPError:
        return "refused"
