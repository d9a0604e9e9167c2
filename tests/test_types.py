"""The types that the modules of the page say in their comments, checked by TypeScript."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import playwright
from conftest import CHECKOUT, missing

TYPES = CHECKOUT / "tests" / "types"


def test_the_types_of_the_modules_hold() -> None:
    """`tsc --strict` finds nothing wrong in api/widget and api/page."""
    checker = TYPES / "node_modules" / "typescript" / "lib" / "tsc.js"
    if not checker.is_file():
        missing("there is no TypeScript (npm ci --prefix tests/types)")
    # Playwright brings a Node where the machine has none.
    node = shutil.which("node") or str(Path(playwright.__file__).parent / "driver" / "node")
    told = subprocess.run(
        [node, checker, "--project", TYPES], capture_output=True, text=True, check=False, cwd=CHECKOUT
    )
    assert (told.returncode, told.stdout) == (0, "")
