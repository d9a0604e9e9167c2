"""Feeds of a search: its newest paragraphs as Atom and as JSON Feed 1.1, without marks and with all text escaped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from feedgenerator import Atom1Feed

from analyzers.names import Aliases
from api.corpus import Corpus
from api.documents import permalink
from api.engine import ReadingEngine
from api.hits import paragraph_of
from api.lexicon import LexiconWatch
from api.params import FeedParams
from api.request import HIT_FIELDS, hits_query
from api.scope import Scope
from api.understanding import Understanding
from settings import Settings

Json = dict[str, Any]

NEWEST_FIRST: list[Json] = [
    {"published_from": {"order": "desc", "missing": "_last"}},
    {"report_id": "asc"},
    {"position": "asc"},
]
LONGEST_TITLE = 80
BEGINNING = "1970-01-01T00:00:00.000Z"

# What XML 1.0 has no way to write. A stored text has none of it, a query may.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A paragraph in a feed. `published` is None where the report has no date, `updated` when it was loaded."""

    paragraph: Json
    published: str | None
    updated: str

    @property
    def title(self) -> str:
        """The report's title, else how the paragraph begins."""
        return str(self.paragraph["title"] or self.paragraph["text"][:LONGEST_TITLE])


@dataclass(frozen=True, slots=True)
class Feed:
    """The newest paragraphs of a search, and where the feed itself is."""

    q: str
    base: str
    address: str
    updated: str
    entries: list[Entry]


class Feeder:
    """Finds what a feed holds, by one search and one look at the reports of its hits."""

    def __init__(self, engine: ReadingEngine, corpus: Corpus, lexicon: LexiconWatch, settings: Settings) -> None:
        self._engine = engine
        self._corpus = corpus
        self._understanding = Understanding(engine, lexicon, settings.index)
        self._settings = settings
        self._aliases = Aliases(settings.index)

    async def feed(self, params: FeedParams, base: str, address: str, scope: Scope) -> Feed:
        """Return the feed of a search; `base` is this server's address, `address` the feed's own."""
        with self._engine.one_answer():
            found = await self._engine.search(self._aliases.paragraphs, await self._body(params, scope), scope)
            sources = [hit["_source"] for hit in found["hits"]["hits"]]
            reports = sorted({source["report_id"] for source in sources})
            records: dict[str, Json] = {}
            if reports:
                records = await self._engine.documents(self._aliases.reports, reports, scope, ["changed_at"])
        entries = [_entry(source, records) for source in sources]
        updated = max((entry.updated for entry in entries), default=self._corpus.told(scope)["loaded_at"] or BEGINNING)
        return Feed(params.q, base, address, updated, entries)

    async def _body(self, params: FeedParams, scope: Scope) -> Json:
        tree = await self._understanding.tree(params.q, scope)
        return {
            "size": params.size,
            "query": hits_query(params, tree, self._settings.zone),
            "sort": NEWEST_FIRST,
            "_source": [*HIT_FIELDS, "published_from"],
            "track_total_hits": False,
        }


def _entry(source: Json, records: dict[str, Json]) -> Entry:
    # A report that was taken down between the two requests has a record still; one of a fresh load may have none yet.
    record = records.get(source["report_id"], {"changed_at": BEGINNING})
    return Entry(paragraph_of(source), source.get("published_from"), record["changed_at"])


class _Atom(Atom1Feed):  # type: ignore[misc]  # the library has no types
    """The library's Atom, whose own time is that of its newest entry, and of now never: else no feed were ever the same."""

    def latest_post_date(self) -> datetime:
        return _moment(self.feed["updated"])

    def add_item_elements(self, handler: Any, item: Json) -> None:
        super().add_item_elements(handler, item)
        if item["original"]:
            handler.addQuickElement("link", "", {"rel": "related", "href": item["original"]})


def atom(feed: Feed) -> bytes:
    """Return a feed as Atom (RFC 4287). The content of an entry is its text as HTML without any tag but line breaks."""
    written = _Atom(
        _xml(_title(feed)),
        f"{feed.base}/",
        None,
        language="ar",
        author_name="Rasd",
        feed_url=feed.address,
        feed_guid=feed.address,
        updated=feed.updated,
    )
    for entry in feed.entries:
        paragraph = entry.paragraph
        written.add_item(
            _xml(entry.title),
            _link(feed, paragraph),
            None,
            unique_id=_link(feed, paragraph),
            content=escape(_xml(paragraph["text"])).replace("\n", "<br>"),
            updateddate=_moment(entry.updated),
            pubdate=_moment(entry.published) if entry.published else None,
            author_name=_xml(paragraph["source"]) if paragraph["source"] else None,
            categories=[_xml(tag) for tag in paragraph["tags"]],
            original=paragraph["text_url"],
        )
    return str(written.writeString("utf-8")).encode()


def json_feed(feed: Feed) -> Json:
    """Return a feed as JSON Feed 1.1."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(feed),
        "home_page_url": f"{feed.base}/",
        "feed_url": feed.address,
        "language": "ar",
        "items": [_item(feed, entry) for entry in feed.entries],
    }


def _item(feed: Feed, entry: Entry) -> Json:
    paragraph = entry.paragraph
    told = {
        "id": _link(feed, paragraph),
        "url": _link(feed, paragraph),
        "external_url": paragraph["text_url"],
        "title": entry.title,
        "content_text": paragraph["text"],
        "date_published": entry.published,
        "date_modified": entry.updated,
        "authors": [{"name": paragraph["source"]}] if paragraph["source"] else None,
        "tags": paragraph["tags"] or None,
        "language": paragraph["language"],
    }
    return {name: value for name, value in told.items() if value is not None}


def _title(feed: Feed) -> str:
    return f"رصد: {feed.q}"


def _link(feed: Feed, paragraph: Json) -> str:
    return feed.base + permalink(paragraph)


def _xml(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
