"""The `highlight` of a hit: its text as HTML with `<mark>` around whole words, cut to a length at words."""

from __future__ import annotations

import re
from html import escape

from api.marks import Span

ELLIPSIS = "…"
_MARKUP = re.compile("""[&<>"']""")


def snippet(text: str, spans: list[Span], longest: int, around: Span | None = None) -> str:
    """Return the marked part of a text as HTML: everything is escaped, the only tag is `<mark>`.

    `longest` is in characters of the text, 0 for all of it; the window is the one that holds the most marks, and where it
    cuts, at a space, stands an ellipsis. Without marks it is the one that holds `around`.
    """
    window = (
        Span(0, len(text))
        if longest == 0 or len(text) <= longest
        else _window(text, spans or _beginning(around), longest)
    )
    inside = [span for span in spans if window.start <= span.start and span.end <= window.end]
    before = ELLIPSIS if window.start > 0 else ""
    after = ELLIPSIS if window.end < len(text) else ""
    return f"{before}{_marked(text, inside, window)}{after}"


def _marked(text: str, spans: list[Span], window: Span) -> str:
    # Most texts hold nothing that must be escaped, and `escape` looks through each piece five times.
    written = escape if _MARKUP.search(text, window.start, window.end) else str
    pieces = []
    position = window.start
    for span in spans:
        pieces += [written(text[position : span.start]), "<mark>", written(text[span.start : span.end]), "</mark>"]
        position = span.end
    return "".join([*pieces, written(text[position : window.end])])


def _window(text: str, spans: list[Span], longest: int) -> Span:
    """Return the span of at most `longest` characters with the most marks, the earliest of equals, cut at spaces."""
    first = _densest(spans, longest)
    if first is None:
        return Span(0, _cut_before(text, 0, longest))
    held = [span for span in spans if first.start <= span.start and span.end <= first.start + longest] or [first]
    room = max(0, longest - (held[-1].end - held[0].start))
    start = max(0, min(held[0].start - room // 3, len(text) - longest))
    start = _cut_after(text, start, held[0].start)
    return Span(start, max(held[-1].end, _cut_before(text, start, start + longest)))


def _beginning(span: Span | None) -> list[Span]:
    return [Span(span.start, min(span.end, span.start + 1))] if span else []


def _densest(spans: list[Span], longest: int) -> Span | None:
    """Return the mark from which on the most marks fit into `longest` characters."""
    best, most, end = None, 0, 0
    for number, span in enumerate(spans):
        while end < len(spans) and spans[end].end - span.start <= longest:
            end += 1
        if best is None or end - number > most:
            best, most = span, end - number
    return best


def _cut_after(text: str, start: int, limit: int) -> int:
    """Return the first place at or after `start` where a word begins, `limit` at the latest."""
    if start == 0 or text[start - 1].isspace():
        return start
    while start < limit and not text[start - 1].isspace():
        start += 1
    return start


def _cut_before(text: str, start: int, end: int) -> int:
    """Return the last place at or before `end` where a word ends; a word longer than all the room is cut."""
    if end >= len(text):
        return len(text)
    place = end
    while place > start and not text[place].isspace():
        place -= 1
    return place if place > start else end
