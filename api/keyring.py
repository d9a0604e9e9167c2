"""Who may what, as the state index says it: a copy in memory that is never older than a second when a key is taken.

A request pays no request to the engine for it. Where the copy has become too old and cannot be read anew, nobody gets in:
a key that was revoked, or a collection that was made private meanwhile, would be let through otherwise.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Self

from analyzers.names import ACCESS_ID, KEY_USE_ID
from api.engine import ReadingEngine
from api.errors import EngineDown, EngineFault, EngineSlow
from api.keys import Key, Right, holder
from api.scope import Scope

Json = dict[str, Any]

REFRESH = 0.4
OLDEST = 0.9
"""Seconds after which the copy must be read anew before a key is taken: a revoked one is out within one second."""
NEWEST = 0.1
"""Seconds for which an unknown key is not looked for again: wrong keys cost ten readings a second at most."""
OLDEST_WITHOUT = 5.0
"""The same for whoever has no key, and so none that could have been revoked. Old copies are of engines that do not answer,
and these do not answer the search either: it is told so by the search, in its turn."""

_log = logging.getLogger(__name__)


class AccessUnreadable(EngineDown):
    """The state index holds something that is no table of keys: nobody gets in until it is mended."""

    def __init__(self) -> None:
        super().__init__("who may see what cannot be read")


@dataclass(frozen=True, slots=True)
class Access:
    """The keys by their id, and the collections that are marked private."""

    keys: Mapping[str, Key] = field(default_factory=dict)
    private: frozenset[str] = frozenset()

    def stored(self) -> Json:
        """Return it as the state index holds it."""
        return {"keys": {key.id: key.stored() for key in self.keys.values()}, "private": sorted(self.private)}

    @classmethod
    def read(cls, body: Json | None) -> Self:
        """Return what the state index holds; where nothing was stored there are no keys and nothing is private."""
        if body is None:
            return cls()
        try:
            keys = {key_id: Key.read(key_id, stored) for key_id, stored in body["keys"].items()}
            return cls(keys, frozenset(body["private"]))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise AccessUnreadable from None

    def with_key(self, key: Key) -> Access:
        """Return the same with a key added or changed."""
        return replace(self, keys={**self.keys, key.id: key})

    def scope(self, key: Key | None, known: frozenset[str]) -> Scope:
        """Return what the holder of a key (None: whoever has none) may see."""
        if key and key.collections:
            return Scope(key.collections, frozenset(), known, key.right)
        hidden = frozenset() if key and key.right is Right.ADMIN else self.private
        return Scope(None, hidden, known, key.right if key else None)


class Keyring:
    """The copy. `watch` refreshes it until it is cancelled."""

    def __init__(self, engine: ReadingEngine, *, require_key: bool) -> None:
        self._engine = engine
        self._require_key = require_key
        self._access = Access()
        self._read_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None
        self._used: dict[str, str] = {}
        self._unwritten: dict[str, str] = {}

    async def current(self, *, for_key: bool) -> Access:
        """Return who may what, as of just now; raises EngineDown, EngineSlow or EngineFault where that cannot be read."""
        if time.monotonic() - self._read_at > (OLDEST if for_key else OLDEST_WITHOUT):
            await self.refresh()
        return self._access

    async def anew(self) -> Access:
        """Return the same as read a moment ago: a key that the copy does not know may just have been made."""
        if time.monotonic() - self._read_at > NEWEST:
            await self.refresh()
        return self._access

    def public(self, known: frozenset[str]) -> Scope:
        """Return what whoever has no key may see, as last read: nothing before that, or where a key is wanted."""
        if self._require_key or math.isinf(self._read_at):
            return Scope(frozenset(), frozenset(), known, None)
        return self._access.scope(None, known)

    async def refresh(self) -> None:
        """Read it anew. Who comes while it is being read waits for the same answer."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        await asyncio.shield(self._reading)

    async def _read(self) -> None:
        started = time.monotonic()
        self._access = Access.read(await self._engine.state(ACCESS_ID))
        self._read_at = started

    def holder(self, access: Access, token: str) -> Key | None:
        """Return the key that a token is, and note that it was used today."""
        now = datetime.now(UTC)
        key = holder(token, access.keys, now)
        if key and self._used.get(key.id) != (today := now.date().isoformat()):
            self._used[key.id] = self._unwritten[key.id] = today
        return key

    async def watch(self) -> None:
        """Refresh the copy again and again, and write the days on which keys were used: once a day and key."""
        while True:
            try:
                await self.refresh()
                await self._write_uses()
            except (EngineDown, EngineSlow, EngineFault) as error:
                _log.debug("keys could not be read: %s", type(error).__name__)
            await asyncio.sleep(REFRESH)

    async def close(self) -> None:
        """End what is being read: the server stops."""
        if self._reading:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _write_uses(self) -> None:
        uses, self._unwritten = self._unwritten, {}
        if not uses:
            return
        try:
            await self._engine.merge_state(KEY_USE_ID, uses)
        except EngineFault:
            # An engine user that may not write: keys work as well, only the day is not known.
            _log.warning("the days on which keys were used cannot be written: the engine refuses it")
        except (EngineDown, EngineSlow):
            self._unwritten = {**uses, **self._unwritten}
            raise
