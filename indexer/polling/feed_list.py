"""The list of feeds: a text with one address a line, or the OPML that feed readers export."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from lxml import etree

from analyzers.names import COLLECTION_PATTERN
from indexer.errors import IndexerError
from indexer.polling.exchange import Feed
from indexer.readers.encodings import Undecodable, decode_whole
from indexer.readers.xml import without_entities

LARGEST = 4 * 1024 * 1024
"""Bytes of one list."""
LONGEST_URL = 2000
MOST = 2000
"""Feeds of one list: what is known of all of them is one document of the engine."""


@dataclass(frozen=True, slots=True)
class BadEntry:
    """An entry of the list that names no feed: where it stands, and what would be right."""

    place: str
    reason: str


def read_feed_list(path: Path, collection: str) -> tuple[list[Feed], list[BadEntry]]:
    """Return the feeds of a list, each once, and the entries that are none. Raises IndexerError where there is no list."""
    feeds: dict[str, Feed] = {}
    bad: list[BadEntry] = []
    for place, entry in _entries(path):
        url, *rest = entry.split()
        feed = Feed(url, rest[0] if rest else collection)
        if reason := _fault(url, rest) or _conflict(feed, feeds):
            bad.append(BadEntry(place, reason))
        else:
            feeds[url] = feed
    if len(feeds) > MOST:
        raise IndexerError(f"{path}: a list may name {MOST:,} feeds, and this one names {len(feeds):,}")
    return list(feeds.values()), bad


def _entries(path: Path) -> Iterator[tuple[str, str]]:
    text = _text(path)
    if text.lstrip().startswith("<"):
        yield from _outlines(path, text)
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if (entry := line.strip()) and not entry.startswith("#"):
            yield f"{path.name}:{number}", entry


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise IndexerError(f"{path}: a list of feeds may have {LARGEST:,} bytes")
        return decode_whole(path.read_bytes()).text.lstrip("\ufeff")
    except OSError as error:
        raise IndexerError(f"{path}: the list of feeds cannot be read: {error.strerror or error}") from error
    except Undecodable as error:
        raise IndexerError(f"{path}: the list of feeds cannot be read: {error}") from error


def _outlines(path: Path, text: str) -> Iterator[tuple[str, str]]:
    """Yield the addresses of OPML: the attribute xmlUrl of an outline, in whatever depth."""
    plain = without_entities(text)
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(plain.encode(), parser) if plain is not None else None
    except etree.XMLSyntaxError as error:
        raise IndexerError(f"{path}: neither lines of addresses nor OPML: {error}") from error
    if root is None or etree.QName(root).localname != "opml":
        raise IndexerError(f"{path}: neither lines of addresses nor OPML")
    for outline in root.iter("outline"):
        if url := (outline.get("xmlUrl") or "").strip():
            yield f"{path.name}:{outline.sourceline}", re.sub(r"\s", "%20", url)


def _conflict(feed: Feed, feeds: dict[str, Feed]) -> str:
    other = feeds.get(feed.url, feed)
    return "" if other == feed else f"{feed.url} is in the list already, for the collection {other.collection}"


def _fault(url: str, rest: list[str]) -> str:
    """Say what is wrong with an entry, empty where it names a feed."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        return f"{url}: no address ({error})"
    if parts.scheme not in {"http", "https"} or not host:
        return f"{url}: write an address that begins with https:// or http://"
    if parts.username is not None:
        return "an address with a password in it: Rasd would keep it and show it; a feed is asked for without one"
    if len(url) > LONGEST_URL:
        return f"an address may have {LONGEST_URL:,} characters"
    if len(rest) > 1 or (rest and not re.fullmatch(COLLECTION_PATTERN, rest[0])):
        return f"{url}: after the address may stand one name of a collection (a-z, 0-9, - and _), and no more"
    return ""
