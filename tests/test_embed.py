"""The example of docs/embed.md: a page from another address searches the API and marks whole words."""

from __future__ import annotations

import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

import pytest
from browser import launched
from conftest import CHECKOUT
from playwright.sync_api import expect

from analyzers.normalize import normalize


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_arguments):
        """Write no line to the terminal."""


@pytest.fixture
def newsroom():
    """The base URL of a server of another origin that has the example."""
    handler = functools.partial(Quiet, directory=CHECKOUT / "docs" / "examples")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_the_example_searches_from_another_origin(newsroom, page_server, chromium_path):
    """Served from another port, the page finds بإدلب when ادلب is typed, and each mark is a whole word."""
    with launched(chromium_path) as browser, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{newsroom}/embed.html?{urlencode({'endpoint': page_server})}")
        page.get_by_role("searchbox").fill("ادلب")
        page.get_by_role("button").click()
        expect(page.get_by_role("status")).to_contain_text("فقرة")
        marked = page.locator("mark").all_text_contents()
        assert len(marked) >= 10
        assert {normalize(word) for word in marked} <= {"ادلب", "بادلب", "لادلب", "وادلب", "وبادلب"}
        page.get_by_role("searchbox").fill("؟")
        page.get_by_role("button").click()
        expect(page.get_by_role("status")).to_contain_text("no word in it")
        expect(page.locator("li")).to_have_count(0)
