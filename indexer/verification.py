"""New indices are checked before they are swapped in: what they were made from, what they hold, and whether it is found.

Each check raises IndexerError with what differs; nothing has been swapped by then. All of them read page by page.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from analyzers.names import TEXT, TEXT_EXACT, TEXT_STEM
from indexer.checksum import Checksum
from indexer.engine import WritingEngine
from indexer.errors import IndexerError
from indexer.indices import Indices, made_at
from indexer.rebuild import Rebuilt

Json = dict[str, Any]

KEPT_AS_IT_IS = "the one in use was kept"
PAGE = 500
SAMPLE = 20
"""Paragraphs of a new index that have to be found by their own words."""


@dataclass(slots=True)
class Sample:
    """A few of many, each as likely as any other, without all of them in memory."""

    # Which paragraphs are tried is no secret.
    chance: random.Random = field(default_factory=random.Random)
    seen: int = 0
    taken: list[tuple[str, str]] = field(default_factory=list)
    """Id and text."""

    def offer(self, document_id: str, text: str) -> None:
        """See one more."""
        self.seen += 1
        if len(self.taken) < SAMPLE:
            self.taken.append((document_id, text))
        elif (place := self.chance.randrange(self.seen)) < SAMPLE:
            self.taken[place] = (document_id, text)


def refuse_smaller_store(indices: Indices, corpus: Json | None) -> None:
    """Refuse to rebuild from a store that has lost reports since the corpus was counted: no command takes a record away.

    A store that is younger than the count (a fresh load was killed just after its swap) is another one.
    """
    begun = made_at(str(indices.current("reports")))
    if corpus is None or begun is None or begun > datetime.fromisoformat(corpus["loaded_at"]).astimezone(UTC):
        return
    if (stored := indices.engine.count(indices.aliases.reports)) < corpus["reports"]:
        raise IndexerError(
            f"the store holds {stored:,} reports, and {corpus['reports']:,} were counted when it was written last, so "
            f"{KEPT_AS_IT_IS}: restore {indices.aliases.reports} from a backup, or load the reports again "
            "(`rebuild --unverified` makes the index from what is left)"
        )


def refuse_damaged(rebuilt: Rebuilt, stored: int) -> None:
    """Refuse what was made of a part of the store, or of reports that are not what they were when they were stored."""
    if rebuilt.reports != stored:
        raise IndexerError(f"{rebuilt.reports:,} of {stored:,} stored reports were read: {KEPT_AS_IT_IS}")
    if rebuilt.damaged:
        raise IndexerError(
            f"{rebuilt.damaged:,} of {stored:,} stored reports are not what their checksum says, the first is "
            f"{rebuilt.first_damaged}: {KEPT_AS_IT_IS}. Restore the store from a backup, or `delete` them and "
            "`load --restore` them (`rebuild --unverified` takes them as they are)"
        )


def refuse_other_count(engine: WritingEngine, name: str, kind: str, wanted: int, query: Json | None = None) -> None:
    """Refuse an index that holds another number of documents than it should."""
    if (found := engine.count(name, query)) != wanted:
        raise IndexerError(f"the new index holds {found:,} {kind} and not {wanted:,}: {KEPT_AS_IT_IS}")


def refuse_other_content(engine: WritingEngine, name: str, kind: str, written: Checksum) -> None:
    """Refuse an index that does not hold, id by id and text by text, what was written, or does not find it."""
    found, sample = Checksum(), Sample()
    for hit in _hits(engine, name, kind):
        if kind == "paragraphs":
            found.add_text(hit["_id"], hit["_version"], hit["_source"]["text"])
            sample.offer(hit["_id"], hit["_source"]["text"])
        else:
            found.add_document(hit["_id"], hit["_version"], hit["_source"])
    if found != written:
        raise IndexerError(f"the checksum of the new index is not that of the {kind} written: {KEPT_AS_IT_IS}")
    _refuse_not_found(engine, name, sample.taken)


def _hits(engine: WritingEngine, name: str, kind: str) -> Iterator[Json]:
    # Of a paragraph its own text and not the hash that stands beside it.
    pages = (
        engine.pages(name, {"version": True, "_source": ["text"]}, size=PAGE)
        if kind == "paragraphs"
        else engine.report_pages(name, {"version": True})
    )
    for page in pages:
        yield from page


def _refuse_not_found(engine: WritingEngine, name: str, sample: list[tuple[str, str]]) -> None:
    """Refuse an index in which a paragraph is not found by the phrase of all its words, at each level of spelling."""
    answers = engine.searches(name, [_phrase(document_id, text) for document_id, text in sample]) if sample else []
    if missed := [document_id for (document_id, _), hits in zip(sample, answers, strict=True) if not hits]:
        raise IndexerError(
            f"{len(missed)} of {len(sample)} paragraphs of the new index are not found by their own words, the first is "
            f"{missed[0]}: {KEPT_AS_IT_IS}"
        )


def _phrase(document_id: str, text: str) -> Json:
    # The whole text, as a part of it can be read otherwise (a word written apart is one word); "***" has no word at all.
    phrases = [
        {"match_phrase": {name: {"query": text, "zero_terms_query": "all"}}} for name in (TEXT, TEXT_EXACT, TEXT_STEM)
    ]
    only = {"ids": {"values": [document_id]}}
    return {"size": 1, "_source": False, "query": {"bool": {"must": phrases, "filter": [only]}}}
