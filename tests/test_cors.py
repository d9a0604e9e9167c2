"""Which pages of other sites may read, send a key, or write."""

from __future__ import annotations

from contextlib import ExitStack

import httpx2
import pytest
from conftest import serving
from granting import bearer, grant

DESK = "https://desk.example"
OTHER = "https://evil.example"


@pytest.fixture(scope="module")
def clients(rasd):
    """A client of a server that is open for reading, and of one that is closed."""
    rasd.make_indices()
    told = {"cors_origins": f"{DESK}, http://localhost:3000"}
    opened = serving(rasd.settings.model_copy(update=told))
    closed = serving(rasd.settings.model_copy(update={**told, "require_key": True}))
    with ExitStack() as stack:
        first, second = (httpx2.Client(base_url=stack.enter_context(server)) for server in (opened, closed))
        with first, second:
            yield {"open": first, "closed": second, "key": grant(rasd, "admin")}


def preflight(client, origin, method, path, headers="content-type"):
    """Ask what a browser asks before it sends a request."""
    asked = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return client.options(path, headers=asked)


ROWS = [
    # server, origin, method, path, headers: what the preflight allows, None where it allows nothing
    ("open", OTHER, "POST", "/v1/search", "content-type", "*"),
    ("open", OTHER, "GET", "/v1/search", "authorization", None),
    ("open", OTHER, "GET", "/v1/search", "x-api-key", None),
    ("open", DESK, "GET", "/v1/search", "authorization", DESK),
    ("open", DESK, "GET", "/v1/search", "x-api-key", DESK),
    ("open", "http://localhost:3000", "POST", "/v1/search", "authorization,content-type", "http://localhost:3000"),
    ("open", f"{DESK}.evil.example", "GET", "/v1/search", "authorization", None),
    ("open", "null", "GET", "/v1/search", "authorization", None),
    ("closed", OTHER, "POST", "/v1/search", "content-type", None),
    ("closed", OTHER, "GET", "/v1/search", "authorization", None),
    ("closed", DESK, "GET", "/v1/search", "authorization", DESK),
    ("open", OTHER, "POST", "/v1/reports", "content-type", None),
    ("open", DESK, "POST", "/v1/reports", "authorization", None),
    ("closed", DESK, "POST", "/v1/reports", "authorization", None),
    ("open", DESK, "DELETE", "/v1/reports/x", "authorization", None),
    ("open", DESK, "DELETE", "/v1/search", "authorization", None),
]


@pytest.mark.parametrize(("server", "origin", "method", "path", "headers", "allowed"), ROWS)
def test_preflights(clients, server, origin, method, path, headers, allowed):
    """A browser is told that it may send what the table above says, and nothing else, and never a credential."""
    answer = preflight(clients[server], origin, method, path, headers)
    may = answer.status_code == 200
    assert may == (allowed is not None), answer.text
    if may:
        assert answer.headers["access-control-allow-origin"] == allowed
    elif path == "/v1/reports":
        assert "access-control-allow-origin" not in answer.headers
    assert "access-control-allow-credentials" not in answer.headers


def test_answers_while_reading_is_open(clients):
    """Any page may read what is open, errors too; a page that is listed is named."""
    client = clients["open"]
    for params in ({"q": "x"}, {}):
        answer = client.get("/v1/search", params=params, headers={"Origin": OTHER})
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "Retry-After" in answer.headers["access-control-expose-headers"]
    answer = client.get("/v1/search", params={"q": "x"}, headers={"Origin": DESK, **bearer(clients["key"])})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, DESK)
    assert "Origin" in answer.headers["vary"]


def test_answers_while_reading_is_closed(clients):
    """Where a key is wanted only a listed page may read, also that a key was wanted."""
    client = clients["closed"]
    assert "access-control-allow-origin" not in client.get("/v1/search", headers={"Origin": OTHER}).headers
    answer = client.get("/v1/search", headers={"Origin": DESK})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (401, DESK)


@pytest.mark.parametrize("server", ["open", "closed"])
def test_writing_is_for_no_page(clients, server):
    """A write answers no page of another site, listed or not, key or none."""
    for origin in (OTHER, DESK):
        for headers in ({}, bearer(clients["key"])):
            answer = clients[server].post("/v1/reports", headers={"Origin": origin, **headers})
            assert "access-control-allow-origin" not in answer.headers
