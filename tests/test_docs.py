"""The documentation: its links lead somewhere, its commands and parameters exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import CHECKOUT
from pydantic import BaseModel

from api import params
from indexer.report import Report

PAGES = sorted([*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md"), CHECKOUT / "seeds" / "README.md"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_links_lead_somewhere(page):
    """Every link to a file of the project, pictures too, leads to one that is there."""
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not link.startswith(("http:", "https:")):
            assert (page.parent / link).exists(), link


def _parameter_models():
    """Return every model of parameters that there is."""
    models = [value for value in vars(params).values() if isinstance(value, type) and issubclass(value, BaseModel)]
    assert len(models) > 10
    return models


def test_each_parameter_is_on_the_page():
    """Every parameter of the API stands in docs/api.md."""
    page = (CHECKOUT / "docs" / "api.md").read_text(encoding="utf-8")
    for model in _parameter_models():
        for name, field in model.model_fields.items():
            assert f"`{field.alias or name}`" in page, name


def test_each_field_of_a_record_is_on_the_page():
    """Every field of a record stands in docs/records.md."""
    page = (CHECKOUT / "docs" / "records.md").read_text(encoding="utf-8")
    for name in Report.model_fields:
        assert f"`{name}`" in page, name


def test_make_targets_exist():
    """Every make target that a page names is one of the Makefile."""
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"(?:^    |`)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
        assert named <= targets, page


COMMANDS = [
    "indexer load",
    "indexer check",
    "indexer watch",
    "indexer delete",
    "indexer backup",
    "indexer restore",
    "indexer rebuild",
    "indexer status",
    "api",
    "api keys create",
    "api keys list",
    "api keys revoke",
    "api collections private",
    "engine start",
    "engine cluster start",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_explain_themselves(command):
    """Each command of the README answers --help with its own usage."""
    module, *rest = command.split()
    told = subprocess.run(
        [sys.executable, "-m", module, *rest, "--help"], check=True, capture_output=True, text=True, cwd=CHECKOUT
    )
    assert f"python -m {command}" in told.stdout


def test_no_page_names_this_machine():
    """Nothing in the project names a path of the machine that it was written on, or a package registry's host."""
    files = subprocess.run(["git", "ls-files"], check=True, capture_output=True, text=True, cwd=CHECKOUT).stdout.split()
    told = re.compile(
        "|".join(["/ro" + "ot/", "/wo" + "rk/", "pypi" + r"\.org", "maven" + r"\.org", "registry" + r"\.npmjs"])
    )
    for name in files:
        path = Path(CHECKOUT, name)
        if path.suffix not in {".png", ".jar"} and path.is_file():
            assert not told.search(path.read_text(encoding="utf-8")), name
