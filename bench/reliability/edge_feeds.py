"""Addresses of feeds that lead inside (H17): this machine in each spelling, redirects to it, names that change."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import socketserver
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from aiohttp.abc import AbstractResolver, ResolveResult

from bench.reliability.checks import Seen
from bench.reliability.edge_files import fetched as fetched_of_files
from indexer.polling.exchange import Asking, Wanted
from indexer.polling.fetch import fetch

OPEN = ["127.0.0.0/8", "::1/128", "0.0.0.0/32", "::/128"]
"""What takes the door away, as far as it leads to this machine."""
OUTSIDE = "127.0.0.2"
"""Stands for a server of the public internet: the one address that may be asked, on the loopback of Linux."""


def spellings(port: int) -> list[str]:
    """Return addresses that lead, or might lead, to a port of this machine or of the network around it."""
    hosts = (
        *("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001"),
        *("127.000.000.001", "127.0.0.1.", "0", "0.0.0.0", "localhost", "LOCALHOST.", "localhost.localdomain"),  # noqa: S104
        *("１２７.０.０.１", "①②⑦.⓪.⓪.①", "127。0。0。1", "ip6-localhost", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]"),
        *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]"),
        *("[fe80::1%25lo]", "user@127.0.0.1", "example.org@127.0.0.1", "inside.example", "changing.example"),
        *("169.254.169.254", "[fd00:ec2::254]", "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "224.0.0.1"),
    )
    others = (
        *(f"http:/127.0.0.1:{port}/", f"http:\\\\127.0.0.1:{port}\\", f"http://127.0.0.1:{port}#@example.org/"),
        *("file:///etc/passwd", f"gopher://127.0.0.1:{port}/_", f"ftp://127.0.0.1:{port}/", "data:text/xml,<rss/>"),
    )
    return [*(f"http://{host}:{port}/" for host in hosts), *others]


class _Names(AbstractResolver):
    """Looks names up here: one is inside, one is outside when it is asked first and inside from then on."""

    def __init__(self) -> None:
        self._asked = 0

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 (the interface)
    ) -> list[ResolveResult]:
        if host == "changing.example":
            self._asked += 1
            address = OUTSIDE if self._asked == 1 else "127.0.0.1"
        elif host == "inside.example":
            address = "127.0.0.1"
        else:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
            return [_resolved(host, port, str(info[4][0]), info[0]) for info in found]
        return [_resolved(host, port, address, socket.AF_INET)]

    async def close(self) -> None:
        pass


def _resolved(host: str, port: int, address: str, family: socket.AddressFamily) -> ResolveResult:
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST)


@contextmanager
def _canary() -> Iterator[tuple[int, list[str]]]:
    """Listen on one port of both loopbacks, yield it, and keep who connects."""
    heard: list[str] = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            heard.append(str(self.client_address[0]))

    class Sixth(socketserver.ThreadingTCPServer):
        address_family = socket.AF_INET6

    with contextlib.ExitStack() as stack:
        fourth = stack.enter_context(socketserver.ThreadingTCPServer(("0.0.0.0", 0), Handler))  # noqa: S104 (a canary)
        servers: list[socketserver.TCPServer] = [fourth]
        with contextlib.suppress(OSError):  # a machine without IPv6 has nothing there to be reached
            servers.append(stack.enter_context(Sixth(("::1", fourth.server_address[1]), Handler)))
        for server in servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()
        yield int(fourth.server_address[1]), heard
        for server in servers:
            server.shutdown()


@contextmanager
def _outside(targets: list[str]) -> Iterator[int]:
    """Serve redirects: `/3` leads to the third target."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            number = self.path[1:]
            known = number.isdecimal()
            self.send_response(302 if known else 404)
            if known:
                self.send_header("Location", targets[int(number)].encode().decode("latin-1"))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer((OUTSIDE, 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield int(server.server_address[1])
        server.shutdown()


def asked(networks: list[str] | None = None) -> Seen:
    """Ask for each address, as a feed of a list and as what a feed redirects to; `networks` may be asked beside the outside."""
    with _canary() as (port, heard):
        inside = [url for url in spellings(port) if "changing" not in url]
        with _outside([*inside, f"http://changing.example:{port}/"]) as outside, tempfile.TemporaryDirectory() as name:
            # The name that changes is asked outside, and redirects to itself.
            changing = f"http://changing.example:{outside}/{len(inside)}"
            redirects = [f"http://{OUTSIDE}:{outside}/{number}" for number in range(len(inside))]
            urls = [*inside, *redirects, changing]
            asking = Asking("Rasd", [f"{OUTSIDE}/32", *(networks or [])])
            got = asyncio.run(fetch([Wanted(url) for url in urls], asking, Path(name), _Names()))
            with socket.create_connection(("127.0.0.1", port), timeout=5):
                time.sleep(0.2)
    connections, came = len(heard) - 1, sum(bool(one.file) for one in got)
    figure = f"{len(inside)} addresses that lead inside, as feeds and as their redirects, and a name that changes"
    return Seen(f"{figure}: {connections} connections, {came} fetched", connections == came == 0)


def everything(prelude: str = "", networks: list[str] | None = None) -> Seen:
    """Read files that name addresses, and ask for feeds whose addresses lead inside."""
    files, feeds = fetched_of_files(prelude), asked(networks)
    return Seen(f"{files.figure}; {feeds.figure}", files.kept and feeds.kept)
