"""Reads .json: an array of records, one record, an export of Telegram Desktop, or a JSON Feed. Large files are streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from typing import IO, Any
from urllib.parse import urljoin

import ijson

from indexer.readers.blocks import blocks_of_piece
from indexer.readers.drafts import Draft, paragraph
from indexer.readers.encodings import Undecodable, decode
from indexer.readers.given import STREAM, Findings, Given, Item, Refused, Source
from indexer.readers.mojibake import mend_record
from indexer.readers.nesting import Shallow
from indexer.readers.telegram import message_item

LARGEST_OTHER = 64 * 1024 * 1024
"""Bytes of a file in another encoding than UTF-8, which is decoded as a whole."""
LARGEST_RECORD = 8 * 1024 * 1024
"""Bytes of a file that is one record."""


def read_json(source: Source) -> Iterator[Item]:
    """Yield the records of a file; where its JSON breaks off, those before that, and then the refusal."""
    return _items(source, _read)


def read_json_feed(source: Source) -> Iterator[Item]:
    """Yield the reports of a JSON Feed; other JSON is refused."""
    return _items(source, _read_feed)


def _items(source: Source, read: Callable[[IO[bytes], Source, int, Findings], Iterator[Item]]) -> Iterator[Item]:
    size = source.path.stat().st_size
    try:
        with _utf8(source, size) as (file, told):
            done = file.tell()
            for item in read(file, source, size, Findings(format="json", encoding=told)):
                yield replace(item, size=file.tell() - done)
                done = file.tell()
    except Undecodable as error:
        yield Refused(source.place, str(error), size)
    except (ijson.JSONError, UnicodeDecodeError, ValueError) as error:
        yield Refused(source.place, f"not JSON: {str(error).strip().partition(chr(10))[0][:200]}")


@contextmanager
def _utf8(source: Source, size: int) -> Iterator[tuple[IO[bytes], str]]:
    """Yield a file's bytes in UTF-8, without a mark, and the encoding that it was in."""
    if size > LARGEST_OTHER:
        with source.path.open("rb") as file:
            if file.read(3) != b"\xef\xbb\xbf":
                file.seek(0)
            yield file, "UTF-8"
        return
    decoded = decode(source.path.read_bytes())
    yield BytesIO(decoded.text.removeprefix("\ufeff").encode("utf-8", "surrogatepass")), decoded.told


def _read(file: IO[bytes], source: Source, size: int, findings: Findings) -> Iterator[Item]:
    start = file.tell()
    shape, told = _shape(Shallow(file))
    file.seek(start)
    stream = Shallow(file)
    if shape == "array":
        for number, record in enumerate(ijson.items(stream, "item", use_float=True), start=1):
            yield _given(record, source, f"{source.place}:{number}", findings, None)
    elif shape == "messages":
        yield from _messages(ijson.items(stream, "messages.item", use_float=True), told, source, findings)
    elif shape == "chats":
        for chat in ijson.items(stream, "chats.list.item", use_float=True):
            yield from _messages(chat.get("messages", []), chat, source, findings)
    elif shape == "feed":
        yield from _feed(stream, told, source, findings)
    elif size > LARGEST_RECORD:
        yield Refused(
            source.place, f"it has {size:,} bytes and is no array; one record may have {LARGEST_RECORD:,}", size
        )
    else:
        yield _given(next(ijson.items(stream, "", use_float=True)), source, source.place, findings, source.below)


def _read_feed(file: IO[bytes], source: Source, size: int, findings: Findings) -> Iterator[Item]:
    start = file.tell()
    shape, told = _shape(Shallow(file))
    file.seek(start)
    if shape == "feed":
        yield from _feed(Shallow(file), told, source, findings)
    else:
        yield Refused(source.place, "JSON, but no JSON Feed", size)


def _shape(file: Shallow) -> tuple[str, dict[str, Any]]:
    """Return what a file is, from the first of its keys that tells it, and the plain values that stand before that."""
    told: dict[str, Any] = {}
    key = ""
    for prefix, event, value in ijson.parse(file):
        if (prefix, event) == ("", "start_array"):
            return "array", told
        if (prefix, event) == ("", "map_key"):
            key = value
        elif prefix == key and event == "start_array" and key in {"messages", "items"}:
            if key == "messages" or str(told.get("version", "")).startswith("https://jsonfeed.org/"):
                return ("messages" if key == "messages" else "feed"), told
        elif prefix == key == "chats" and event == "start_map":
            return "chats", told
        elif prefix == key and event in {"string", "number"}:
            told[key] = value
    return "record", told


def _given(record: object, source: Source, place: str, findings: Findings, path: str | None) -> Given:
    mended, count = mend_record(record)
    told = replace(findings, file=source.below, mended=count)
    return Given(place, mended, source.root, 0, path=None if path == STREAM else path, findings=told)


def _messages(messages: Iterator[Any], chat: dict[str, Any], source: Source, findings: Findings) -> Iterator[Item]:
    for message in messages:
        yield message_item(message, chat, source, findings)


def _feed(file: Shallow, feed: dict[str, Any], source: Source, findings: Findings) -> Iterator[Item]:
    for number, item in enumerate(ijson.items(file, "items.item", use_float=True), start=1):
        place = f"{source.place}:{number}"
        if isinstance(item, dict):
            yield _entry(item, feed, source.url).given(source, 0, findings, place, is_file=False)
        else:
            yield Refused(place, f"an item of a feed is an object, not {type(item).__name__}")


def _joined(base: str, url: str) -> str:
    """Return an address that may be relative to another one; what is no address stays as it is."""
    try:
        return urljoin(base, url) if url else url
    except ValueError:
        return url


def _entry(item: dict[str, Any], feed: dict[str, Any], base: str) -> Draft:
    authors = item.get("authors") or [item.get("author") or {}]
    names = [author.get("name") or "" for author in authors if isinstance(author, dict)]
    markup = item.get("content_html") or item.get("summary") or ""
    plain = str(item.get("content_text") or "").splitlines()
    blocks = [paragraph(block.text, block.kind) for block in blocks_of_piece(str(markup))]
    return Draft(
        title=str(item.get("title") or ""),
        paragraphs=blocks if item.get("content_html") or not plain else [paragraph(line) for line in plain],
        id=str(item.get("id") or ""),
        source=str(feed.get("title") or ""),
        author="، ".join(filter(None, names)),
        url=_joined(base, str(item.get("url") or "")),
        published=str(item.get("date_published") or ""),
        language=str(item.get("language") or feed.get("language") or ""),
        tags=[str(tag) for tag in item.get("tags") or []],
    )
