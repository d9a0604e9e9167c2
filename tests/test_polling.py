"""Polling feeds, without the engine: the list, which addresses may be asked, how they are asked, and when again."""

from __future__ import annotations

import asyncio
import gzip
import os
import sys
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import psutil
import pytest
from feed_server import feed_server
from report_files import rss

from indexer.errors import IndexerError
from indexer.polling import apart, public
from indexer.polling import fetch as fetching
from indexer.polling.apart import agent_of, fetched_apart
from indexer.polling.exchange import Asking, Feed, Fetched, Wanted, host_and_port
from indexer.polling.feed_list import LARGEST, MOST, read_feed_list
from indexer.polling.fetch import fetch
from indexer.polling.public import Door
from indexer.polling.schedule import LONGEST, Standing, due
from settings import CHECKOUT

FEED = rss([("https://example.org/1", "عنوان", "<p>وصلت القافلة.</p>")])
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def served():
    """A server of feeds."""
    with feed_server() as server:
        yield server


def asking(served):
    """Return how a server of this machine is asked."""
    return Asking("Rasd tests", [host_and_port(served.address), "127.0.0.1:9"])


def got(folder, served, *wanted):
    """Fetch in this process: addresses, or paths of the server."""
    told = [one if isinstance(one, Wanted) else Wanted(one if ":" in one else served.address + one) for one in wanted]
    return asyncio.run(fetch(told, asking(served), folder))


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
        "https://example.org/feed other\n"
        "https://example.org/a b c\nhttps://example.org/a Syria\nhttps://example.org:port/\nhttp://[1/\n"
        f"https://example.org/{'x' * 2000}\n"
    )
    feeds, bad = read_feed_list(written(tmp_path, text), "default")
    assert feeds == [Feed("https://example.org/feed", "default"), Feed("https://example.org/خبر", "syria-north")]
    assert [entry.place for entry in bad] == [f"list.txt:{number}" for number in (5, 6, 7, 9, 10, 11, 12, 13, 14)]
    assert bad[2].reason.startswith("an address with a password in it")
    assert "secret" not in str(bad)
    assert bad[3].reason == "https://example.org/feed is in the list already, for the collection default"
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
    many = "\n".join(f"https://example.org/{number}" for number in range(MOST + 1))
    with pytest.raises(IndexerError, match="a list may name 2,000 feeds, and this one names 2,001"):
        read_feed_list(written(tmp_path, many), "default")
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
        ("168.63.129.16", False),
        ("192.0.0.192", False),
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
    """Only an address of the public internet may be asked, or one of IPv6 that stands for such."""
    assert Door().allows(address) is is_public


def test_own_addresses(monkeypatch):
    """A public address that is this machine's may not be asked: nobody else reaches what a firewall hides behind it."""
    monkeypatch.setattr(public, "_is_public", lambda _address: True)
    assert not Door().allows("127.0.0.1")
    assert not Door().allows("127.0.0.2") or sys.platform != "linux"
    assert Door().allows("8.8.8.8")


def test_a_feed_comes(served, tmp_path):
    """What came is a file; the server is told who asks, and asked only for what is new the next time."""
    url = served.feed("/a", FEED, ETag='"1"', Last_Modified="Mon, 30 Nov 2026 10:00:00 GMT", Set_Cookie="a=b")
    served.answers["/a"][1]["Content-Type"] = "text/xml; charset=utf-8"
    (first,) = got(tmp_path, served, url)
    assert (first.status, first.came, first.fault, first.charset, first.etag) == (200, True, "", "utf-8", '"1"')
    assert (tmp_path / "0").read_bytes() == FEED
    (second,) = got(tmp_path, served, Wanted(url, first.etag, first.modified))
    assert (second.status, second.came, second.fault) == (304, False, "")
    (_, one), (_, two) = served.asked
    assert one["User-Agent"] == "Rasd tests"
    assert "rss+xml" in one["Accept"]
    assert "If-None-Match" not in one
    assert (two["If-None-Match"], two["If-Modified-Since"]) == ('"1"', "Mon, 30 Nov 2026 10:00:00 GMT")
    assert "Cookie" not in two
    assert agent_of("desk@example.org").endswith("(feed reader; +desk@example.org)")


