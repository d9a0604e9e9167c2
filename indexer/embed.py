"""Embedding: a stage of its own after loading, in which paragraphs get their vectors while keyword search goes on.

It walks over the paragraphs that have none, a round at a time. A paragraph is written anew as a load would write it, from
the report store, with its vector: an update of the stored document would lose `normalized` and `forms`, which its source
does not hold. Killed anywhere, it leaves whole paragraphs with or without a vector, and the next run does those without.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import stamina

from analyzers.names import VECTOR, VECTOR_OF
from embedder.errors import EmbedderDown
from embedder.identity import Identity
from embedder.interface import Embedder, Vector
from indexer.engine import CONFLICT, Action, WritingEngine
from indexer.errors import IndexerError
from indexer.indices import Indices
from indexer.ready import ready_paragraphs
from indexer.records import Record, stored_record
from indexer.takedown import is_tombstone
from indexer.vectors import EMBEDDED, passage_of
from settings import Settings

Json = dict[str, Any]

ROUND = 256
"""Paragraphs that are read, embedded and written together: some 20 seconds of work for the local model."""
SAMPLE = "رصد"
"""What an endpoint is asked first: the length of its vectors must be known before there can be a field for them."""
ATTEMPTS = 8
PATIENCE = 300.0
"""Seconds over which an endpoint is asked again before the run ends."""


@dataclass(slots=True)
class Done:
    """What a run did. `left` are paragraphs that a load was writing meanwhile: the next run does them."""

    embedded: int = 0
    left: int = 0


def identity_of(embedder: Embedder) -> Identity:
    """Return the model of an embedder with the length of its vectors."""
    if embedder.identity.dimension is None:
        _patiently(embedder, [SAMPLE])
    return embedder.identity


def _patiently(embedder: Embedder, texts: list[str]) -> list[Vector]:
    for attempt in stamina.retry_context(on=EmbedderDown, attempts=ATTEMPTS, timeout=PATIENCE, wait_max=60.0):
        with attempt:
            return embedder.passages(texts)
    raise AssertionError("retry_context ends by returning or raising")


@dataclass(slots=True)
class Stage:
    """One run over the index in use. `step` is told the paragraphs of each round that are done."""

    engine: WritingEngine
    settings: Settings
    embedder: Embedder
    index: str
    indices: Indices
    step: Callable[[int], None] = lambda _count: None
    done: Done = field(default_factory=Done)
    _made: dict[str, tuple[int, dict[str, Json]]] = field(default_factory=dict)
    """The paragraphs of the last report: one of thousands is cut once and not in every round."""

    def missing(self) -> int:
        """Return how many paragraphs have no vector."""
        return self.engine.count(self.index, {"bool": {"must_not": [EMBEDDED]}})

    def run(self) -> Done:
        """Embed every paragraph that has no vector, in the order of their ids."""
        for places in self._rounds():
            documents = self._documents(places)
            written = self._write(documents) if documents else 0
            self.done.embedded += written
            self.done.left += len(places) - written
            self.step(len(places))
        return self.done

    def _rounds(self) -> Iterator[list[tuple[str, int]]]:
        """Yield report and position of what has no vector. By order and not by a point in time: that ends after 5 minutes."""
        query = {"bool": {"must_not": [EMBEDDED]}}
        order = [{"report_id": "asc"}, {"position": "asc"}]
        body: Json = {"size": ROUND, "query": query, "sort": order, "_source": False, "track_total_hits": False}
        while hits := self.engine.search(self.index, body)["hits"]["hits"]:
            yield [(str(hit["sort"][0]), int(hit["sort"][1])) for hit in hits]
            body["search_after"] = hits[-1]["sort"]

    def _documents(self, places: list[tuple[str, int]]) -> dict[str, Json]:
        """Return the paragraphs at these places as a load would write them, without those that are being written."""
        wanted: dict[str, list[int]] = defaultdict(list)
        for report_id, position in places:
            wanted[report_id].append(position)
        found: dict[str, Json] = {}
        for record in self._records(list(wanted)):
            made = self._paragraphs(record)
            ids = [f"{record.report_id}:{position}" for position in wanted[record.report_id]]
            found |= {id_: made[id_] for id_ in ids if id_ in made}
        return found

    def _records(self, report_ids: list[str]) -> list[Record]:
        stored = self.engine.documents(self.indices.aliases.reports, report_ids)
        there = {id_: document for id_, document in stored.items() if not is_tombstone(document)}
        records = [stored_record(id_, document) for id_, document in there.items()]
        return [record for record in records if record.complete]

    def _paragraphs(self, record: Record) -> dict[str, Json]:
        version, made = self._made.get(record.report_id, (0, {}))
        if version != record.version:
            made = self._made_of(record)
            self._made = {record.report_id: (record.version, made)}
        return made

    def _made_of(self, record: Record) -> dict[str, Json]:
        if record.report is None:
            return {}
        paragraphs = ready_paragraphs(record.report, record.report_id, self.settings.zone)
        return {
            f"{record.report_id}:{position}": {**document.fields(), "report_version": record.version}
            for position, document in paragraphs.documents
        }

    def _write(self, documents: dict[str, Json]) -> int:
        """Embed paragraphs, write them with their vectors, and return how many were written."""
        passages = [passage_of(document) for document in documents.values()]
        vectors = _patiently(self.embedder, passages)
        stamps = [self.embedder.identity.stamp(passage) for passage in passages]
        fresh = self._still_true(documents)
        actions = [
            Action(
                self.index,
                id_,
                document["report_version"],
                {**fresh[id_], **document, VECTOR: vector, VECTOR_OF: stamp},
            )
            for (id_, document), vector, stamp in zip(documents.items(), vectors, stamps, strict=True)
            if id_ in fresh
        ]
        failures = self.engine.bulk(actions, require_alias=False)
        for failure in failures:
            if failure.reason != CONFLICT:
                raise IndexerError(f"{failure.action.id}: {failure.reason}; run `python -m indexer embed` again")
        return len(actions) - len(failures)

    def _still_true(self, documents: dict[str, Json]) -> dict[str, Json]:
        """Return what is stored of the paragraphs whose report is still the one that they were made from.

        Embedding took seconds, in which a report may have been replaced or taken down: the engine remembers the version of
        what was deleted for a minute only. What else is stored of a paragraph, such as its `story`, is kept.
        """
        current = {
            (record.report_id, record.version)
            for record in self._records(sorted({d["report_id"] for d in documents.values()}))
        }
        wanted = [id_ for id_, d in documents.items() if (d["report_id"], d["report_version"]) in current]
        stored = self.engine.documents(self.index, wanted)
        return {
            id_: source
            for id_, source in stored.items()
            if (source["report_version"], source["content_hash"])
            == (documents[id_]["report_version"], documents[id_]["content_hash"])
        }
