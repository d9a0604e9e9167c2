"""The table of roles: every address, every method, every kind of caller."""

from __future__ import annotations

import httpx2
import pytest
from conftest import serving
from fastapi import APIRouter
from granting import bearer, grant

from api.access import TABLE, NoRule, Role, Rule, Rules
from api.routes import ROUTERS

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
GOOD = ("read", "write", "admin", "bound")
BAD = ("expired", "revoked", "foreign", "other secret", "malformed")
RANK = {Role.READER: 0, Role.WRITER: 1, Role.ADMIN: 2}


@pytest.fixture(scope="module")
def callers(rasd):
    """A key of each kind, None for whoever has none."""
    rasd.make_indices()
    good = {right: grant(rasd, right) for right in ("read", "write", "admin")}
    return {
        "nobody": None,
        **good,
        "bound": grant(rasd, "read", "desk"),
        "expired": grant(rasd, "admin", days=-1),
        "revoked": grant(rasd, "admin", revoked=True),
        "foreign": "rasd_zzzzzzzz_" + "A" * 43,
        "other secret": good["admin"][:-20] + "B" * 20,
        "malformed": "rasd_admin",
    }


@pytest.fixture(scope="module", params=[False, True], ids=["open", "closed"])
def server(rasd, callers, request):
    """A client of a server that is open for reading or closed, and which of the two."""
    settings = rasd.settings.model_copy(update={"require_key": request.param})
    with serving(settings) as url, httpx2.Client(base_url=url, timeout=30) as client:
        yield client, request.param


def expected(rule, caller, *, closed):
    """Return the status that keeps a caller out, None where it is let in."""
    if rule.role is Role.ANYONE:
        return None
    if caller in BAD:
        return 401
    if caller == "nobody":
        return 401 if closed or rule.role is not Role.READER else None
    rank = {"read": 0, "bound": 0, "write": 1, "admin": 2}[caller]
    return None if rank >= RANK[rule.role] else 403


def test_the_matrix(server, callers):
    """Of all addresses, methods and callers those get in that the table lets in, and no others."""
    client, closed = server
    document = client.get("/openapi.json").json()
    tried = 0
    for path, operations in document["paths"].items():
        address = path.replace("{paragraph_id}", "a:1").replace("{report_id}", "a")
        assert "{" not in address, f"{path}: say here what its parameter may be"
        for method in METHODS:
            there = method.lower() in operations
            for caller in callers if there else ("nobody", "admin"):
                # No body and no parameters: who is let in hears that they are missing.
                headers = {**bearer(callers[caller]), "Content-Type": "text/plain"}
                answer = client.request(method, address, headers=headers)
                wanted = expected(TABLE[f"{method} {path}"], caller, closed=closed) if there else 405
                told = (method, path, caller, answer.status_code)
                assert answer.status_code == wanted if wanted else answer.status_code not in {401, 403, 405}, told
                tried += 1
    assert tried > 100


def test_every_row_is_an_address():
    """The table has no row for what is not there, and no rows are open that change something."""
    there = {f"{method} {route.path}" for router in ROUTERS for route in router.routes for method in route.methods}
    pages = {"GET /", "GET /docs", "GET /widget/{name}.js", "GET /widget/{asked}/{name}.js"}
    assert set(TABLE) - there == pages
    assert all(rule.writes for address, rule in TABLE.items() if address.split()[0] in {"PUT", "PATCH", "DELETE"})


def test_an_address_without_a_row():
    """A new address without a row keeps the server from starting, and the message names it and the file."""
    router = APIRouter(prefix="/v1")
    router.get("/new/{name}")(lambda: None)
    with pytest.raises(NoRule, match=r"GET /v1/new/\{name\}.*api/access\.py"):
        Rules([router])
    assert Rules([router], {"GET /v1/new/{name}": Rule(Role.READER)}).rule("GET", "/v1/new/x").role is Role.READER


def test_the_document_says_which_keys(server):
    """The OpenAPI document says of each address whether a key is wanted, taken, or nothing to it."""
    client, closed = server
    paths = client.get("/openapi.json").json()["paths"]
    keys = [{"bearer": []}, {"header": []}]
    assert paths["/v1/search"]["get"]["security"] == (keys if closed else [{}, *keys])
    assert paths["/v1/reports"]["post"]["security"] == keys
    assert "security" not in paths["/health/live"]["get"]
    assert {"401", "403", "429"} <= set(paths["/v1/search"]["get"]["responses"])


@pytest.mark.parametrize("caller", BAD)
def test_a_bad_key_says_nothing(server, callers, caller):
    """Whether a key is unknown, revoked, expired or no key at all: the answers are the same, but for nothing."""
    client, _ = server
    answer = client.get("/v1/search", params={"q": "x"}, headers=bearer(callers[caller]))
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == 'Bearer realm="rasd", error="invalid_token"'
    assert answer.json()["detail"] == "this key is not good, or no more; leave it out, or ask for a new one"
    assert callers[caller] not in answer.text


def test_a_key_may_come_in_two_headers(server, callers):
    """X-API-Key does as well as Authorization; two keys that differ do not, nor a key in the address."""
    client, closed = server
    key = callers["read"]
    search = {"q": "قصف"}
    assert client.get("/v1/search", params=search, headers={"X-API-Key": key}).status_code == 200
    both = {**bearer(key), "X-API-Key": callers["admin"]}
    assert client.get("/v1/search", params=search, headers=both).status_code == 401
    basic = {"Authorization": "Basic cmFzZDpyYXNk"}
    assert client.get("/v1/search", params=search, headers=basic).status_code == (401 if closed else 200)
    for name in ("key", "api_key", "access_token", "X-API-Key"):
        answer = client.get("/v1/search", params={**search, name: key})
        assert answer.status_code == (401 if closed else 422)
        assert key not in answer.text


def test_answers_to_keys_are_not_shared(server, callers):
    """What a key may see stays in no cache, and caches are told that answers differ by key."""
    client, _ = server
    answer = client.get("/v1/search", params={"q": "x"}, headers=bearer(callers["read"]))
    assert answer.headers["cache-control"] == "private, no-store"
    assert "Authorization" in answer.headers["vary"]
