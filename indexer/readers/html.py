"""Reads .html: trafilatura tells the main text from what surrounds it, and its blocks are kept as they stand in the page."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import trafilatura
from lxml.html import HtmlElement

from indexer.readers.blocks import Block, blocks_of, parse
from indexer.readers.drafts import Draft, paragraph
from indexer.readers.encodings import Undecodable, decode_whole
from indexer.readers.given import Findings, Item, Refused, Source
from indexer.readers.pages import page_draft

LARGEST = 8 * 1024 * 1024
"""Bytes of one page."""

# They would write to the terminal, without the name of the file, what is said here as a remark.
for _name in ("trafilatura", "htmldate", "courlan"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

_CHARSET = re.compile(rb"<meta[^>]{1,200}charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
_NOT_LETTERS = re.compile(r"[\W_]+")
SURE = 25
"""Letters from which a block counts as kept where the main text holds it inside a longer line."""


def read_html(source: Source) -> Iterator[Item]:
    """Yield the one report of a page."""
    size = source.path.stat().st_size
    if size > LARGEST:
        yield Refused(source.place, f"the page has {size:,} bytes; a page may have {LARGEST:,}", size)
        return
    data = source.path.read_bytes()
    declared = _CHARSET.search(data[:4096])
    try:
        decoded = decode_whole(data, source.charset or (declared[1].decode("ascii", "replace") if declared else ""))
    except Undecodable as error:
        yield Refused(source.place, str(error), size)
        return
    tree = parse(decoded.text)
    if tree is None:
        yield Refused(source.place, "the page has no element", size)
        return
    draft = page_draft(tree, source.url)
    dropped = fill(draft, tree)
    yield draft.given(
        source, size, Findings(format="html", encoding=decoded.told, dropped=dropped, mended=decoded.mended)
    )


def fill(draft: Draft, tree: HtmlElement) -> int:
    """Give a draft the main text of its page, and return how many blocks were left out as boilerplate."""
    blocks = blocks_of(tree)
    main = _main_text(tree)
    if not main:
        draft.remarks.append("no main text could be told from what surrounds it: the whole page was kept")
        kept = blocks
    else:
        kept = _kept(blocks, main)
    title = _letters(draft.title)
    draft.paragraphs = [paragraph(block.text, block.kind) for block in kept if _letters(block.text) != title]
    return len(blocks) - len(kept)


def _main_text(tree: HtmlElement) -> str:
    return trafilatura.extract(tree, include_comments=False, include_tables=True, favor_recall=True) or ""


def _kept(blocks: list[Block], main: str) -> list[Block]:
    """Return the blocks that the main text holds, and the captions between them."""
    lines = {_letters(line) for line in main.split("\n")}
    whole = _letters(main)
    in_main = [
        (letters := _letters(block.text)) in lines or (len(letters) >= SURE and letters in whole) for block in blocks
    ]
    if True not in in_main:
        return blocks
    first, last = in_main.index(True), len(blocks) - in_main[::-1].index(True)
    return [
        block
        for place, block in enumerate(blocks)
        if in_main[place] or (block.kind == "caption" and first <= place < last)
    ]


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text)
