"""A real browser for the tests of the page, and the pictures of the documentation that it takes.

python tests/browser.py http://127.0.0.1:8000 docs/pictures   (a running Rasd that holds the seeds)
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from api.params import SearchParams

Scheme = Literal["light", "dark"]

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


FACETS = {
    "source": [{"value": "غرفة التحرير", "count": 9}, {"value": "مكتب الشمال", "count": 5}],
    "place": [{"value": "إدلب", "count": 12}, {"value": "حلب", "count": 3}],
    "month": [
        {"value": "2018-09", "count": 5},
        {"value": "2018-10", "count": 1},
        {"value": "2019-04", "count": 3},
        {"value": "2019-06", "count": 8},
        {"value": "2017", "count": 2},
        {"value": None, "count": 4},
    ],
}


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
    expect(page.locator(":is([part=list], [part=help], [part=error], .intro):visible").first).to_be_visible()


def asked(route: Route) -> dict:
    """Return what was asked, without what this server does not know."""
    told = json.loads(route.request.post_data or "{}")
    return {name: value for name, value in told.items() if name in {*SearchParams.model_fields, "from", "to"}}


def with_facets(route: Route) -> None:
    """Answer as the API does, with facets of which a test knows the values."""
    known = {name: value for name, value in asked(route).items() if name != "facets"}
    answer = route.fetch(post_data=json.dumps(known))
    told = answer.json()
    if "facets" in (route.request.post_data or "") and answer.ok:
        told["facets"] = FACETS
    route.fulfill(response=answer, json=told)


def picture(
    browser: Browser, base: str, path: Path, size: tuple[int, int] = (1200, 800), scheme: Scheme = "light"
) -> None:
    """Take a picture of a search as people see it; 1.5 keeps it sharp and under 300 kB."""
    shape = {"width": size[0], "height": size[1]}
    with browser.new_context(viewport=shape, device_scale_factor=1.5, color_scheme=scheme) as context:
        page = context.new_page()
        page.goto(address(base, q="ادلب"))
        settled(page, "ادلب")
        page.evaluate("document.activeElement.blur()")
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path)


if __name__ == "__main__":
    with launched(shutil.which("chromium") or "chromium") as chromium:
        base, folder = sys.argv[1], Path(sys.argv[2])
        picture(chromium, base, folder / "search.png")
        picture(chromium, base, folder / "search-dark.png", scheme="dark")
        picture(chromium, base, folder / "phone.png", (390, 844))
        picture(chromium, base, folder / "phone-dark.png", (390, 844), "dark")
