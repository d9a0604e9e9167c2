"""H13 to H18: bodies and heads without end, slow clients, bombs in files, addresses that nobody may fetch, words in no log."""

from __future__ import annotations

import gzip
import os
import random
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx2

from bench.reliability.checks import Seen
from bench.reliability.edge_clients import ask, client_of, hammer, percentile, search
from bench.reliability.edge_stage import WORD
from bench.served import served
from settings import CHECKOUT, Settings

HEAD = b"GET /v1/search?q=x HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
PIECE = b"a" * 65536
MEGABYTE = 2**20


def _connected(url: str) -> socket.socket:
    place = urlsplit(url)
    return socket.create_connection((place.hostname or "", place.port or 0), timeout=60)


def _status(said: bytes) -> int:
    return int(said[9:12]) if said.startswith(b"HTTP/1.1 ") else 0


def _endless(url: str, head: bytes, chunk: bytes, most: int) -> tuple[int, int]:
    """Send chunks without end until the server closes, and return the status that it gave and the bytes that went out."""
    sent = 0
    with _connected(url) as connection:
        with suppress(OSError):
            connection.sendall(head)
            connection.setblocking(False)  # noqa: FBT003  (the library's own)
            while sent < most:
                with suppress(BlockingIOError):
                    sent += connection.send(chunk)
                    continue
                if _readable(connection):
                    break
                time.sleep(0.001)
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
        announced = _endless(api.url, POST + b"Content-Length: %d\r\n\r\n" % most, PIECE, most)
        chunked = _endless(api.url, POST + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + PIECE + b"\r\n", most)
        grown = api.peak_memory() - before
        alive = search(client, WORD).status == 200
    went = max(announced[1], chunked[1]) / MEGABYTE
    figure = (
        f"{megabytes} MB announced: {announced[0]}, in chunks: {chunked[0]}; {went:.1f} MB left the client; the server grew by "
        f"{grown:.0f} MB"
    )
    # What the two kernels hold between them has left the client too.
    return Seen(
        figure, {announced[0], chunked[0]} <= {413, 0} and 413 in (announced[0], chunked[0]) and grown < 32 and alive
    )


def slow_clients(own: Settings, each: int, seconds: float, prelude: str = "") -> Seen:
    """Leave heads and bodies half sent: each is closed in time, and honest clients do not notice."""
    limit = 3 if seconds < 20 else 10
    with served(own, prelude, {"REQUEST_TIMEOUT": str(limit)}) as api:
        hammer(api.url, 4, 1.0, lambda client, _: search(client, WORD))
        quiet = hammer(api.url, 4, min(seconds, 5), lambda client, _: search(client, WORD))
        halves = [HEAD + b"X-Half: ", POST + b'Content-Length: 20\r\n\r\n{"q":']
        started = time.monotonic()
        closed: list[float] = []

        def half(number: int) -> None:
            with suppress(OSError), _connected(api.url) as connection:
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
        f"{each} half heads and {each} half bodies: {len(closed)} closed, the last after {last:.1f} s (limit {limit} s); "
        f"honest p99 {percentile(quiet, 0.99) * 1000:.0f} ms alone, {percentile(noisy, 0.99) * 1000:.0f} ms beside, "
        f"{errors} errors"
    )
    return Seen(figure, len(closed) == 2 * each and last <= limit + 3 and not errors)


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


@dataclass(frozen=True, slots=True)
class Bomb:
    """A file that is small or simple, and large or deep to whoever reads it; `write` is given its path."""

    name: str
    write: Callable[[Path], None]
    refused: bool = True


