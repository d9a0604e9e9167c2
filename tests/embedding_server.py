"""A real OpenAI-compatible embedding endpoint on loopback, whose vectors are hashed runs of letters: alike for alike texts."""

from __future__ import annotations

import hashlib
import json
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DIMENSION = 48


def hashed(text: str, dimension: int = DIMENSION) -> list[float]:
    """Return a vector of length 1 that counts the text's runs of three letters, each in a place by its digest."""
    vector = [0.0] * dimension
    for start in range(max(1, len(text) - 2)):
        digest = hashlib.sha256(text[start : start + 3].encode()).digest()
        vector[digest[0] % dimension] += 1 if digest[1] % 2 else -1
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return [value / length for value in vector] if any(vector) else [1.0, *vector[1:]]


@dataclass
class EmbeddingServer:
    """What the server is, what it was asked, and how it behaves: `respond` may take over an answer (status, body)."""

    url: str = ""
    dimension: int = DIMENSION
    texts: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[dict] = field(default_factory=list)
    respond: Callable[[dict], tuple[int, bytes] | None] = lambda _body: None

    def answer(self, body: dict) -> tuple[int, bytes]:
        """Return status and body; rows in reverse order, as a server may send them in any."""
        if taken := self.respond(body):
            return taken
        rows = [{"index": place, "embedding": hashed(text, self.dimension)} for place, text in enumerate(body["input"])]
        return 200, json.dumps({"object": "list", "data": rows[::-1], "model": body["model"]}).encode()

    def settings(self, **more: object) -> dict[str, object]:
        """Return the settings that name this server."""
        return {"embedder": self.url, "embedder_model": "hashed", "embedder_timeout": 20, **more}


@contextmanager
def embedding_server() -> Iterator[EmbeddingServer]:
    """Serve embeddings on a free port."""
    told = EmbeddingServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.texts += body["input"]
            told.headers.append(dict(self.headers))
            told.bodies.append(body)
            status, content = told.answer(body)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{told.url}/elsewhere")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """Write no line to the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        told.url = f"http://127.0.0.1:{server.server_address[1]}/v1/embeddings"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield told
        server.shutdown()
