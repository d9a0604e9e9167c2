"""What several benches share: known texts, a clock, an API in a thread."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from api.app import create_app
from settings import Settings

CHECKOUT = Path(__file__).parent.parent
SHARED = CHECKOUT.parent / "shared" / "data"


def texts() -> list[str]:
    """Return the paragraphs that the corpus is made of: real ones where they are at hand, else the sample corpus."""
    files = sorted(SHARED.glob("*/paragraphs.jsonl"))
    if files:
        return [json.loads(line)["text"] for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    seeds = sorted((CHECKOUT / "seeds").glob("*.jsonl"))
    reports = [json.loads(line) for file in seeds for line in file.read_text(encoding="utf-8").splitlines()]
    return [paragraph["text"] for report in reports for paragraph in report["paragraphs"]]


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """Serve the API in a thread and yield its base URL."""
    config = uvicorn.Config(create_app(settings), host="127.0.0.1", port=0, log_level="warning", access_log=False)
    server, socket = uvicorn.Server(config), config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
