"""Reads .warc and .warc.gz: each answer that holds a page, a PDF or a document is read as a file, known by its address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from indexer.readers.given import Item, Refused, Skipped, Source
from indexer.readers.packed import TooLarge, spooled
from indexer.readers.sources import read

LARGEST = 256 * 1024 * 1024
"""Bytes of one answer, unpacked."""

_READ = re.compile(
    r"text/html|application/(xhtml\+xml|pdf|vnd\.openxmlformats-officedocument\.wordprocessingml\.document)|$"
)
_TYPES = {"warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation"}
_CHARSET = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)


def read_warc(source: Source) -> Iterator[Item]:
    """Yield the reports of the pages. Pictures, styles, scripts and errors of servers are skipped and counted."""
    with source.path.open("rb") as file:
        records = ArchiveIterator(file, arc2warc=True, check_digests=False)
        end = known = 0
        while True:
            try:
                record = next(records, None)
                if record is None:
                    break
                known += record.rec_type in _TYPES
                if record.rec_type in {"response", "resource"}:
                    yield from _record(record, source)
                elif record.rec_type == "revisit":
                    yield Skipped(source.place, "page of a web archive that had not changed")
            except (ArchiveLoadFailed, EOFError, OSError, ValueError) as error:
                yield Refused(f"{source.place}:{end}", f"a broken web archive from here on ({type(error).__name__})")
                return
            end = file.tell()
        if not known:
            yield Refused(source.place, "a broken web archive: no record in it can be read")


def _record(record: ArcWarcRecord, source: Source) -> Iterator[Item]:
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    told = (
        record.http_headers.get_header("Content-Type", "")
        if record.http_headers
        else record.rec_headers.get_header("Content-Type", "")
    )
    status = record.http_headers.get_statuscode() if record.http_headers else "200"
    place = f"{source.below}/{url}"
    if not status.startswith("2"):
        yield Skipped(place, "page of a web archive that the server did not give")
    elif not _READ.match((told or "").split(";")[0].strip().lower()):
        yield Skipped(place, "part of a web page")
    else:
        charset = _CHARSET.search(told or "")
        yield from _page(
            record,
            replace(
                source, below=place, url=url.strip("<>"), charset=charset[1] if charset else "", named=False, format=""
            ),
        )


def _page(record: ArcWarcRecord, page: Source) -> Iterator[Item]:
    stream = record.content_stream() or BytesIO()
    try:
        with spooled(stream, LARGEST) as (path, _size, fault):
            if fault is not None:
                yield Refused(page.place, f"its content is broken ({type(fault).__name__})")
            elif getattr(record.raw_stream, "limit", 0) > 0:
                yield Refused(page.place, "the web archive breaks off inside it")
            else:
                yield from read(replace(page, path=path, level=page.level + 1))
    except TooLarge:
        yield Refused(page.place, f"it has more than {LARGEST:,} bytes")
