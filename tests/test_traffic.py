"""The client of the benches: what it counts as an answer, and what not."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.traffic import Refused, Target, Traffic


class Busy(BaseHTTPRequestHandler):
    """Answers with the status that the body names."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        """Answer one request."""
        status = int(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def url():
    """The address of such a server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Busy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_refused_is_counted_apart(url):
    """Of three bodies in turn two are refused: a third of all is answers, and only these have a time."""
    with Traffic(3) as traffic:
        block = traffic.block(Target(url, [b"200", b"503", b"429"]), 0.3)
    assert block.refused == pytest.approx(2 * len(block.milliseconds), abs=6)
    assert block.rate * block.seconds == pytest.approx(len(block.milliseconds))
    assert block.milliseconds


def test_what_is_wrong_ends_the_bench(url):
    """A refusal of one request is told, and any other status is an error, also among many."""
    with Traffic(2) as traffic:
        with pytest.raises(Refused, match="503"):
            traffic.ask(Target(url, [b"503"]), 0)
        with pytest.raises(RuntimeError, match="404"):
            traffic.block(Target(url, [b"200", b"404"]), 0.3)
