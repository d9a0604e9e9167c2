"""What a page says of itself: title, author, outlet, address, language, and when it was published."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import orjson
import trafilatura
from lxml.html import HtmlElement

from indexer.readers.drafts import LONGEST_WRITTEN_DATE, Draft
from indexer.readers.written_dates import LONGEST, dated

_LOWER = "translate(., 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"
_NAMES = (
    "article:published_time", "og:published_time", "datepublished", "pubdate", "publishdate", "publish-date", "publish_date",
    "dc.date.issued", "dc.date", "dcterms.issued", "dcterms.date", "parsely-pub-date", "sailthru.date", "date",
)  # fmt: skip
_VISIBLE = (
    "//*[contains(@class,'date') or contains(@class,'time') or contains(@id,'date') or contains(@class,'publish')]"
)


def page_draft(tree: HtmlElement, url: str = "") -> Draft:
    """Return a draft with what a page says of itself; `url` is where it was fetched from, where that is known."""
    published = _published(tree)
    told = trafilatura.extract_metadata(tree, default_url=url or None, extensive=False)
    heading = [" ".join(element.text_content().split()) for element in tree.iter("h1")]
    return Draft(
        title=_title(heading, told.title or "", told.sitename or ""),
        source=told.sitename or "",
        author=(told.author or "").replace("; ", "، ") if told.author else "",
        url=url or _address(told.url or ""),
        published=published,
        language=str(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip(),
        tags=list(told.tags or []),
    )


def _title(headings: list[str], told: str, sitename: str) -> str:
    """Return the one h1 as the page's headline: og:title and <title> carry the outlet's name along. A logo is none."""
    if len(headings) == 1 and headings[0] and headings[0] != sitename:
        return headings[0]
    return told


def _address(url: str) -> str:
    """Return a canonical address that names one page: many sites write that of their front page into every page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.path.strip("/") or parts.query else ""


def _published(tree: HtmlElement) -> str:
    """Return the first date whose day is certain, else the first that can be read, else what is written first, if anything."""
    first = near = ""
    for written in _candidates(tree):
        told = " ".join(written.split())
        if not told or len(told) > LONGEST_WRITTEN_DATE:
            continue
        first = first or told
        try:
            read = dated(told[:LONGEST])
        except (ValueError, OverflowError):
            continue
        if not read.note:
            return told[:LONGEST]
        near = near or told[:LONGEST]
    return near or first


def _candidates(tree: HtmlElement) -> Iterator[str]:
    """Yield dates of publication as they are written, the most explicit first."""
    for text in tree.xpath("//script[@type='application/ld+json']/text()"):
        yield from _linked_dates(text)
    for name in _NAMES:
        yield from tree.xpath(f"//meta[@*[{_LOWER}='{name}']]/@content")
    yield from tree.xpath("//*[@itemprop='datePublished']/@datetime|//*[@itemprop='datePublished']/@content")
    yield from tree.xpath("//time/@datetime")[:1]
    for element in tree.xpath(f"//*[@itemprop='datePublished']|//time|{_VISIBLE}")[:20]:
        yield str(element.text_content())[:LONGEST_WRITTEN_DATE]


def _linked_dates(text: str) -> Iterator[str]:
    """Yield `datePublished` of linked data; of a list or graph, of each member."""
    try:
        waiting = [orjson.loads(str(text))]
    except orjson.JSONDecodeError:
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value[::-1][:100]
        elif isinstance(value, dict):
            if isinstance(written := value.get("datePublished"), str):
                yield written
            waiting += [value[name] for name in ("@graph", "mainEntity") if name in value]
