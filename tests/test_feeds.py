"""Feeds of a search: valid by readers and by their schemas, newest first, and with nothing unescaped from the corpus."""

from __future__ import annotations

import json
from html import unescape
from xml.etree import ElementTree as ET

import feedparser
import jsonschema
import pytest
from conftest import client_over

HOSTILE = "<script>alert(1)</script> ]]> &amp; <mark>قصف</mark> \" ' <!-- &#0; -->"

# The members that JSON Feed 1.1 names, and which must be there.
TEXT, LINK = {"type": "string"}, {"type": "string", "pattern": "^https?://"}
DAY = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
ITEM = {
    "type": "object",
    "required": ["id", "content_text"],
    "properties": {
        **dict.fromkeys(("id", "title", "content_text", "language"), TEXT),
        **dict.fromkeys(("url", "external_url"), LINK),
        **dict.fromkeys(("date_published", "date_modified"), DAY),
        "authors": {"type": "array", "items": {"type": "object", "required": ["name"]}},
        "tags": {"type": "array", "items": TEXT},
    },
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": TEXT,
        "language": TEXT,
        "home_page_url": LINK,
        "feed_url": LINK,
        "items": {"type": "array", "items": ITEM},
    },
    "additionalProperties": False,
}
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def fed(new_rasd, tmp_path_factory):
    """A Rasd of dated reports, an undated and a hostile one, and a client."""
    folder = tmp_path_factory.mktemp("fed")
    records = [
        {"id": "old", "title": "قديم", "text": "قصف", "published": "2012-03"},
        {
            "id": "new",
            "text": "قصف جديد",
            "published": "2024-05-06T07:08:09+03:00",
            "url": "https://e.example/n?a=1&b=2",
        },
        {"id": "none", "text": "قصف بلا تاريخ"},
        {"id": "bad", "title": HOSTILE, "text": HOSTILE, "source": HOSTILE, "tags": [HOSTILE], "published": "2020"},
        {"id": "half", "text": "هدوء", "published": "2025"},
    ]
    with client_over(new_rasd, folder, records) as (rasd, client):
        yield rasd, client, folder


def test_atom(fed):
    """A feed reader finds no fault in the Atom feed; newest first, undated last, each entry with permalink and dates."""
    _, client, _ = fed
    answer = client.get("/v1/search.atom", q="قصف", kind="body")
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert (feed.version, feed.feed.title) == ("atom10", "رصد: قصف")
    texts = [unescape(entry.content[0].value) for entry in feed.entries]
    assert texts == ["قصف جديد", HOSTILE, "قصف", "قصف بلا تاريخ"]
    assert feed.entries[0].published_parsed[:6] == (2024, 5, 6, 4, 8, 9)
    assert "published" not in feed.entries[3]
    related = [link.href for link in feed.entries[0].links if link.rel == "related"]
    assert related[0].startswith("https://e.example/n?a=1&b=2#:~:text=")
    for entry in feed.entries:
        assert client.http.get(entry.link).json()["text"] == unescape(entry.content[0].value)
        assert entry.updated_parsed
    assert client.http.get(next(link.href for link in feed.feed.links if link.rel == "self")).content == answer.content


def test_atom_by_the_book(fed):
    """The feed and each entry have what RFC 4287 wants once, and their ids differ."""
    tree = ET.fromstring(fed[1].get("/v1/search.atom", q="قصف").content)  # noqa: S314 (our own)
    for element in (tree, *tree.findall(f"{ATOM}entry")):
        assert [len(element.findall(ATOM + name)) for name in ("id", "title", "updated")] == [1, 1, 1]
        alternates = [link for link in element.findall(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"]
        assert len(alternates) <= 1
    assert tree.find(f"{ATOM}author/{ATOM}name").text
    ids = [entry.find(f"{ATOM}id").text for entry in tree.findall(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids) == 5
    # The title of the hostile report is an entry too.
    assert {child.tag for entry in tree.iter(f"{ATOM}entry") for child in entry.iter()} <= {
        ATOM + name
        for name in ("entry", "id", "title", "updated", "published", "content", "link", "author", "name", "category")
    }


def test_json_feed(fed):
    """The JSON Feed is valid by its schema and holds the same entries, with the link to the text in its page."""
    _, client, _ = fed
    answer = client.get("/v1/search.feed.json", q="قصف", kind="body")
    assert answer.headers["content-type"] == "application/feed+json"
    feed = answer.json()
    jsonschema.validate(feed, SCHEMA)
    assert [item["content_text"] for item in feed["items"]] == ["قصف جديد", HOSTILE, "قصف", "قصف بلا تاريخ"]
    assert feed["items"][0]["external_url"].startswith("https://e.example/n?a=1&b=2#:~:text=")
    assert "external_url" not in feed["items"][1]


def test_words_of_a_feed(fed):
    """A feed holds paragraphs with all words, unless `op=or`; a query with control characters is still XML."""
    _, client, _ = fed
    assert client.get("/v1/search.feed.json", q="قصف جديد").json()["items"][0]["content_text"] == "قصف جديد"
    assert len(client.get("/v1/search.feed.json", q="قصف جديد").json()["items"]) == 1
    assert len(client.get("/v1/search.feed.json", q="قصف جديد", op="or", size=2).json()["items"]) == 2
    strange = feedparser.parse(client.get("/v1/search.atom", q="قصف \x0b\x01 <b>").content)
    assert (strange.bozo, strange.feed.title) == (False, "رصد: قصف \ufffd\ufffd <b>")
    nothing = client.get("/v1/search.atom", q="كلمةلاتوجد")
    assert (nothing.status_code, feedparser.parse(nothing.content).bozo) == (200, False)


@pytest.mark.parametrize("path", ["/v1/search.atom", "/v1/search.feed.json"])
def test_what_has_not_changed(fed, path, tmp_path):
    """The same feed is a 304 without a body until a new paragraph comes in."""
    rasd, client, _ = fed
    asked = {"params": {"q": "هدوء"}}
    first = client.http.get(path, **asked)
    again = client.http.get(path, **asked, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    name = path.replace("/", "-")
    (tmp_path / "r.jsonl").write_text(json.dumps({"id": name, "text": "هدوء"}), encoding="utf-8")
    rasd.load(tmp_path)
    assert client.http.get(path, **asked, headers={"If-None-Match": first.headers["etag"]}).status_code == 200
