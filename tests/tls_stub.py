"""An engine that is nothing but TLS and a few answers, on a free port of loopback, with certificates made for it."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from conftest import CHECKOUT, missing

SCRIPT = CHECKOUT / "docker" / "certificates.sh"


def make_certificates(root: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the script of the Docker set-up below a folder; `HOSTS="DNS:x"` and `DAYS="-1"` change what it makes."""
    if not shutil.which("openssl"):
        missing("there is no openssl command")
    for name in ("authority", "node", "admin"):
        (root / name).mkdir(parents=True, exist_ok=True)
    told = {f"CERTIFICATE_{name}": value for name, value in {"BITS": "2048", **variables}.items()}
    return subprocess.run(
        ["sh", str(SCRIPT), *arguments],
        env={**os.environ, **told, "CERTIFICATES": str(root)},
        check=True,
        capture_output=True,
        text=True,
    )


@dataclass
class Stub:
    """What the stub is and what it was asked."""

    port: int
    authorizations: list[str | None] = field(default_factory=list)

    def url(self, host: str = "127.0.0.1", credentials: str = "") -> str:
        """Return the stub's address; credentials are `name:password`."""
        return f"https://{credentials}{'@' if credentials else ''}{host}:{self.port}"


@contextmanager
def tls_stub(certificates: Path) -> Iterator[Stub]:
    """Answer every request with a version, under the node's certificate of a folder."""
    stub = Stub(0)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            stub.authorizations.append(self.headers["Authorization"])
            # To the indexer its version; to the API, which asks for indices, one that is called so.
            body = b'{"version": {"number": "3.6.0", "aliases": {}}}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 (the name of the base class)
            """Keep the terminal clean."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "node" / "node.pem", certificates / "node" / "node-key.pem")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        stub.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield stub
        server.shutdown()
        thread.join(timeout=10)
