"""The strict mappings and settings of the index kinds, as plain dicts, and the version of it all."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from analyzers import analysis
from analyzers.names import FIGURE_KINDS, NAMED_DAYS, VECTOR, VECTOR_OF

Json = dict[str, Any]

LONGEST_NORMALIZED = 8191
"""Characters of `normalized` that are kept. A term of more than 32,766 bytes is refused by the engine, and a character
takes four bytes at most; the indexer cuts longer paragraphs, so nothing is ever left out of substring search."""

LONGEST_PREFIX = 19
"""Characters of the beginning of a word that its completions are found by: the engine takes no more."""

BOUNDED: Json = {"translog.flush_threshold_size": "64mb"}
"""What bounds how much a node that was killed reads again before it answers a search: all that is in no segment yet. 60,000
paragraphs took it 70 seconds, and the engine's own threshold of 512 MB is three times as much."""

_KEYWORD: Json = {"type": "keyword", "ignore_above": 1024}
_STORED: Json = {"type": "keyword", "index": False, "doc_values": False}
_OPAQUE: Json = {"type": "object", "enabled": False}
_DATE: Json = {"type": "date", "format": "strict_date_optional_time||epoch_millis"}


def paragraphs_mapping() -> Json:
    """Return the mapping of what is searched: one document a paragraph.

    A field of vectors can be added later without a rebuild: the index is created with `index.knn`.
    """
    properties: Json = {
        "report_id": {"type": "keyword"},
        "position": {"type": "integer"},
        "kind": {"type": "keyword"},
        "page": {"type": "integer"},
        "text": _text_field(),
        "title": {"type": "text", "analyzer": analysis.STEM, "index_options": "freqs"},
        "normalized": {"type": "wildcard", "ignore_above": LONGEST_NORMALIZED},
        "forms": {"type": "keyword", "index": False, "ignore_above": 256},
        "content_hash": {"type": "keyword"},
        "story": {"type": "keyword"},
        "collection": {"type": "keyword"},
        "source": _KEYWORD,
        "author": _KEYWORD,
        "url": _STORED,
        "published": _STORED,
        "published_text": _STORED,
        "published_from": _DATE,
        "published_to": _DATE,
        "language": {"type": "keyword"},
        "places": _KEYWORD,
        "actors": _KEYWORD,
        "tags": _KEYWORD,
        # What the text itself names: told as it stands in the text, and found by ranges of day numbers and of people.
        "dates": _OPAQUE,
        "figures": _OPAQUE,
        NAMED_DAYS: {"type": "integer_range"},
        **{kind: {"type": "integer_range"} for kind in FIGURE_KINDS},
        "report_version": {"type": "long"},
    }
    # What can be made again from `text` is not kept twice: a rebuild reads the reports, never these documents.
    made_again = ["normalized", "forms", NAMED_DAYS, *FIGURE_KINDS]
    return {"dynamic": "strict", "_source": {"excludes": made_again}, "properties": properties}


def _text_field() -> Json:
    return {
        "type": "text",
        "analyzer": analysis.LETTERS,
        "fields": {
            "exact": {"type": "text", "analyzer": analysis.EXACT},
            "stem": {"type": "text", "analyzer": analysis.STEM},
            # Only ranks, in the rescore of the first hits: no positions, so no phrases.
            "grams": {"type": "text", "analyzer": analysis.GRAMS, "index_options": "freqs"},
        },
    }


def vector_fields(dimension: int) -> Json:
    """Return the fields of vectors, which are added to an index that is in use already.

    The engine is always named: a field without one is accepted, and the first vector then ends the node, which has no
    native libraries. 16 and 128 are the engine's own defaults, named so that they stay.
    """
    hnsw = {"m": 16, "ef_construction": 128}
    method = {"name": "hnsw", "engine": "lucene", "space_type": "cosinesimil", "parameters": hnsw}
    return {
        VECTOR: {"type": "knn_vector", "dimension": dimension, "method": method},
        VECTOR_OF: {"type": "keyword"},
    }