def test_only_who_is_trusted_is_asked_at_home(served, tmp_path):
    """A server that is not public is asked where the user named it, with its port, and under no other name."""
    served.feed("/a", FEED)
    port = served.address.rpartition(":")[2]
    named, other = (f"http://{host}:{port}/a" for host in ("127.0.0.1", "localhost"))
    first, second = got(tmp_path, served, named, other)
    assert first.came
    assert second.fault.endswith("is no public address: name the server with --trust HOST:PORT if it is yours")
    (third,) = asyncio.run(fetch([Wanted(other)], Asking("Rasd tests", [f"localhost:{port}"]), tmp_path))
    assert third.came
    assert len(served.asked) == 2


def test_redirects(served, tmp_path):
    """A redirect is followed on the same server, and never to another: that is for the user to say."""
    url = served.feed("/feed", FEED)
    port = int(served.address.rpartition(":")[2])
    targets = {
        "/old": (301, "/feed"),
        "/for-now": (302, "/feed"),
        "/away": (301, "http://other.example/feed"),
        "/round": (302, "/ring"),
        "/ring": (302, "/round"),
        "/itself": (302, "/itself"),
        "/nowhere": (302, ""),
        "/long": (302, "/" + "x" * 3000),
        "/file": (301, "file:///etc/passwd"),
        "/engine": (302, f"http://127.0.0.1:{port + 1}/"),
        "/as-somebody": (302, f"http://a:b@127.0.0.1:{port}/"),
        "/broken": (302, "http://[1/"),
    }
    for path, (status, target) in targets.items():
        served.answers[path] = (status, {"Location": target}, b"")
    old, for_now, *others = got(tmp_path, served, *targets)
    assert (old.status, old.moved, old.answered, old.fault) == (200, url, url, "")
    assert (for_now.came, for_now.moved, for_now.answered) == (True, "", url)
    assert (tmp_path / "0").read_bytes() == FEED
    told = {path: one.fault for path, one in zip(list(targets)[2:], others, strict=True)}
    assert told == {
        "/away": "it has moved to another server: put http://other.example/feed into the list if you trust that",
        "/round": "more than 5 redirects",
        "/ring": "more than 5 redirects",
        "/itself": f"redirected to {served.address}/itself, which leads nowhere",
        "/nowhere": f"redirected to {served.address}/nowhere, which leads nowhere",
        "/long": f"redirected to {f'{served.address}/'.ljust(200, 'x')}..., which leads nowhere",
        "/file": "redirected to file:///etc/passwd, which is no address of a feed",
        "/engine": f"redirected to http://127.0.0.1:{port + 1}/, another port: put that into the list if you trust it",
        "/as-somebody": f"redirected to http://a:b@127.0.0.1:{port}/, which is no address of a feed",
        "/broken": "the answer is broken (ValueError)",
    }
    assert [(one.came, one.moved) for one in others] == [(False, "")] * len(others)
    assert served.paths().count("/round") == served.paths().count("/ring") == fetching.REDIRECTS + 1
    assert "not encrypted" in fetching.elsewhere("https://a.example/", "http://www.a.example/")
    assert fetching.elsewhere("http://a.example/", "https://www.a.example/") == ""


def endless(handler):
    """Answer a little at a time, without an end."""
    handler.send_response(200)
    handler.end_headers()
    with suppress(OSError):
        for _ in range(200):
            handler.wfile.write(b"<rss>" * 20)
            handler.wfile.flush()
            time.sleep(0.1)


def test_what_a_server_may_do_wrong(served, tmp_path, monkeypatch):
    """No feed is waited for or taken without an end, and each fault is said; the others come all the same."""
    monkeypatch.setattr(fetching, "SECONDS", 5.0)
    monkeypatch.setattr(fetching, "LARGEST", 200_000)
    soon = format_datetime(datetime.now(UTC) + timedelta(hours=3), usegmt=True)
    served.answers = {
        "/slow": endless,
        "/half": lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<rss>"),
        "/bomb": (200, {"Content-Encoding": "gzip"}, gzip.compress(b" " * 20_000_000)),
        "/long": (200, {}, b" " * 200_001),
        "/busy": (429, {"Retry-After": "7200"}, b""),
        "/later": (503, {"Retry-After": soon}, b""),
        "/gone": (410, {}, b""),
    }
    good = served.feed("/good", FEED, Cache_Control='public, Max-Age="31536000"')
    slow, half, bomb, long, busy, later, gone, fine, refused, unknown = got(
        tmp_path, served, *served.answers, "http://127.0.0.1:9/", "http://none.invalid/"
    )
    assert good.endswith("/good")
    assert slow.fault == "no whole answer within 5 seconds"
    assert half.fault == "the answer is broken (ClientPayloadError)"
    assert bomb.fault == long.fault == "it has more than 200,000 bytes"
    assert (busy.fault, busy.wait) == ("the server answered 429 Too Many Requests", 7200)
    assert later.wait == pytest.approx(3 * 3600, abs=10)
    assert gone.fault == "the server answered 410 Gone"
    assert (fine.fault, fine.wait, fine.came) == ("", fetching.LONGEST_AGE, True)
    assert (refused.status, refused.fault.partition(" (")[0]) == (0, "the server cannot be reached")
    assert (unknown.status, unknown.fault) == (0, "the name of the server cannot be looked up")
    assert not any(one.came for one in (slow, half, bomb, long, busy, later, gone))


