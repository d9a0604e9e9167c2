"""What the corpus holds, as the last load counted it: a copy in memory, so that a search needs no second request."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from analyzers.names import CORPUS_ID, EMBEDDING_ID
from api.engine import ReadingEngine
from api.errors import EngineDown, EngineFault, EngineSlow
from api.scope import Scope
from settings import Settings

Json = dict[str, Any]

NOTHING: Json = {
    "version": None,
    "paragraphs": 0,
    "reports": 0,
    "loaded_at": None,
    "from": None,
    "to": None,
    "undated": 0,
}

_log = logging.getLogger(__name__)


class Corpus:
    """The copy. `watch` refreshes it until it is cancelled; loads are seen after `RASD_CORPUS_REFRESH` seconds."""

    def __init__(self, engine: ReadingEngine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings
        self._whole: Json = NOTHING
        self._by_collection: dict[str, Json] = {}
        self._told: dict[tuple[str, ...], Json] = {}
        self.embedding: Json = {}
        """The model that the vectors in the index are of, and their number; empty where there are none."""

    @property
    def collections(self) -> frozenset[str]:
        """The collections that the last load counted."""
        return frozenset(self._by_collection)

    def told(self, scope: Scope) -> Json:
        """Return what the corpus holds of what a caller may see, as an answer shows it."""
        if scope.is_whole:
            return self._whole
        seen = tuple(scope.visible(self._by_collection))
        if seen not in self._told:
            self._told[seen] = _summed([self._by_collection[name] for name in seen])
        return self._told[seen]

    async def watch(self) -> None:
        """Refresh the copy again and again. An engine that does not answer leaves it as it is."""
        while True:
            try:
                await self.refresh()
            except (EngineDown, EngineSlow, EngineFault) as error:
                _log.debug("the corpus could not be read: %s", type(error).__name__)
            await asyncio.sleep(self._settings.corpus_refresh)

    async def refresh(self) -> None:
        """Read what the last load wrote."""
        await self._engine.follow()
        stored = await self._engine.state(CORPUS_ID) or {}
        self.embedding = await self._engine.state(EMBEDDING_ID) or {}
        self._whole = {name: stored.get(name, empty) for name, empty in NOTHING.items()}
        self._by_collection = stored.get("collections", {})
        self._told = {}


def _summed(parts: list[Json]) -> Json:
    """Return what several collections hold together. Its version is that of the newest: another one's load is not seen."""
    if not parts:
        return NOTHING
    newest = max(parts, key=lambda part: part["loaded_at"] or "")
    return {
        "version": newest["version"],
        "paragraphs": sum(part["paragraphs"] for part in parts),
        "reports": sum(part["reports"] for part in parts),
        "loaded_at": newest["loaded_at"],
        "from": min((part["from"] for part in parts if part["from"]), default=None),
        "to": max((part["to"] for part in parts if part["to"]), default=None),
        "undated": sum(part["undated"] for part in parts),
    }
