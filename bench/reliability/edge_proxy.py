"""A bad network: a proxy on loopback between the API and the engine that delays, drips, cuts and counts."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PIECE = 65536


@dataclass(frozen=True, slots=True)
class Fault:
    """What is done to the bytes of the engine's answers on a connection; the plain one passes them on.

    `delay` is in seconds before each piece, `rate` in bytes a second, `slices` in bytes of each write. After
    `cut_at` bytes the connection ends as `end` says: `reset`, `close` (both sides), `half` (the answer's side only) or
    `hang` (nothing more comes). `instead` are bytes that are sent without asking the engine, `change` is applied to each
    piece of an answer.
    """

    name: str = "none"
    delay: float = 0.0
    rate: float = 0.0
    slices: int = 0
    cut_at: int = -1
    end: str = "close"
    instead: bytes = b""
    change: Callable[[bytes], bytes] | None = None


@dataclass(slots=True)
class Proxy:
    """A running proxy. Set `fault` at any time; it holds for what comes from then on."""

    url: str = ""
    fault: Fault = field(default_factory=Fault)
    searches: int = 0
    """Requests seen whose path is one of searching."""

    def count(self, data: bytes) -> None:
        """Count the searches that begin in a piece of a request."""
        for line in data.split(b"\r\n"):
            if line.endswith(b" HTTP/1.1") and (b"/_search" in line or b"/_msearch" in line):
                self.searches += 1


@contextmanager
def proxied(target: str) -> Iterator[Proxy]:
    """Run a proxy before the engine at `target` in a thread of its own."""
    proxy = Proxy()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(_start(proxy, target), loop).result(10)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _start(proxy: Proxy, target: str) -> asyncio.Server:
    engine = urlsplit(target)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError, EOFError):
            far_reader, far_writer = await asyncio.open_connection(engine.hostname, engine.port)
            try:
                await asyncio.gather(_requests(proxy, reader, far_writer, writer), _answers(proxy, far_reader, writer))
            finally:
                far_writer.close()
                writer.close()

    return await asyncio.start_server(connected, "127.0.0.1", 0)


async def _requests(
    proxy: Proxy, reader: asyncio.StreamReader, engine: asyncio.StreamWriter, client: asyncio.StreamWriter
) -> None:
    while data := await reader.read(PIECE):
        proxy.count(data)
        if proxy.fault.instead:
            client.write(proxy.fault.instead)
            await client.drain()
            continue
        engine.write(data)
        await engine.drain()
    engine.close()


async def _answers(proxy: Proxy, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
    sent = 0
    fresh: Fault | None = None
    while data := await reader.read(PIECE):
        fault = proxy.fault
        if fault is not fresh:
            fresh, sent = fault, 0
        if fault.delay:
            await asyncio.sleep(fault.delay)
        data = fault.change(data) if fault.change else data
        if 0 <= fault.cut_at < sent + len(data):
            await _write(client, data[: fault.cut_at - sent], fault)
            await _end(client, fault.end)
            return
        sent += len(data)
        await _write(client, data, fault)
    client.close()


async def _write(client: asyncio.StreamWriter, data: bytes, fault: Fault) -> None:
    step = fault.slices or (max(1, int(fault.rate / 20)) if fault.rate else PIECE)
    for start in range(0, len(data), step):
        client.write(data[start : start + step])
        await client.drain()
        if fault.rate:
            await asyncio.sleep(step / fault.rate)
        elif fault.slices:
            await asyncio.sleep(0)


async def _end(client: asyncio.StreamWriter, how: str) -> None:
    if how == "hang":
        await asyncio.sleep(3600)
    if how == "half" and client.can_write_eof():
        client.write_eof()
        await asyncio.sleep(3600)
    if how == "reset":
        raw = client.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.transport.abort()
    client.close()
