"""The first results in a browser: from the address to the first hit on the screen, whose marks are set with its text."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

ROUNDS = 10
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def first_results(url: str, queries: Sequence[str]) -> list[float]:
    """Return milliseconds, each time with an empty cache; nothing where there is no Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        return []
    told = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        for number in range(ROUNDS + 1):
            context = browser.new_context()
            page = context.new_page()
            started = time.perf_counter()
            page.goto(f"{url}/#{urlencode({'q': queries[number % len(queries)]})}")
            page.locator("[part=hit]").first.wait_for()
            told.append((time.perf_counter() - started) * 1000)
            context.close()
        browser.close()
    return told[1:]
