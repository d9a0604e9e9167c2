"""The types that the modules of the page say in their comments, checked by TypeScript."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
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


def test_a_program_has_types(tmp_path: Path) -> None:
    """The types that come out of the OpenAPI document compile, hold for a right program and refuse a wrong one."""
    tool = TYPES / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
    if not tool.is_file() or shutil.which("node") is None:
        missing("there is no openapi-typescript (npm ci --prefix tests/types)")
    environment = {**os.environ, "PYTHON": sys.executable}
    subprocess.run([CHECKOUT / "scripts" / "types", tmp_path / "rasd-api.d.ts"], check=True, env=environment)
    shutil.copy(TYPES / "example.ts", tmp_path)
    checker = TYPES / "node_modules" / "typescript" / "lib" / "tsc.js"
    command = ["node", checker, "--strict", "--noEmit", "--target", "ESNext", tmp_path / "example.ts"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout) == (0, "")
