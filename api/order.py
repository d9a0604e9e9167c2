"""The order of hits: by relevance, or by date with a tie-break that is unique, so that a place in it can be named."""

from __future__ import annotations

from typing import Any

from api.params import SearchParams

Json = dict[str, Any]

RELEVANCE = "relevance"
_DIRECTIONS = {"newest": "desc", "oldest": "asc"}
_LONGEST_ID = 64

After = tuple[int, str, int]
"""A place in the order by date: milliseconds, report and position, as the engine gives them with a hit."""


def is_by_date(params: SearchParams) -> bool:
    """Tell whether the hits of a search stand in the order of their dates."""
    return params.sort != RELEVANCE


def sort_by_date(direction: str) -> list[Json]:
    """Return the order: by the first moment of each date, undated last, a report's paragraphs together and in order.

    Report and position are unique together and have doc values, so that no field is wanted for the tie-break.
    """
    by_date = {"published_from": {"order": _DIRECTIONS[direction], "missing": "_last"}}
    return [by_date, {"report_id": "asc"}, {"position": "asc"}]


def place_of(hit: Json) -> After:
    """Return the place of a hit that the engine gave in this order. Undated hits have the least or the greatest number."""
    moment, report_id, position = hit["sort"]
    return int(moment), str(report_id), int(position)


def as_place(told: object) -> After | None:
    """Return a place that a client gave back, None where it is none: the engine would refuse it, or look elsewhere."""
    if not isinstance(told, list) or len(told) != 3:
        return None
    moment, report_id, position = told
    if type(moment) is not int or not isinstance(report_id, str) or type(position) is not int:
        return None
    fits = -(2**63) <= moment < 2**63 and 0 < len(report_id) <= _LONGEST_ID and 0 <= position < 2**31
    return (moment, report_id, position) if fits else None
