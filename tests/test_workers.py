"""Making reports ready in processes: the same as in one, in the same order, and none outlives its parent."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

import mixed_folder
import pytest

from indexer import workers
from indexer.flight import Flight, in_order
from indexer.readers.given import Refused
from indexer.readers.sources import find_sources
from indexer.tally import Tally
from indexer.workers import Preparation, process_count, ready_reports
from settings import CHECKOUT

UTC = ZoneInfo("UTC")


def write_folder(folder):
    """Write small files and a large one, good lines and bad ones."""
    for number in range(5):
        (folder / f"a{number}.txt").write_text(f"عنوان {number}\nنص في إدلب", encoding="utf-8")
    (folder / "b.txt").write_bytes(b"\xff\xfe")
    lines = [json.dumps({"id": f"r{number}", "text": "قصف " * 50}) for number in range(300)]
    lines[7] = "لا"
    (folder / "c.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "d.txt").write_text("آخر", encoding="utf-8")


def test_processes_change_nothing(tmp_path, monkeypatch):
    """Two processes make of a folder what one makes, item for item and in order, whichever of them is faster."""
    monkeypatch.setattr(workers, "WHOLE_BYTES", 10_000)
    monkeypatch.setattr(workers, "TASK_BYTES", 20_000)
    write_folder(tmp_path)
    sources = find_sources([tmp_path])
    alone = list(ready_reports(sources, Preparation("c", UTC), 0))
    assert list(ready_reports(sources, Preparation("c", UTC), 2)) == alone
    assert len(alone) == 5 + 1 + 300 + 1
    assert [item.place for item in alone if isinstance(item, Refused)] == ["b.txt", "c.jsonl:8"]


def test_what_was_decided_comes_back(tmp_path, monkeypatch):
    """All formats: reports, refusals, what was skipped and what was decided are the same, wherever a file is read."""
    mixed_folder.make(tmp_path)
    sources = find_sources([tmp_path])
    alone, told = tallied(sources, 0)
    assert tallied(sources, 2) == (alone, told)
    assert {"windows-1256", "skipped", "mended", "remarks"} <= {word for word in re.split(r"[^\w-]+", told) if word}
    # Everything is read here now, and goes to the process as records.
    monkeypatch.setattr(workers, "WHOLE_BYTES", -1)
    monkeypatch.setattr(workers, "ONE_REPORT", set())
    assert tallied(sources, 1) == (alone, told)


def tallied(sources, processes):
    """Return what is for the load, and the details and sentences of the tally as one text."""
    details = io.BytesIO()
    tally = Tally(details)
    items = list(tally.counted(ready_reports(sources, Preparation("c", UTC), processes)))
    return items, "\n".join([details.getvalue().decode(), *tally.sentences()])


def test_where_a_file_is_read(tmp_path, monkeypatch):
    """A small archive is read here, record by record, for it may unpack to gigabytes; a large PDF is one report and is not."""
    monkeypatch.setattr(workers, "WHOLE_BYTES", 50)
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b'{"id": "a", "text": "b"}'))
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.4" + bytes(100))
    (tmp_path / "c.txt").write_text("نص", encoding="utf-8")
    (tmp_path / "d.txt").write_text("نص" * 50, encoding="utf-8")
    tasks = workers._tasks(find_sources([tmp_path]))  # noqa: SLF001
    told = [([source.place for source in task.sources], [item.place for item in task.items]) for task in tasks]
    assert [task for task in told if any(task)] == [
        ([], ["a.jsonl.gz/a.jsonl:1"]),
        (["b.pdf", "c.txt"], []),
        ([], ["d.txt"]),
    ]


@pytest.mark.parametrize(
    ("wanted", "size", "cores", "is_engine_here", "count"),
    [
        (None, 1000, 8, False, 0),
        (0, 10**9, 8, False, 0),
        (3, 1000, 1, True, 3),
        (None, 10**9, 8, False, 1),
        (None, 10**9, 3, True, 1),
        (None, 10**9, 2, False, 1),
        (None, 10**9, 2, True, 0),
        (None, 10**9, 1, True, 0),
    ],
)
def test_how_many_processes(monkeypatch, wanted, size, cores, is_engine_here, count):
    """A small load has none, a large one gets one where an engine here has a core left; the setting decides first."""
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    assert process_count(wanted, size, is_engine_here=is_engine_here) == count


def test_only_so_many_are_begun():
    """Of an endless input only so many tasks are begun as may be under way."""
    begun = []

    def tasks():
        for number in itertools.count():
            begun.append(number)
            yield number

    with ThreadPoolExecutor(4) as executor:
        results = in_order(executor, lambda number: number * 2, tasks(), ahead=4)
        assert [next(results) for _ in range(3)] == [0, 2, 4]
    assert len(begun) <= 7


def test_landing_is_in_order():
    """Tasks land in the order in which they were begun, not in that in which they end; an error is raised at the end."""
    landed = []

    def work(task):
        time.sleep(0.05 if task == 0 else 0)
        if task == 2:
            raise RuntimeError("two")

    with ThreadPoolExecutor(3) as executor:
        flight = Flight(executor, 3, work, landed.append)
        for task in range(3):
            flight.begin(task)
        flight.land_while(lambda task: task == 0)
        assert landed == [0]
        with pytest.raises(RuntimeError, match="two"):
            flight.land()
    assert landed == [0, 1]


HELPED = """
import sys, time
from pathlib import Path
from zoneinfo import ZoneInfo
from indexer.readers.sources import find_sources
from indexer.workers import Preparation, ready_reports
if __name__ == "__main__":
    next(ready_reports(find_sources([Path(sys.argv[1])]), Preparation("c", ZoneInfo("UTC")), 1))
    print("ready", flush=True)
    time.sleep(600)
"""


def test_no_process_outlives_a_killed_parent(tmp_path):
    """When a load is killed, its helpers end too, and say nothing of it."""
    script = tmp_path / "helped.py"
    script.write_text(HELPED, encoding="utf-8")
    folder = tmp_path / "files"
    folder.mkdir()
    write_folder(folder)
    process = subprocess.Popen(
        [sys.executable, str(script), str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )
    assert process.stdout.readline() == "ready\n"
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
    assert children
    process.send_signal(signal.SIGKILL)
    assert "Traceback" not in process.communicate(timeout=60)[1]
    for _ in range(200):
        if not any(_runs(child) for child in children):
            return
        time.sleep(0.05)
    raise AssertionError("a helper is left")


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