def bombs(scale: float) -> list[Bomb]:
    """Return the bombs; at scale 1 a line of 1 GB, 10 GB in a gzip, 10^6 keys, 10^5 levels."""

    def long_line(path: Path) -> None:
        with path.open("wb") as file:
            file.write(b'{"id": "1", "text": "before"}\n{"id": "2", "text": "')
            for _ in range(int(16 * 1024 * scale)):
                file.write(PIECE)
            file.write(b'"}\n{"id": "3", "text": "after"}\n')

    def packed(path: Path) -> None:
        with gzip.open(path, "wb", compresslevel=9 if scale < 0.5 else 6) as file:
            for _ in range(int(10 * 1024 * scale)):
                file.write(bytes(MEGABYTE))

    def keys(path: Path) -> None:
        names = ",".join(f'"k{number}":1' for number in range(int(10**6 * scale) // 2))
        path.write_text('{"text":"x",' + names + "}\n" + '{"id": "2", "text": "after"}\n', encoding="utf-8")

    def deep(path: Path) -> None:
        path.write_bytes(b'{"text":' + b"[" * 10**5 + b"\n" + b'{"id": "2", "text": "after"}\n')

    def entities(path: Path) -> None:
        lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
        path.write_text(
            f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "قصف">{lines}]><rss version="2.0"><channel><item>'
            "<title>&l11;</title><description>&l11;</description></item></channel></rss>",
            encoding="utf-8",
        )

    return [
        Bomb("line.jsonl", long_line),
        Bomb("packed.gz", packed),
        Bomb("keys.jsonl", keys),
        Bomb("deep.jsonl", deep),
        Bomb("entities.xml", entities, refused=False),
    ]


READING = """
import sys
from pathlib import Path
from indexer.readers.given import Refused
from indexer.readers.sources import find_sources, read
from indexer.errors import BadReport
from indexer.report import read_report
for item in read(find_sources([Path(sys.argv[1])])[0]):
    if isinstance(item, Refused):
        print(item.place, '|', item.reason[:300])
    elif hasattr(item, 'record'):
        try:
            read_report(item.record, 'default')
        except BadReport as error:
            print(item.place, '|', str(error)[:300])
status = Path('/proc/self/status')
print('peak', next(line.split()[1] for line in status.read_text().splitlines() if line.startswith('VmHWM')))
"""


UNCAPPED = """
from indexer.readers import archives, jsonl
archives.LEAST_ALLOWANCE = jsonl.LONGEST_LINE = 10**12
"""
"""What lets a line and an archive be of any size."""


def ingest_bombs(scale: float, memory: float, seconds: float, prelude: str = "") -> Seen:
    """Read each bomb as a process of its own: it is refused by its place, and memory is bounded."""
    told, kept = [], True
    with tempfile.TemporaryDirectory() as folder:
        for bomb in bombs(scale):
            path = Path(folder) / bomb.name
            bomb.write(path)
            started = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, "-c", prelude + READING, str(path)], cwd=CHECKOUT, stdout=subprocess.PIPE
            )
            said, _, peak = process.communicate()[0].decode().rpartition("peak ")
            took, most = time.perf_counter() - started, int(peak or 0) / 1024
            path.unlink()
            told.append(f"{bomb.name} {most:.0f} MB, {took:.1f} s")
            named = not bomb.refused or said.startswith(bomb.name)
            kept &= named and process.returncode == 0 and most < memory and took < seconds
    return Seen(f"read as processes of their own: {'; '.join(told)}", kept)


@contextmanager
def canary_listener() -> Iterator[tuple[str, list[bytes]]]:
    """Listen on loopback, yield the address, and keep whoever connects."""
    heard: list[bytes] = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            heard.append(self.request.recv(1000))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}", heard
        server.shutdown()


def fetched() -> Seen:
    """Read files that name addresses in every way that their formats have: nothing is ever fetched."""
    with canary_listener() as (place, heard), tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"http://{place}/canary"
        entity = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{url}"><!ENTITY % y SYSTEM "{url}"> %y;]>'
        files = {
            "a.xml": f'<?xml version="1.0"?>{entity}<rss version="2.0"><channel><link>{url}</link><item><title>قصف &x;'
            f'</title><link>{url}</link><enclosure url="{url}"/><description>قصف</description></item></channel></rss>',
            "b.html": f'<!DOCTYPE html SYSTEM "{url}"><html><head><base href="{url}"><link rel=stylesheet href="{url}">'
            f'<link rel=canonical href="{url}"><script src="{url}"></script><meta http-equiv=refresh content="0;url={url}">'
            f'</head><body><article><p>قصف <img src="{url}"><iframe src="{url}"></iframe></p></article></body></html>',
            "c.jsonl": f'{{"text": "قصف", "url": "{url}", "source": "{url}"}}\n',
            "d.csv": f'title,text,url\n"قصف","=WEBSERVICE(""{url}"")",{url}\n',
            "e.atom": f'<?xml-stylesheet href="{url}"?>{entity}<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{url}">'
            f'<entry><title>قصف</title><link href="{url}"/><content src="{url}"/></entry></feed>',
        }
        for file, text in files.items():
            (folder / file).write_text(text, encoding="utf-8")
            command = [sys.executable, "-c", READING, str(folder / file)]
            subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True)
        with suppress(OSError), socket.create_connection(tuple(place.split(":")), timeout=5) as connection:  # type: ignore[arg-type]
            connection.sendall(b"the canary sings")
        time.sleep(0.2)
    others = [piece for piece in heard if piece != b"the canary sings"]
    return Seen(
        f"{len(files)} files that name an address in 20 places: {len(others)} connections", not others and bool(heard)
    )


