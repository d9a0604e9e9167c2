"""A record as given: what is taken, what is refused and in which words, and what is kept of it."""

from __future__ import annotations

import re
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import BadReport
from indexer.report import MOST_PARAGRAPHS, Report, read_report, repaired_in

GOOD = {"id": "r1", "title": "هدوء في المدينة", "text": "فتحت الأسواق."}


def read(**fields):
    """Read a good record with some fields changed."""
    return read_report({**GOOD, **fields}, "default")


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"text": ["قائمة"]}, "text: Input should be a valid string"),
        ({"title": 5}, "title: Input should be a valid string"),
        ({"places": "حلب"}, "places: Input should be a valid list"),
        ({"tags": [None]}, "tags.0: Input should be a valid string"),
        ({"id": " "}, "id: String should have at least 1 character"),
        ({"id": "ا" * 1001}, "id: String should have at most 1000 characters"),
        ({"title": "ا" * 2001}, "title: String should have at most 2000 characters"),
        ({"collection": "Big Words"}, "collection: String should match pattern"),
        ({"collection": "a\n"}, "collection: String should match pattern"),
        ({"collection": None}, "collection: Input should be a valid string"),
        ({"language": "Arabic"}, "language: String should match pattern"),
        ({"published": 2019}, "published: Input should be a valid string"),
        ({"published": "2" * 41}, "published: String should have at most 40 characters"),
        ({"paragraphs": ["سطر"]}, "give either text or paragraphs, not both"),
        ({"text": None, "paragraphs": ["ا"] * (MOST_PARAGRAPHS + 1)}, "paragraphs: List should have at most 50000"),
        ({"text": None, "paragraphs": [{"text": "ا", "kind": "poem"}]}, "paragraphs.0.kind: Input should be 'caption'"),
        ({"text": None, "paragraphs": [{"text": "ا", "note": "ب"}]}, "paragraphs.0.note: "),
        ({"text": None, "paragraphs": [{}]}, "paragraphs.0.text: Field required"),
        ({"title": None, "text": None}, "there is no text: give title, text or paragraphs"),
        ({"title": " \n", "text": " \n\u2029\n "}, "there is no text: give title, text or paragraphs"),
        ({"title": "", "text": None, "paragraphs": ["", " "]}, "there is no text: give title, text or paragraphs"),
        ({"autor": "x"}, "autor: unknown field; known are id, collection, title, text, paragraphs, source, author, "),
        ({"title": 1, "places": 2}, "title: Input should be a valid string; places: Input should be a valid list"),
    ],
)
def test_what_is_refused(record, reason):
    """A record with a fault is refused, and the reason names the field."""
    with pytest.raises(BadReport) as refusal:
        read(**record)
    assert str(refusal.value).startswith(reason)


@pytest.mark.parametrize(("record", "named"), [([], "list"), ("نص", "str"), (None, "NoneType"), (1, "int")])
def test_what_is_no_record(record, named):
    """A line of JSON that is no object is refused by its type."""
    with pytest.raises(BadReport, match=f"a JSON object .*, not {named}$"):
        read_report(record, "default")


def test_many_faults_are_counted():
    """Of many faults the first five are said and the rest is counted, so that a message stays readable."""
    with pytest.raises(BadReport) as refusal:
        read(**{f"{number}{'x' * 5000}": 1 for number in range(1000)})
    assert str(refusal.value).endswith("; and 995 more")
    assert len(str(refusal.value)) < 2000


def test_the_collection_of_the_command_is_for_records_that_name_none():
    """A record's own collection wins over that of the command."""
    assert read_report(GOOD, "asked").collection == "asked"
    assert read_report({**GOOD, "collection": "own"}, "asked").collection == "own"


@pytest.mark.parametrize(
    ("fields", "heading", "body"),
    [
        ({"text": "أول\nثان"}, "هدوء في المدينة", ["أول", "ثان"]),
        ({"text": "أول\r\nثان\u2028ثالث\u2029رابع\x0bخامس"}, "هدوء في المدينة", ["أول", "ثان", "ثالث", "رابع", "خامس"]),
        ({"text": "\n\n أول \n\t\n"}, "هدوء في المدينة", ["أول"]),
        ({"title": " سطر\nوسطر ", "text": None}, "سطر وسطر", []),
        ({"title": None, "text": None, "paragraphs": ["", "أول\nثان"]}, "", ["أول\nثان"]),
        ({"text": "نص\x00آخر"}, "هدوء في المدينة", ["نص\ufffdآخر"]),
        ({"text": "نص\ud800"}, "هدوء في المدينة", ["نص\ufffd"]),
    ],
)
def test_what_is_kept_of_it(fields, heading, body):
    """A text is split at its line ends, given paragraphs are taken as they are, empty ones are left out."""
    report = read(**fields)
    assert report.heading() == heading
    assert [part.text for part in report.body()] == body
    assert report.texts() == [text for text in [heading, *body] if text]


