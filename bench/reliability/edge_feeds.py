"""Addresses of feeds that lead inside (H17): this machine in each spelling, redirects to it, names that change."""

from __future__ import annotations

import asyncio
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from aiohttp.abc import AbstractResolver, ResolveResult

from bench.reliability.checks import Seen
from bench.reliability.edge_files import fetched as fetched_of_files
from indexer.polling.exchange import Asking, Wanted
from indexer.polling.fetch import Network, fetch
from indexer.polling.public import Door

OUTSIDE = "127.0.0.2"
"""Stands for a server of the public internet: the one address that may be asked, on the loopback of Linux."""
FEED = b"<rss version='2.0'><channel><title>inside</title></channel></rss>"


class Ajar(Door):
    """The door as it is, with one address of this machine as if it were public."""

    def allows(self, address: str) -> bool:
        """Tell whether an address may be asked."""
        return address == OUTSIDE or super().allows(address)


class Open(Door):
    """No door."""

    def allows(self, address: str) -> bool:  # noqa: ARG002 (the interface)
        """Let every address be asked."""
        return True


def spellings(port: int) -> list[str]:
    """Return addresses that lead, or might lead, to a port of this machine or of the network around it."""
    hosts = (
        *("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001"),
        *("127.000.000.001", "127.0.0.1.", "0", "0.0.0.0", "localhost", "LOCALHOST.", "localhost.localdomain"),  # noqa: S104
        *("１２７.０.０.１", "①②⑦.⓪.⓪.①", "127。0。0。1", "ip6-localhost", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]"),
        *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]"),
        *("[fe80::1%25lo]", "user@127.0.0.1", "example.org@127.0.0.1", "inside.example"),
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
def _serving(targets: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Serve one port: a canary inside, which gives a feed, and redirects outside (`/3` to the third target).

    Yield the port, and the addresses of this machine inside that were connected to.
    """
    heard: list[str] = []

    class Server(ThreadingHTTPServer):
        def get_request(self) -> tuple[socket.socket, object]:
            connection, client = super().get_request()
            host = str(connection.getsockname()[0])
            if host != OUTSIDE:
                heard.append(host)
            return connection, client

    class Sixth(Server):
        address_family = socket.AF_INET6

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            number, is_inside = self.path[1:], self.connection.getsockname()[0] != OUTSIDE
            is_redirect = number.isdecimal() and not is_inside
            body = FEED if is_inside else b""
            self.send_response(200 if is_inside else 302 if is_redirect else 404)
            if is_redirect:
                self.send_header("Location", targets[int(number)].encode().decode("latin-1"))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ExitStack() as stack:
        outside = stack.enter_context(Server((OUTSIDE, 0), Handler))
        port = int(outside.server_address[1])
        servers: list[Server] = [outside, stack.enter_context(Server(("127.0.0.1", port), Handler))]
        with suppress(OSError):  # a machine without IPv6 has nothing there to be reached
            servers.append(stack.enter_context(Sixth(("::1", port), Handler)))
        for server in servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()
        yield port, heard
        for server in servers:
            server.shutdown()


def asked(door: Door | None = None) -> Seen:
    """Ask for each address, as a feed of a list and as what a feed redirects to, and for a name that changes its address."""
    targets: list[str] = []
    with _serving(targets) as (port, heard), tempfile.TemporaryDirectory() as name:
        inside = spellings(port)
        # The name that changes is asked outside, and redirects to itself: by then it is inside.
        changing = f"http://changing.example:{port}"
        targets += [*inside, f"{changing}/"]
        redirects = [f"http://{OUTSIDE}:{port}/{number}" for number in range(len(inside))]
        wanted = [Wanted(url) for url in (*inside, *redirects, f"{changing}/{len(inside)}")]
        got = asyncio.run(fetch(wanted, Asking("Rasd"), Path(name), Network(_Names(), door or Ajar())))
        before = len(heard)
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            time.sleep(0.2)
    canary_sings, came = len(heard) == before + 1, sum(one.came for one in got)
    silent = sum(not one.fault for one in got)
    figure = f"{len(inside)} addresses that lead inside, as feeds and as their redirects, and a name that changes"
    return Seen(
        f"{figure}: {before} connections, {came} fetched, {silent} without a fault",
        canary_sings and before == came == silent == 0,
    )


def everything(prelude: str = "", door: Door | None = None) -> Seen:
    """Read files that name addresses, and ask for feeds whose addresses lead inside.

    The control takes away what keeps each of the two, and has to see both fail: it is kept where either is.
    """
    files, feeds = fetched_of_files(prelude), asked(door)
    kept = files.kept and feeds.kept if door is None else files.kept or feeds.kept
    return Seen(f"{files.figure}; {feeds.figure}", kept)
