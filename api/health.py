"""Live and ready, told apart: a server without its engine lives, and says what it waits for."""

from __future__ import annotations

from typing import Any

from analyzers.mappings import INDEX_KINDS, version_of
from analyzers.names import Aliases
from api.engine import ReadingEngine
from api.errors import EngineDown
from settings import Settings

Json = dict[str, Any]


class NotReady(EngineDown):
    """The engine is there, but what is searched is not, or was made by other rules."""


async def check_ready(engine: ReadingEngine, settings: Settings) -> None:
    """Raise EngineDown, EngineSlow or NotReady unless every alias exists, was made by these rules and can be searched."""
    aliases = Aliases(settings.index)
    names = [aliases.of(kind) for kind in INDEX_KINDS]
    with engine.one_answer():
        _check_rules(aliases, await engine.indices(names))
        await engine.check_shards(names)


def _check_rules(aliases: Aliases, told: Json) -> None:
    found = {alias: index for index in told.values() for alias in index["aliases"]}
    for kind in INDEX_KINDS:
        alias = aliases.of(kind)
        if alias not in found:
            raise NotReady(f"the index {alias} does not exist yet: load reports first")
        made_by = found[alias]["mappings"].get("_meta", {}).get("version")
        if made_by != version_of(kind):
            raise NotReady(f"the index {alias} was made by other rules: run python -m indexer rebuild")
