"""Polling feeds into a real engine: what comes in can be searched, nothing is asked for twice, nothing is lost on the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from feed_server import feed_server
from report_files import json_feed, rss

from indexer.engine import WritingEngine
from indexer.errors import EngineConflict, LockHeld
from indexer.indices import Indices
from indexer.lock import writing_lock
from indexer.polling import poll
from indexer.polling.exchange import Asking, host_and_port
from indexer.polling.poll import Poller, PollOptions
from indexer.polling.schedule import FEEDS_ID
from indexer.status import status
from indexer.takedown import take_down
from settings import CHECKOUT

FIRST = ("https://example.org/1", "عنوان", "<p>وصلت القافلة إلى إدلب.</p>")
SECOND = ("/news/2", "ثان", "<p>قصف على حلب.</p>")


@pytest.fixture
def own(new_rasd):
    """A Rasd of its own."""
    with new_rasd() as rasd:
        yield rasd


@pytest.fixture
def served():
    """A server of feeds."""
    with feed_server() as server:
        yield server


def options(served, *, once=True, at_once=False):
    """Return options that let the server of this machine be asked."""
    asking = Asking("Rasd tests", [host_and_port(served.address)])
    return PollOptions("default", asking, timedelta(minutes=30), once, at_once)


@pytest.fixture
def polled(own, served, tmp_path):
    """A function that polls once what a list names; it returns what was said, and whether all was well."""

    def poll_once(*lines, at_once=True, trusted=served):
        path = tmp_path / "list.txt"
        path.write_text("\n".join(lines), encoding="utf-8")
        said = []
        poller = Poller(own.engine, own.settings, path, options(trusted, at_once=at_once), said.append)
        poller.run()
        return said, poller.clean

    return poll_once


def texts(rasd):
    """Return every paragraph by the address of its report and its text."""
    body = {"query": {"match_all": {}}, "size": 100}
    hits = rasd.ask("POST", f"/{rasd.aliases.paragraphs}/_search", body)["hits"]["hits"]
    return sorted((hit["_source"].get("url", ""), hit["_source"]["text"]) for hit in hits)


def test_feeds_by_the_command(own, served, tmp_path):
    """One command loads what a list names, says what did not come, and shows it in `status`; again, it asks for nothing."""
    one = served.feed("/a.xml", rss([FIRST, SECOND]), ETag='"1"')
    two = served.feed("/b.json", json_feed([("tag:1", "عنوان", "<p>نص.</p>")]))
    page = served.feed(
        "/page", b'<html><link rel="alternate" type="application/atom+xml" href="/a.xml"><p>x</p></html>'
    )
    picture = served.feed("/picture", b"\x89PNG....")
    path = tmp_path / "list.txt"
    path.write_text(f"{one} syria\n{two}\n{page}\n{picture}\n{served.address}/none\nno address\n", encoding="utf-8")
    command = [sys.executable, "-m", "indexer", "feeds", str(path), "--once", "--trust", host_and_port(served.address)]
    environment = {**os.environ, "RASD_OPENSEARCH_URL": own.settings.opensearch_url, "RASD_INDEX": own.settings.index}

    def run(*more):
        done = subprocess.run(
            [*command, *more], cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        return done.returncode, done.stdout.splitlines()

    code, said = run()
    assert code == 1
    assert said[0].startswith("left out list.txt:6: no:")
    assert "127.0.0.1/a.xml: 2 reports: 2 created, 0 replaced, 0 unchanged, 0 refused (4 paragraphs written)" in said
    assert f"{page}: a web page and no feed; it names {one}" in said
    assert f"{picture}: what came is neither RSS nor Atom nor JSON Feed" in said
    assert f"{served.address}/none: the server answered 404 Not Found" in said
    assert texts(own) == [
        ("", "عنوان"),
        ("", "نص."),
        (f"{served.address}/news/2", "ثان"),
        (f"{served.address}/news/2", "قصف على حلب."),
        ("https://example.org/1", "عنوان"),
        ("https://example.org/1", "وصلت القافلة إلى إدلب."),
    ]
    assert sorted(served.paths()) == ["/a.xml", "/b.json", "/none", "/page", "/picture"]
    told = status(own.engine, own.settings)
    assert {name: held["reports"] for name, held in told["corpus"]["collections"].items()} == {"default": 1, "syria": 2}
    assert told["feeds"][one]["loaded"] == told["feeds"][one]["asked"] < told["feeds"][one]["next"]
    assert told["feeds"][one]["fault"] == ""
    assert told["feeds"][f"{served.address}/none"]["fault"] == "the server answered 404 Not Found"
    code, said = run()
    assert (code, said[-1].partition(" before ")[0]) == (1, "no feed is due")
    assert len(served.asked) == 5
    code, said = run("--now")
    assert len(served.asked) == 10
    assert not [line for line in said if "reports:" in line]


def test_entries_that_change(own, served, polled):
    """A changed entry takes the place of what it was, one that leaves the feed stays, one that was taken down stays away."""
    url = served.feed("/a.xml", rss([FIRST, SECOND]))
    assert polled(url)[1]
    served.feed("/a.xml", rss([("https://example.org/1", "عنوان", "<p>وصلت القافلة إلى سراقب.</p>")]))
    (said,), _ = polled(url)
    assert "1 reports: 0 created, 1 replaced" in said
    assert "قصف على حلب." in dict(texts(own)).values()
    assert ("https://example.org/1", "وصلت القافلة إلى سراقب.") in texts(own)
    body = {"query": {"match": {"text": "حلب"}}}
    (hit,) = own.ask("POST", f"/{own.aliases.paragraphs}/_search", body)["hits"]["hits"]
    take_down(own.engine, own.settings, [hit["_source"]["report_id"]])
    served.feed("/a.xml", rss([SECOND]))
    (said,), clean = polled(url)
    assert "1 left out (taken down earlier" in said
    assert clean
    assert all("حلب" not in text for _, text in texts(own))


def test_what_is_the_same_is_not_loaded(own, served, polled):
    """A server may send all again though it is the same: it is not loaded, unless its reports are gone with their index."""
    url = served.feed("/a.xml", rss([FIRST]), ETag='"1"')
    polled(url)
    loaded = status(own.engine, own.settings)["feeds"][url]["loaded"]
    served.answers["/a.xml"][1].pop("ETag")
    assert polled(url) == ([], True)
    served.answers["/a.xml"][1]["ETag"] = '"1"'
    assert polled(url) == ([], True)
    assert status(own.engine, own.settings)["feeds"][url]["loaded"] == loaded
    for kind in ("reports", "paragraphs"):
        for name in own.engine.indices(own.aliases.concrete_pattern(kind)):
            own.engine.delete_index(name)
    (said,), _ = polled(url)
    assert "1 reports: 1 created" in said
    assert "If-None-Match" not in served.asked[-1][1]
    polled(url)
    assert served.asked[-1][1]["If-None-Match"] == '"1"'
    # For another collection it has not been loaded.
    (said,), _ = polled(f"{url} other")
    assert "1 created" in said


def test_what_is_refused_is_asked_for_again(own, served, polled):
    """Of a feed that breaks off comes what stands before that; it is named, and all of it is asked for the next time."""
    url = served.feed("/a.xml", rss([FIRST, SECOND]).replace(b"</rss>", b"<rss"), ETag='"1"')
    said, clean = polled(url)
    assert not clean
    assert "2 created" in said[0]
    assert "1 refused" in said[0]
    told = status(own.engine, own.settings)["feeds"][url]
    assert told["refused"].startswith("127.0.0.1/a.xml: a broken feed after 2 entries")
    assert (told["fault"], told["loaded"]) == ("", "")
    served.feed("/a.xml", rss([FIRST, SECOND]), ETag='"1"')
    (said,), clean = polled(url)
    assert "2 unchanged, 0 refused" in said
    assert clean
    assert "If-None-Match" not in served.asked[-1][1]
    assert status(own.engine, own.settings)["feeds"][url]["refused"] == ""


def test_a_feed_replaces_nothing_from_elsewhere(own, served, polled, tmp_path):
    """The whole text of a page stays where its feed has a sentence of it, and is counted."""
    whole = {"url": "https://example.org/1", "title": "عنوان", "text": "نص كامل\nفقرة ثانية"}
    path = tmp_path / "pages.jsonl"
    path.write_text(json.dumps(whole), encoding="utf-8")
    assert own.load(path).clean
    (said,), clean = polled(served.feed("/a.xml", rss([FIRST, SECOND])))
    assert "1 created, 0 replaced, 1 unchanged, 0 refused, 1 of the unchanged have another text" in said
    assert clean
    assert ("https://example.org/1", "فقرة ثانية") in texts(own)


def test_what_is_no_feed(own, served, polled):
    """Other JSON, pages with broken links and whatever else is the fault of its own feed, and comes into no collection."""
    good = served.feed("/good", rss([FIRST]))
    records = [
        {"collection": "private", "url": "https://x.example/", "text": "نص", "tags": ["https://jsonfeed.org/version/1"]}
    ]
    messages = {"version": "https://jsonfeed.org/version/1.1", "messages": [{"id": 1, "type": "message", "text": "نص"}]}
    item = {"id": "1", "content_text": "نص", "collection": "private"}
    others = {
        "/records": json.dumps(records),
        "/messages": json.dumps(messages),
        "/page": '<html><link rel="alternate" type="application/rss+xml" href="http://[1"></html>',
        "/long": f'<html><link rel="alternate" type="application/rss+xml" href="/{"x" * 100_000}"></html>',
        "/item": json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}),
    }
    urls = [served.feed(path, body.encode()) for path, body in others.items()]
    _, clean = polled(*urls, good)
    assert not clean
    assert texts(own) == [
        ("", "نص"),
        ("https://example.org/1", "عنوان"),
        ("https://example.org/1", "وصلت القافلة إلى إدلب."),
    ]
    told = status(own.engine, own.settings)
    assert list(told["corpus"]["collections"]) == ["default"]
    feeds = {url.rpartition("/")[2]: known for url, known in told["feeds"].items()}
    assert feeds["records"]["fault"] == feeds["messages"]["fault"] == "JSON, but no JSON Feed"
    assert feeds["records"]["loaded"] == feeds["page"]["loaded"] == ""
    assert feeds["page"]["fault"] == "what came cannot be read (ValueError)"
    assert feeds["long"]["fault"].startswith("a web page and no feed; it names http")
    assert len(json.dumps(told["feeds"])) < 5000
    assert feeds["good"]["fault"] == feeds["good"]["refused"] == feeds["item"]["fault"] == ""


def test_relative_links(own, served, polled):
    """A relative link is taken from the address that answered, in JSON too: `/2` of two servers are two reports."""
    item = {"id": "1", "url": "2", "content_text": "نص"}
    feed = json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "items": [item, {**item, "id": "3", "url": "http://[1"}]}
    )
    served.feed("/news/feed.json", feed.encode())
    served.answers["/old"] = (301, {"Location": "/news/feed.json"}, b"")
    said, _ = polled(f"{served.address}/old")
    assert f"{served.address}/old: it has moved: write {served.address}/news/feed.json into the list" in said
    assert (f"{served.address}/news/2", "نص") in texts(own)
    assert polled(f"{served.address}/old") == ([], True)  # where it has moved to is said once


def test_one_id_on_two_servers(own, served, polled):
    """Two reports without an address that have one id are two: the second is refused by name, and not passed over."""
    items = [{"id": "1", "content_text": "نص"}]
    one, two = (
        {"version": "https://jsonfeed.org/version/1.1", "items": [{**items[0], "content_text": text}]} for text in "بت"
    )
    first = served.feed("/feed", json.dumps(one).encode())
    with feed_server("127.0.0.2") as other:
        second = other.feed("/feed", json.dumps(two).encode())
        assert polled(first)[1]
        said, clean = polled(second, trusted=other)
    assert not clean
    assert "1 refused" in said[0]
    assert "another text has this id already" in status(own.engine, own.settings)["feeds"][second]["refused"]


def test_two_that_poll(own, served, polled):
    """What another process has just asked for is not asked for again, also where that could not load what came."""
    url = served.feed("/a.xml", rss([FIRST]))
    answer = served.answers["/a.xml"]
    with ExitStack() as locked:

        def busy(handler):
            # Another indexer begins while the feed is on its way.
            locked.enter_context(writing_lock(Indices(own.engine, own.settings), "rebuild"))
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(answer[2]), answer[2]))

        served.answers["/a.xml"] = busy
        with pytest.raises(LockHeld):
            polled(url)
    served.answers["/a.xml"] = answer
    said, _ = polled(url, at_once=False)
    assert said[0].startswith("no feed is due before 20")
    assert len(served.asked) == 1
    (said,), _ = polled(url)
    assert "1 created" in said
    assert len(served.asked) == 2


def test_claims(own, served, polled, monkeypatch):
    """A claim whose answer is lost is one's own; a feed that another claims in between is left to it."""
    url = served.feed("/a.xml", rss([FIRST]))
    was, writes = WritingEngine.put_stored, []

    def lost(engine, index, document_id, *told):
        done = was(engine, index, document_id, *told)
        writes.append(document_id)
        if document_id == FEEDS_ID and writes.count(FEEDS_ID) == 1:
            raise EngineConflict("the answer was lost, and what was sent again came too late")
        return done

    with monkeypatch.context() as patched:
        patched.setattr(WritingEngine, "put_stored", lost)
        (said,), _ = polled(url)
    assert "1 created" in said
    assert len(served.asked) == 1
    chosen = Poller._chosen  # noqa: SLF001 (between the choice and the claim)

    def overtaken(poller, standing):
        feeds = chosen(poller, standing)
        monkeypatch.setattr(Poller, "_chosen", chosen)
        assert polled(url) == ([], True)
        return feeds

    monkeypatch.setattr(Poller, "_chosen", overtaken)
    assert polled(url) == (["another process has just asked for 1 feeds that were due"], True)
    assert len(served.asked) == 2


