"""The engine's hits become the hits of an answer."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from analyzers.levels import LADDER, Level, loosest_of
from api.clauses import ALL
from api.fragments import text_url
from api.marks import Classifier, Mark, Span, marks_of, spans_of
from api.parser import Tree
from api.request import HIT_FIELDS
from api.snippet import snippet
from api.stories import shown_story
from api.substrings import substring_marks

Json = dict[str, Any]

_LISTS = ("places", "actors", "tags", "dates", "figures")


@dataclass(frozen=True, slots=True)
class Reading:
    """How the hits of one request are read: what marks them, what tells their words, how long snippets are."""

    nonce: str
    tree: Tree
    match: Level
    classifier: Classifier
    snippet: int
    all_lift: float = 0.0

    def marks(self, text: str, highlighted: Json) -> list[Mark]:
        """Return the marks of a text, given what the engine highlighted in it."""
        if self.match is Level.SUBSTRING:
            return substring_marks(text, self.tree)
        return marks_of(text, spans_of(text, highlighted, self.nonce), self.classifier)


def new_reading(tree: Tree, match: Level, longest: int, all_lift: float = 0.0) -> Reading:
    """Return the reading of a request, with a tag name of 80 random bits that no text holds."""
    return Reading(f"m{secrets.token_hex(10)}", tree, match, Classifier(tree, match), longest, all_lift)


def paragraph_of(source: Json) -> Json:
    """Return a stored paragraph as answers show it: every field there, null or [] where it has no value."""
    shown = {name: source.get(name) for name in HIT_FIELDS}
    for name in _LISTS:
        shown[name] = shown[name] or []
    place = {"id": f"{source['report_id']}:{source['position']}"}
    shown["story"] = shown_story(shown["story"])
    return {**place, **shown, "text_url": text_url(source.get("url"), source.get("text", ""))}


def hit_of(found: Json, reading: Reading) -> Json:
    """Return one hit: the paragraph, its score and level, and its marks in two units."""
    source = found["_source"]
    text = source.get("text", "")
    marks = reading.marks(text, found.get("highlight", {}))
    best = found.get("best_sentence")
    return {
        **paragraph_of(source),
        "score": _score(found, reading.all_lift),
        "level": None if _is_without_words(found) else level_of(found.get("matched_queries", [])),
        "found_by": found.get("found_by", "words"),
        **({"best_sentence": _sentence(text, best)} if best else {}),
        "highlight": snippet(text, [mark.span for mark in marks], reading.snippet, best),
        "matches": matches_of(text, marks),
        "context": {"before": [], "after": []},
        **({"explanation": found["_explanation"]} if "_explanation" in found else {}),
    }


def _is_without_words(found: Json) -> bool:
    return "found_by" in found and not found.get("matched_queries")


def _sentence(text: str, span: Span) -> Json:
    return {"text": text[span.start : span.end], "start": span.start, "end": span.end, **utf16_span(text, span)}


def _score(found: Json, all_lift: float) -> float | None:
    """Return the score without the lift of hits that have all words: it orders, and says nothing of the paragraph.

    In the order of dates nothing is scored, and it is None.
    """
    if found["_score"] is None:
        return None
    lift = all_lift if ALL in found.get("matched_queries", []) else 0.0
    return round(float(found["_score"]) - lift, 4)


def level_of(matched: list[str]) -> Level:
    """Return the level of a hit: of each unit the strictest that met it, and of these the loosest."""
    strictest: dict[str, Level] = {}
    for unit, level in map(_named, matched):
        if level and (unit not in strictest or level.rank < strictest[unit].rank):
            strictest[unit] = level
    return loosest_of(list(strictest.values())) if strictest else LADDER[-1]


@lru_cache(maxsize=4096)
def _named(name: str) -> tuple[str, Level | None]:
    """Return the unit and the level that the name of a clause tells; of `all` there is no level."""
    unit, level, *_ = *name.split(":"), ""
    return unit, Level(level) if level else None


def matches_of(text: str, marks: list[Mark]) -> list[Json]:
    """Return the marks as an answer holds them, with offsets in code points and in UTF-16 units."""
    # Nearly every text is of the basic plane, where the two are the same.
    is_basic = bool(marks) and _utf16(text) == len(text)
    return [_match(text, mark, is_basic=is_basic) for mark in marks]


def _match(text: str, mark: Mark, *, is_basic: bool) -> Json:
    (start, end), surface, word, level = mark
    units = {"utf16_start": start, "utf16_end": end} if is_basic else utf16_span(text, mark.span)
    return {"start": start, "end": end, **units, "surface": surface, "word": word, "level": level}


def utf16_span(text: str, span: Span) -> Json:
    """Return a span in UTF-16 units, in which a character beyond the basic plane counts twice."""
    return {"utf16_start": _utf16(text[: span.start]), "utf16_end": _utf16(text[: span.end])}


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
