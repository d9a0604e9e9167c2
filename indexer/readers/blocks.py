"""The blocks of a page or of a piece of HTML, in order: paragraphs, headings, list items, quotes, captions, table rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree, html

_SILENT = {
    "script", "style", "noscript", "template", "svg", "iframe", "object", "head", "select", "button", "textarea",
    "canvas", "math", "audio", "video",
}  # fmt: skip
_KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("li", "dt", "dd"), "list"),
    **dict.fromkeys(("blockquote", "q"), "quote"),
    **dict.fromkeys(("figcaption", "caption"), "caption"),
}
_BREAKS = {
    "address", "article", "aside", "body", "br", "center", "details", "dialog", "div", "dl", "fieldset", "figure",
    "footer", "form", "header", "hgroup", "hr", "html", "legend", "main", "menu", "nav", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "thead", "tfoot", "ul", "blockquote", "h1", "h2", "h3", "h4", "h5",
    "h6", "li", "dt", "dd", "figcaption", "caption", "tr", "td", "th",
}  # fmt: skip
_LAYOUT = "|".join(f"descendant::{tag}" for tag in ("table", "p", "div", "ul", "ol", "h1", "h2", "h3"))
CELLS = " | "
"""Stands between the cells of a table's row."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block: its text with single spaces, and its kind."""

    text: str
    kind: str


@dataclass(slots=True)
class _Walk:
    """The text since the last break, and the kinds of the elements around it."""

    pieces: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=lambda: ["body"])

    def flush(self) -> Iterator[Block]:
        text = " ".join("".join(self.pieces).split())
        text = text.rstrip(CELLS) if self.kinds[-1] == "table" else text
        self.pieces.clear()
        if text:
            yield Block(text, self.kinds[-1])


def parse(text: str) -> html.HtmlElement | None:
    """Return the tree of a page or of a piece of one, None where it has no element. Nothing is fetched, no entity expands."""
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        return None


def blocks_of(tree: html.HtmlElement) -> list[Block]:
    """Return the blocks of a tree in order. Scripts, styles and controls hold none."""
    return list(_walked(tree))


def _walked(tree: html.HtmlElement) -> Iterator[Block]:
    walk = _Walk()
    rows = _data_rows(tree)
    events = etree.iterwalk(tree, events=("start", "end"))
    for event, element in events:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            yield from _entered(walk, element, tag, is_cell=element.getparent() in rows)
            if tag in _SILENT:
                events.skip_subtree()
            else:
                walk.pieces.append(element.text or "")
        else:
            yield from _left(walk, element, tag, is_cell=element.getparent() in rows)
            walk.pieces.append(element.tail or "")
    yield from walk.flush()


def _entered(walk: _Walk, element: html.HtmlElement, tag: str, *, is_cell: bool) -> Iterator[Block]:
    if tag in _BREAKS and not is_cell:
        yield from walk.flush()
    kind = _KINDS.get(tag)
    if tag == "tr" and len(element) and element[0].tag in {"td", "th"} and not element.xpath(_LAYOUT):
        kind = "table"
    walk.kinds.append(kind or walk.kinds[-1])


def _left(walk: _Walk, _element: html.HtmlElement, tag: str, *, is_cell: bool) -> Iterator[Block]:
    if is_cell:
        walk.pieces.append(CELLS)
    elif tag in _BREAKS:
        yield from walk.flush()
    walk.kinds.pop()


def _data_rows(tree: html.HtmlElement) -> set[html.HtmlElement]:
    """Return the rows that hold data: a table whose cells hold paragraphs or tables is only a layout."""
    return {row for row in tree.iter("tr") if not row.xpath(_LAYOUT)}


def blocks_of_piece(markup: str) -> list[Block]:
    """Return the blocks of a piece of HTML, as feeds hold it; of plain text each line."""
    if "<" not in markup and "&" not in markup:
        return [Block(line, "body") for raw in markup.splitlines() if (line := " ".join(raw.split()))]
    tree = parse(markup)
    return [] if tree is None else blocks_of(tree)
