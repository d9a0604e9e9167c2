"""Links to a text in its page: whole where it is short, by its ends where it is long, and only to the web."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from api.fragments import text_url

PAGE = "https://example.org/a"


def test_the_signs_of_the_format_are_encoded():
    """What has a meaning in a text fragment, or in an address, is encoded; the text comes out of it again."""
    text = "a-b, c&d #e %20 «إدلب» 5/6?"
    link = text_url(PAGE, text)
    named = link.removeprefix(f"{PAGE}#:~:text=")
    assert (
        named
        == (
            "a%2Db%2C%20c%26d%20%23e%20%2520%20%C2%AB%D8%A5%D8%AF%D9%84%D8%A8%C2%BB%205%2F6%3F"  # typed by hand from the format
        )
    )
    assert unquote(named) == text


def test_a_long_text_is_named_by_its_ends():
    """A long text is named by its first and last six words, with the one comma that is not encoded between."""
    words = [f"كلمة{number}," for number in range(80)]
    named = text_url(PAGE, "\n".join(words)).partition(":~:text=")[2]
    start, end = named.split(",")
    assert (unquote(start), unquote(end)) == (" ".join(words[:6]), " ".join(words[-6:]))


FRAGMENTS = [
    (f"{PAGE}#part", f"{PAGE}#part:~:text=x"),
    (f"{PAGE}?q=1#", f"{PAGE}?q=1#:~:text=x"),
    (f"{PAGE}#a:~:text=other", f"{PAGE}#a:~:text=x"),
]


@pytest.mark.parametrize(("url", "link"), FRAGMENTS)
def test_an_address_with_a_fragment(url, link):
    """A fragment of the page's own is kept, a text that it names already is not."""
    assert text_url(url, "x") == link


@pytest.mark.parametrize(
    "url", [None, "", "javascript:alert(1)", "data:text/html,x", "file:///a", "//a", "http://[", "x"]
)
def test_only_the_web_is_linked(url):
    """What is no address of the web gets no link."""
    assert text_url(url, "x") is None
