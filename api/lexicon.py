"""The lexicon as a server holds it: read at the start, and again when its tables change, without a restart."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from analyzers.lexicon import Lexicon, default_lexicon, read_lexicon
from analyzers.tables import FOLDER
from settings import Settings

LOOK_EVERY = 2.0

_log = logging.getLogger(__name__)


class LexiconWatch:
    """The lexicon in use. `watch` reads it again when a table was written; a table that cannot be read changes nothing."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.lexicon_dir or FOLDER
        self.current: Lexicon = read_lexicon(self._folder) if settings.lexicon_dir else default_lexicon()
        self._written = _written(self._folder)

    async def watch(self) -> None:
        """Look at the tables again and again."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await self.refresh()

    async def refresh(self) -> None:
        """Read the tables again if one was written since."""
        written = await asyncio.to_thread(_written, self._folder)
        if written == self._written:
            return
        self._written = written
        try:
            self.current = await asyncio.to_thread(read_lexicon, self._folder)
        except (OSError, KeyError, ValueError) as error:
            _log.warning("the lexicon was left as it is: a table cannot be read (%s)", type(error).__name__)


def _written(folder: Path) -> tuple[tuple[str, int], ...]:
    """Return when each table was last written, in nanoseconds."""
    return tuple(sorted((file.name, file.stat().st_mtime_ns) for file in folder.glob("*.tsv")))
