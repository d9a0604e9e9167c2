"""Feeds: one report an entry, by its own address, with its blocks; entities are never expanded."""

from __future__ import annotations

import pytest
from report_files import atom, json_feed, rss

from indexer.readers import feeds
from indexer.readers.given import Given, Skipped
from indexer.readers.sources import find_sources, read

BODY = "<p>وصلت القافلة.</p><blockquote>كنا ننتظر.</blockquote><script>x</script>"


def read_feed_of(folder, name, content):
    """Write a feed and read it."""
    (folder / name).write_bytes(content)
    return list(read(find_sources([folder / name])[0]))


@pytest.mark.parametrize("name", ["feed.xml", "feed", "feed.txt", "feed.rss"])
def test_rss(tmp_path, name):
    """An entry of RSS gives its address, title, author, day with its zone, outlet and blocks, whatever the file's name."""
    (item,) = read_feed_of(tmp_path, name, rss([("https://example.org/1", "عنوان &amp; خبر", BODY)]))
    assert item.record == {
        "id": "https://example.org/1",
        "title": "عنوان & خبر",
        "source": "وكالة الشمال",
        "author": "سلمى",
        "url": "https://example.org/1",
        "published": "2019-04-19T14:30:00+03:00",
        "language": "ar",
        "tags": ["إدلب"],
        "paragraphs": ["وصلت القافلة.", {"text": "كنا ننتظر.", "kind": "quote"}],
    }
    assert (item.place, item.path) == (f"{name}:1", None)


def test_atom(tmp_path):
    """An entry of Atom is known by its id where it has no address."""
    (item,) = read_feed_of(tmp_path, "a.atom", atom([("tag:1", "عنوان", BODY)]))
    assert (item.record["id"], item.record["published"]) == ("tag:1", "2019-04-19T14:30:00+03:00")
    assert item.record["paragraphs"][0] == "وصلت القافلة."


def test_json_feed(tmp_path):
    """JSON Feed is told from other JSON by its version, and read as the others."""
    (item,) = read_feed_of(tmp_path, "feed.json", json_feed([("1", "عنوان", BODY)]))
    assert (item.record["id"], item.record["source"]) == ("1", "وكالة الشمال")
    assert item.record["paragraphs"] == ["وصلت القافلة.", {"text": "كنا ننتظر.", "kind": "quote"}]


def test_a_feed_in_another_encoding(tmp_path):
    """A feed in windows-1256 is read by what it declares."""
    content = rss([("https://example.org/1", "عنوان", "نص")]).decode().replace("UTF-8", "windows-1256").encode("cp1256")
    (item,) = read_feed_of(tmp_path, "a.xml", content)
    assert (item.record["title"], item.findings.encoding) == ("عنوان", "windows-1256 (declared)")


def test_a_feed_that_breaks_off(tmp_path):
    """Of a feed that breaks off the entries before that are read, and the rest is one refusal."""
    whole = rss([(f"https://example.org/{n}", f"عنوان {n}", "نص") for n in range(5)])
    items = read_feed_of(tmp_path, "a.xml", whole[: whole.index(b"example.org/3")])
    assert sum(isinstance(item, Given) for item in items) >= 3
    assert items[-1].reason.startswith("a broken feed after ")


def test_entities(tmp_path):
    """A feed that declares entities is refused: nothing expands and no file is read."""
    bomb = (
        b"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a 'xx'><!ENTITY f SYSTEM 'file:///etc/hostname'>]>"
        b"<rss version='2.0'><channel><item><title>&a;&f;</title></item></channel></rss>"
    )
    (refusal,) = read_feed_of(tmp_path, "a.xml", bomb)
    assert refusal.reason == "the feed declares entities, which are not expanded"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<?xml version='1.0'?><urlset><url/></urlset>", "XML of a kind that is not known here (<urlset>)"),
        (b"<?xml version='1.0'?><rss version='2.0'><chan", "a broken feed from the beginning: "),
    ],
)
def test_xml_that_is_no_feed(tmp_path, content, reason):
    """XML of another kind, and a feed without one whole entry, are refused."""
    (refusal,) = read_feed_of(tmp_path, "a.xml", content)
    assert refusal.reason.startswith(reason)


def test_a_feed_that_is_too_large(tmp_path, monkeypatch):
    """A feed over the limit is refused unread."""
    monkeypatch.setattr(feeds, "LARGEST", 10)
    (refusal,) = read_feed_of(tmp_path, "a.xml", rss([]))
    assert refusal.reason.endswith("a feed may have 10")


def test_an_empty_feed(tmp_path):
    """A feed without entries holds no report and no fault; it is skipped and counted."""
    assert read_feed_of(tmp_path, "a.xml", rss([])) == [Skipped("a.xml", "file without a report")]