def reports_mapping() -> Json:
    """Return the mapping of the report store: the source of truth, whose bodies are kept and not indexed."""
    properties: Json = {
        "report_id": {"type": "keyword"},
        "collection": {"type": "keyword"},
        "identity": {"type": "keyword"},
        "root": _STORED,
        "place": _STORED,
        "given": _OPAQUE,
        "report": _OPAQUE,
        "content_hash": {"type": "keyword"},
        "story": {"type": "keyword"},
        # What near copies are found by: terms of the MinHash bands, and the whole signature to compare. That is read of ten
        # candidates for each report of a load: from a column, so that their records need not be unpacked.
        "bands": {"type": "keyword", "doc_values": False},
        "signature": {"type": "binary", "doc_values": True},
        "published_from": _DATE,
        "published_to": _DATE,
        "version": {"type": "long"},
        "end": {"type": "integer"},
        "complete": {"type": "boolean"},
        "changed_at": _DATE,
        "deleted_at": _DATE,
    }
    return {"dynamic": "strict", "properties": properties}


def forms_mapping() -> Json:
    """Return the mapping of the forms: one document a folded form, with its spellings and counts."""
    properties: Json = {
        "form": {"type": "keyword", "fields": {"wildcard": {"type": "wildcard"}}},
        "stem": {"type": "keyword"},
        "skeleton": {"type": "keyword"},
        "surfaces": _OPAQUE,
        "paragraphs": {"type": "long"},
        "collections": {"type": "keyword"},
        # What is completed to a form: itself, and what stands behind its article. Each of their beginnings is a term: a field
        # of type `completion` took three fifths of the engine's work on forms, this one a fifth.
        "completes": {
            "type": "text",
            "analyzer": "keyword",
            "norms": False,
            "index_options": "docs",
            "index_prefixes": {"min_chars": 1, "max_chars": LONGEST_PREFIX},
        },
    }
    return {"dynamic": "strict", "properties": properties}


def state_mapping() -> Json:
    """Return the mapping of the state: small documents by id, whose content is not indexed."""
    return {"dynamic": "strict", "properties": {"body": _OPAQUE, "changed_at": _DATE}}


_MAPPINGS = {
    "paragraphs": paragraphs_mapping,
    "reports": reports_mapping,
    "forms": forms_mapping,
    "state": state_mapping,
}
INDEX_KINDS = tuple(_MAPPINGS)
VERSIONED_BY_ANALYSIS = ("paragraphs", "forms")
"""Kinds that a change of the Arabic rules makes old; reports and state are read by id and stay."""


def index_settings(*, shards: int = 1, replicas: int = 0, knn: bool = False) -> Json:
    """Return the settings of a new index that is about to be filled (`index.*`, without the analysis block).

    `knn` is final: without it no vector field can be added later. Limits are those of the design's hostile-input table;
    windows are as wide as the API's own bounds and no wider.
    """
    settings: Json = {
        "number_of_shards": shards,
        "number_of_replicas": replicas,
        "translog.durability": "request",
        **BOUNDED,
        # A write that was sent before a takedown may come in late: for this long the deleted version keeps it out. The
        # indexer tries a bulk request again for two minutes; the engine's own minute is shorter than that.
        "gc_deletes": "1h",
        "max_result_window": 1000,
        "max_rescore_window": 200,
        "max_inner_result_window": 10,
        "max_terms_count": 1024,
        "max_regex_length": 64,
        "max_script_fields": 0,
        "max_docvalue_fields_search": 16,
        "highlight.max_analyzed_offset": 100_000,
        "query.parse.allow_unmapped_fields": False,
        "mapping.total_fields.limit": 60,
    }
    return {**settings, "knn": True} if knn else settings


def index_body(kind: str, *, shards: int = 1, replicas: int = 0, knn: bool = False) -> Json:
    """Return the body that creates an index of a kind: settings, analysis, mapping with its version in `_meta`."""
    settings = index_settings(shards=shards, replicas=replicas, knn=knn and kind == "paragraphs")
    return {
        "settings": {"index": settings, "analysis": analysis.analysis() if kind in VERSIONED_BY_ANALYSIS else {}},
        "mappings": {**_MAPPINGS[kind](), "_meta": {"kind": kind, "version": version_of(kind)}},
    }


def version_of(kind: str) -> str:
    """Return 8 hex digits that change when an index of this kind must be built anew."""
    rules = analysis.analysis() if kind in VERSIONED_BY_ANALYSIS else {}
    told = json.dumps([kind, rules, _MAPPINGS[kind]()], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(told.encode()).hexdigest()[:8]


ANALYZER_VERSION = version_of("paragraphs")
"""The version of everything that touches a paragraph on its way into the index."""