@pytest.mark.parametrize(
    "head",
    [
        b"Retry-After: " + b"9" * 400,
        b"Retry-After: Mon, 1 Jan 99999999999999999999 00:00:00 GMT",
        b"Retry-After: -7",
        b"ETag: \xff\xfe",
        b"Last-Modified: \xd9",
        b"ETag: " + b"x" * 5000,
        b"Content-Type: text/xml; charset=\xff",
        b"Content-Type: text/xml; charset=" + b"x" * 5000,
        b"Cache-Control: max-age=99999999999999999999999",
    ],
)
def test_heads_that_harm(served, tmp_path, head):
    """Whatever stands in the head of an answer, the process says what came of it, and nothing is kept that cannot be."""
    served.answers["/a"] = lambda handler: handler.wfile.write(
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n%s\r\n\r\n%s" % (len(FEED), head, FEED)
    )
    served.answers["/b"] = lambda handler: handler.wfile.write(
        b"HTTP/1.1 301 \xff\r\nLocation: http://\xff\xfe/%s\r\nContent-Length: 0\r\n\r\n" % (b"x" * 5000)
    )
    good = served.feed("/good", FEED)
    wanted = [Wanted(f"{served.address}/a"), Wanted(f"{served.address}/b"), Wanted(good)]
    first, second, third = fetched_apart(wanted, asking(served), tmp_path)
    assert (first.came, first.fault) == (True, "")
    assert 0 <= first.wait <= LONGEST.total_seconds()
    assert (first.etag, first.modified) == ("", "")
    assert second.fault.endswith("..., which leads nowhere")
    assert len(repr(first)) + len(repr(second)) < 2000
    assert third.came


def test_the_process_that_fetches_has_no_credentials(served, tmp_path, monkeypatch):
    """Feeds are asked for by a process that has nothing of what Rasd is told of its engine."""
    monkeypatch.setenv("RASD_OPENSEARCH_URL", "https://rasd:password@engine.example:9200")
    seen = []

    def watched(handler):
        children = psutil.Process(os.getpid()).children()
        seen.extend(child.environ() for child in children if "indexer.polling.fetch" in child.cmdline())
        handler.send_response(204)
        handler.end_headers()

    served.answers["/a"] = watched
    (fetched,) = fetched_apart([Wanted(f"{served.address}/a")], asking(served), tmp_path)
    assert fetched.fault == "the server answered 204 No Content"
    (environment,) = seen
    assert "PATH" in environment
    assert not [name for name in environment if name.startswith("RASD_")]
    assert "password" not in str(environment)


def test_a_name_that_hangs(served, tmp_path, monkeypatch):
    """A look-up that does not come to an end costs its own feed alone: what came of the others is known before."""
    (tmp_path / "sitecustomize.py").write_text(
        "import socket, time\n"
        "was = socket.getaddrinfo\n"
        "socket.getaddrinfo = lambda host, *more, **how: time.sleep(60) if 'hangs' in str(host) else was(host, *more, **how)\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{CHECKOUT}")
    monkeypatch.setattr(apart, "SECONDS_OF_ALL", 30.0)
    good = served.feed("/good", FEED)
    first, second = fetched_apart([Wanted("http://hangs.example/"), Wanted(good)], asking(served), tmp_path)
    assert (first.status, first.fault) == (0, "no whole answer within 10 seconds")
    assert second.came


def test_a_run_that_ends_may_be_a_little_early():
    """Cron every half hour asks every half hour; what waits for its server, or for its faults, waits on."""
    asked = Standing().claimed("me", HALF_AN_HOUR, NOW)
    soon = NOW + HALF_AN_HOUR - timedelta(seconds=5)
    assert asked.is_nearly_due(HALF_AN_HOUR, soon)
    assert not asked.is_due(soon)
    assert not asked.is_nearly_due(HALF_AN_HOUR, NOW + HALF_AN_HOUR - timedelta(minutes=3))
    told = asked.after(Fetched("u", 429, fault="x", wait=7200), HALF_AN_HOUR)
    assert not told.is_nearly_due(HALF_AN_HOUR, NOW + timedelta(seconds=7195))
    assert told.is_nearly_due(HALF_AN_HOUR, NOW + timedelta(seconds=7200))
    five = timedelta(minutes=5)
    assert not Standing().claimed("me", five, NOW).is_nearly_due(five, NOW + timedelta(minutes=4))