CANARY = "كناريذهبي"
LATIN = "goldencanary"
CRASH = f"""
import api.search
def crash(self, *given, **more):
    raise ValueError("{CANARY} {LATIN} " + str(given))
searching = api.search.Searcher.search
async def sometimes(self, params, scope):
    return crash(self, params) if "crash" in params.q else await searching(self, params, scope)
api.search.Searcher.search = sometimes
"""
"""What makes a search crash whose words hold `crash`, with the words in the text of the exception."""
TALKING = """
import logging, api.log, uvicorn, api.__main__
api.log._without_text = lambda logger, name, line: line
made = uvicorn.Config
uvicorn.Config = lambda app, **options: made(app, **{**options, "access_log": True})
"""
"""What leaves the access log on and the texts of exceptions in the logs."""


def words_in_logs(own: Settings, pid: int, count: int, chance: random.Random, prelude: str = "") -> Seen:
    """Search for canaries, with line ends and escapes, at INFO and DEBUG, until answers, refusals, silence and crashes."""
    found: list[str] = []
    asked = 0
    logs = own.data_dir / "node" / "logs"
    for level in ("info", "debug"):
        with (
            served(own, CRASH + prelude, {"LOG_LEVEL": level, "RATE_LIMIT": "off"}) as api,
            client_of(api.url) as client,
        ):
            said = []
            for number in range(count):
                asked += 1
                said.append(_canary_request(client, number, chance))
            os.kill(pid, signal.SIGSTOP)
            try:
                said += [search(client, f"{CANARY} {LATIN}").body]
            finally:
                os.kill(pid, signal.SIGCONT)
            said.append(ask(client, "GET", "/metrics").body)
            time.sleep(0.3)
            text = api.told()
            found += [f"log at {level}"] * _sings(text)
            found += ["answer"] * sum(_sings(body.decode("utf-8", "replace")) for body in said)
            unread = [line for line in text.splitlines() if line.startswith("{") and not line.endswith("}")]
            found += ["a line that was broken"] * len(unread)
    files = [path for path in logs.rglob("*") if path.is_file()] if logs.is_dir() else []
    found += [path.name for path in files if _sings(path.read_text(encoding="utf-8", errors="replace"))]
    figure = (
        f"{asked:,} searches for canaries at INFO and DEBUG, answered, refused, timed out and crashed: {len(found)} seen in "
        f"logs, metrics, errors and {len(files)} log files of the node {sorted(set(found))[:3]}"
    )
    return Seen(figure, not found)


def _canary_request(client: httpx2.Client, number: int, chance: random.Random) -> bytes:
    """Send a request that holds the canaries and return its error, b"" where it is an answer, which may echo them."""
    words = f"{CANARY}{chance.choice(('', chr(10), chr(13) + chr(10), chr(27) + '[31m', ' '))} {LATIN}"
    requests: list[Callable[[], object]] = [
        lambda: ask(client, "GET", "/v1/search", params={"q": words}),
        lambda: search(client, words),
        lambda: search(client, words, size=0),
        lambda: search(client, f"{words} crash"),
        lambda: ask(client, "GET", "/v1/search", params={"q": f'"{words}', "match": words}),
        lambda: ask(client, "GET", "/v1/search.csv", params={"q": words}),
        lambda: ask(client, "GET", "/v1/suggest", params={"q": words}),
        lambda: ask(client, "GET", "/v1/verify", params={"quote": words}),
        lambda: ask(client, "GET", "/v1/forms", params={"q": words * 100}),
        lambda: ask(client, "POST", "/v1/search", content=f'{{"q": "{LATIN}'.encode()),
        lambda: search(client, words, **{"from": words}),
    ]
    told = requests[number % len(requests)]()
    return told.body if told.status >= 400 else b""  # type: ignore[attr-defined]


def _sings(text: str) -> bool:
    lowered = text.lower()
    escaped = CANARY.encode("ascii", "backslashreplace").decode()
    return any(word.lower() in lowered for word in (CANARY, LATIN, quote(CANARY), escaped))