def test_kinds_of_paragraphs():
    """A bare string is of the body, an object says its kind, and taking off white space keeps it."""
    body = read(text=None, paragraphs=["أول", {"text": " صورة ", "kind": "caption"}]).body()
    assert [(part.text, part.kind) for part in body] == [("أول", "body"), ("صورة", "caption")]


@pytest.mark.parametrize("field", [name for name in Report.model_fields if name not in {"text", "paragraphs"}])
def test_every_field_counts_for_the_hash(field):
    """A change of any field changes the content hash, so that loading again replaces the report."""
    changed = {"published": "2019", "language": "en", "places": ["حلب"], "actors": ["حلب"], "tags": ["حلب"]}
    assert read(**{field: changed.get(field, "changed")}).content_hash() != read().content_hash()


def test_the_text_counts_for_the_hash():
    """A change of a text or of a paragraph's kind changes the content hash."""
    hashes = {
        read(text="أ").content_hash(),
        read(text="ا").content_hash(),
        read(text=None, paragraphs=["أ"]).content_hash(),
        read(text=None, paragraphs=[{"text": "أ", "kind": "quote"}]).content_hash(),
    }
    assert len(hashes) == 4


def test_a_report_of_before_has_its_hash_still():
    """Fields that came later change no hash where they have no value: an old folder, loaded again, is unchanged."""
    record = {"id": "a", "title": "عنوان", "paragraphs": ["أ", {"text": "ب", "kind": "quote"}], "published": "2019"}
    before = "ea80a3b792be26dbd28b48d20f9409a7739b20cd09c3df59979018c0739abe27"
    assert read_report(record, "c").content_hash() == before
    with_page = {**record, "paragraphs": [{"text": "أ", "page": 3}, {"text": "ب", "kind": "quote"}]}
    assert read_report(with_page, "c").content_hash() != before


def test_what_does_not_count_for_the_hash():
    """The order of fields, line ends and an object in place of a bare string do not change the content hash."""
    assert read_report(dict(reversed(GOOD.items())), "default").content_hash() == read().content_hash()
    assert read(text="أ\r\nب").content_hash() == read(text="أ\nب").content_hash()
    as_objects = read(text=None, paragraphs=[{"text": "أ"}]).content_hash()
    assert as_objects == read(text=None, paragraphs=["أ"]).content_hash()


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5), st.none() | st.text(max_size=20))
def test_a_stored_report_is_the_report_again(paragraphs, title):
    """What the store keeps of a report makes the same report again, with the same hash."""
    try:
        report = read(text=None, paragraphs=paragraphs, title=title)
    except BadReport:
        return
    again = Report.model_validate(report.model_dump(exclude_defaults=True))
    assert again == report
    assert again.content_hash() == report.content_hash()


def test_repairs_are_counted_wherever_they_are():
    """Harmful characters are counted in every string of a record, also in lists and paragraphs."""
    record = {"title": "أ\x00", "tags": ["\ud800", "ب"], "paragraphs": [{"text": "\x01\x02", "kind": "body"}, "\ufffe"]}
    assert repaired_in(record) == 5
    assert repaired_in(5) == 0


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({f"k{number}": 1 for number in range(100_000)}, "k0, k1, k2, k3, k4: unknown fields; known are id, "),
        ({"paragraphs": [{f"k{number}": 1 for number in range(100_000)}]}, "paragraphs.0: k0, k1, k2"),
        ({"paragraphs": [{}] * 40_000}, "paragraphs.0.text: Field required"),
        ({"text": "x", "places": [1] * 100_000}, "places.0: Input should be a valid string"),
    ],
    ids=["fields", "fields of a paragraph", "paragraphs", "places"],
)
def test_a_record_of_faults_alone(record, reason):
    """A record whose every part is a fault is refused by the first of them, in memory that does not grow with the rest."""
    tracemalloc.start()
    try:
        with pytest.raises(BadReport, match=f"^{re.escape(reason)}"):
            read_report(record, "default")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 10_000_000
