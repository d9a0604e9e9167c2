"""What a client may not do to a server: send its head or body for ever, or a head of any size, or leave work behind."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx2
import pytest
from test_serve import served

GET = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n"


@pytest.fixture(scope="module")
def url(seeded):
    """A server of its own process, which gives a request one second."""
    with served(seeded.settings, REQUEST_TIMEOUT="1", CONCURRENCY="1") as (_process, url):
        yield url


def answer_to(url, *pieces, pause=0.0):
    """Send bytes in pieces and return everything that the server says until it closes; a test ends after 20 s."""
    with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=20) as connection:
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(pause)
        told = b""
        with contextlib.suppress(ConnectionError):
            while piece := connection.recv(65536):
                told += piece
        return told


@pytest.mark.parametrize(
    ("pieces", "status"),
    [
        ((), b"408"),
        ((GET + b"X-Slow: ",), b"408"),
        ((POST + b'{"q":',), b"408"),
        ((GET + b"X-Large: " + b"a" * 200_000 + b"\r\n\r\n",), b"431"),
        ((GET + b"X-Many: 1\r\n" * 150 + b"\r\n",), b"431"),
        ((GET + b"X-Endless: " + b"a" * 100_000, b"a" * 100_000), b"431"),
        ((b"GET /?" + b"a" * 60_000 + b" HTTP/1.1\r\n" + b"X-L: " + b"a" * 9000 + b"\r\n\r\n",), b"414"),
        ((GET + b"Connection: close\r\n\r\n",), b"200"),
    ],
    ids=["silent", "slow head", "slow body", "large head", "many headers", "endless header", "long address", "honest"],
)
def test_limits(url, pieces, status):
    """A head or body that does not end in time is a 408, too large a head a 431, and the connection is closed."""
    assert answer_to(url, *pieces, pause=0.05).split(b" ", 2)[1] == status


def test_arabic_in_an_address_as_typed(url):
    """Letters that a client did not percent-encode, as curl sends them, are read, also when they come in two pieces."""
    typed = "GET /v1/search?q=ادلب&size=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    for pieces in ((typed,), (typed[:20], typed[20:])):
        told = answer_to(url, *pieces, pause=0.05).decode()
        assert told.startswith("HTTP/1.1 200")
        assert '"q":"ادلب"' in told


def test_what_is_no_http_is_a_problem(url):
    """Bytes that are no request get a 400 in the shape of every error."""
    told = answer_to(url, b"\x16\x03\x01 hello\r\n\r\n").decode()
    assert told.startswith("HTTP/1.1 400")
    assert "application/problem+json" in told


def test_a_dripping_head_is_closed(url):
    """A byte now and then does not keep a connection: the deadline is of the whole head."""
    assert b" 408 " in answer_to(url, GET, *([b"X"] * 8), pause=0.3)


def test_a_kept_connection_starts_anew(url):
    """The second request on a connection has its own deadline and its own size."""
    with httpx2.Client(base_url=url) as client:
        for _ in range(3):
            assert client.get("/health/live", headers={"X-Some": "a" * 30_000}).status_code == 200
            time.sleep(0.5)


def test_slow_clients_beside_honest_ones(url):
    """A hundred half-sent requests are all closed, and honest ones are answered meanwhile."""
    with ThreadPoolExecutor(100) as pool:
        slow = [pool.submit(answer_to, url, GET) for _ in range(100)]
        with httpx2.Client(base_url=url) as client:
            assert [client.get("/health/live").status_code for _ in range(20)] == [200] * 20
        assert all(b" 408 " in future.result() for future in slow)


@contextlib.contextmanager
def frozen(node):
    """Stop the engine's process for a while."""
    os.kill(node.running().pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(node.running().pid, signal.SIGCONT)


def test_who_walks_away_ends_the_search(url, node):
    """A client that leaves frees its turn at once: with one turn, the next is not told that the server is busy."""
    with frozen(node):
        for _ in range(4):
            with pytest.raises(httpx2.TimeoutException):
                httpx2.get(f"{url}/v1/search", params={"q": "ادلب"}, timeout=0.3)
        ends = time.monotonic() + 2.0
        while "CancelledError" not in (waiting := httpx2.get(f"{url}/metrics").text) and time.monotonic() < ends:
            time.sleep(0.05)
    assert 'rasd_engine_requests_total{outcome="CancelledError"}' in waiting
    assert 'route="/v1/search",status="499"' in waiting
    assert "rasd_engine_waiting 0.0" in waiting


def test_an_empty_body_is_a_body(url):
    """A POST without a body is told what is missing, and does not wait for one."""
    answer = httpx2.post(f"{url}/v1/search", timeout=5)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "body")


def test_too_many_at_once_are_told(url, node):
    """With one turn, four wait and the rest are told to come back: 503 with Retry-After, none hangs."""
    with frozen(node), ThreadPoolExecutor(12) as pool:
        asked = [pool.submit(httpx2.get, f"{url}/v1/search", params={"q": "ادلب"}, timeout=30) for _ in range(12)]
        answers = [future.result() for future in asked]
    told = [answer.status_code for answer in answers]
    assert set(told) == {503, 504}
    assert told.count(504) <= 2
    busy = [answer for answer in answers if answer.status_code == 503]
    assert all(answer.headers["retry-after"] for answer in busy)
    assert all("too many searches" in answer.json()["detail"] for answer in busy)
    assert httpx2.get(f"{url}/v1/search", params={"q": "ادلب"}, timeout=30).status_code == 200
