"""What there is: indices and their counts, who writes, what the corpus holds."""

from __future__ import annotations

from typing import Any

from analyzers.mappings import ANALYZER_VERSION, INDEX_KINDS
from indexer.engine import WritingEngine
from indexer.indices import Indices
from indexer.lock import holder_of
from indexer.polling.schedule import read_standing
from indexer.vectors import EMBEDDED, identity_in
from settings import Settings

Json = dict[str, Any]


def status(engine: WritingEngine, settings: Settings) -> Json:
    """Return what there is: the engine, each index with its count, version and need of a rebuild, what the corpus holds."""
    indices = Indices(engine, settings)
    current = {kind: indices.current(kind) for kind in INDEX_KINDS}
    return {
        "engine": {"urls": engine.addresses, "version": engine.version()},
        "analyzer_version": ANALYZER_VERSION,
        "indices": {
            kind: {
                "index": name,
                "documents": engine.count(name),
                "version": indices.made_by(name),
                "wants_rebuild": indices.is_old(kind),
            }
            for kind, name in current.items()
            if name
        },
        "left_behind": indices.orphans(),
        "replaced": indices.replaced(),
        "writing": writing(engine, indices),
        "corpus": corpus(engine, indices),
        "embedding": _embedding(indices, current["paragraphs"]),
        "feeds": _feeds(engine, indices),
    }


def writing(engine: WritingEngine, indices: Indices) -> str | None:
    """Return who holds the writing lock, in a sentence, None where nobody does."""
    if indices.current("state") is None:
        return None
    holder = holder_of(engine, indices.aliases.state)
    return holder.sentence() if holder else None


def _embedding(indices: Indices, index: str | None) -> Json | None:
    identity = identity_in(indices.engine, index)
    if not identity:
        return None
    return {**identity.told(), "paragraphs": indices.engine.count(str(index), EMBEDDED)}


def _feeds(engine: WritingEngine, indices: Indices) -> Json:
    """Return of each feed when it was asked, when it was loaded last, when it is next, its fault, and what was refused."""
    if indices.current("state") is None:
        return {}
    return {
        url: {
            "asked": known.asked_at,
            "loaded": known.loaded_at,
            "next": known.next_at,
            "fault": known.fault,
            "refused": known.refused,
        }
        for url, known in sorted(read_standing(engine, indices.aliases.state).items())
    }


def corpus(engine: WritingEngine, indices: Indices) -> Json | None:
    """Return what the corpus was last counted to hold, None where it never was."""
    if indices.current("state") is None:
        return None
    document = engine.documents(indices.aliases.state, ["corpus"]).get("corpus")
    return document["body"] if document else None
