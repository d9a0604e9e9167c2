"""Polling feeds into a real engine: what comes in can be searched, nothing is asked for twice, nothing is lost on the way."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest
from feed_server import feed_server
from report_files import json_feed, rss

from indexer.errors import LockHeld
from indexer.indices import Indices
from indexer.lock import writing_lock
from indexer.polling import poll
from indexer.polling.exchange import Asking
from indexer.polling.poll import Poller, PollOptions
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


def options(*, once=True, at_once=False, every=timedelta(minutes=30)):
    """Return options that let servers of this machine be asked."""
    return PollOptions("default", Asking("Rasd tests", ["127.0.0.0/8"]), every, once, at_once)


def polled(rasd, path, **how):
    """Poll once; return what was said, and whether all was well."""
    said = []
    poller = Poller(rasd.engine, rasd.settings, path, options(**how), said.append)
    poller.run()
    return said, poller.clean


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
    command = [sys.executable, "-m", "indexer", "feeds", str(path), "--once", "--network", "127.0.0.1"]
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


def test_entries_that_change(own, served, tmp_path):
    """A changed entry takes the place of what it was, one that leaves the feed stays, one that was taken down stays away."""
    url = served.feed("/a.xml", rss([FIRST, SECOND]))
    path = tmp_path / "list.txt"
    path.write_text(url, encoding="utf-8")
    assert polled(own, path)[1]
    served.feed("/a.xml", rss([("https://example.org/1", "عنوان", "<p>وصلت القافلة إلى سراقب.</p>")]))
    (said,), _ = polled(own, path, at_once=True)
    assert "1 reports: 0 created, 1 replaced" in said
    assert "قصف على حلب." in dict(texts(own)).values()
    assert ("https://example.org/1", "وصلت القافلة إلى سراقب.") in texts(own)
    body = {"query": {"match": {"text": "حلب"}}}
    (hit,) = own.ask("POST", f"/{own.aliases.paragraphs}/_search", body)["hits"]["hits"]
    take_down(own.engine, own.settings, [hit["_source"]["report_id"]])
    served.feed("/a.xml", rss([SECOND]))
    (said,), clean = polled(own, path, at_once=True)
    assert "1 left out (taken down earlier" in said
    assert clean
    assert all("حلب" not in text for _, text in texts(own))


def test_what_is_the_same_is_not_loaded(own, served, tmp_path):
    """A server may send all again though it is the same: it is not loaded, unless its reports are gone with their index."""
    url = served.feed("/a.xml", rss([FIRST]), ETag='"1"')
    path = tmp_path / "list.txt"
    path.write_text(url, encoding="utf-8")
    polled(own, path)
    served.answers["/a.xml"][1].pop("ETag")
    assert polled(own, path, at_once=True) == ([], True)
    served.answers["/a.xml"][1]["ETag"] = '"1"'
    assert polled(own, path, at_once=True) == ([], True)
    for name in own.engine.indices(own.aliases.concrete_pattern("reports")):
        own.engine.delete_index(name)
    for name in own.engine.indices(own.aliases.concrete_pattern("paragraphs")):
        own.engine.delete_index(name)
    (said,), _ = polled(own, path, at_once=True)
    assert "1 reports: 1 created" in said
    assert "If-None-Match" not in served.asked[-1][1]
    polled(own, path, at_once=True)
    assert served.asked[-1][1]["If-None-Match"] == '"1"'


def test_a_broken_entry(own, served, tmp_path):
    """A feed that breaks off gives what came before, and says so."""
    url = served.feed("/a.xml", rss([FIRST, SECOND]).replace(b"</rss>", b"<rss"))
    path = tmp_path / "list.txt"
    path.write_text(url, encoding="utf-8")
    said, clean = polled(own, path)
    assert not clean
    assert "2 created" in said[0]
    assert "1 refused" in said[0]


@contextmanager
def polling(rasd, path, said):
    """Poll in a thread until the end of the `with`."""
    stop = threading.Event()

    class Stopped(Exception):
        pass

    class Until(Poller):
        def _read_list_again(self):
            if stop.is_set():
                raise Stopped
            super()._read_list_again()

    def run():
        try:
            Until(rasd.engine, rasd.settings, path, options(once=False), said.append).run()
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
    monkeypatch.setattr(poll, "LOOK_ANYWAY", 0.2)
    path = tmp_path / "list.txt"
    path.write_text(served.feed("/a.xml", rss([FIRST])), encoding="utf-8")
    said = []
    with ExitStack() as locked:
        locked.enter_context(writing_lock(Indices(own.engine, own.settings), "rebuild"))
        with pytest.raises(LockHeld):
            polled(own, path)
        served.asked.clear()
        with polling(own, path, said):
            wait_for(said, "waiting: another indexer is at work")
            locked.close()
            wait_for(said, "a.xml: 1 reports: 1 created")
            assert served.paths() == ["/a.xml"]
            path.write_bytes(b"\xff\xfe\xfa")
            wait_for(said, "the list of feeds cannot be read")
            more = served.feed("/b.xml", rss([SECOND]))
            path.write_text(f"{served.address}/a.xml\n{more}\nx\n", encoding="utf-8")
            wait_for(said, "b.xml: 1 reports: 1 created")
    assert served.paths() == ["/a.xml", "/b.xml"]
    assert said[0] == "polling 1 feeds; Ctrl-C stops it"
    assert sum("waiting" in line for line in said) == 1
    assert sum("left out list.txt:3: x: write an address" in line for line in said) == 1