def test_what_another_has_claimed():
    """A feed that was claimed since it was chosen is another's, unless that was this very claim, whose answer was lost."""
    seen = Standing(claim="before")
    assert seen.may_be_claimed("mine", seen)
    assert seen.claimed("mine", HALF_AN_HOUR, NOW).may_be_claimed("mine", seen)
    assert not seen.claimed("other", HALF_AN_HOUR, NOW).may_be_claimed("mine", seen)
    assert not Standing().claimed("other", HALF_AN_HOUR, NOW).may_be_claimed("mine", Standing())


def test_a_process_that_dies_or_hangs(served, tmp_path, monkeypatch):
    """Where the process that fetches ends, or is ended, each feed has that as its fault, and no server is to blame."""
    served.answers["/slow"] = endless
    wanted = [Wanted(f"{served.address}/slow"), Wanted(f"{served.address}/slow?")]
    monkeypatch.setattr(apart, "SECONDS_OF_ALL", 1.5)
    fetched = fetched_apart(wanted, asking(served), tmp_path)
    assert [(one.status, one.fault) for one in fetched] == [(0, "the process that fetches it ended with -9")] * 2
    monkeypatch.setattr(apart.sys, "executable", "/bin/false")
    fetched = fetched_apart(wanted, asking(served), tmp_path)
    assert [one.fault for one in fetched] == ["the process that fetches it ended with 1"] * 2
    (unwritten,) = got(tmp_path / "none", served, served.feed("/a", FEED))
    assert (unwritten.status, unwritten.fault.partition(" (")[0]) == (0, "what came cannot be written to this disk")


def test_one_of_each_server(tmp_path):
    """A round asks each server for one feed, whichever has waited longest, and none before its time."""
    feeds = [Feed(url, "default") for url in ("http://a/1", "http://a/2", "http://www.A/3", "http://b/1", "http://c/1")]
    standing = {
        "http://a/1": Standing(next_at="2026-11-30T11:00:00+00:00"),
        "http://a/2": Standing(next_at="2026-11-30T10:00:00+00:00"),
        "http://www.A/3": Standing(next_at="2026-11-30T11:30:00+00:00"),
        "http://b/1": Standing(next_at="2026-11-30T12:00:01+00:00"),
    }
    assert [feed.url for feed in due(feeds, standing, NOW, 10)] == ["http://c/1", "http://a/2"]
    assert [feed.url for feed in due(feeds, standing, NOW, 1)] == ["http://c/1"]


def test_when_again():
    """After an answer at the given time or when the server wishes, after faults ever later, and never later than a day."""

    def minutes(standing, fetched):
        after = replace(standing, asked_at=NOW.isoformat()).after(fetched, HALF_AN_HOUR)
        return (datetime.fromisoformat(after.next_at) - NOW) / timedelta(minutes=1)

    assert minutes(Standing(), Fetched("u", 200)) == 30
    assert minutes(Standing(), Fetched("u", 200, wait=60)) == 30
    assert minutes(Standing(), Fetched("u", 304, wait=7200)) == 120
    assert minutes(Standing(), Fetched("u", 500, fault="x")) == 60
    assert minutes(Standing(faults=2), Fetched("u", 404, fault="x")) == 240
    assert minutes(Standing(faults=2), Fetched("u", 0, fault="our own line is cut")) == 30
    assert minutes(Standing(faults=99), Fetched("u", 404, fault="x")) == LONGEST / timedelta(minutes=1)
    assert minutes(Standing(), Fetched("u", 429, fault="x", wait=1e12)) == LONGEST / timedelta(minutes=1)
    asked = Standing(faults=3, fault="x", moved="https://there/").claimed("me", HALF_AN_HOUR, NOW)
    assert asked.after(Fetched("u", 0, fault="y"), HALF_AN_HOUR).moved == "https://there/"
    mended = asked.after(Fetched("u", 200), HALF_AN_HOUR)
    assert (mended.faults, mended.fault) == (0, "")
    assert not mended.is_due(NOW + HALF_AN_HOUR - timedelta(seconds=1))
    assert mended.is_due(NOW + HALF_AN_HOUR)
