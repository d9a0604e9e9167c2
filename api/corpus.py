"""What the corpus holds, as the last load counted it: a copy in memory, so that a search needs no second request."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from analyzers.names import CORPUS_ID, Aliases
from api.engine import ReadingEngine
from api.errors import EngineDown, EngineFault, EngineSlow
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
        self._state = Aliases(settings.index).state
        self.told: Json = NOTHING

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
        documents = await self._engine.documents(self._state, [CORPUS_ID], in_turn=False)
        stored = documents.get(CORPUS_ID, {}).get("body", {})
        self.told = {name: stored.get(name, empty) for name, empty in NOTHING.items()}
