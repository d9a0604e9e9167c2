"""`/v1/changes`: which reports were written or taken down, in the order in which it happened, so that a mirror can follow.

A record is stamped by the clock of the machine that loads it, and is seen by searches a little later: after a refresh, or
when a busy engine has taken it. So whoever has read up to now has not seen all of the last minutes. The end of a walk
therefore leads back by `OVERLAP`: what happened then is told once more, and nothing is passed over. Records are whole, so
that to apply one twice does no harm.
"""

from __future__ import annotations

import base64
import binascii
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

import orjson

from analyzers.names import Aliases
from api.engine import ReadingEngine
from api.errors import BadRequest, Fault, Gone, IndexMissing
from api.params import ChangesParams
from api.scope import Scope
from settings import Settings

Json = dict[str, Any]

OVERLAP = 300.0
"""Seconds. The indexer gives a bulk request up after 120; the rest is for its batch and for clocks that differ."""

_TOLD = ("collection", "version", "changed_at", "deleted_at", "content_hash")
_COLUMNS = [
    {"field": name, "format": "strict_date_time"} if name.endswith("_at") else {"field": name} for name in _TOLD
]
"""Read from columns: out of a book's record of megabytes they took 15 ms each, so that a page of two hundred was a 504."""
_SEEN = {"bool": {"should": [{"term": {"complete": True}}, {"exists": {"field": "deleted_at"}}]}}
"""What is being loaded has no new text to fetch yet; it is told when it is complete."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk is: behind the report `report_id` of the moment `at`, in milliseconds since 1970.

    `back` is the moment that the next walk begins with, where this one has come into the last minutes.
    """

    index: str
    at: int
    report_id: str = ""
    back: int | None = None

    def encode(self) -> str:
        """Return the place as a cursor."""
        told = orjson.dumps([1, self.index, self.at, self.report_id, self.back])
        return base64.urlsafe_b64encode(told).rstrip(b"=").decode()

    @classmethod
    def decode(cls, text: str) -> Self:
        """Return the place behind a cursor; BadRequest where it is none of ours."""
        try:
            padded = text + "=" * (-len(text) % 4)
            version, index, at, report_id, back = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        except (binascii.Error, ValueError, TypeError):
            raise _wrong_cursor() from None
        whole = all(type(moment) is int and abs(moment) < 10**14 for moment in (at, back or 0))
        if version != 1 or not whole or not isinstance(index, str) or not isinstance(report_id, str):
            raise _wrong_cursor()
        return cls(index, at, report_id, back)

    def after(self, last: Json, now: int) -> Place:
        """Return the place behind a page, read at the moment `now`, that ends with the record `last`."""
        at, report_id = last["sort"]
        settled = now - round(OVERLAP * 1000)
        back = self.back
        if back is None and at > settled:
            back = max(self.at, settled)
        return Place(last["_index"], at, report_id, back)

    def turned(self) -> Place:
        """Return the place that the next walk begins with, once this one is at its end."""
        return self if self.back is None else Place(self.index, self.back)


class ChangesReader:
    """Answers `/v1/changes`."""

    def __init__(self, engine: ReadingEngine, settings: Settings) -> None:
        self._engine = engine
        self._aliases = Aliases(settings.index)

    async def changes(self, params: ChangesParams, scope: Scope) -> Json:
        """Return a page of changes; Gone where the store was made anew, and a mirror must begin from nothing."""
        place = self._place(params)
        if params.cursor is not None:
            await self._refuse_replaced(place)
        now = round(time.time() * 1000)
        hits = await self._page(place, params.size, scope)
        more = len(hits) == params.size
        behind = place.after(hits[-1], now) if hits else place
        following = behind if more else behind.turned()
        return {
            "changes": [_change(hit) for hit in hits],
            "more": more,
            # Nothing was ever loaded: there is no store to name, and the same question may be asked again.
            "next_cursor": following.encode() if following.index != self._aliases.reports else None,
        }

    async def _refuse_replaced(self, place: Place) -> None:
        """Refuse to go on in a store that was replaced: it is there for a while longer, and changes no more."""
        if place.index not in await self._engine.indices([self._aliases.reports]):
            raise _gone()

    def _place(self, params: ChangesParams) -> Place:
        if params.cursor is None:
            since = params.changed_since or datetime.fromtimestamp(0, UTC)
            return Place(self._aliases.reports, round(since.timestamp() * 1000))
        if params.changed_since:
            raise BadRequest(Fault("cursor", "give either changed_since or cursor: the cursor holds where to go on"))
        place = Place.decode(params.cursor)
        if not self._aliases.is_concrete("reports", place.index):
            raise _wrong_cursor()
        return place

    async def _page(self, place: Place, size: int, scope: Scope) -> list[Json]:
        body = {
            "size": size,
            "query": _SEEN,
            "_source": False,
            "docvalue_fields": _COLUMNS,
            "sort": [{"changed_at": "asc"}, {"report_id": "asc"}],
            "search_after": [place.at, place.report_id],
            "track_total_hits": False,
        }
        try:
            found = await self._engine.search(place.index, body, scope)
        except IndexMissing:
            if place.index == self._aliases.reports:
                raise
            raise _gone() from None
        hits: list[Json] = found["hits"]["hits"]
        return hits


def _change(hit: Json) -> Json:
    told = {name: values[0] for name, values in hit["fields"].items()}
    return {"id": hit["_id"], "deleted": "deleted_at" in told, **{name: told.get(name) for name in _TOLD}}


def _gone() -> Gone:
    return Gone("the reports were loaded anew: begin without a cursor, and drop what is not told then")


def _wrong_cursor() -> BadRequest:
    return BadRequest(Fault("cursor", "this is not a cursor of changes; leave it out to begin with the first"))
