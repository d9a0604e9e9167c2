"""Files without end, and files that name what might be fetched (H16, H17)."""

from __future__ import annotations

import gzip
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.reliability.checks import Seen
from settings import CHECKOUT

PIECE = b"a" * 65536
MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class Bomb:
    """A file that is small or simple, and large or deep to whoever reads it; `write` is given its path."""

    name: str
    write: Callable[[Path], None]
    refused: bool = True


def bombs(scale: float) -> list[Bomb]:
    """Return the bombs; at scale 1 a line of 1 GB and 10 GB in a gzip, at any a line with as many keys as fit, 10^5 levels."""

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
        names = ",".join(f'"k{number}":1' for number in range(500_000))
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


FETCHING = """
from xml.sax.expatreader import ExpatParser
from xml.sax.handler import feature_external_ges
from indexer.readers import feeds
feeds.without_entities = lambda text: text
was = ExpatParser.setFeature
ExpatParser.setFeature = lambda self, name, state: was(self, name, name == feature_external_ges or state)
"""
"""What lets a feed be read with all that its entities name."""


def fetched(prelude: str = "") -> Seen:
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
            command = [sys.executable, "-c", prelude + READING, str(folder / file)]
            subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True)
        with suppress(OSError), socket.create_connection(tuple(place.split(":")), timeout=5) as connection:  # type: ignore[arg-type]
            connection.sendall(b"the canary sings")
        time.sleep(0.2)
    others = [piece for piece in heard if piece != b"the canary sings"]
    return Seen(
        f"{len(files)} files that name an address in 20 places: {len(others)} connections", not others and bool(heard)
    )
