"""Fetching: a process of its own asks the servers, which has no credentials of the engine and sees nothing of it.

`python -m indexer.polling.fetch FOLDER` reads what to ask for as JSON from standard input, writes what it got into files of the
folder (`0` for the first), and says to standard output what became of each, a line each, as soon as it is known.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import aiohttp
import orjson
from aiohttp.abc import AbstractResolver

from indexer.polling.exchange import LINE, Asking, Fetched, Wanted, host_and_port, server_of
from indexer.polling.public import Door, NotPublic

SECONDS = 10.0
"""For one feed, with all its redirects."""
LARGEST = 10 * 1024 * 1024
"""Bytes of one feed, unpacked."""
REDIRECTS = 5
LONGEST_AGE = 6 * 3600.0
"""Seconds for which `max-age` is believed: servers that send a month for pictures send it with their feeds too."""
LONGEST_WAIT = 24 * 3600.0
LONGEST_TOLD = 300
"""Characters of anything that a server says of itself: it is kept for each feed, and shown."""
LONGEST_URL = 2000
LOOKUPS = 32
"""Names that are looked up at a time: one whose server is silent holds its thread, and no other name."""
ACCEPTED = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
)
_PIECE = 64 * 1024
_MOVED = {301, 302, 303, 307, 308}
_FOR_GOOD = {301, 308}


class _Unwritten(Exception):
    """What came cannot be written to this machine's disk."""


@dataclass(frozen=True, slots=True)
class Network:
    """By what names are looked up and which addresses may be asked: the checks of H17 put others in their place."""

    resolver: AbstractResolver | None = None
    door: Door = field(default_factory=Door)


async def fetch(
    wanted: list[Wanted],
    asking: Asking,
    folder: Path,
    network: Network | None = None,
    told: Callable[[Fetched], None] = lambda _fetched: None,
) -> list[Fetched]:
    """Fetch feeds, all at the same time: whoever calls sees to it that no server is asked for two.

    `told` is given each as soon as it is known.
    """
    chosen = network or Network()

    async def one(number: int, feed: Wanted) -> Fetched:
        fetched = await _fetch(servers, feed, folder / str(number))
        told(fetched)
        return fetched

    async with AsyncExitStack() as stack:
        sessions = [
            await stack.enter_async_context(_session(asking, chosen.resolver, door)) for door in (chosen.door, None)
        ]
        servers = _Servers(*sessions, trusted=frozenset(asking.trusted))
        return list(await asyncio.gather(*(one(number, feed) for number, feed in enumerate(wanted))))


def _session(asking: Asking, resolver: AbstractResolver | None, door: Door | None) -> aiohttp.ClientSession:
    # Every connection is a new one, and every name is looked up for it: what was judged before is not taken for granted.
    connector = aiohttp.TCPConnector(
        limit=0,
        force_close=True,
        use_dns_cache=False,
        resolver=resolver,
        socket_factory=door.socket if door else None,
    )
    return aiohttp.ClientSession(
        connector=connector,
        headers={"User-Agent": asking.agent, "Accept": ACCEPTED},
        timeout=aiohttp.ClientTimeout(total=None),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


class _Servers:
    """The client by which a server is asked: only those that the user named are asked wherever they stand."""

    def __init__(
        self, guarded: aiohttp.ClientSession, unguarded: aiohttp.ClientSession, *, trusted: frozenset[str]
    ) -> None:
        self._guarded, self._unguarded, self._trusted = guarded, unguarded, trusted

    def session(self, url: str) -> aiohttp.ClientSession:
        return self._unguarded if host_and_port(url) in self._trusted else self._guarded


async def _fetch(servers: _Servers, wanted: Wanted, path: Path) -> Fetched:
    """Fetch one feed. Whatever goes wrong, by whatever its server sends, is its `fault` and no other's."""
    fetched = Fetched(wanted.url)
    try:
        async with asyncio.timeout(SECONDS):
            await _follow(servers, wanted, path, fetched)
    except TimeoutError:
        fetched.fault = f"no whole answer within {SECONDS:.0f} seconds"
    except aiohttp.ClientConnectorDNSError:
        fetched.fault = "the name of the server cannot be looked up"
    except aiohttp.ClientConnectorCertificateError:
        fetched.fault = "the certificate of the server is not good"
    except aiohttp.ClientConnectorError as error:
        fetched.fault = _unconnected(error.os_error)
    except _Unwritten as error:
        fetched.fault, fetched.status = f"what came cannot be written to this disk ({error})", 0
    except Exception as error:  # noqa: BLE001  (a stranger's answer: no fault of it ends the round of the others)
        fetched.fault = f"the answer is broken ({type(error).__name__})"
    fetched.fault, fetched.moved, fetched.answered = map(_text, (fetched.fault, fetched.moved, fetched.answered))
    return fetched


def _unconnected(error: OSError) -> str:
    if isinstance(error, NotPublic) or "is no public address" in str(error):
        return f"{error}: name the server with --trust HOST:PORT if it is yours"
    return f"the server cannot be reached ({error.strerror or type(error).__name__})"


async def _follow(servers: _Servers, wanted: Wanted, path: Path, fetched: Fetched) -> None:
    url, is_for_good = wanted.url, True
    known = {"If-None-Match": wanted.etag, "If-Modified-Since": wanted.modified}
    headers = {name: value for name, value in known.items() if value}
    for _ in range(REDIRECTS + 1):
        async with servers.session(url).get(url, headers=headers, allow_redirects=False) as answer:
            fetched.status = answer.status
            fetched.answered = url
            fetched.wait = _wait(answer)
            if answer.status not in _MOVED:
                await _read(answer, path, fetched)
                return
            target = urljoin(url, answer.headers.get("Location", ""))
        if fault := elsewhere(url, target):
            fetched.fault = fault
            return
        is_for_good &= answer.status in _FOR_GOOD
        url = target
        fetched.moved = url if is_for_good else fetched.moved
    fetched.fault = f"more than {REDIRECTS} redirects"


def elsewhere(url: str, target: str) -> str:
    """Say why a redirect is not followed, empty where it is: only the user says which servers are asked."""
    here, there = urlsplit(url), urlsplit(target)
    if target == url or len(target) > LONGEST_URL:
        return f"redirected to {_short(target)}, which leads nowhere"
    if there.scheme not in {"http", "https"} or not there.hostname or there.username is not None:
        return f"redirected to {_short(target)}, which is no address of a feed"
    if server_of(target) != server_of(url):
        return f"it has moved to another server: put {_short(target)} into the list if you trust that"
    if here.scheme == "https" and there.scheme == "http":
        return f"redirected to {_short(target)}, which is not encrypted any more"
    is_same_port = host_and_port(url).rpartition(":")[2] == host_and_port(target).rpartition(":")[2]
    becomes_encrypted = (here.scheme, there.scheme, here.port, there.port) == ("http", "https", None, None)
    if not is_same_port and not becomes_encrypted:
        return f"redirected to {_short(target)}, another port: put that into the list if you trust it"
    return ""


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}..."


