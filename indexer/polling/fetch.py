"""Fetching: a process of its own asks the servers, which has no credentials of the engine and sees nothing of it.

`python -m indexer.polling.fetch FOLDER` reads what to ask for as JSON from standard input, writes what it got into files of the
folder, and says to standard output what became of each, a line each.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import aiohttp
import orjson
from aiohttp.abc import AbstractResolver

from indexer.polling.exchange import Asking, Fetched, Wanted
from indexer.polling.public import Door, NotPublic

SECONDS = 10.0
"""For one feed, with all its redirects."""
LARGEST = 10 * 1024 * 1024
"""Bytes of one feed, unpacked."""
REDIRECTS = 5
LONGEST_AGE = 6 * 3600.0
"""Seconds for which `max-age` is believed: servers that send a month for pictures send it with their feeds too."""
ACCEPTED = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
)
_PIECE = 64 * 1024
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "SYSTEMROOT", "TMPDIR")
"""What the process needs of the environment. The address of the engine holds a password, and it gets none of it."""
_MOVED = {301, 302, 303, 307, 308}


def agent_of(contact: str) -> str:
    """Return what servers are told of who asks; `contact` is where its user can be asked to ask less."""
    reached = f"; +{contact}" if contact else ""
    return f"Rasd/{version('rasd')} (feed reader{reached})"


def fetched_apart(wanted: list[Wanted], asking: Asking, folder: Path) -> list[Fetched]:
    """Fetch feeds in a process of its own, all at the same time, and return what came of each."""
    told = {"wanted": [asdict(one) for one in wanted], "asking": asdict(asking)}
    done = subprocess.run(
        [sys.executable, "-m", "indexer.polling.fetch", str(folder)],
        input=orjson.dumps(told),
        stdout=subprocess.PIPE,
        check=False,
        env={name: os.environ[name] for name in _KEPT if name in os.environ},
        start_new_session=True,  # Ctrl-C is for this process, which ends that one
    )
    found = {one.url: one for one in (Fetched(**orjson.loads(line)) for line in done.stdout.splitlines())}
    ended = f"the process that fetches it ended with {done.returncode}"
    return [found.get(one.url) or Fetched(one.url, fault=ended) for one in wanted]


async def fetch(
    wanted: list[Wanted], asking: Asking, folder: Path, resolver: AbstractResolver | None = None
) -> list[Fetched]:
    """Fetch feeds, all at the same time: whoever calls sees to it that no server is asked for two."""
    connector = aiohttp.TCPConnector(
        limit=0, force_close=True, resolver=resolver, socket_factory=Door(asking.networks).socket
    )
    async with aiohttp.ClientSession(
        connector=connector,
        headers={"User-Agent": asking.agent, "Accept": ACCEPTED},
        timeout=aiohttp.ClientTimeout(total=None),
        cookie_jar=aiohttp.DummyCookieJar(),
    ) as session:
        return list(
            await asyncio.gather(*(_fetch(session, one, folder / f"{number}") for number, one in enumerate(wanted)))
        )


async def _fetch(session: aiohttp.ClientSession, wanted: Wanted, path: Path) -> Fetched:
    """Fetch one feed. Whatever goes wrong is its `fault`."""
    fetched = Fetched(wanted.url)
    try:
        async with asyncio.timeout(SECONDS):
            await _follow(session, wanted, path, fetched)
    except TimeoutError:
        fetched.fault = f"no whole answer within {SECONDS:.0f} seconds"
    except aiohttp.ClientConnectorDNSError:
        fetched.fault = "the name of the server cannot be looked up"
    except aiohttp.ClientConnectorCertificateError:
        fetched.fault = "the certificate of the server is not good"
    except aiohttp.ClientConnectorError as error:
        fetched.fault = _unconnected(error.os_error)
    except (aiohttp.ClientError, ValueError, OSError) as error:
        fetched.fault = f"the answer is broken ({type(error).__name__})"
    return fetched


def _unconnected(error: OSError) -> str:
    if isinstance(error, NotPublic) or "is no public address" in str(error):
        return f"{error}: name its network with --network if you trust it"
    return f"the server cannot be reached ({error.strerror or type(error).__name__})"


async def _follow(session: aiohttp.ClientSession, wanted: Wanted, path: Path, fetched: Fetched) -> None:
    url = wanted.url
    known = {"If-None-Match": wanted.etag, "If-Modified-Since": wanted.modified}
    for _ in range(REDIRECTS + 1):
        async with session.get(
            url, headers={name: value for name, value in known.items() if value}, allow_redirects=False
        ) as answer:
            fetched.status = answer.status
            if answer.status not in _MOVED:
                await _read(answer, path, fetched)
                return
            target = urljoin(url, answer.headers.get("Location", ""))
        if answer.status in {301, 308} and url == (fetched.moved or wanted.url):
            fetched.moved = target
        if fault := elsewhere(url, target):
            fetched.fault = fault
            return
        url = target
    fetched.fault = f"more than {REDIRECTS} redirects"


def elsewhere(url: str, target: str) -> str:
    """Say why a redirect is not followed, empty where it is: only the user says which servers are asked."""
    here, there = urlsplit(url), urlsplit(target)
    if there.scheme not in {"http", "https"} or not there.hostname:
        return f"redirected to {target[:200]!r}, which is no address of a feed"
    if _bare(there.hostname) != _bare(here.hostname or ""):
        return f"it has moved to another server: put {target[:200]} into the list if you trust that"
    if here.scheme == "https" and there.scheme == "http":
        return f"redirected to {target[:200]}, which is not encrypted any more"
    return ""


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.")


async def _read(answer: aiohttp.ClientResponse, path: Path, fetched: Fetched) -> None:
    fetched.wait = max(
        _retry_after(answer.headers.get("Retry-After", "")), _age(answer.headers.get("Cache-Control", ""))
    )
    if answer.status == 304:
        return
    if answer.status != 200:
        fetched.fault = f"the server answered {answer.status} {answer.reason or ''}".rstrip()
        return
    size = 0
    with path.open("wb") as file:
        async for piece in answer.content.iter_chunked(_PIECE):
            size += len(piece)
            if size > LARGEST:
                fetched.fault = f"it has more than {LARGEST:,} bytes"
                return
            file.write(piece)
    fetched.file = path.name
    fetched.charset = answer.charset or ""
    fetched.etag = answer.headers.get("ETag", "")
    fetched.modified = answer.headers.get("Last-Modified", "")


def _retry_after(given: str) -> float:
    """Return the seconds that a server wants to be left alone for: a number, or a date."""
    if given.isdecimal():
        return float(given)
    try:
        return (parsedate_to_datetime(given) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return 0.0


def _age(given: str) -> float:
    found = re.search(r"\bmax-age=(\d{1,9})\b", given)
    return min(float(found[1]), LONGEST_AGE) if found else 0.0


def main() -> None:
    """Fetch what standard input asks for."""
    told = orjson.loads(sys.stdin.buffer.read())
    wanted = [Wanted(**one) for one in told["wanted"]]
    for fetched in asyncio.run(fetch(wanted, Asking(**told["asking"]), Path(sys.argv[1]))):
        sys.stdout.buffer.write(orjson.dumps(asdict(fetched)) + b"\n")


if __name__ == "__main__":
    main()
