"""The vectors of paragraphs: their fields, what each was made of, and how they live on when paragraphs are written again.

A vector stands in its paragraph's document, so that filters work inside the vector search and a takedown takes it along.
Whoever writes paragraphs anew brings their vectors along with `Keeper`, where model and text are still those they were made of.
"""

from __future__ import annotations

from typing import Any

from analyzers.mappings import vector_fields
from analyzers.names import EMBEDDING_ID, VECTOR, VECTOR_OF, Aliases
from embedder.choice import chosen_identity
from embedder.identity import Identity
from indexer.engine import WritingEngine
from indexer.errors import IndexerError
from indexer.indices import KNN_PLUGIN, Indices
from indexer.ready import Paragraphs
from settings import Settings

Json = dict[str, Any]

EMBEDDED: Json = {"exists": {"field": VECTOR_OF}}


def passage_of(document: Json) -> str:
    """Return the text that a paragraph's vector is made of: its own, verbatim. Title and neighbours did not help (measured)."""
    return str(document["text"])


def identity_in(engine: WritingEngine, index: str | None) -> Identity | None:
    """Return the model that the vectors of an index are of, None where it holds none."""
    if index is None:
        return None
    told = engine.indices(index)[index]["mappings"].get("_meta", {}).get("embedding")
    return Identity.of(told) if told else None


def add_vectors(indices: Indices, index: str, identity: Identity) -> None:
    """Give an index the fields of a model's vectors. Raises IndexerError where it cannot have them."""
    told = indices.engine.indices(index)[index]
    there = identity_in(indices.engine, index)
    if there is not None:
        if there.agrees(identity):
            return
        raise IndexerError(
            f"the index holds vectors of {there}, and RASD_EMBEDDER makes those of {identity}: "
            "run `python -m indexer rebuild`, which leaves the old ones out, and then `python -m indexer embed`"
        )
    if told["settings"].get("index.knn") != "true":
        lacks = "" if KNN_PLUGIN in indices.engine.plugins() else f"give the engine its plugin {KNN_PLUGIN}, then "
        raise IndexerError(f"{index} was made without room for vectors: {lacks}run `python -m indexer rebuild`")
    if identity.dimension is None:
        raise IndexerError("the length of the vectors is not known yet")
    meta = {**told["mappings"]["_meta"], "embedding": identity.told()}
    indices.engine.put_mapping(index, {"_meta": meta, "properties": vector_fields(identity.dimension)})


class Keeper:
    """Brings the vectors of an index along into documents that are about to be written, where they still hold."""

    def __init__(self, engine: WritingEngine, source: str, identity: Identity | None) -> None:
        self._engine = engine
        self._source = source
        self._identity = identity

    @classmethod
    def in_place(cls, indices: Indices) -> Keeper:
        """Return the keeper of a load into the index in use."""
        return cls(
            indices.engine, indices.aliases.paragraphs, identity_in(indices.engine, indices.current("paragraphs"))
        )

    @classmethod
    def into(cls, indices: Indices, target: str) -> Keeper:
        """Return the keeper of an index that is to take the place of the one in use, and give it the vectors' fields.

        With another model in the settings the vectors are left behind; with none they are kept, as they took hours.
        """
        source = indices.current("paragraphs")
        there, chosen = identity_in(indices.engine, source), chosen_identity(indices.settings)
        if source is None or there is None or (chosen is not None and not chosen.agrees(there)):
            return cls(indices.engine, "", None)
        add_vectors(indices, target, there)
        return cls(indices.engine, source, there)

    def of(self, report_id: str, paragraphs: Paragraphs) -> dict[int, Json]:
        """Return, by position, the vector that a paragraph has, unless its text is another now: one request a report."""
        if self._identity is None:
            return {}
        passages = {position: passage_of(document.fields()) for position, document in paragraphs.documents}
        ids = {f"{report_id}:{position}": position for position in passages}
        there = self._engine.documents(self._source, list(ids), [VECTOR, VECTOR_OF])
        return {
            ids[id_]: {VECTOR: stored[VECTOR], VECTOR_OF: stored[VECTOR_OF]}
            for id_, stored in there.items()
            if stored.get(VECTOR_OF) == self._identity.stamp(passages[ids[id_]])
        }


def write_embedding(engine: WritingEngine, settings: Settings) -> Json:
    """Count the vectors in use and store it where the API reads it; return what was stored."""
    aliases = Aliases(settings.index)
    index = Indices(engine, settings).current("paragraphs")
    identity = identity_in(engine, index)
    told: Json = {}
    if identity:
        told = {**identity.told(), "index": index, "paragraphs": engine.count(aliases.paragraphs, EMBEDDED)}
    engine.put(aliases.state, EMBEDDING_ID, {"body": told})
    return told
