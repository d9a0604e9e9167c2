"""Where the checks of the door take place: indices of their own, filled, and the API as a process of its own over them."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import orjson

from analyzers.mappings import INDEX_KINDS
from analyzers.names import Aliases
from engine.node import LocalNode
from indexer.commands import LoadOptions, load
from indexer.engine import WritingEngine
from indexer.indices import Indices
from settings import CHECKOUT, Settings, read_settings

Json = dict[str, object]

PATIENT = {"READ_TIMEOUT": "20", "SEARCH_TIMEOUT": "20"}
"""Limits far beyond what the API promises: for a control, and for checks of what is answered, not when."""
WORD = "قصف"
"""A word that every paragraph of `reports` holds."""
_TEXTS = (
    "قصف مدفعي على ريف إدلب الجنوبي أوقع جرحى بين المدنيين",
    "غارات جوية وقصف صاروخي على أحياء حلب الشرقية",
    "قصف بالبراميل المتفجرة طال مستشفى ميدانيا في درعا",
    "توقف القصف بعد اتفاق خفض التصعيد برعاية مجلس الأمن",
)


@dataclass(frozen=True, slots=True)
class Served:
    """The API as a process: its address, its pid, and the file that its output goes to."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def told(self) -> str:
        """Return what the process has written so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def sockets(self) -> int:
        """Return how many sockets the process has open (Linux)."""
        folder = Path(f"/proc/{self.process.pid}/fd")
        return sum(_is_socket(place) for place in folder.iterdir())

    def peak_memory(self) -> float:
        """Return the most megabytes that the process ever held (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0


def _is_socket(place: Path) -> bool:
    try:
        return str(place.readlink()).startswith("socket:")
    except OSError:
        return False


def reports(count: int, paragraphs: int = 20) -> Iterator[Json]:
    """Yield reports that hold so many paragraphs together; every paragraph holds `WORD`."""
    for start in range(0, count, paragraphs):
        numbers = range(start, min(start + paragraphs, count))
        texts = [f"{WORD} {_TEXTS[number % len(_TEXTS)]} {number}" for number in numbers]
        yield {"id": f"report-{start}", "published": f"20{10 + start % 15}", "paragraphs": texts}


@contextmanager
def filled(settings: Settings, records: Sequence[Json] | Iterator[Json] = ()) -> Iterator[Settings]:
    """Load records into indices of their own, yield their settings, and remove them at the end."""
    given = settings.model_dump() | {"index": f"edge{secrets.token_hex(5)}", "corpus_refresh": 0.5}
    own = read_settings(**given)
    engine = WritingEngine(own)
    try:
        Indices(engine, own).ensure()
        load_records(engine, own, records)
        yield own
    finally:
        for kind in INDEX_KINDS:
            for name in engine.indices(Aliases(own.index).concrete_pattern(kind)):
                engine.delete_index(name)
        engine.close()


def load_records(engine: WritingEngine, settings: Settings, records: Sequence[Json] | Iterator[Json]) -> None:
    """Load records as a file of lines."""
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "records.jsonl"
        with lines.open("wb") as file:
            # The standard library's escapes carry what orjson does not write, such as half a surrogate pair.
            file.writelines(_line(record) for record in records)
        if lines.stat().st_size:
            load(engine, settings, [lines], LoadOptions("default"))


def _line(record: Json) -> bytes:
    try:
        return orjson.dumps(record) + b"\n"
    except TypeError:
        import json  # noqa: PLC0415  (for the few records that want it)

        return json.dumps(record).encode() + b"\n"


@contextmanager
def served(settings: Settings, prelude: str = "", environment: Mapping[str, str] | None = None) -> Iterator[Served]:
    """Run `python -m api` over the indices of `settings`.

    `prelude` is Python that runs in the process before the server starts: a control takes out there what keeps a promise.
    `environment` names further settings without their prefix, such as `{"LOG_LEVEL": "debug"}`.
    """
    values = {"OPENSEARCH_URL": ",".join(settings.opensearch_urls()), "INDEX": settings.index, "PORT": "0"}
    values |= {"DATA_DIR": str(settings.data_dir), **(environment or {})}
    variables = {**os.environ, "PYTHONUNBUFFERED": "1", **{f"RASD_{name}": value for name, value in values.items()}}
    code = f"{prelude}\nfrom api.__main__ import main\nmain([], prog_name='python -m api')"
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "api.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-c", code], cwd=CHECKOUT, env=variables, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            yield Served(_address(process, log), process, log)
        finally:
            process.kill()
            process.wait()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Wait until the server says where it is and answers there."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends and process.poll() is None:
        if found := re.search(r"http://[\d.:]+", log.read_text(encoding="utf-8", errors="replace")):
            try:
                httpx2.get(f"{found[0]}/health/live", timeout=5)
            except httpx2.TransportError:
                pass
            else:
                return found[0]
        time.sleep(0.05)
    raise RuntimeError(f"the API did not start: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


@contextmanager
def own_node() -> Iterator[tuple[LocalNode, Settings]]:
    """Start a node of its own, of which a check may do what it likes, and remove it with its data."""
    with tempfile.TemporaryDirectory(prefix="rasd-edge-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)  # root runs the node as nobody, who has to enter it
        settings = read_settings(data_dir=folder / "data", heap="512m", opensearch_url=None)
        node = LocalNode(settings)
        node.start()
        try:
            yield node, settings
        finally:
            node.stop()
