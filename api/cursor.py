"""Cursors: the place where the next page begins, opaque to the client.

A cursor names the index that its pages come from and the query that it was made for, so that pages never mix: another
query is a 422, an index that was replaced meanwhile a 410. It holds no secret: a forged one leads at worst to another
page of the same query.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Any, Self

import orjson

from api.errors import BadRequest, Fault
from api.meaning import KEYWORD, MODES
from api.order import After, as_place, is_by_date, place_of
from api.params import SearchParams
from api.request import MOST_HITS

Json = dict[str, Any]

VERSION = 3
_LOOKS = {"cursor", "size", "snippet", "explain", "facets", "context", "fields_", "best_sentence"}
_WRONG = "this is not a cursor of this query; leave it out to begin with the first page"


@dataclass(frozen=True, slots=True)
class Cursor:
    """The index that the pages come from, how many hits lie before the page, and how many there are in all.

    By date a page begins `after` a place, wherever that is by then; by relevance, and of groups, at its number.
    """

    index: str
    offset: int
    total: int
    after: After | None = None
    mode: str = KEYWORD
    """How the first page was searched: the others go on the same way, whatever the embedder does."""

    def encode(self, params: SearchParams) -> str:
        """Return the cursor as text, bound to the query."""
        told = [VERSION, self.index, self.offset, self.total, self.after, self.mode, _fingerprint(params)]
        return base64.urlsafe_b64encode(orjson.dumps(told)).rstrip(b"=").decode()

    @classmethod
    def decode(cls, text: str, params: SearchParams) -> Self:
        """Return the cursor behind a text; BadRequest where it is forged or belongs to another query."""
        try:
            padded = text + "=" * (-len(text) % 4)
            told = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            version, index, offset, total, after, mode, fingerprint = told
        except (binascii.Error, ValueError, TypeError):
            raise BadRequest(Fault("cursor", _WRONG)) from None
        known = type(version) is int and version == VERSION and fingerprint == _fingerprint(params)
        counted = type(offset) is int and type(total) is int and offset > 0 and total >= 0
        place = as_place(after)
        placed = place is not None if is_by_place(params) else after is None and counted and offset < MOST_HITS
        if not (known and isinstance(index, str) and counted and placed and mode in MODES):
            raise BadRequest(Fault("cursor", _WRONG))
        return cls(index, offset, total, place, mode)


def is_by_place(params: SearchParams) -> bool:
    """Tell whether pages begin after a place in the order, and so go on without end."""
    return is_by_date(params) and params.group == "none"


def next_cursor(params: SearchParams, page: Cursor | None, found: Json, total: int, mode: str) -> str | None:
    """Return the cursor of the page after this one, None where this is the last; `total` is that of the first page."""
    hits = found["hits"]["hits"]
    offset = (page.offset if page else 0) + params.size
    # By meaning a page may lack a paragraph that is gone by now, and is not the last for that.
    if not hits or (mode == KEYWORD and len(hits) < params.size) or (page is None and offset >= total):
        return None
    if is_by_place(params):
        # What was counted at first is no bound here: a load may have put new hits before this page meanwhile.
        return Cursor(hits[0]["_index"], offset, total, place_of(hits[-1])).encode(params)
    if offset >= min(total, MOST_HITS):
        return None
    return Cursor(hits[0]["_index"], offset, total, None, mode).encode(params)


def _fingerprint(params: SearchParams) -> str:
    """Return digits that are the same for all pages of a query: of everything but the cursor, the size and the looks."""
    asked = params.model_dump_json(exclude=_LOOKS)
    return hashlib.sha256(asked.encode()).hexdigest()[:16]
