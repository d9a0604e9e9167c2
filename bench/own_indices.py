"""A Rasd under a prefix of its own, which is removed at the end."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from analyzers.mappings import INDEX_KINDS
from analyzers.names import Aliases
from indexer.engine import WritingEngine
from settings import Settings, read_settings


@contextmanager
def own_indices(settings: Settings | None = None, **overrides: object) -> Iterator[tuple[WritingEngine, Settings]]:
    """Open a Rasd under a new prefix, on the node of the settings where they are given, and remove it at the end."""
    given = settings.model_dump() if settings else {}
    own = read_settings(**{**given, "index": f"bench{secrets.token_hex(4)}", **overrides})
    engine = WritingEngine(own)
    try:
        yield engine, own
    finally:
        remove(engine, own.index)
        engine.close()


def remove(engine: WritingEngine, index: str) -> None:
    """Delete every index of a prefix."""
    for kind in INDEX_KINDS:
        for name in engine.indices(Aliases(index).concrete_pattern(kind)):
            engine.delete_index(name)
