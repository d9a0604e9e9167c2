"""The id of a report: the same for the same report for ever."""

from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import BadReport
from indexer.identity import Identity, identity_of
from indexer.report import read_report


def identity(path=None, **fields):
    """Return the identity of a record with a text."""
    return identity_of(read_report({"text": "نص", **fields}, "default"), path)


@pytest.mark.parametrize(
    ("fields", "path", "kind", "value"),
    [
        ({"url": "https://example.org/a", "id": "a"}, "a.txt", "url", "https://example.org/a"),
        ({"url": " https://example.org/a "}, None, "url", "https://example.org/a"),
        ({"id": "a"}, "a.txt", "id", "a"),
        ({}, "below/a.txt", "path", "below/a.txt"),
    ],
)
def test_what_identifies_a_report(fields, path, kind, value):
    """A report is its url, else the id it was given, else the path below the folder that was named."""
    assert identity(path, **fields) == Identity(kind, value)


def test_a_record_among_others_must_name_itself():
    """A record without id and url in a file of many is refused: its line number would change with every edit."""
    with pytest.raises(BadReport, match=r"^id: a record wants an id or a url"):
        identity()


def test_a_broken_url_is_refused_as_such():
    """What cannot be taken apart as a url is refused with the field's name."""
    with pytest.raises(BadReport, match=r"^url: Invalid IPv6 URL"):
        identity(url="http://[x")


@pytest.mark.parametrize(
    ("kind", "value", "slug"),
    [
        ("id", "Idlib-1", "idlib-1"),
        ("id", "تقرير", "report"),
        ("id", "تقرير 12 عن حلب", "12"),
        ("id", "a__b..c//d", "a__b-c-d"),
        ("id", "-_x_-", "x"),
        ("id", "a" * 50, "a" * 40),
        ("id", f"{'a' * 39}-b", "a" * 39),
        ("url", "https://example.org/news/Report-7.html?page=2#top", "report-7"),
        ("url", "https://example.org/", "report"),
        ("url", "nonsense", "nonsense"),
        ("path", "below/2019-04.txt", "2019-04"),
    ],
)
def test_the_slug_is_readable(kind, value, slug):
    """The front of an id is what a person can read of the identity, at most 40 of a-z, 0-9, - and _."""
    assert Identity(kind, value).report_id("default").rpartition("-")[0] == slug


def test_the_digits_are_for_ever():
    """The end of an id is SHA-256 over collection, NUL and value; a change of this would orphan every permalink."""
    digits = hashlib.sha256(b"default\0below/a.txt").hexdigest()[:16]
    assert Identity("path", "below/a.txt").report_id("default") == f"a-{digits}"
    assert Identity("id", "idlib-1").report_id("default") == "idlib-1-43fd3b130a3d8b34"


@given(st.text(min_size=1), st.text(min_size=1), st.sampled_from(["url", "id", "path"]))
def test_ids_are_legal_and_differ(one, other, kind):
    """An id is always legal in a URL and in the engine, and two values or collections never share one."""
    try:
        ids = [Identity(kind, value).report_id(name) for value in {one, other} for name in ("a", "b")]
    except (ValueError, UnicodeEncodeError):
        return  # a broken url, or a surrogate, which a report never has
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9_-]{1,40}-[0-9a-f]{16}", one_id) for one_id in ids)
