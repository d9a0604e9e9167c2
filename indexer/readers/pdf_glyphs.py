"""From the glyphs of a page to its lines, in the order in which they are read.

A PDF places shapes; the order in the file is that of the program that wrote it. Measured on files of five programs,
pdfium's own order turned words around that were made of presentation forms only (في as يف), took لا apart as ال, and wrote
Watch Rights Human. The places of the glyphs were right in all of them, so lines are read from these.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pypdfium2
from pypdfium2 import raw

MOST_GLYPHS = 200_000
"""Glyphs of one page."""

_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u0370-\u052f]")
_FORMS = re.compile("[\ufb50-\ufdef\ufe70-\ufefc]")
_LTR_RUN = re.compile(
    "[A-Za-z\u00c0-\u052f0-9\u0660-\u0669\u06f0-\u06f9](?:[^\u0590-\u065f\u066d-\u06ef\u06fa-\u08ff\\s]*[A-Za-z\u00c0-\u052f0-9\u0660-\u0669\u06f0-\u06f9])?"
)
_NUMBER = re.compile("[0-9\u0660-\u0669\u06f0-\u06f9]+(?:[.,:/\u066b\u066c][0-9\u0660-\u0669\u06f0-\u06f9]+)*")
_LAM_ALEF = re.compile("ل[اأإآٱ]")
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
WIDE, NARROW = 0.15, 0.05
"""Gaps, as shares of a line's height: a wider one than the first always ends a word, a narrower one than the other never."""
NEAR, NEAR_OF_MARKS = 0.4, 0.7
"""How far from a line's base a glyph of it may stand, as shares of its height. A kasra under a final yeh was placed 0.55 below
it, and the first haraka of the next line 0.8 below this one's."""
_ENDS_ONLY = "ةى"
"""Letters that end a word and never begin one: they tell whether letters were placed the wrong way round."""


@dataclass(slots=True)
class Glyph:
    """A shape: its letters (a ligature has several, an unknown one none) and its box, in points from the lower left corner."""

    text: str
    left: float
    right: float
    base: float
    size: float
    word: int = 0
    is_joined: bool = False

    @property
    def middle(self) -> float:
        """Where the glyph stands from left to right."""
        return (self.left + self.right) / 2

    @property
    def is_mark(self) -> bool:
        """Whether it stands over or under a letter."""
        return unicodedata.category(self.text[:1] or " ") == "Mn"

    @property
    def is_lone(self) -> bool:
        """Whether it has no letter: marks alone, or unknown."""
        return all(unicodedata.category(char) == "Mn" for char in self.text)

    @property
    def has_mark(self) -> bool:
        """Whether it is a mark, or a letter in one shape with its mark, or unknown: its base line may be that of the mark."""
        return not self.text or any(unicodedata.category(char) == "Mn" for char in self.text)

    def distance(self, other: Glyph) -> float:
        """Return how far its middle is from another glyph's box, and within that box from its middle, which counts less."""
        return max(other.left - self.middle, self.middle - other.right, 0.0) + abs(other.middle - self.middle) / 1000


@dataclass(slots=True)
class Line:
    """A line of a page; `first` is the width of its first word."""

    text: str
    left: float
    right: float
    base: float
    size: float
    first: float
    is_rtl: bool


@dataclass(slots=True)
class PageLines:
    """The lines of a page in the order of the file, its width, and how many glyphs have no letter."""

    number: int
    lines: list[Line] = field(default_factory=list)
    width: float = 0.0
    unread: int = 0

    def edges(self, count: int) -> list[str]:
        """Return the texts of the first and last lines."""
        return [
            line.text for line in (self.lines[:count] + self.lines[-count:] if len(self.lines) > count else self.lines)
        ]

    def drop(self, is_dropped: Callable[[str], bool], count: int) -> int:
        """Take off those of the first and last lines that are to be dropped, and return how many."""
        edge = {*range(count), *range(len(self.lines) - count, len(self.lines))}
        kept = [line for place, line in enumerate(self.lines) if place not in edge or not is_dropped(line.text)]
        dropped, self.lines = len(self.lines) - len(kept), kept
        return dropped


def lines_of_page(page: pypdfium2.PdfPage, number: int) -> PageLines:
    """Return the lines of a page, each in the order in which it is read."""
    told = PageLines(number, width=page.get_width())
    glyphs = list(_glyphs(page, told))
    _order_ligatures([glyph for glyph in glyphs if glyph])
    rows = [row for row in _rows(glyphs) if any(glyph.text for glyph in row)]
    letters = "".join(glyph.text for row in rows for glyph in row)
    mostly_rtl = len(_RTL.findall(letters)) > len(_LATIN.findall(letters))
    told.lines = [_line(row, mostly_rtl=mostly_rtl) for row in rows]
    _turn_if_reversed(told.lines)
    _mirror_if_crossed(told.lines)
    return told


