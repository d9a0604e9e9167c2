"""Live and ready, and what a search says while the engine is away."""

from __future__ import annotations

import os
import signal
import time

import pytest
from conftest import Client, serving
from engine_nodes import open_folder

from engine.node import LocalNode
from indexer.commands import LoadOptions, load
from indexer.engine import WritingEngine
from settings import read_settings


def test_ready_wants_its_indices(new_rasd, tmp_path):
    """Before the first load the server lives and is not ready, and a search says that nothing is loaded; after it, it is."""
    with new_rasd() as rasd, serving(rasd.settings) as url:
        client = Client(url)
        with client.http:
            assert client.get("/health/live").json() == {"status": "live"}
            assert client.get("/health/ready").status_code == 503
            answer = client.get("/v1/search", q="قصف")
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
            assert "load reports first" in answer.json()["detail"]
            (tmp_path / "r.txt").write_text("قصف", encoding="utf-8")
            rasd.load(tmp_path)
            assert client.get("/health/ready").json() == {"status": "ready"}
            assert client.search("قصف")["total"]["value"] == 1


def test_ready_wants_this_versions_rules(new_rasd):
    """An index that was made by other rules makes the server not ready, and it says what to do."""
    with new_rasd() as rasd:
        rasd.make_indices()
        rasd.ask("PUT", f"/{rasd.aliases.paragraphs}/_mapping", {"_meta": {"version": "00000000"}})
        with serving(rasd.settings) as url:
            client = Client(url)
            with client.http:
                answer = client.get("/health/ready")
                assert answer.status_code == 503
                assert "rebuild" in answer.json()["detail"]


def test_ready_wants_every_shard(new_rasd):
    """While the node has not got a shard, as after it was killed, searches are a 503 and the server is not ready."""
    with new_rasd() as rasd, serving(rasd.settings) as url:
        rasd.make_indices()
        index, place = rasd.aliases.paragraphs, "index.routing.allocation.require._name"
        client = Client(url)
        with client.http:
            assert eventually(lambda: client.get("/health/ready").status_code == 200)
            rasd.ask("POST", f"/{index}/_close")
            rasd.ask("PUT", f"/{index}/_settings", {place: "nobody"})
            rasd.ask("POST", f"/{index}/_open?wait_for_active_shards=0")
            assert client.get("/health/ready").status_code == 503
            for path, params in (("/v1/search", {"q": "قصف"}), ("/v1/paragraphs/none:1", {})):
                answer = client.get(path, **params)
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
                assert "load reports first" not in answer.json()["detail"]
            assert client.get("/health/live").status_code == 200
            rasd.ask("PUT", f"/{index}/_settings", {place: None})
            assert eventually(lambda: client.get("/health/ready").status_code == 200)
            assert client.get("/v1/search", q="قصف").status_code == 200


@pytest.fixture(scope="module")
def own_node():
    """A node that this module may stop: its settings and its LocalNode, with one report loaded."""
    with open_folder() as folder:
        settings = read_settings(data_dir=folder / "data", heap="512m", opensearch_url=None, corpus_refresh=0.1)
        node = LocalNode(settings)
        node.start()
        reports = folder / "reports"
        reports.mkdir()
        (reports / "r.txt").write_text("قصف على إدلب", encoding="utf-8")
        engine = WritingEngine(settings)
        load(engine, settings, [reports], LoadOptions("default"))
        engine.close()
        yield settings, node
        node.stop()


def test_a_frozen_engine_is_a_504_and_recovers(own_node):
    """While the node is frozen a search is a 504 within 3 s and the server lives; thawed, it answers again by itself."""
    settings, node = own_node
    pid = node.running().pid
    with serving(settings) as url:
        client = Client(url)
        with client.http:
            assert client.search("ادلب")["total"]["value"] == 1
            os.kill(pid, signal.SIGSTOP)
            try:
                started = time.monotonic()
                answer = client.get("/v1/search", q="ادلب")
                assert (answer.status_code, time.monotonic() - started < 3) == (504, True)
                assert client.get("/health/live").status_code == 200
                assert client.get("/health/ready").status_code == 504
            finally:
                os.kill(pid, signal.SIGCONT)
            assert eventually(lambda: client.get("/v1/search", q="ادلب").status_code == 200)


def test_an_engine_that_is_down_is_a_503_and_comes_back(own_node):
    """With the node stopped a search is a 503 with Retry-After; started again, the same server finds it by itself."""
    settings, node = own_node
    with serving(settings) as url:
        client = Client(url)
        with client.http:
            assert client.search("ادلب")["total"]["value"] == 1
            node.stop()
            started = time.monotonic()
            answer = client.get("/v1/search", q="ادلب")
            assert (answer.status_code, time.monotonic() - started < 3) == (503, True)
            assert answer.headers["retry-after"] == "2"
            assert answer.headers["content-type"] == "application/problem+json"
            assert client.get("/health/live").status_code == 200
            assert client.get("/health/ready").status_code == 503
            node.start()
            assert eventually(lambda: client.get("/v1/search", q="ادلب").status_code == 200)
            assert client.search("ادلب")["corpus"]["paragraphs"] == 1


def test_a_server_started_before_its_engine_finds_it(own_node):
    """Started while there is no node, and no file that says where it is, the server answers once there is one."""
    settings, node = own_node
    node.stop()
    with serving(settings) as url:
        client = Client(url)
        with client.http:
            assert client.get("/health/live").status_code == 200
            assert client.get("/v1/search", q="ادلب").status_code == 503
            node.start()
            assert eventually(lambda: client.get("/v1/search", q="ادلب").status_code == 200)


def eventually(holds, seconds=10.0):
    """Return whether something comes to hold within some seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.1)
    return False
