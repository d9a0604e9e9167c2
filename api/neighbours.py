"""The neighbours of hits: the paragraphs before and after, all of a page in one request by their ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from api.engine import ReadingEngine
from api.hits import paragraph_of
from api.scope import Scope

Json = dict[str, Any]


async def add_neighbours(engine: ReadingEngine, index: str, hits: list[tuple[Json, int]], scope: Scope) -> None:
    """Put into the `context` of each hit so many paragraphs of its report on each side, in their order."""
    wanted = dict.fromkeys(id_ for hit, distance in hits for id_ in (*_before(hit, distance), *_after(hit, distance)))
    found = await engine.documents(index, list(wanted), scope) if wanted else {}
    for hit, distance in hits:
        hit["context"] = {
            "before": _there(found, _before(hit, distance)),
            "after": _there(found, _after(hit, distance)),
        }


def _before(hit: Json, distance: int) -> list[str]:
    position = hit["position"]
    return [f"{hit['report_id']}:{place}" for place in range(max(0, position - distance), position)]


def _after(hit: Json, distance: int) -> list[str]:
    position = hit["position"]
    return [f"{hit['report_id']}:{place}" for place in range(position + 1, position + distance + 1)]


def _there(found: dict[str, Json], ids: Iterable[str]) -> list[Json]:
    return [paragraph_of(found[id_]) for id_ in ids if id_ in found]