def test_what_waits_is_overtaken(own, served, polled, tmp_path):
    """What was fetched and could not be loaded for so long that another has asked since is not loaded over what that got."""
    url = served.feed("/a.xml", rss([FIRST]))
    path = tmp_path / "other.txt"
    path.write_text(url, encoding="utf-8")
    waits = Poller(own.engine, own.settings, path, options(served), [].append)
    indices = Indices(own.engine, own.settings)
    with writing_lock(indices, "load"):
        indices.ensure()
    standing = {}
    waits._take_list()  # noqa: SLF001 (the steps of a round, with another run between them)
    waits._fetch(waits._claimed(waits._feeds, standing, indices), indices, tmp_path)  # noqa: SLF001
    served.feed("/a.xml", rss([("https://example.org/1", "عنوان", "<p>أحدث.</p>")]))
    assert polled(url)[1]
    before = status(own.engine, own.settings)["feeds"]
    waits._load(indices)  # noqa: SLF001
    assert ("https://example.org/1", "أحدث.") in texts(own)
    assert status(own.engine, own.settings)["feeds"] == before


def test_a_long_time_after(own, served, polled):
    """What was forgotten for its age is asked for as any other."""
    url = served.feed("/a.xml", rss([FIRST]))
    assert polled(url)[1]
    stored = own.engine.stored(own.aliases.state, FEEDS_ID)
    told = stored.source["body"][url]
    year_ago = (datetime.now(UTC) - timedelta(days=365)).isoformat(timespec="seconds")
    old = {name: year_ago if name.endswith("_at") else value for name, value in told.items()}
    body = {url: {**old, "unknown": "of a newer version"}, "http://gone.example/": old}
    own.engine.put_stored(own.aliases.state, FEEDS_ID, {**stored.source, "body": body}, stored)
    assert polled(url, at_once=False) == ([], True)
    assert len(served.asked) == 2
    assert list(status(own.engine, own.settings)["feeds"]) == [url]


