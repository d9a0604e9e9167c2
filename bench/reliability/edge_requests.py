"""Requests that are too large or too slow (H13 to H15)."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from urllib.parse import urlsplit

from bench.reliability.checks import Seen
from bench.reliability.edge_clients import SLOWER_BESIDE, client_of, hammer, percentile, search
from bench.reliability.edge_stage import WORD
from bench.served import served
from settings import Settings

HEAD = b"GET /v1/search?q=x HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
PIECE = b"a" * 65536
MEGABYTE = 2**20
CLOSED_WITHIN = 10.0
"""Seconds in which a request that was sent in half is closed."""


def _connected(url: str) -> socket.socket:
    """Connect with a small buffer: what the kernel holds has left the client, and was not read by the server."""
    place = urlsplit(url)
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, len(PIECE))
    connection.settimeout(60)
    connection.connect((place.hostname or "", place.port or 0))
    return connection


def _status(said: bytes) -> int:
    return int(said[9:12]) if said.startswith(b"HTTP/1.1 ") else 0


def _given(url: str, pieces: Iterable[bytes]) -> tuple[int, int]:
    """Send pieces until the server answers or closes, and return the status that it gave and the bytes that went out."""
    sent = 0
    with _connected(url) as connection:
        connection.setblocking(False)  # noqa: FBT003  (the library's own)
        with suppress(OSError):
            for piece in pieces:
                left = memoryview(piece)
                while left and not _readable(connection):
                    with suppress(BlockingIOError):
                        went = connection.send(left)
                        sent, left = sent + went, left[went:]
                        continue
                    time.sleep(0.001)
                if left:
                    break
        connection.settimeout(20)
        said = b""
        with suppress(OSError):
            while piece := connection.recv(65536):
                said += piece
        return _status(said), sent


def _readable(connection: socket.socket) -> bool:
    try:
        return bool(connection.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False


def large_bodies(own: Settings, megabytes: int, prelude: str = "") -> Seen:
    """Send bodies without end, announced and in chunks: each is a 413 at once, and nothing of it is held in memory."""
    with served(own, prelude) as api, client_of(api.url) as client:
        search(client, WORD)
        before = api.peak_memory()
        most = megabytes * MEGABYTE
        announced = _given(api.url, [POST + b"Content-Length: %d\r\n\r\n" % most, *[PIECE] * (most // len(PIECE))])
        chunks = [b"10000\r\n" + PIECE + b"\r\n"] * (most // len(PIECE))
        chunked = _given(api.url, [POST + b"Transfer-Encoding: chunked\r\n\r\n", *chunks])
        grown = api.peak_memory() - before
        alive = search(client, WORD).status == 200
    went = max(announced[1], chunked[1]) / MEGABYTE
    figure = (
        f"{megabytes} MB announced: {announced[0]}, in chunks: {chunked[0]}; {went:.1f} MB left the client; the server grew by "
        f"{grown:.0f} MB"
    )
    # An answer can be lost where the connection is closed under what is still being sent.
    told = {announced[0], chunked[0]}
    return Seen(figure, told <= {413, 0} and 413 in told and went <= 1 and grown < 32 and alive)


HEADS = {
    "a header of 1 MB": (431, HEAD + b"X-Large: " + b"a" * MEGABYTE + b"\r\n\r\n"),
    "20,000 headers": (431, HEAD + b"".join(b"X-%d: 1\r\n" % number for number in range(20_000)) + b"\r\n"),
    "an address of 80 KB": (414, b"GET /v1/search?q=" + b"a" * 80_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    "lines that end in a bare LF": (400, HEAD.replace(b"\r\n", b"\n") + b"\n"),
}
"""What is sent, with the status that it has to get."""


def large_heads(own: Settings, prelude: str = "") -> Seen:
    """Send heads that are too large in each way: each is refused as what it is."""
    with served(own, prelude) as api:
        told = {name: _given(api.url, [head])[0] for name, (_, head) in HEADS.items()}
    figure = ", ".join(f"{name}: {status or 'no answer'}" for name, status in told.items())
    return Seen(figure, all(told[name] == wanted for name, (wanted, _) in HEADS.items()))


def slow_clients(own: Settings, each: int, seconds: float, prelude: str = "") -> Seen:
    """Leave heads and bodies half sent, and once closed again, all the time: each is closed soon, and nobody else notices."""
    with served(own, prelude) as api:
        hammer(api.url, 4, seconds / 4, lambda client, _: search(client, WORD))
        quiet = hammer(api.url, 4, seconds / 2, lambda client, _: search(client, WORD))
        halves = [HEAD + b"X-Half: ", POST + b'Content-Length: 20\r\n\r\n{"q":']
        closed: list[float] = []
        left: list[int] = []
        ends = time.monotonic() + seconds

        def half(number: int) -> None:
            while time.monotonic() < ends:
                left.append(number)
                with suppress(OSError), _connected(api.url) as connection:
                    started = time.monotonic()
                    connection.settimeout(seconds + 5)
                    connection.sendall(halves[number % 2])
                    while connection.recv(65536):
                        pass
                    closed.append(time.monotonic() - started)

        with ThreadPoolExecutor(2 * each) as pool:
            slow = [pool.submit(half, number) for number in range(2 * each)]
            noisy = hammer(api.url, 4, seconds, lambda client, _: search(client, WORD))
            for one in slow:
                one.result()
    errors = sum(one.status != 200 for one in noisy)
    last = max(closed, default=99.0)
    figure = (
        f"{each} half heads and {each} half bodies at any time: {len(closed):,} of {len(left):,} closed, none later than "
        f"{last:.1f} s; honest p99 {percentile(quiet, 0.99) * 1000:.0f} ms alone, {percentile(noisy, 0.99) * 1000:.0f} ms "
        f"beside, {errors} errors"
    )
    beside = percentile(noisy, 0.99) <= SLOWER_BESIDE * percentile(quiet, 0.99)
    return Seen(figure, len(closed) == len(left) and last <= CLOSED_WITHIN and not errors and beside)


UNTIMED = """
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
import math, api.__main__, api.guard
api.__main__.connection_within = lambda seconds: HttpToolsProtocol
made = api.guard.Guard.__init__
api.guard.Guard.__init__ = lambda self, app, rules, seconds: made(self, app, rules, 10**6)
"""
"""What leaves uvicorn's connections as they are, and a body without a deadline."""
UNBOUNDED = "import api.guard\napi.guard.LARGEST_BODY = 10**12"
"""What lets a body be of any size."""
