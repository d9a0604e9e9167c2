"""A Maven repository on loopback, so that a download can be tested with answers of every kind and without the network."""

from __future__ import annotations

import gc
import time
import warnings
from collections import Counter
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

from engine.account import CACHE_FOR_ROOT, node_account, pick_folder
from engine.home import Home
from engine.jars import read_jars
from settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def prepared_home() -> Path:
    """Return the home that the node really uses, put together if it is not."""
    return Home(pick_folder(read_settings().cache_dir, CACHE_FOR_ROOT, node_account()), print).prepare()


class Repository:
    """A Maven repository on loopback, filled from the node's home; `answers` changes what it says for a file name."""

    def __init__(self, home: Path) -> None:
        self.asked: Counter[str] = Counter()
        self.answers: dict[str, Callable[[int, bytes], bytes | None]] = {}
        self.delay = 0.0
        self._paths = {jar.filename: home / jar.path for jar in read_jars()}

    def answer(self, request_path: str) -> bytes | None:
        """Return the file's bytes, `None` for 404."""
        name = request_path.rpartition("/")[2]
        if name not in self._paths:
            return None
        self.asked[name] += 1
        time.sleep(self.delay)
        content = self._paths[name].read_bytes()
        changed = self.answers.get(name)
        return changed(self.asked[name], content) if changed else content

    @contextmanager
    def served(self) -> Iterator[dict[str, str]]:
        """Serve it, and give what a downloader is told."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Answer, self))
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield {"here": f"http://127.0.0.1:{server.server_port}"}
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            with warnings.catch_warnings():
                # jgo leaves the answer of a 404 open; what collects it later would be blamed for it.
                warnings.simplefilter("ignore", ResourceWarning)
                gc.collect()


class Answer(BaseHTTPRequestHandler):
    """One answer of the repository: half of the content where half is given, with the length of the whole."""

    def __init__(self, repository: Repository, *rest: object) -> None:
        self._repository = repository
        super().__init__(*rest)

    def do_GET(self) -> None:
        """Answer one request."""
        content = self._repository.answer(self.path)
        self.send_response(200 if content is not None else 404)
        content = content or b""
        half = content.startswith(CUT)
        self.send_header("Content-Length", str(len(content) + 1000 * half))
        self.end_headers()
        self.wfile.write(content.removeprefix(CUT))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


CUT = b"cut here"
