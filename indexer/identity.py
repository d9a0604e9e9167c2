"""The id of a report: readable at the front, unique at the end, the same for the same report for ever."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import urlsplit

from indexer.errors import BadReport
from indexer.report import Report

LONGEST_SLUG = 40


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes a report itself: its url, else the id it was given, else its path below the folder that was named."""

    kind: Literal["url", "id", "path"]
    value: str

    def report_id(self, collection: str) -> str:
        """Return `<slug>-<16 hex digits>`; the digits are SHA-256 over the collection, a NUL and the value."""
        digest = hashlib.sha256(f"{collection}\0{self.value}".encode()).hexdigest()[:16]
        return f"{_slug(self._readable())}-{digest}"

    def _readable(self) -> str:
        if self.kind == "url":
            return PurePosixPath(urlsplit(self.value).path).stem
        return PurePosixPath(self.value).stem if self.kind == "path" else self.value


def identity_of(report: Report, path: str | None) -> Identity:
    """Return the identity of a report; `path` is that of a file that holds this one report.

    A record in a file of many must name an id or a url (BadReport): its line number would change with every edit.
    """
    if report.url:
        return Identity("url", _url(report.url))
    if report.id:
        return Identity("id", report.id)
    if path:
        return Identity("path", path)
    raise BadReport("id: a record wants an id or a url, so that loading it again replaces it")


def _url(given: str) -> str:
    try:
        urlsplit(given)
    except ValueError as error:
        raise BadReport(f"url: {error}") from error
    return given


def _slug(text: str) -> str:
    slug = re.sub(r"[^a-z0-9_]+", "-", text.lower()).strip("-_")
    return slug[:LONGEST_SLUG].rstrip("-_") or "report"
