"""A checksum over documents in any order: added up while they are written, and again from the index that holds them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson

from indexer.ready import Paragraphs

_DIGEST = 16
_MODULUS = 2 ** (8 * _DIGEST)


@dataclass(slots=True)
class Checksum:
    """How many documents there are, and the sum of a digest of each; two are equal if the documents are, in any order."""

    count: int = 0
    total: int = 0

    def add(self, document_id: str, version: int, content_hash: str) -> None:
        """Add a document by the 64 hex digits of its content's SHA-256."""
        digest = hashlib.blake2b(f"{document_id}\0{version}\0{content_hash}".encode(), digest_size=_DIGEST).digest()
        self.total = (self.total + int.from_bytes(digest, "big")) % _MODULUS
        self.count += 1

    def add_text(self, document_id: str, version: int, text: str) -> None:
        """Add a paragraph by its text."""
        self.add(document_id, version, hashlib.sha256(text.encode()).hexdigest())

    def add_document(self, document_id: str, version: int, document: dict[str, Any]) -> None:
        """Add a document by all that it holds."""
        content = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
        self.add(document_id, version, hashlib.sha256(content).hexdigest())

    def add_report(self, report_id: str, version: int, paragraphs: Paragraphs) -> None:
        """Add the paragraphs of a report as they are written."""
        for position, document in paragraphs.documents:
            self.add(f"{report_id}:{position}", version, document.fields()["content_hash"])
