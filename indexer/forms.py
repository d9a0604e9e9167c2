"""The forms of the corpus: every spelling with its count, kept up by the differences that a load makes.

A form is a word folded to `letters`; its surfaces are the spellings that fold to it. Counts are of paragraphs. A load adds
what new paragraphs have and takes away what replaced ones had, so a report loaded twice counts once. A load that was
killed leaves its ledger open, and the next one counts all forms anew before it begins.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from heapq import nlargest
from itertools import groupby
from operator import itemgetter
from typing import Any

from analyzers.normalize import normalize
from analyzers.skeleton import arabic_skeleton
from analyzers.stemmer import stem
from indexer.engine import Action, Failure, WritingEngine
from indexer.errors import IndexerError
from indexer.indices import Indices, stamp
from indexer.ready import LONGEST_FORM

Json = dict[str, Any]

Surface = tuple[str, str, int]
"""A spelling of a form, a collection, and in how many of its paragraphs it stands."""

LEDGER_ID = "forms"
MOST_PENDING = 200_000
"""Spellings that are held in memory before they are written."""
HELD = MOST_PENDING // 4
"""Spellings of these, the commonest, that are held until the end: by Zipf's law they come again and again."""
PAGE = 1000

_LETTER = re.compile(r"[^\W\d_]")


class FormCounter:
    """Counts the forms of paragraphs and writes the differences into an index of forms."""

    def __init__(self, engine: WritingEngine, target: str, *, is_new: bool = False) -> None:
        self._engine = engine
        self._target = target
        # An empty index is as good as a new one: nothing is to be read before it is written.
        self._is_new = is_new or engine.count(target) == 0
        self._connections = engine.connections
        self._pending: dict[str, Counter[str]] = defaultdict(Counter)
        """Differences by collection and spelling."""

    def add(self, documents: Iterable[Json]) -> None:
        """Count the forms of paragraphs that were written."""
        self._count(documents, 1)

    def remove(self, documents: Iterable[Json]) -> None:
        """Take away those of paragraphs that are no more."""
        self._count(documents, -1)

    def add_counts(self, collection: str, counts: Mapping[str, int]) -> None:
        """Count forms that were counted for a report already."""
        pending = self._pending[collection]
        known = pending.get
        for surface, count in counts.items():
            pending[surface] = known(surface, 0) + count
        self._relieve()

    def _count(self, documents: Iterable[Json], step: int) -> None:
        for document in documents:
            pending = self._pending[document["collection"]]
            for surface in document["forms"]:
                if len(surface) <= LONGEST_FORM:
                    pending[surface] += step
        self._relieve()

    def _relieve(self) -> None:
        """Write the rarer forms where there are too many to hold."""
        if sum(map(len, self._pending.values())) < MOST_PENDING:
            return
        rows = (
            (abs(count), name, surface) for name, counts in self._pending.items() for surface, count in counts.items()
        )
        held: dict[str, Counter[str]] = defaultdict(Counter)
        for _, collection, surface in nlargest(HELD, rows):
            held[collection][surface] = self._pending[collection].pop(surface)
        self.flush()
        self._pending = held

    def flush(self) -> None:
        """Write what was counted since the last time."""
        rows = sorted(
            (normalize(surface), surface, collection, count)
            for collection, counts in self._pending.items()
            for surface, count in counts.items()
            if count
        )
        self._pending.clear()
        with ThreadPoolExecutor(self._connections, thread_name_prefix="forms") as executor:
            for failures in executor.map(self._write, _pages(rows)):
                if failures:
                    raise IndexerError(f"the forms could not be written: {failures[0].reason}")
        # What was written once is known from now on.
        self._is_new = False

    def _write(self, page: list[tuple[str, list[Surface]]]) -> list[Failure]:
        ids = [form for form, _ in page]
        known = {} if self._is_new else self._engine.documents(self._target, ids, ["surfaces"])
        return self._engine.bulk(
            [self._action(form, known.get(form), surfaces) for form, surfaces in page], require_alias=False
        )

    def _action(self, form: str, known: Json | None, changed: list[Surface]) -> Action:
        if known:
            counts = {(surface, collection): count for surface, collection, count in known.get("surfaces", [])}
            for surface, collection, step in changed:
                counts[surface, collection] = counts.get((surface, collection), 0) + step
            changed = [(*key, count) for key, count in sorted(counts.items())]
        left = [row for row in changed if row[2] > 0]
        return Action(self._target, form, None, form_document(form, left) if left else None)


def _pages(rows: list[tuple[str, str, str, int]]) -> list[list[tuple[str, list[Surface]]]]:
    """Return sorted rows (form, spelling, collection, paragraphs) by form, in pages."""
    # A form folded to nothing (a lone mark) has no document.
    forms = [(form, [row[1:] for row in same]) for form, same in groupby(rows, itemgetter(0)) if form]
    return [forms[start : start + PAGE] for start in range(0, len(forms), PAGE)]


class FormLedger:
    """Whether the forms are up to date: open while a load writes, closed when its counts are in."""

    def __init__(self, indices: Indices) -> None:
        self._indices = indices
        self._engine = indices.engine
        self._aliases = indices.aliases

    def open(self) -> None:
        """Say that the counts are behind from now on."""
        self._write(is_open=True)

    def close(self) -> None:
        """Say that the counts are true, and make them visible."""
        self._engine.refresh(self._aliases.forms)
        self._write(is_open=False)

    def _write(self, *, is_open: bool) -> None:
        self._engine.put(self._aliases.state, LEDGER_ID, {"body": {"open": is_open}})

    def mend(self) -> None:
        """Count all forms anew, into a new index, where a load was killed before its counts were in."""
        ledger = self._engine.documents(self._aliases.state, [LEDGER_ID]).get(LEDGER_ID)
        if not ledger or not ledger["body"]["open"]:
            return
        self._engine.refresh(self._aliases.paragraphs, self._aliases.reports)
        unfinished = self._unfinished()
        name = self._indices.create("forms", stamp())
        counter = FormCounter(self._engine, name, is_new=True)
        fields = {"docvalue_fields": ["forms", "collection", "report_id"], "_source": False}
        for page in self._engine.pages(self._aliases.paragraphs, {"query": {"match_all": {}}, **fields}):
            counter.add(_counted(hit["fields"]) for hit in page if hit["fields"]["report_id"][0] not in unfinished)
        counter.flush()
        self._indices.finish(name)
        self._indices.drop(self._indices.swap({"forms": name}))

    def _unfinished(self) -> set[str]:
        """Return the reports that were under way when a load was killed: they are counted when they are given again."""
        unfinished = {
            "bool": {"filter": [{"term": {"complete": False}}], "must_not": [{"exists": {"field": "deleted_at"}}]}
        }
        pages = self._engine.pages(self._aliases.reports, {"query": unfinished, "_source": False})
        return {hit["_id"] for page in pages for hit in page}


def _counted(fields: Json) -> Json:
    return {"forms": fields.get("forms", []), "collection": fields["collection"][0]}


def form_document(form: str, surfaces: list[Surface]) -> Json:
    """Return the document of a form."""
    total = sum([count for _, _, count in surfaces])
    document: Json = {
        "form": form,
        "stem": stem(form),
        "skeleton": arabic_skeleton(form),
        "surfaces": surfaces,
        "paragraphs": total,
        "collections": sorted({collection for _, collection, _ in surfaces}),
    }
    if len(form) > 1 and _LETTER.search(form):
        document["completes"] = [form, form[2:]] if form.startswith("ال") and len(form) > 4 else form
    return document
