"""What checks that break nodes stand on: folders that the node's user may enter, child processes, words with known answers."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from settings import CHECKOUT

HEAP = "512m"
_LETTERS = "جحخدرزصطعغ"
"""A letter for each digit; none of them is ever attached to a word."""


@contextmanager
def open_folder() -> Iterator[Path]:
    """Give a new folder that the user who runs nodes for root may enter, and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="rasd-check-")).resolve()
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def ask(url: str, method: str, path: str, body: Any = None, seconds: float = 90.0) -> tuple[int, Any]:
    """Send one request to a node, past both doors, and return the status and the JSON of the answer."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=seconds)
    try:
        text = None if body is None else json.dumps(body)
        connection.request(method, path, text, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, json.load(response)
    finally:
        connection.close()


def child(module: str, *arguments: str, settings: Mapping[str, str], **pipes: Any) -> subprocess.Popen[str]:
    """Start `python -m MODULE ARGUMENTS` with settings of its own (`RASD_...`)."""
    command = [sys.executable, "-m", module, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), **settings}
    return subprocess.Popen(command, env=environment, text=True, cwd=CHECKOUT, **pipes)


@contextmanager
def served(settings: Mapping[str, str]) -> Iterator[str]:
    """Run the API as a process on a free port and yield its address; the process is ended afterwards."""
    alone = {"RASD_PORT": "0", "RASD_RATE_LIMIT": "off", **settings}
    with child("api", settings=alone, stdout=subprocess.PIPE) as process:
        try:
            yield process.stdout.readline().split()[1]
        finally:
            process.terminate()


def word(number: int) -> str:
    """Return the word of a number: others are not met by it at the level `exact`."""
    return "ظ" + "".join(_LETTERS[int(digit)] for digit in f"{number:07}")


def report(number: int, words: list[str]) -> str:
    """Return a report as a line: a title, and two paragraphs that both hold the words."""
    told = " ".join(words)
    record = {"id": f"r{number}", "title": f"تقرير {number}", "paragraphs": [f"أول {told}", f"ثان {told}"]}
    return json.dumps(record, ensure_ascii=False) + "\n"
