"""Reads RSS and Atom: one report an entry."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import feedparser

from indexer.readers.blocks import blocks_of_piece
from indexer.readers.drafts import Draft, paragraph
from indexer.readers.given import Findings, Item, Refused, Source
from indexer.readers.text import decoded_file
from indexer.readers.xml import declared_charset, without_entities

LARGEST = 64 * 1024 * 1024
"""Bytes of one feed."""


def read_feed(source: Source) -> Iterator[Item]:
    """Yield the report of each entry; of a feed that breaks off, those before that, and then the refusal."""
    size = source.path.stat().st_size
    decoded = decoded_file(declared_charset(source), LARGEST, "a feed")
    if isinstance(decoded, Refused):
        yield decoded
        return
    text = without_entities(decoded.text)
    if text is None:
        yield Refused(source.place, "the feed declares entities, which are not expanded", size)
        return
    # A stream and never a string: the library would take one that begins with http for an address, and ask there.
    told = {"content-type": "application/xml; charset=utf-8"} | ({"content-location": source.url} if source.url else {})
    feed = feedparser.parse(BytesIO(text.encode()), response_headers=told)
    share = size // max(len(feed.entries), 1)
    for number, entry in enumerate(feed.entries, start=1):
        draft = _draft(entry, feed.feed)
        yield draft.given(
            source,
            share,
            Findings(format="feed", encoding=decoded.told, mended=decoded.mended if number == 1 else 0),
            f"{source.place}:{number}",
            is_file=False,
        )
    if not feed.version or (feed.bozo and not _is_harmless(feed.bozo_exception)):
        found = f"after {len(feed.entries):,} entries" if feed.entries else "from the beginning"
        yield Refused(source.place, f"a broken feed {found}: {_said(feed.get('bozo_exception'))}")


def _draft(entry: Any, feed: Any) -> Draft:
    markup = next(
        (part.get("value", "") for part in entry.get("content", []) if part.get("value")), entry.get("summary", "")
    )
    return Draft(
        title=" ".join(block.text for block in blocks_of_piece(entry.get("title", ""))),
        paragraphs=[paragraph(block.text, block.kind) for block in blocks_of_piece(markup)],
        id=entry.get("id", ""),
        source=entry.get("source", {}).get("title", "") or feed.get("title", ""),
        author=entry.get("author", ""),
        url=entry.get("link", ""),
        published=entry.get("published", "") or entry.get("updated", ""),
        language=(feed.get("language") or "").strip(),
        tags=[tag.term for tag in entry.get("tags", []) if tag.get("term")],
    )


def _is_harmless(fault: Exception) -> bool:
    return isinstance(fault, feedparser.CharacterEncodingOverride | feedparser.NonXMLContentType)


def _said(fault: Exception | None) -> str:
    return str(fault).partition("\n")[0][:200] if fault else "it is neither RSS nor Atom"
