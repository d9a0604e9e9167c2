"""Memory of a load of several gigabytes: `python -m engine run -- python -m bench.memory [GIGABYTES]`.

The input is one file of JSON lines. Its first hundredth is reports that are new; then they come again and again, so that the
engine, which is not what is measured, has little to do: each line is read, checked, cut, folded and compared all the same.
Printed is the highest of each tenth of the run, of the command and the processes that it started.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.formats import reports, write_jsonl
from bench.load import TOTAL, family, resident
from bench.own_indices import own_indices

GIGABYTE = 10**9


def write_repeated(folder: Path, size: int) -> Path:
    """Write a file of at least `size` bytes, the same reports again and again, and return it."""
    write_jsonl(folder, reports(TOTAL))
    once = folder / "corpus.jsonl"
    part = once.read_bytes()
    with once.open("ab") as file:
        while file.tell() < size:
            file.write(part)
    return once


def sampled(path: Path, index: str) -> list[float]:
    """Return megabytes that a load of a file holds, every half second."""
    command = [sys.executable, "-m", "indexer", "load", str(path)]
    told = []
    with subprocess.Popen(command, env={**os.environ, "RASD_INDEX": index}, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            told.append(sum(map(resident, family(process.pid))))
            time.sleep(0.5)
    assert process.returncode == 0  # noqa: S101  (a bench that lost something measures nothing)
    return told


def main() -> None:
    """Load and print one line a tenth."""
    size = int(float(sys.argv[1] if len(sys.argv) > 1 else 2) * GIGABYTE)
    with tempfile.TemporaryDirectory() as name, own_indices() as (_engine, settings):
        path = write_repeated(Path(name), size)
        started = time.monotonic()
        told = sampled(path, settings.index)
        print(f"{path.stat().st_size / GIGABYTE:.2f} GB in {time.monotonic() - started:,.0f} s")
    step = max(1, len(told) // 10)
    for start in range(0, len(told), step):
        print(f"{start * 100 // len(told):>3} %  {max(told[start : start + step]):6.0f} MB")


if __name__ == "__main__":
    main()
