"""Cursors: the place where the next page begins, opaque to the client.

A cursor names the index that its pages come from and the query that it was made for, so that pages never mix: another
query is a 422, an index that was replaced meanwhile a 410.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Self

import orjson

from api.errors import BadRequest, Fault
from api.params import SearchParams
from api.request import MOST_HITS

_WRONG = "this is not a cursor of this query; leave it out to begin with the first page"


@dataclass(frozen=True, slots=True)
class Cursor:
    """The index that the pages come from, how many hits lie before the page, and how many there are in all."""

    index: str
    offset: int
    total: int

    def encode(self, params: SearchParams) -> str:
        """Return the cursor as text, bound to the query."""
        told = orjson.dumps([1, self.index, self.offset, self.total, _fingerprint(params)])
        return base64.urlsafe_b64encode(told).rstrip(b"=").decode()

    @classmethod
    def decode(cls, text: str, params: SearchParams) -> Self:
        """Return the cursor behind a text; BadRequest where it is forged or belongs to another query."""
        try:
            padded = text + "=" * (-len(text) % 4)
            told = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            version, index, offset, total, fingerprint = told
        except (binascii.Error, ValueError, TypeError):
            raise BadRequest(Fault("cursor", _WRONG)) from None
        well_formed = version == 1 and isinstance(index, str) and type(offset) is int and type(total) is int
        if not well_formed or fingerprint != _fingerprint(params) or not 0 < offset < MOST_HITS:
            raise BadRequest(Fault("cursor", _WRONG))
        return cls(index, offset, total)


def _fingerprint(params: SearchParams) -> str:
    """Return digits that are the same for all pages of a query: of everything but the cursor, the size and the looks."""
    asked = params.model_dump_json(exclude={"cursor", "size", "snippet", "explain"})
    return hashlib.sha256(asked.encode()).hexdigest()[:16]