async def _read(answer: aiohttp.ClientResponse, path: Path, fetched: Fetched) -> None:
    if answer.status == 304:
        return
    if answer.status != 200:
        fetched.fault = f"the server answered {answer.status} {_told(answer.reason)}".rstrip()
        return
    size = 0
    try:
        file = path.open("wb", buffering=0)  # a full disk is seen at the piece that it does not take, not at the end
    except OSError as error:
        raise _Unwritten(error.strerror) from error
    with file:
        async for piece in answer.content.iter_chunked(_PIECE):
            size += len(piece)
            if size > LARGEST:
                fetched.fault = f"it has more than {LARGEST:,} bytes"
                return
            try:
                written = file.write(piece)
            except OSError as error:
                raise _Unwritten(error.strerror) from error
            if written != len(piece):  # what is just left on a disk is filled without an error
                raise _Unwritten("no space left")
    fetched.came = True
    fetched.charset = _told(answer.charset)
    fetched.etag = _exactly(answer.headers.get("ETag"))
    fetched.modified = _exactly(answer.headers.get("Last-Modified"))


def _told(given: str | None) -> str:
    """Return what a server says, as it can be kept and shown."""
    return _text((given or "")[:LONGEST_TOLD])


def _text(given: str) -> str:
    """Return a text whose halves of surrogates, which bytes of a header become that are no text, are question marks."""
    return given.encode("utf-8", "replace").decode()


def _exactly(given: str | None) -> str:
    """Return a value that is sent back as it came; one that cannot be is none, and all of the feed is asked for again."""
    return given if given and given.isascii() and given.isprintable() and len(given) <= LONGEST_TOLD else ""


def _wait(answer: aiohttp.ClientResponse) -> float:
    """Return the seconds that a server wants to be left alone for, by either of the two headers that say so."""
    after = _retry_after(answer.headers.get("Retry-After", ""))
    age = re.search(r"max-age\s*=\s*\"?(\d{1,9})", ",".join(answer.headers.getall("Cache-Control", [])), re.IGNORECASE)
    return max(after, min(float(age[1]), LONGEST_AGE) if age else 0.0)


def _retry_after(given: str) -> float:
    """Return the seconds, of a number or a date, between none and a day."""
    seconds = 0.0
    if re.fullmatch(r"[0-9]+", given):
        seconds = float(given[:9])
    else:
        with suppress(ValueError, TypeError, OverflowError):
            seconds = (parsedate_to_datetime(given) - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), LONGEST_WAIT)


def _tell(fetched: Fetched) -> None:
    sys.stdout.buffer.write(LINE.dump_json(fetched) + b"\n")
    sys.stdout.buffer.flush()


async def _all(wanted: list[Wanted], asking: Asking, folder: Path) -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(LOOKUPS))
    await fetch(wanted, asking, folder, told=_tell)
    # At once: the end of Python waits for each look-up of a name, and one may hang for minutes.
    os._exit(0)


def main() -> None:
    """Fetch what standard input asks for."""
    told = orjson.loads(sys.stdin.buffer.read())
    wanted = [Wanted(**one) for one in told["wanted"]]
    asyncio.run(_all(wanted, Asking(**told["asking"]), Path(sys.argv[1])))


if __name__ == "__main__":
    main()
