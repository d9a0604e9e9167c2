"""Rows whose short form is the whole of them: pytest runs it, and what it says at its end is the figure."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bench.reliability.checks import Run, Seen
from settings import Settings

FAILED = 1
"""Exit code of pytest where tests failed. Others say that it could not run them, which proves nothing."""


def by_pytest(test: str, prelude: str = "", more_environment: Mapping[str, str] | None = None) -> Run:
    """Return a run of tests by name. A control's `prelude` is Python that takes out first what keeps the promise."""
    # Of a control one that fails is enough; and the prelude has imported what pytest would have rewritten.
    more = ["-x", "-W", "ignore::pytest.PytestAssertRewriteWarning"] if prelude else []
    code = f"{prelude}\nimport sys, pytest\nsys.exit(pytest.main(sys.argv[1:]))"

    def run(_settings: Settings, _random: random.Random) -> Seen:
        command = [sys.executable, "-c", code, "-q", "--no-header", *more, *test.split()]
        # As in CI, where what is skipped fails.
        environment = {**os.environ, "CI": "true", **(more_environment or {})}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        last = done.stdout.strip().rpartition("\n")[2]
        # A prelude that ends in an error has this code too, and no last line.
        if done.returncode not in {0, FAILED} or " in " not in last:
            raise RuntimeError(f"pytest ended with {done.returncode}: {(done.stdout + done.stderr)[-2000:]}")
        return Seen(last, done.returncode == 0)

    return run


def conformance(examples: int, least: int) -> Run:
    """Return a run of the tests against the OpenAPI document with so many generated requests of each operation.

    It is kept only if at least so many requests were sent in all, those included that go through the schemas.
    """

    def run(settings: Settings, chance: random.Random) -> Seen:
        with tempfile.TemporaryDirectory() as folder:
            count = Path(folder) / "count"
            more = {"RASD_CONFORMANCE_EXAMPLES": str(examples), "RASD_CONFORMANCE_COUNT": str(count)}
            seen = by_pytest("tests/test_conformance.py", more_environment=more)(settings, chance)
            sent = int(count.read_text(encoding="ascii")) if count.exists() else 0
        return Seen(f"{sent:,} requests: {seen.figure}", seen.kept and sent >= least)

    return run
