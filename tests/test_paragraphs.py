"""A report becomes the documents that are searched."""

from __future__ import annotations

import hashlib
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers.mappings import LONGEST_NORMALIZED, paragraphs_mapping
from analyzers.names import KINDS
from analyzers.normalize import normalize
from indexer.paragraphs import LONGEST_PARAGRAPH, cut, paragraph_documents
from indexer.report import Report

SALLA = "\ufdfa"
"""One code point that stands for eighteen characters."""


def documents(**fields):
    """Return the documents of a report."""
    return paragraph_documents(Report.model_validate(fields), "r-1", 3, UTC)


def placed(**fields):
    """Return position, kind and text of each document."""
    return [(document["position"], document["kind"], document["text"]) for document in documents(**fields)]


def test_the_title_is_paragraph_0():
    """The title is paragraph 0, the body begins at 1; a report without a title begins at 1 too."""
    assert placed(title="عنوان", text="أول\nثان") == [(0, "title", "عنوان"), (1, "body", "أول"), (2, "body", "ثان")]
    assert placed(text="أول") == [(1, "body", "أول")]
    assert placed(title="عنوان") == [(0, "title", "عنوان")]


def test_empty_paragraphs_take_no_position():
    """An empty paragraph is no document and leaves no gap; kinds stay with their texts."""
    given_paragraphs = ["", {"text": "صورة", "kind": "caption"}, "  ", {"text": "قول", "kind": "quote"}]
    assert placed(paragraphs=given_paragraphs) == [(1, "caption", "صورة"), (2, "quote", "قول")]
    assert {"caption", "quote"} <= set(KINDS)


def test_the_fields_of_a_paragraph():
    """Every paragraph has its verbatim text, what is made of it, and those of the report's fields that have a value."""
    text = "وصلت القافلةُ إلى «إدلب»"
    (document,) = documents(
        text=text,
        collection="c",
        source="وكالة",
        url="https://example.org/1",
        published="2019-04",
        places=["إدلب"],
        tags=["مساعدات"],
    )
    assert document == {
        "report_id": "r-1",
        "report_version": 3,
        "position": 1,
        "kind": "body",
        "text": text,
        "normalized": normalize(text),
        "forms": ("وصلت", "القافلة", "إلى", "إدلب"),
        "content_hash": hashlib.sha256(text.encode()).hexdigest(),
        "collection": "c",
        "source": "وكالة",
        "url": "https://example.org/1",
        "published": "2019-04",
        "published_from": "2019-04-01T00:00:00.000Z",
        "published_to": "2019-04-30T23:59:59.999Z",
        "language": "ar",
        "places": ["إدلب"],
        "tags": ["مساعدات"],
    }


def test_every_field_is_mapped():
    """A document has no field that the strict mapping would refuse."""
    full = dict.fromkeys(("id", "source", "url", "title", "text"), "https://example.org/1")
    lists = {name: ["حلب"] for name in ("places", "actors", "tags")}
    for document in documents(**full, **lists, published="2019", language="en"):
        assert set(document) <= set(paragraphs_mapping()["properties"])


@pytest.mark.parametrize(
    ("fields", "language"),
    [
        ({"text": "نص عربي فيه UN"}, "ar"),
        ({"text": "A report that says مرحبا once"}, None),
        ({"text": "2019 - 04"}, None),
        ({"text": "English", "title": "عنوان طويل جدا"}, "ar"),
        ({"text": "نص", "language": "fa"}, "fa"),
        ({"text": "\ufe8d\ufedf\ufee8\ufeba"}, "ar"),
    ],
)
def test_the_language_where_none_is_given(fields, language):
    """A report without a language is Arabic where most of its letters are; what was given stands."""
    assert documents(**fields)[-1].get("language") == language


PIECES = st.lists(
    st.one_of(
        st.sampled_from(["قال. ", "نعم؟ ", "سطر\n", " ", "كلمة ", "\u064b", SALLA, "ا" * 40, "x"]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
    ),
    max_size=60,
)


@given(PIECES, st.integers(20, 200))
def test_a_cut_loses_nothing(pieces, longest):
    """The pieces of a paragraph, joined, are the paragraph again; none is empty and none is longer than the limit."""
    text = "".join(pieces)
    parts = cut(text, longest)
    assert "".join(parts) == text
    assert all(0 < len(part) <= longest for part in parts)


@given(st.lists(st.sampled_from([SALLA, SALLA * 50, "ا" * 30, " ", "قال. ", "\ufdfb", "\ufef7"]), max_size=400))
def test_no_piece_is_too_long_for_substring_search(pieces):
    """A piece is never longer than what `normalized` keeps, though one ligature can become eighteen letters."""
    text = "".join(pieces)
    parts = cut(text)
    assert "".join(parts) == text
    assert all(len(normalize(part)) <= LONGEST_NORMALIZED for part in parts)


def test_a_flood_of_ligatures():
    """A paragraph of nothing but the longest ligature is cut until each piece fits."""
    parts = cut(SALLA * LONGEST_PARAGRAPH)
    assert "".join(parts) == SALLA * LONGEST_PARAGRAPH
    assert max(len(normalize(part)) for part in parts) <= LONGEST_NORMALIZED
    assert len(parts) < 40


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("ا" * 70 + "؟ " + "ب " * 100, "؟ "),
        ("ا" * 70 + ". " + "ب" * 100, ". "),
        ("ا" * 70 + " " + "ب" * 100, " "),
        ("ا" * 20 + ". " + "ب" * 50 + " " + "ج" * 100, " "),
        ("ا" * 20 + ". " + "ب" * 200, "ب"),
    ],
)
def test_where_a_paragraph_is_cut(text, ends):
    """A paragraph is cut at the end of a sentence in the second half, else at white space there, else at the limit."""
    head = cut(text, 100)[0]
    assert head.endswith(ends)
    assert 50 < len(head) <= 100


def test_positions_go_on_over_pieces():
    """The pieces of a long paragraph are paragraphs of their own, in order, of the same kind."""
    text = "جملة قصيرة. " * 1000
    parts = placed(title="عنوان", paragraphs=[{"text": text, "kind": "quote"}, "آخر"])
    assert [position for position, _, _ in parts] == list(range(len(parts)))
    assert "".join(part for _, kind, part in parts if kind == "quote") == text.strip()
    assert parts[-1][1:] == ("body", "آخر")
    assert len(parts) == 4
