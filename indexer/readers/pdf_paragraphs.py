"""From the lines of pages to paragraphs: a line goes on with the next one where the next one's first word had no room."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from indexer.readers.pdf_glyphs import Line, PageLines

_SENTENCE_END = re.compile(r"[.!?؟…:۔»\"”)]$")
_BULLET = re.compile(r"^(?:[•●▪◦■□–—*-]|\(?[0-9٠-٩]{1,2}[.)-])\s")
HEADING = 1.15
"""How much larger than the body a heading is at least."""
NARROWEST = 0.4
"""The share of a page's width that a column of text has at least: a page of short lines has no full one."""
NEARLY = 0.85
"""How full a line of ragged text is at least, where no sentence ends with it."""
WIDE_GAP = 1.4
"""How many times the usual distance of lines ends a paragraph."""


@dataclass(slots=True)
class Part:
    """A paragraph: its lines as one text, its kind, and the page that it begins on."""

    text: str
    kind: str
    page: int


def body_size(pages: list[PageLines]) -> float:
    """Return the size that most letters have."""
    sizes = Counter[float]()
    for page in pages:
        for line in page.lines:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 1.0


def paragraphs_of(pages: list[PageLines], size: float) -> list[Part]:
    """Return the paragraphs in order; one that goes on over the end of a page is one paragraph."""
    parts: list[Part] = []
    last: Line | None = None
    for page in pages:
        width = _column(page)
        for group in _groups(page.lines, width):
            text = " ".join(line.text for line in group)
            kind = _kind(group, text, size)
            goes_on = last is not None and group[0] is page.lines[0] and _goes_on_over(last, group[0], width)
            if goes_on and parts[-1].kind == kind == "body":
                parts[-1].text += f" {text}"
            else:
                parts.append(Part(text, kind, page.number))
        last = page.lines[-1] if page.lines else None
    return parts


def _column(page: PageLines) -> float:
    return max([NARROWEST * page.width, *(line.right - line.left for line in page.lines)])


def _goes_on_over(last: Line, first: Line, width: float) -> bool:
    """Tell whether the first line of a page goes on with the last one of the page before."""
    return _alike(last, first) and not _SENTENCE_END.search(last.text) and _needed(last, first) > NEARLY * width


def _groups(lines: list[Line], width: float) -> Iterator[list[Line]]:
    """Yield the lines of each paragraph of a page."""
    pitch = _pitch(lines)
    group: list[Line] = []
    for line in lines:
        if group and not _goes_on(group[-1], line, width, pitch):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _pitch(lines: list[Line]) -> float:
    steps = [upper.base - lower.base for upper, lower in pairwise(lines)]
    downwards = sorted(step for step in steps if step > 0)
    # Of short paragraphs every second step is one between them: the lower quarter is what lines inside one have.
    return downwards[len(downwards) // 4] if downwards else 0.0


def _goes_on(line: Line, following: Line, width: float, pitch: float) -> bool:
    step = line.base - following.base
    if not _alike(line, following) or _BULLET.match(following.text) or step <= 0 or step > WIDE_GAP * max(pitch, 1.0):
        return False
    needed = _needed(line, following)
    return needed > width or (needed > NEARLY * width and not _SENTENCE_END.search(line.text))


def _needed(line: Line, following: Line) -> float:
    """Return the width that a line would have had with the first word of the next one."""
    return line.right - line.left + following.first + 0.25 * line.size


def _alike(line: Line, following: Line) -> bool:
    return abs(line.size - following.size) <= 0.1 * max(line.size, following.size)


def _kind(group: list[Line], text: str, size: float) -> str:
    if group[0].size >= HEADING * size and len(text) < 300:
        return "heading"
    return "list" if _BULLET.match(text) else "body"
