"""What came of a feed: whether it is one, and what to say where it is not."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from lxml import html

from indexer.polling.exchange import Feed, Fetched, server_of
from indexer.readers.given import Refused, Source
from indexer.readers.sources import format_told, read

LONGEST_FAULT = 500
"""Characters of what is kept of a fault."""
_KINDS = {"feed": "feed", "json": "json_feed"}
"""The reader that takes what came, by what it looks like: of JSON only feeds, as other JSON may be of any collection."""


def look_at(feed: Feed, fetched: Fetched, path: Path) -> tuple[Source | None, str]:
    """Return what came, as a file to read, and its digest.

    What is no feed, or whatever somebody made it into, becomes the feed's fault and no other's.
    """
    fetched.fault = fetched.fault[:LONGEST_FAULT]
    if fetched.fault or not fetched.came:
        return None, ""
    server = server_of(feed.url)
    source = Source(
        path,
        root=server,
        below=f"{server}{urlsplit(feed.url).path}",
        named=True,
        charset=fetched.charset,
        url=fetched.answered,
    )
    try:
        kind = format_told(source)
        if reader := _KINDS.get(kind):
            source = replace(source, format=reader)
            first = next(read(source), None)
            if not isinstance(first, Refused) or first.place != source.place:
                return source, hashlib.sha256(path.read_bytes()).hexdigest()
            fetched.fault = first.reason[:LONGEST_FAULT]
        else:
            fetched.fault = _no_feed(source, kind)[:LONGEST_FAULT]
    except Exception as error:  # noqa: BLE001  (hostile files: no parser's fault ends the polling of the others)
        fetched.fault = f"what came cannot be read ({type(error).__name__})"
    return None, ""


def _no_feed(source: Source, kind: str) -> str:
    """Say what came in place of a feed; of a web page also which feeds it names."""
    if kind != "html":
        return "what came is neither RSS nor Atom nor JSON Feed"
    named = [
        urljoin(source.url, link.get("href", ""))
        for link in html.fromstring(source.path.read_bytes()).iter("link")
        if "alternate" in (link.get("rel") or "").lower()
        and re.search(r"(rss|atom|feed)\+(xml|json)", link.get("type") or "")
    ]
    return f"a web page and no feed; it names {', '.join(named[:3])}" if named else "a web page and no feed"
