"""A real browser for the tests of the page, and the picture of the README that it takes.

python tests/browser.py http://127.0.0.1:8000 docs/pictures/search.png   (a running Rasd that holds the seeds)
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, expect, sync_playwright

# It runs as root in containers, without a screen, and asks nobody for updates.
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def launched(chromium: str) -> Iterator[Browser]:
    """Yield a Chromium, closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        yield browser
        browser.close()


def address(base: str, **place: str) -> str:
    """Return the address of the page that shows a place: `q`, `match`, `report`, `at`."""
    return f"{base}/#{urlencode(place)}" if place else f"{base}/"


def settled(page: Page, q: str = "") -> None:
    """Wait until the page shows what was found for `q`, or that it was not."""
    expect(page).to_have_title(re.compile(f"^{re.escape(q)}{' - ' if q else ''}(رصد|Rasd)$"))
    expect(page.locator("form[aria-busy]")).to_have_count(0)
    expect(page.locator(".results > *").first).to_be_visible()


def picture(browser: Browser, base: str, path: Path, *, width: int = 1200, height: int = 800) -> None:
    """Take a picture of a search as people see it; 1.5 keeps it sharp and under 300 kB."""
    with browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=1.5) as context:
        page = context.new_page()
        page.goto(address(base, q="ادلب"))
        settled(page, "ادلب")
        page.evaluate("document.activeElement.blur()")
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path)


if __name__ == "__main__":
    with launched(shutil.which("chromium") or "chromium") as chromium:
        picture(chromium, sys.argv[1], Path(sys.argv[2]))