@contextmanager
def polling(rasd, served, path, said):
    """Poll in a thread until the end of the `with`."""
    stop = threading.Event()

    class Stopped(Exception):
        pass

    class Until(Poller):
        def _take_list_again(self):
            if stop.is_set():
                raise Stopped
            super()._take_list_again()

    def run():
        try:
            Until(rasd.engine, rasd.settings, path, options(served, once=False), said.append).run()
        except Stopped:
            return

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield
    stop.set()
    thread.join(timeout=30)
    assert not thread.is_alive()


def wait_for(said, words):
    """Wait until a line with these words was said."""
    for _ in range(600):
        if any(words in line for line in said):
            return
        time.sleep(0.05)
    raise AssertionError(said)


def test_it_goes_on(own, served, tmp_path, monkeypatch):
    """While another writes it waits and asks nothing twice; a feed that is added to the list comes; a bad list harms none."""
    monkeypatch.setattr(poll, "AGAIN", 0.2)
    monkeypatch.setattr(poll, "PATIENCE", 0.2)
    monkeypatch.setattr(poll, "LOOK_ANYWAY", 0.2)
    path = tmp_path / "list.txt"
    path.write_text(served.feed("/a.xml", rss([FIRST])), encoding="utf-8")
    said = []
    with ExitStack() as locked:
        locked.enter_context(writing_lock(Indices(own.engine, own.settings), "rebuild"))
        with polling(own, served, path, said):
            wait_for(said, "waiting: another indexer is at work")
            locked.close()
            wait_for(said, "a.xml: 1 reports: 1 created")
            assert served.paths() == ["/a.xml"]
            path.write_text(f"{served.address}/a.xml\nx\n", encoding="utf-8")
            wait_for(said, "left out list.txt:2: x: write an address")
            path.write_bytes(b"\xff\xfe\xfa")
            wait_for(said, "the list of feeds cannot be read")
            more = served.feed("/b.xml", rss([SECOND]))
            path.write_text(f"{served.address}/a.xml\n{more}\nx\n", encoding="utf-8")
            wait_for(said, "b.xml: 1 reports: 1 created")
    assert served.paths() == ["/a.xml", "/b.xml"]
    assert said[0] == "polling 1 feeds; Ctrl-C stops it"
    assert sum("waiting" in line for line in said) == 1
    assert sum("left out list.txt:3: x: write an address" in line for line in said) == 1
