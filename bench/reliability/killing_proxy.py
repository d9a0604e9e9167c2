"""A proxy between the indexer and its engine that kills the indexer at a given request, and counts what is asked.

So a crash at every step needs no hook in what is tried: the process that dies is the real one.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_PASSED = ("Content-Type", "Content-Encoding", "Accept")


class KillingProxy:
    """Hands requests on to a node. Request number `at` is carried out and never answered: its sender is killed first."""

    def __init__(self, target: str, at: int = 0) -> None:
        self.target = urlsplit(target).netloc
        self.at = at
        self.victim: subprocess.Popen[str] | None = None
        self.asked: list[str] = []
        """Method and path of each request, in order."""
        self.statuses: list[int] = []
        self.bodies: list[int] = []
        """A hash of each body, to tell what was sent again."""
        self._lock = threading.Lock()

    def number(self, told: str, body: bytes) -> int:
        """Count a request and return its number, from 1."""
        with self._lock:
            self.asked.append(told)
            self.bodies.append(hash(body))
            return len(self.asked)

    def is_deadly(self, number: int) -> bool:
        """Kill the sender of this request if it is the one; it gets no answer then."""
        if number == self.at and self.victim:
            os.kill(self.victim.pid, signal.SIGKILL)
        return bool(self.at) and number >= self.at


@contextmanager
def killing_proxy(target: str, at: int = 0) -> Iterator[tuple[KillingProxy, str]]:
    """Open a proxy on a free port of loopback; yield it with its URL."""
    proxy = KillingProxy(target, at)
    handler = type("Handler", (_Handler,), {"proxy": proxy})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield proxy, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body of an answer are two packets, and the second would wait for a delayed acknowledgement.
    disable_nagle_algorithm = True
    proxy: KillingProxy

    def _hand_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        number = self.proxy.number(f"{self.command} {self.path}", body)
        status, kind, answer = self._carried_out(body)
        if self.proxy.is_deadly(number):
            self.close_connection = True
            return
        self.proxy.statuses.append(status)
        with suppress(ConnectionError):  # who asked was killed meanwhile
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    def _carried_out(self, body: bytes) -> tuple[int, str, bytes]:
        head = {name: self.headers[name] for name in _PASSED if name in self.headers}
        with closing(HTTPConnection(self.proxy.target, timeout=120)) as node:
            node.request(self.command, self.path, body or None, head)
            answer = node.getresponse()
            return answer.status, answer.headers.get("Content-Type", ""), answer.read()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _hand_on  # noqa: N815  (the names that http.server calls)

    def log_message(self, *_told: object) -> None:
        """Say nothing: what was asked is in `asked`."""
