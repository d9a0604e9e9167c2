"""Several nodes: what a dead, a silent and a broken one cost those who search."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager

import httpx2
import pytest
from conftest import serving, wait_for_corpus
from engine_nodes import LOST_NODE

from api import engine as door
from engine.cluster import free_port
from settings import read_settings


class Stub:
    """Takes connections and does with them what a node in trouble does; counts the requests that it was sent."""

    answer = b""
    """What it answers once it is set."""
    status = b"500 Internal Server Error"

    def __init__(self, *, breaks_off: bool) -> None:
        self.requests = self.looks = 0
        self._breaks_off = breaks_off
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                taken, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._read, args=(taken,), daemon=True).start()

    def _read(self, taken: socket.socket) -> None:
        told = taken.recv(65536)
        self.requests += b"_search" in told
        self.looks += b"_mget" in told
        if self.answer:
            head = b"HTTP/1.1 " + self.status + b"\r\nContent-Type: application/json\r\nConnection: close\r\n"
            taken.sendall(head + b"Content-Length: %d\r\n\r\n" % len(self.answer) + self.answer)
            taken.close()
        elif self._breaks_off:
            taken.close()
        else:
            self._open.append(taken)

    def close(self) -> None:
        """Close everything."""
        # A thread in accept() holds the socket open until it is shut down.
        self._listening.shutdown(socket.SHUT_RDWR)
        for taken in (self._listening, *self._open):
            taken.close()


@contextmanager
def beside(seeded, *urls, **changed):
    """Serve the sample corpus from its node and from others besides."""
    nodes = ",".join([*urls, seeded.settings.opensearch_url])
    settings = read_settings(**{**seeded.settings.model_dump(), "opensearch_url": nodes, **changed})
    with serving(settings) as url, httpx2.Client(base_url=url, timeout=30) as client:
        wait_for_corpus(url)
        yield client


def both(ask):
    """Ask until one answer was a 200 and another a 503, and return the statuses that were seen; of a hundred one is enough."""
    seen = set()
    for _ in range(100):
        seen.add(ask().status_code)
        if {200, 503} <= seen:
            break
    return seen


def statuses(client, count):
    """Return the statuses of some searches, one after the other."""
    return [client.get("/v1/search", params={"q": "ادلب"}).status_code for _ in range(count)]


@pytest.mark.parametrize("aside", [door.ASIDE, 0.01], ids=["put aside", "tried each time"])
def test_dead_nodes_cost_no_search(seeded, monkeypatch, aside):
    """With two of three nodes dead no search fails, also where the dead ones are tried again and again."""
    monkeypatch.setattr(door, "ASIDE", aside)
    dead = [f"http://127.0.0.1:{free_port()}" for _ in range(2)]
    with beside(seeded, *dead) as client:
        assert statuses(client, 60) == [200] * 60


def test_a_silent_node_costs_one_search_and_not_every_other(seeded):
    """A node that takes a search and never answers is left aside for a while: the searches after it are answered."""
    stub = Stub(breaks_off=False)
    try:
        with beside(seeded, stub.url, read_timeout=1.0, search_timeout=0.8) as client:
            seen = statuses(client, 30)
            assert seen.count(504) <= 2, seen
            assert set(seen) <= {200, 504}
    finally:
        stub.close()


def test_a_search_that_was_sent_is_not_tried_again(seeded, monkeypatch):
    """A node that takes a search and breaks off has perhaps run it: the answer is 503, and no other node is asked."""
    monkeypatch.setattr(door, "ASIDE", 0.01)
    stub = Stub(breaks_off=True)
    try:
        with beside(seeded, stub.url) as client:
            before = stub.requests
            seen = statuses(client, 40)
            assert set(seen) == {200, 503}
            assert seen.count(503) == stub.requests - before
    finally:
        stub.close()


def test_a_node_that_has_lost_another_is_not_ready(seeded, monkeypatch):
    """Where the node with the only copy was killed another says so with a 500: that is a 503, to be tried again, no fault."""
    monkeypatch.setattr(door, "ASIDE", 0.01)
    stub = Stub(breaks_off=True)  # until the corpus was read: a node that breaks off is left aside for that
    try:
        with beside(seeded, stub.url) as client:
            stub.answer = LOST_NODE
            assert both(lambda: client.get("/v1/search", params={"q": "ادلب"})) == {200, 503}
    finally:
        stub.close()


def test_an_answer_of_another(seeded, monkeypatch):
    """What answers 200 and is no engine (a gateway that is being mended) is a 503, and the copy of the corpus stays."""
    monkeypatch.setattr(door, "ASIDE", 0.01)
    stub = Stub(breaks_off=True)
    try:
        with beside(seeded, stub.url, corpus_refresh=0.1) as client:
            stub.status = b"200 OK"
            for stub.answer in (
                b'{"error": "back soon"}',
                b'{"error": {}, "status": 200}',
                b'{"hits": {}}',
                b'{"message": "soon"}',
            ):
                assert both(lambda: client.get("/v1/search", params={"q": "ادلب"})) == {200, 503}
            assert both(lambda: client.get("/v1/changes")) == {200, 503}
            answers = (client.get("/v1/changes", params={"size": 1}).json() for _ in range(100))
            cursor = next(answer["next_cursor"] for answer in answers if "next_cursor" in answer)
            # Two requests each, one of them to the other; it was a 410, which makes a mirror begin anew.
            assert {client.get("/v1/changes", params={"cursor": cursor}).status_code for _ in range(8)} <= {200, 503}
            queries = {"queries": [{"name": "a", "q": "ادلب"}, {"name": "b", "q": "حلب"}]}
            assert both(lambda: client.post("/v1/search/batch", json=queries)) == {200, 503}
            before = stub.looks
            time.sleep(2)  # twenty looks at the corpus, half of them at the other one
            assert stub.looks > before + 1
    finally:
        stub.close()


def test_a_batch_tells_what_was_lost_in_the_middle_of_it(seeded, monkeypatch):
    """Of several searches in one request the node answers 200, and each that wants the lost copy is a 503 of its own."""
    monkeypatch.setattr(door, "ASIDE", 0.01)
    stub = Stub(breaks_off=True)
    try:
        with beside(seeded, stub.url) as client:
            stub.status, stub.answer = b"200 OK", b'{"took": 1, "responses": [%s, %s]}' % (LOST_NODE, LOST_NODE)
            queries = {"queries": [{"name": "a", "q": "ادلب"}, {"name": "b", "q": "حلب"}]}
            seen = set()
            for _ in range(100):
                answer = client.post("/v1/search/batch", json=queries).json()["answers"]
                seen.add(tuple(told["status"] for told in answer))
                if len(seen) == 2:
                    break
    finally:
        stub.close()
    assert seen == {(200, 200), (503, 503)}
