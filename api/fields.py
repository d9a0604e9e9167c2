"""What a hit carries: the fields that were chosen, and what must be read from the engine for them."""

from __future__ import annotations

from typing import Any

from api.params import SearchParams

Json = dict[str, Any]

STORED = (
    "report_id",
    "position",
    "kind",
    "page",
    "title",
    "text",
    "collection",
    "source",
    "author",
    "url",
    "published",
    "published_text",
    "language",
    "places",
    "actors",
    "tags",
    "dates",
    "figures",
    "content_hash",
    "story",
)
"""Fields that are read from the index."""
_MARKS = {"highlight", "matches", "best_sentence"}
_MADE_OF = {"best_sentence": ("text",), "highlight": ("text",), "matches": ("text",), "text_url": ("text", "url")}
"""Fields that are made of others."""
_IDENTITY = ("report_id", "position")
_ALWAYS = ("id", "group", "explanation")


def stored_fields(params: SearchParams) -> list[str]:
    """Return the stored fields that the chosen ones need; marks need the text."""
    if not params.fields_:
        return list(STORED)
    wanted = {*params.fields_, *_IDENTITY, *(part for name in params.fields_ for part in _MADE_OF.get(name, ()))}
    return [name for name in STORED if name in wanted]


def wants_marks(params: SearchParams) -> bool:
    """Tell whether the words must be marked, which is the dearest part of a page."""
    return not params.fields_ or bool(_MARKS & set(params.fields_))


def carried(hit: Json, params: SearchParams) -> Json:
    """Return a hit, or a neighbour of one, with the chosen fields only."""
    if not params.fields_:
        return hit
    asked = ("context",) if params.context else ()
    wanted = {*params.fields_, *_ALWAYS, *asked}
    return {name: value for name, value in hit.items() if name in wanted}
