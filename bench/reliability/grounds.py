"""What checks that break nodes stand on: folders that the node's user may enter, child processes, words with known answers."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import IO, Any
from urllib.parse import urlsplit

from settings import CHECKOUT

_LETTERS = "جحخدرزصطعغ"
"""A letter for each digit; none of them is ever attached to a word."""


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


UNLIMITED = {"RASD_RATE_LIMIT": "off"}
"""Of an API that a check asks as fast as it answers."""


def child(module: str, *arguments: str, settings: Mapping[str, str], **pipes: Any) -> subprocess.Popen[str]:
    """Start `python -m MODULE ARGUMENTS` with settings of its own (`RASD_...`)."""
    command = [sys.executable, "-m", module, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), **settings}
    return subprocess.Popen(command, env=environment, text=True, cwd=CHECKOUT, **pipes)


def input_of(process: subprocess.Popen[str]) -> IO[str]:
    """Return the standard input of a process that was started with a pipe to it."""
    if process.stdin is None:
        raise ValueError("the process was started without a pipe to its standard input")
    return process.stdin


def output_of(process: subprocess.Popen[str]) -> IO[str]:
    """Return the standard output of a process that was started with a pipe from it."""
    if process.stdout is None:
        raise ValueError("the process was started without a pipe from its standard output")
    return process.stdout


def word(number: int) -> str:
    """Return the word of a number: others are not met by it at the level `exact`."""
    return "ظ" + "".join(_LETTERS[int(digit)] for digit in f"{number:07}")


def report(number: int, words: list[str]) -> str:
    """Return a report as a line: a title, and two paragraphs that both hold the words."""
    told = " ".join(words)
    record = {"id": f"r{number}", "title": f"تقرير {number}", "paragraphs": [f"أول {told}", f"ثان {told}"]}
    return json.dumps(record, ensure_ascii=False) + "\n"