def _glyphs(page: pypdfium2.PdfPage, told: PageLines) -> Iterator[Glyph | None]:
    """Yield the glyphs in the order of the file, None between words; letters of one shape come as one glyph."""
    text = page.get_textpage()
    count = min(text.count_chars(), MOST_GLYPHS)
    unknown = _unknown(text, count)
    last: Glyph | None = None
    for index in range(count):
        char = chr(raw.FPDFText_GetUnicode(text, index))
        if index in unknown:
            told.unread += 1
            yield from (last,) if last else ()
            last = _glyph(text, index, "")
        elif char.isspace() and (char >= " " or char in "\t\r\n"):
            yield from (last, None) if last else (None,)
            last = None
        elif char < " " or char in "\ufffd\ufffe\uffff" or "\ue000" <= char <= "\uf8ff" or "\ud800" <= char <= "\udfff":
            told.unread += char != "\ufffe"
        else:
            glyph = _glyph(text, index, char)
            if last and (last.left, last.right) == (glyph.left, glyph.right) and last.base == glyph.base:
                last.text += _plain(char)
                last.is_joined = True
            else:
                yield from (last,) if last else ()
                last = glyph
    yield from (last,) if last else ()
    text.close()


def _unknown(text: pypdfium2.PdfTextPage, count: int) -> set[int]:
    """Return the places of glyphs whose letters the file does not tell: for those pdfium gives the number of the glyph.

    Read as letters these stood in the middle of words: إِVجمالي, where V was a hamza with its kasra. A page that tells hardly
    any (old fonts, whose numbers may be the letters) is read as it is.
    """
    unknown = {index for index in range(count) if raw.FPDFText_HasUnicodeMapError(text, index) == 1}
    return unknown if 2 * len(unknown) < count else set()


def _glyph(text: pypdfium2.PdfTextPage, index: int, char: str) -> Glyph:
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text, index, x, y)
    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(text, index, box)
    size = abs(box.top - box.bottom) or raw.FPDFText_GetFontSize(text, index)
    return Glyph(_plain(char), box.left, box.right, y.value, size or 1.0)


def _order_ligatures(glyphs: list[Glyph]) -> None:
    """Put the letters of joined shapes in the order in which they are read.

    Of a run from right to left pdfium turns these around too, لا as well as في, unless the file names a presentation form.
    Which of the two a page has is told by its lam and alef: no shape joins them the other way round.
    """
    joined = [glyph for glyph in glyphs if glyph.is_joined and _RTL.search(glyph.text)]
    is_ordered = any(_LAM_ALEF.fullmatch(glyph.text) for glyph in joined)
    for glyph in joined:
        if not is_ordered or _LAM_ALEF.fullmatch(glyph.text[::-1]):
            glyph.text = glyph.text[::-1]


def _plain(char: str) -> str:
    """Return the letters of a presentation form; a sign that people write as such (ﷺ) and a lone mark stay one."""
    return unicodedata.normalize("NFKC", char).strip() if _FORMS.match(char) else char


def _rows(glyphs: Iterable[Glyph | None]) -> Iterator[list[Glyph]]:
    """Yield the glyphs of each line: what stands on one base line and follows in the file. Words are numbered as there."""
    row: list[Glyph] = []
    marks: list[Glyph] = []
    base, is_a_letters, number = 0.0, False, 0
    for glyph in glyphs:
        if glyph is None:
            number += 1
            continue
        glyph.word = number
        if glyph.is_lone:
            # Where it belongs is known by the letters around it: it may stand before the first of its line, and far below.
            marks.append(glyph)
            continue
        near = NEAR if is_a_letters and not glyph.has_mark else NEAR_OF_MARKS
        if row and abs(glyph.base - base) > near * glyph.size:
            yield from _with_marks_behind(row, base, [mark for mark in marks if _is_nearer(mark, base, glyph.base)])
            marks, row = [mark for mark in marks if not _is_nearer(mark, base, glyph.base)], []
        if not row or not glyph.has_mark:
            base, is_a_letters = glyph.base, not glyph.has_mark
        row += [*marks, glyph]
        marks = []
    yield from _with_marks_behind(row, base, marks)


def _is_nearer(mark: Glyph, one: float, other: float) -> bool:
    return abs(mark.base - one) < abs(mark.base - other)


def _with_marks_behind(row: list[Glyph], base: float, marks: list[Glyph]) -> Iterator[list[Glyph]]:
    """Yield a row with the marks behind its last letter, and those that are far from it as a row of their own."""
    near: list[Glyph] = []
    far: list[Glyph] = []
    for mark in marks:
        is_far = bool(row) and abs(mark.base - base) > NEAR_OF_MARKS * mark.size
        (far if is_far else near).append(mark)
    yield row + near
    if far:
        yield far


