"""A server of feeds for tests: what it answers is set by path, and what it was asked is kept."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Served:
    """The server: `answers` has (status, headers, body) by path, or a function of the handler that writes an answer itself."""

    def __init__(self, address):
        self.address = address
        self.answers = {}
        self.asked = []

    def feed(self, path, body, **headers):
        """Serve a feed at a path and return its address."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (200, {"Content-Type": "application/rss+xml", **told}, body)
        return f"{self.address}{path}"

    def paths(self):
        """Return the paths that were asked for, in order."""
        return [path for path, _headers in self.asked]


@contextmanager
def feed_server(host="127.0.0.1"):
    """Serve feeds on a port of an address of loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            served.asked.append((self.path, dict(self.headers)))
            answer = served.answers.get(self.path, (404, {}, b""))
            if callable(answer):
                answer(self)
                return
            status, headers, body = answer
            if status == 200 and "ETag" in headers and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer((host, 0), Handler) as server:
        served = Served(f"http://{host}:{server.server_address[1]}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield served
        server.shutdown()
