"""The API as a process of its own, as `make run` starts it: what it writes, holds and has used."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from prometheus_client.parser import text_string_to_metric_families

from settings import CHECKOUT, Settings

PATIENCE = 60.0
"""Seconds in which the API has to be there."""


@dataclass(frozen=True, slots=True)
class Used:
    """Seconds of processor since the start, and megabytes that are resident now."""

    seconds: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Served:
    """A running API: its address, its process, and the file that its output goes to."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def told(self) -> str:
        """Return what the process has written so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def used(self) -> Used:
        """Return what the process says of itself."""
        told = {
            sample.name: sample.value
            for family in text_string_to_metric_families(httpx2.get(f"{self.url}/metrics").text)
            for sample in family.samples
        }
        return Used(told["process_cpu_seconds_total"], told["process_resident_memory_bytes"] / 1024**2)

    def sockets(self) -> int:
        """Return how many sockets the process has open (Linux)."""
        folder = Path(f"/proc/{self.process.pid}/fd")
        return sum(_is_socket(place) for place in folder.iterdir())

    def peak_memory(self) -> float:
        """Return the most megabytes that the process ever held (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0

    def wait_until_ready(self) -> None:
        """Wait until the engine is reached and its aliases are there."""
        _wait_until(
            lambda: httpx2.get(f"{self.url}/health/ready", timeout=30).status_code == 200, "the API is not ready"
        )

    def wait_for_corpus(self) -> None:
        """Wait until the API has read what the corpus holds."""
        _wait_until(self._has_read_the_corpus, "the API has not read the corpus")

    def _has_read_the_corpus(self) -> bool:
        told = httpx2.get(f"{self.url}/v1/search", params={"q": "سلام"}, timeout=30).json()
        return bool(told.get("corpus", {}).get("version"))


def _is_socket(place: Path) -> bool:
    try:
        return str(place.readlink()).startswith("socket:")
    except OSError:
        return False


@contextmanager
def served(settings: Settings, prelude: str = "", environment: Mapping[str, str] | None = None) -> Iterator[Served]:
    """Run `python -m api` over the indices of `settings`, as `served_by` does.

    `environment` names further settings without their prefix, such as `{"LOG_LEVEL": "debug"}`.
    """
    values = {"OPENSEARCH_URL": ",".join(settings.opensearch_urls()), "INDEX": settings.index}
    values |= {"DATA_DIR": str(settings.data_dir), **(environment or {})}
    with served_by({f"RASD_{name}": value for name, value in values.items()}, prelude) as api:
        yield api


@contextmanager
def served_by(variables: Mapping[str, str], prelude: str = "") -> Iterator[Served]:
    """Run `python -m api` on a free port with environment variables of its own, and kill it at the end.

    `prelude` is Python that runs in the process before the server starts: a control takes out there what keeps a promise.
    """
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": "1", "RASD_PORT": "0", **variables}
    code = f"{prelude}\nfrom api.__main__ import main\nmain([], prog_name='python -m api')"
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "api.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-c", code], cwd=CHECKOUT, env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            yield Served(_address(process, log), process, log)
        finally:
            process.kill()
            process.wait()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Wait until the server says where it is and answers there."""
    found: list[str] = []

    def is_there() -> bool:
        if process.poll() is not None:
            raise RuntimeError(f"the API ended: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
        found[:] = re.findall(r"http://[\d.:]+", log.read_text(encoding="utf-8", errors="replace"))
        return bool(found) and httpx2.get(f"{found[0]}/health/live", timeout=5).is_success

    _wait_until(is_there, "the API did not start")
    return found[0]


def _wait_until(holds: Callable[[], bool], otherwise: str) -> None:
    """Ask again and again; an API that takes no connection yet is asked again too."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        try:
            if holds():
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.05)
    raise TimeoutError(otherwise)
