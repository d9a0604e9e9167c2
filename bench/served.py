"""The API as a process of its own, as `make run` starts it, and what it has used of memory and processor."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import httpx2
from prometheus_client.parser import text_string_to_metric_families

from settings import Settings

PATIENCE = 60.0
"""Seconds in which the API has to be ready."""


@dataclass(frozen=True, slots=True)
class Used:
    """Seconds of processor since the start, and megabytes that are resident now."""

    seconds: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Served:
    """A running API: its address and its process."""

    url: str
    pid: int

    def used(self) -> Used:
        """Return what the process says of itself."""
        told = {
            sample.name: sample.value
            for family in text_string_to_metric_families(httpx2.get(f"{self.url}/metrics").text)
            for sample in family.samples
        }
        return Used(told["process_cpu_seconds_total"], told["process_resident_memory_bytes"] / 1024**2)


@contextmanager
def api_process(settings: Settings, **environment: str) -> Iterator[Served]:
    """Start `python -m api` on a free port over the indices of some settings, and end it with the block."""
    given = {
        "RASD_INDEX": settings.index,
        "RASD_OPENSEARCH_URL": ",".join(settings.opensearch_urls()),
        "RASD_PORT": "0",
        "RASD_EXPLAIN": "true",
        **environment,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "api"], env={**os.environ, **given}, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout  # noqa: S101  (it was asked for)
        url = process.stdout.readline().split()[1]
        _wait(url)
        yield Served(url, process.pid)
    finally:
        process.terminate()
        process.wait(30)
        if process.stdout:
            process.stdout.close()


def _wait(url: str) -> None:
    """Wait until the API answers and has read what the corpus holds."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(httpx2.TransportError):
            told = httpx2.get(f"{url}/v1/search", params={"q": "سلام"}).json()
            if told.get("corpus", {}).get("version"):
                return
        time.sleep(0.1)
    raise TimeoutError("the API was not ready in time")
