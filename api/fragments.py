"""Links to a text in a page: `https://example.org/report#:~:text=first%20words,last%20words`.

The format is that of the text fragments of WICG (https://wicg.github.io/scroll-to-text-fragment/): browsers scroll to the
text and mark it. In it `-`, `,` and `&` have meanings of their own, so that they are written as `%2D`, `%2C` and `%26`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

LONGEST_WHOLE = 300
"""Characters up to which a text is named whole; a longer one by its first and last words."""
WORDS_AT_EACH_END = 6


_ENCODED = re.compile(r"[^A-Za-z0-9_.~]+")
"""What is not written as it is: all but the unreserved characters of RFC 3986, and of these the hyphen."""


def text_url(url: str | None, text: str) -> str | None:
    """Return the address of a text in its page, None where the page has no address of the web."""
    if url is None or not _is_of_the_web(url):
        return None
    words = text.split()
    if len(text) <= LONGEST_WHOLE or len(words) <= 2 * WORDS_AT_EACH_END:
        named = _encoded(words)
    else:
        named = f"{_encoded(words[:WORDS_AT_EACH_END])},{_encoded(words[-WORDS_AT_EACH_END:])}"
    page, _, fragment = url.partition("#")
    # A directive of the page's own address would lead elsewhere.
    fragment = fragment.partition(":~:")[0]
    return f"{page}#{fragment}:~:text={named}"


def _encoded(words: list[str]) -> str:
    # `quote` goes byte by byte, in Python; an Arabic text is one run or a few.
    return _ENCODED.sub(lambda run: f"%{run[0].encode().hex('%').upper()}", " ".join(words))


@lru_cache(maxsize=4096)
def _is_of_the_web(url: str) -> bool:
    """Tell whether an address may be followed: a report's `url` is what somebody wrote, and can be `javascript:`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
