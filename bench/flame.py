"""Flame graphs of a request and of a load, into dist/: `make bench-flame`. They open in any browser.

py-spy looks at the process from outside, a hundred times a second: nothing in Rasd is changed for it, and no package of it is
a dependency (`uv tool run` takes it from the package registry). Where a process may not look into another (Linux without
root), it says so; `sudo` or `kernel.yama.ptrace_scope=0` allows it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.own_indices import own_indices
from bench.queries import judged_queries, paired
from bench.reports import write_reports
from bench.served import served
from bench.traffic import Traffic
from indexer.commands import LoadOptions, load
from settings import CHECKOUT

PARAGRAPHS = 5_000
SECONDS = 20
CONNECTIONS = 4
DIST = CHECKOUT / "dist"
PY_SPY = [str(Path(sys.executable).parent / "uv"), "tool", "run", "py-spy", "record", "--rate", "100", "--subprocesses"]


def main() -> None:
    """Record both."""
    DIST.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, own_indices(explain=True) as (engine, settings):
        file = write_reports(Path(folder), PARAGRAPHS)
        _record("flame-load.svg", [sys.executable, "-m", "indexer", "load", str(file)], {"RASD_INDEX": settings.index})
        load(engine, settings, [file], LoadOptions("bench"))
        with served(settings, environment={"EXPLAIN": "true"}) as api:
            api.wait_for_corpus()
            pair = paired(api.url, settings, judged_queries())
            with Traffic(CONNECTIONS) as traffic:
                traffic.block(pair.api, SECONDS / 4)
                recording = _started("flame-request.svg", ["--pid", str(api.process.pid), "--duration", str(SECONDS)])
                traffic.block(pair.api, SECONDS + 3)
                recording.wait()


def _record(name: str, command: Sequence[str], environment: dict[str, str]) -> None:
    with_environment = ["env", *(f"{key}={value}" for key, value in environment.items())]
    subprocess.run([*with_environment, *PY_SPY, "--output", str(DIST / name), "--", *command], check=True)


def _started(name: str, what: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*PY_SPY, "--output", str(DIST / name), *what])


if __name__ == "__main__":
    main()