def _line(row: list[Glyph], *, mostly_rtl: bool) -> Line:
    letters = "".join(glyph.text for glyph in row)
    rtl, latin = len(_RTL.findall(letters)), len(_LATIN.findall(letters))
    is_rtl = rtl > latin or (mostly_rtl and (rtl > 0 or not latin))
    size = max(glyph.size for glyph in row)
    words = _words(row, size, is_rtl=is_rtl)
    texts = list(filter(None, (_word(word, is_rtl=is_rtl) for word in words)))
    return Line(
        " ".join(_runs_turned(texts, _LATIN if is_rtl else _RTL, _RTL if is_rtl else _LATIN)),
        min(glyph.left for glyph in row),
        max(glyph.right for glyph in row),
        row[0].base,
        size,
        max(glyph.right for glyph in words[0]) - min(glyph.left for glyph in words[0]),
        is_rtl,
    )


def _words(row: list[Glyph], size: float, *, is_rtl: bool) -> list[list[Glyph]]:
    """Return the words of a line in its direction: cut at wide gaps, at narrow ones where the file cuts too."""
    bases = sorted((glyph for glyph in row if not glyph.is_mark), key=lambda glyph: glyph.middle, reverse=is_rtl)
    words: list[list[Glyph]] = []
    for glyph in bases:
        before = words[-1][-1] if words else None
        gap = (before.left - glyph.right if is_rtl else glyph.left - before.right) if before else 0.0
        if not before or gap > WIDE * size or (gap > NARROW * size and glyph.word != before.word):
            words.append([])
        words[-1].append(glyph)
    for mark in (glyph for glyph in row if glyph.is_mark):
        nearest = min(words, key=lambda word: min(map(mark.distance, word))) if words else None
        if nearest is None:
            words.append(nearest := [])
        nearest.append(mark)
    return words


def _word(word: list[Glyph], *, is_rtl: bool) -> str:
    """Return the letters of a word in the order in which they are read."""
    bases = [glyph for glyph in word if not glyph.is_mark]
    marks = [glyph for glyph in word if glyph.is_mark]
    is_turned = is_rtl or any(_RTL.search(glyph.text) for glyph in bases)
    bases.sort(key=lambda glyph: glyph.middle, reverse=is_turned)
    text = "".join(glyph.text for glyph in bases)
    if is_turned:
        text = _LTR_RUN.sub(_turned, text.translate(_MIRRORED))
    return _with_marks(text, bases, marks) if marks else text


def _turned(run: re.Match[str]) -> str:
    """Return a run from left to right that was read from right to left; numbers with dashes stay in their order."""
    text = run.group()
    if _LATIN.search(text):
        return text[::-1].translate(_MIRRORED)
    return _NUMBER.sub(lambda number: number.group()[::-1], text)


def _with_marks(text: str, bases: list[Glyph], marks: list[Glyph]) -> str:
    """Put each mark behind the letter that it stands over."""
    if not bases or sum(len(glyph.text) for glyph in bases) != len(text):
        return text + "".join(mark.text for mark in marks)
    pieces, position = [], 0
    over = [min(range(len(bases)), key=lambda place: mark.distance(bases[place])) for mark in marks]
    for place, glyph in enumerate(bases):
        end = position + len(glyph.text)
        pieces += [text[position:end], *(mark.text for mark, at in zip(marks, over, strict=True) if at == place)]
        position = end
    return "".join(pieces)


def _runs_turned(words: list[str], inner: re.Pattern[str], outer: re.Pattern[str]) -> list[str]:
    """Turn runs of words of the other direction around: read from the right, Human Rights Watch came last word first."""
    turned: list[str] = []
    run: list[str] = []
    for word in words:
        if not outer.search(word) and (inner.search(word) or (run and not inner.search(word) and word.isdecimal())):
            run.append(word)
        else:
            turned += [*run[::-1], word]
            run = []
    return [*turned, *run[::-1]]


def _turn_if_reversed(lines: list[Line]) -> None:
    """Turn the lines of a page whose program placed Arabic letters from left to right: there ة begins words."""
    words = [word for line in lines if line.is_rtl for word in line.text.split()]
    begins = sum(word[0] in _ENDS_ONLY for word in words if len(word) > 1)
    ends = sum(word[-1] in _ENDS_ONLY for word in words if len(word) > 1)
    if begins > ends:
        for line in lines:
            if line.is_rtl:
                line.text = _LTR_RUN.sub(lambda run: run.group()[::-1], line.text[::-1]).translate(_MIRRORED)


def _mirror_if_crossed(lines: list[Line]) -> None:
    """Exchange brackets on a page where more of them close than open first: programs differ in which shape they name."""
    text = "\n".join(line.text for line in lines if line.is_rtl)
    for opening, closing in ("()", "[]", "«»"):
        whole = len(re.findall(rf"\{opening}[^\{opening}\{closing}]*\{closing}", text))
        crossed = len(re.findall(rf"\{closing}[^\{opening}\{closing}]*\{opening}", text))
        if crossed > whole:
            exchange = str.maketrans(opening + closing, closing + opening)
            for line in lines:
                line.text = line.text.translate(exchange) if line.is_rtl else line.text
