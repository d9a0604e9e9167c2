"""Search by meaning as a request sees it: is it on, by which model, and the vector of what was typed."""

from __future__ import annotations

import asyncio
import os
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from api.corpus import Corpus
from api.errors import BadRequest, Conflict, Fault
from embedder.errors import EmbedderDown, EmbedderError
from embedder.identity import Identity
from embedder.interface import Embedder, Vector

Json = dict[str, Any]

KEYWORD, SEMANTIC, HYBRID = "keyword", "semantic", "hybrid"
MODES = (KEYWORD, SEMANTIC, HYBRID)
REMEMBERED = 1024
"""Texts whose vectors are kept: of queries, for the pages after the first, and of sentences that come up again."""


class MeaningDown(Exception):
    """There is no vector of the query now. Asked again later there may be one."""


class Meaning:
    """The embedder of the server, None where it is off, and what the index holds for it."""

    def __init__(self, embedder: Embedder | None, corpus: Corpus) -> None:
        self._embedder = embedder
        self._corpus = corpus
        self._known: OrderedDict[tuple[str, str], Vector] = OrderedDict()
        # Of its own, and as wide as there are processors: more at once would only make all of them late.
        self._threads = ThreadPoolExecutor(os.cpu_count() or 1, "meaning") if embedder else None

    def close(self) -> None:
        """Let go of the embedder."""
        if self._embedder and self._threads:
            self._threads.shutdown(cancel_futures=True)
            self._embedder.close()

    @property
    def modes(self) -> list[str]:
        """The modes that a search can ask for now."""
        return list(MODES) if self._embedder and self._fault() is None else [KEYWORD]

    def told(self, paragraphs: int) -> Json:
        """Return what an answer says of searching by meaning here: which modes there are, and of how many paragraphs.

        `paragraphs` are those that the caller may see: no more are told, since of hidden ones not even the number is.
        """
        return {"modes": self.modes, "embedded": min(self._corpus.embedding.get("paragraphs", 0), paragraphs)}

    @property
    def is_on(self) -> bool:
        """Whether searches by meaning can be answered."""
        return len(self.modes) > 1

    def check(self, mode: str) -> None:
        """Raise BadRequest where the server has no embedder, Conflict where the index holds nothing for it."""
        if mode == KEYWORD:
            return
        if self._embedder is None:
            raise BadRequest(
                Fault("mode", f"{mode} wants an embedder, and this server has none (RASD_EMBEDDER); write {KEYWORD}")
            )
        if fault := self._fault():
            raise Conflict(fault)

    def _fault(self) -> str | None:
        """Say why vectors of this embedder and those of the index cannot be compared, None where they can."""
        told = self._corpus.embedding
        if not told.get("paragraphs"):
            return "no paragraph has a vector yet: run python -m indexer embed; mode=keyword works meanwhile"
        there, ours = Identity.of(told), self._embedder.identity if self._embedder else None
        if ours and not ours.agrees(there):
            return (
                f"the vectors in the index are of {there}, and this server embeds with {ours}: they cannot be compared. "
                "Set RASD_EMBEDDER to the first, or run python -m indexer rebuild and then embed; mode=keyword works"
            )
        return None

    async def query(self, text: str) -> Vector:
        """Return the vector of a query. Raises MeaningDown; Conflict where it turns out to be of another model."""
        return (await self._vectors("query", [text]))[0]

    async def passages(self, texts: list[str]) -> list[Vector]:
        """Return the vectors of short texts to be compared with a query. Raises MeaningDown."""
        return await self._vectors("passage", texts)

    async def _vectors(self, kind: str, texts: list[str]) -> list[Vector]:
        """Return vectors, those that are remembered from memory; for the others the embedder is asked once."""
        found = {text: self._known[kind, text] for text in texts if (kind, text) in self._known}
        asked = [text for text in dict.fromkeys(texts) if text not in found]
        if asked:
            loop = asyncio.get_running_loop()
            made = await loop.run_in_executor(self._threads, self._made, kind, asked)
            found |= dict(zip(asked, made, strict=True))
        for text in texts:
            self._known[kind, text] = found[text]
            self._known.move_to_end((kind, text))
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return [found[text] for text in texts]

    def _made(self, kind: str, texts: list[str]) -> list[Vector]:
        if self._embedder is None:
            raise MeaningDown
        try:
            vectors = [self._embedder.query(texts[0])] if kind == "query" else self._embedder.passages(texts)
        except EmbedderDown as error:
            raise MeaningDown from error
        except EmbedderError as error:
            raise Conflict(str(error)) from error
        # An endpoint tells the length of its vectors with its first answer.
        if fault := self._fault():
            raise Conflict(fault)
        return vectors
