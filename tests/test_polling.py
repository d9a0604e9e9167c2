"""Polling feeds, without the engine: the list, which addresses may be asked, how they are asked, and when again."""

from __future__ import annotations

import asyncio
import gzip
import os
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import psutil
import pytest
from feed_server import feed_server
from report_files import rss

from indexer.errors import IndexerError
from indexer.polling import fetch as fetching
from indexer.polling.exchange import Asking, Feed, Fetched, Wanted
from indexer.polling.feed_list import LARGEST, read_feed_list
from indexer.polling.fetch import agent_of, fetch, fetched_apart
from indexer.polling.public import Door
from indexer.polling.schedule import LONGEST, Standing, due

ASKING = Asking("Rasd tests", ["127.0.0.1/32"])
FEED = rss([("https://example.org/1", "عنوان", "<p>وصلت القافلة.</p>")])
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def served():
    """A server of feeds."""
    with feed_server() as server:
        yield server


def got(folder, *urls, asking=ASKING):
    """Fetch addresses in this process."""
    return asyncio.run(fetch([Wanted(url) for url in urls], asking, folder))


def written(folder, text, name="list.txt"):
    """Write a list and return its path."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_list_of_lines(tmp_path):
    """An address a line, with a collection or without; what is none is named by its line, and the others stand."""
    text = (
        "\ufeff# the north\r\n\r\nhttps://example.org/feed\r\n  https://example.org/خبر syria-north\r\n"
        "ftp://example.org/x\nexample.org/feed\nhttps://user:secret@example.org/\nhttps://example.org/feed\n"
        "https://example.org/a b c\nhttps://example.org/a Syria\nhttps://example.org:port/\nhttp://[1/\n"
        f"https://example.org/{'x' * 2000}\n"
    )
    feeds, bad = read_feed_list(written(tmp_path, text), "default")
    assert feeds == [Feed("https://example.org/feed", "default"), Feed("https://example.org/خبر", "syria-north")]
    assert [entry.place for entry in bad] == [f"list.txt:{number}" for number in range(5, 14)]
    assert bad[2].reason.startswith("an address with a password in it")
    assert "secret" not in str(bad)
    assert "is in the list already" in bad[3].reason
    assert all("one name of a collection" in entry.reason for entry in bad[4:6])
    utf16 = written(tmp_path, "https://example.org/feed\n".encode("utf-16"), "wide.txt")
    assert read_feed_list(utf16, "x")[0] == [Feed("https://example.org/feed", "x")]


def test_a_list_of_a_feed_reader(tmp_path):
    """OPML gives the addresses of its outlines, in folders too; other XML, and entities, are no list."""
    opml = (
        '<?xml version="1.0"?><opml version="2.0"><body><outline text="سوريا">\n<outline xmlUrl="https://a.example/rss"/>\n'
        '<outline text="no feed"/><outline xmlUrl="feed://b.example/"/></outline></body></opml>'
    )
    feeds, bad = read_feed_list(written(tmp_path, opml), "default")
    assert feeds == [Feed("https://a.example/rss", "default")]
    assert [entry.place for entry in bad] == ["list.txt:3"]
    entity = opml.replace("<opml", '<!DOCTYPE opml [<!ENTITY x "y">]><opml')
    for text in ("<rss/>", "<opml>", entity):
        with pytest.raises(IndexerError, match="neither lines of addresses nor OPML"):
            read_feed_list(written(tmp_path, text), "default")


def test_no_list(tmp_path):
    """A list that is not there, is of no encoding or too long is said to be."""
    with pytest.raises(IndexerError, match="cannot be read: No such file"):
        read_feed_list(tmp_path / "none", "default")
    with pytest.raises(IndexerError, match="cannot be read: "):
        read_feed_list(written(tmp_path, b"\xff\xfe\xfa"), "default")
    with pytest.raises(IndexerError, match=f"{LARGEST:,} bytes"):
        read_feed_list(written(tmp_path, b"#" * (LARGEST + 1)), "default")


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::8.8.8.8", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("192.0.2.1", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104
        ("::1", False),
        ("::127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::10.0.0.1", False),
        ("2002:0a00:0001::", False),
        ("fe80::1%lo", False),
        ("fd00:ec2::254", False),
        ("ff02::1", False),
    ],
)
def test_public_addresses(address, is_public):
    """Only an address of the public internet may be asked, or one that it stands for; a network may be named beside."""
    assert Door().allows(address) is is_public
    assert Door(["10.0.0.0/8"]).allows(address) is (is_public or "10." in address or "0a00" in address)


def test_a_feed_comes(served, tmp_path):
    """What came is a file; the server is told who asks, and asked only for what is new the next time."""
    url = served.feed("/a", FEED, ETag='"1"', Last_Modified="Mon, 30 Nov 2026 10:00:00 GMT", Set_Cookie="a=b")
    served.answers["/a"][1]["Content-Type"] = "text/xml; charset=utf-8"
    (first,) = got(tmp_path, url)
    assert (first.status, first.fault, first.charset, first.etag) == (200, "", "utf-8", '"1"')
    assert (tmp_path / first.file).read_bytes() == FEED
    (second,) = asyncio.run(fetch([Wanted(url, first.etag, first.modified)], ASKING, tmp_path))
    assert (second.status, second.file, second.fault) == (304, "", "")
    (_, one), (_, two) = served.asked
    assert one["User-Agent"] == "Rasd tests"
    assert "rss+xml" in one["Accept"]
    assert "If-None-Match" not in one
    assert (two["If-None-Match"], two["If-Modified-Since"]) == ('"1"', "Mon, 30 Nov 2026 10:00:00 GMT")
    assert "Cookie" not in two
    assert agent_of("desk@example.org").endswith("(feed reader; +desk@example.org)")


def test_redirects(served, tmp_path):
    """A redirect is followed on the same server, and never to another: that is for the user to say."""
    url = served.feed("/feed", FEED)
    served.answers["/old"] = (301, {"Location": "/feed"}, b"")
    served.answers["/away"] = (302, {"Location": "http://other.example/feed"}, b"")
    served.answers["/round"] = (302, {"Location": "/round"}, b"")
    served.answers["/file"] = (302, {"Location": "file:///etc/passwd"}, b"")
    served.answers["/nowhere"] = (302, {}, b"")
    old, away, ring, file, nowhere = got(
        tmp_path, *(f"{served.address}/{name}" for name in ("old", "away", "round", "file", "nowhere"))
    )
    assert (old.status, old.moved, old.fault) == (200, url, "")
    assert (tmp_path / old.file).read_bytes() == FEED
    assert away.fault == "it has moved to another server: put http://other.example/feed into the list if you trust that"
    assert ring.fault == "more than 5 redirects"
    assert "no address of a feed" in file.fault
    assert nowhere.fault == "more than 5 redirects"
    assert [one.file for one in (away, ring, file, nowhere)] == [""] * 4
    assert served.paths().count("/round") == fetching.REDIRECTS + 1
    assert "not encrypted" in fetching.elsewhere("https://a.example/", "http://www.a.example/")
    assert fetching.elsewhere("http://a.example/", "https://www.a.example/") == ""


def test_what_a_server_may_do_wrong(served, tmp_path, monkeypatch):
    """No feed is waited for or taken without an end, and each fault is said; the others come all the same."""
    monkeypatch.setattr(fetching, "SECONDS", 1.0)
    monkeypatch.setattr(fetching, "LARGEST", 200_000)

    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(30):
            handler.wfile.write(b"<rss>" * 20)
            handler.wfile.flush()
            time.sleep(0.1)

    def broken(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<rss>")

    bomb = gzip.compress(b" " * 20_000_000)
    served.answers["/slow"] = endless
    served.answers["/broken"] = broken
    served.answers["/bomb"] = (200, {"Content-Encoding": "gzip"}, bomb)
    served.answers["/long"] = (200, {}, b" " * 200_001)
    served.answers["/busy"] = (429, {"Retry-After": "7200"}, b"")
    soon = format_datetime(datetime.now(UTC) + timedelta(hours=3), usegmt=True)
    served.answers["/later"] = (503, {"Retry-After": soon}, b"")
    served.answers["/gone"] = (410, {}, b"")
    good = served.feed("/good", FEED, Cache_Control="public, max-age=31536000")
    names = ("slow", "broken", "bomb", "long", "busy", "later", "gone")
    slow, half, packed, long, busy, later, gone, fine, refused, unknown = got(
        tmp_path, *(f"{served.address}/{name}" for name in names), good, "http://127.0.0.1:9/", "http://none.invalid/"
    )
    assert slow.fault == "no whole answer within 1 seconds"
    assert half.fault == "the answer is broken (ClientPayloadError)"
    assert packed.fault == long.fault == "it has more than 200,000 bytes"
    assert (busy.fault, busy.wait) == ("the server answered 429 Too Many Requests", 7200)
    assert later.wait == pytest.approx(3 * 3600, abs=10)
    assert gone.fault == "the server answered 410 Gone"
    assert (fine.fault, fine.wait) == ("", fetching.LONGEST_AGE)
    assert "cannot be reached" in refused.fault
    assert unknown.fault == "the name of the server cannot be looked up"
    assert [bool(one.file) for one in (slow, half, packed, long, busy, later, gone, fine)] == [False] * 7 + [True]


def test_the_process_that_fetches_has_no_credentials(served, tmp_path, monkeypatch):
    """Feeds are asked for by a process that has nothing of what Rasd is told of its engine."""
    monkeypatch.setenv("RASD_OPENSEARCH_URL", "https://rasd:password@engine.example:9200")
    seen = []

    def watched(handler):
        seen.extend(child.environ() for child in psutil.Process(os.getpid()).children())
        handler.send_response(204)
        handler.end_headers()

    served.answers["/a"] = watched
    (fetched,) = fetched_apart([Wanted(f"{served.address}/a")], ASKING, tmp_path)
    assert fetched.fault == "the server answered 204 No Content"
    (environment,) = seen
    assert "PATH" in environment
    assert not [name for name in environment if name.startswith("RASD_")]
    assert "password" not in str(environment)


def test_a_process_that_dies(tmp_path):
    """Where the process that fetches ends, each feed has that as its fault."""
    fetched = fetched_apart(
        [Wanted("http://127.0.0.1/"), Wanted("http://127.0.0.1/b")], Asking("x", ["no network"]), tmp_path
    )
    assert [one.fault for one in fetched] == ["the process that fetches it ended with 1"] * 2


def test_one_of_each_server(tmp_path):
    """A round asks each server for one feed, whichever has waited longest, and none before its time."""
    feeds = [Feed(url, "default") for url in ("http://a/1", "http://a/2", "http://A/3", "http://b/1", "http://c/1")]
    standing = {
        "http://a/1": Standing(next_at="2026-11-30T11:00:00+00:00"),
        "http://a/2": Standing(next_at="2026-11-30T10:00:00+00:00"),
        "http://A/3": Standing(next_at="2026-11-30T11:30:00+00:00"),
        "http://b/1": Standing(next_at="2026-11-30T12:00:01+00:00"),
    }
    assert [feed.url for feed in due(feeds, standing, NOW, 10)] == ["http://c/1", "http://a/2"]
    assert [feed.url for feed in due(feeds, standing, NOW, 1)] == ["http://c/1"]


def test_when_again():
    """After an answer at the given time or when the server wishes, after faults ever later, and never later than a day."""

    def minutes(standing, fetched):
        after = standing.after(fetched, HALF_AN_HOUR, NOW)
        return (datetime.fromisoformat(after.next_at) - NOW) / timedelta(minutes=1)

    assert minutes(Standing(), Fetched("u", 200)) == 30
    assert minutes(Standing(), Fetched("u", 200, wait=60)) == 30
    assert minutes(Standing(), Fetched("u", 304, wait=7200)) == 120
    assert minutes(Standing(), Fetched("u", fault="x")) == 60
    assert minutes(Standing(faults=2), Fetched("u", fault="x")) == 240
    assert minutes(Standing(faults=99), Fetched("u", fault="x")) == LONGEST / timedelta(minutes=1)
    assert minutes(Standing(), Fetched("u", 429, fault="x", wait=1e12)) == LONGEST / timedelta(minutes=1)
    mended = Standing(faults=3, fault="x").after(Fetched("u", 200), HALF_AN_HOUR, NOW)
    assert (mended.faults, mended.fault) == (0, "")
    assert not mended.is_due(NOW + HALF_AN_HOUR - timedelta(seconds=1))
    assert mended.is_due(NOW + HALF_AN_HOUR)
