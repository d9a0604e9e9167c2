"""Every error is application/problem+json, says what was wrong and what would be right, and echoes nothing."""

from __future__ import annotations

import pytest

from api.answers import Problem

CANARY = "كناري"

WRONG = [
    ("GET", "/v1/search", {}, 422, "q"),
    ("GET", "/v1/search", {"q": ""}, 422, "q"),
    ("GET", "/v1/search", {"q": "ا" * 1001}, 422, "q"),
    ("GET", "/v1/search", {"q": "؟"}, 422, "q"),
    ("GET", "/v1/search", {"q": CANARY, "size": 0}, 422, "size"),
    ("GET", "/v1/search", {"q": CANARY, "size": 101}, 422, "size"),
    ("GET", "/v1/search", {"q": CANARY, "size": "1.5"}, 422, "size"),
    ("GET", "/v1/search", {"q": CANARY, "size": "9" * 400}, 422, "size"),
    ("GET", "/v1/search", {"q": CANARY, "match": "roots"}, 422, "match"),
    ("GET", "/v1/search", {"q": "حب", "match": "substring"}, 422, "q"),
    ("GET", "/v1/forms", {"q": CANARY, "match": "substring"}, 422, "match"),
    ("GET", "/v1/suggest", {"q": ""}, 422, "q"),
    ("GET", "/v1/search", {"q": CANARY, "mode": "hybrid"}, 422, "mode"),
    ("GET", "/v1/search", {"q": CANARY, "op": "xor"}, 422, "op"),
    ("GET", "/v1/search", {"q": CANARY, "snippet": -1}, 422, "snippet"),
    ("GET", "/v1/search", {"q": CANARY, "from": "yesterday"}, 422, "from"),
    ("GET", "/v1/search", {"q": CANARY, "from": "2019-02-30"}, 422, "from"),
    ("GET", "/v1/search", {"q": CANARY, "from": "12"}, 422, "from"),
    ("GET", "/v1/search", {"q": CANARY, "from": "2019-02-03", "to": "2019-02-01"}, 422, "request"),
    ("GET", "/v1/search", {"q": CANARY, "kind": "poem"}, 422, "kind"),
    ("GET", "/v1/search", {"q": CANARY, "page": 3}, 422, "page"),
    ("GET", "/v1/search", {"q": CANARY, CANARY: 3}, 422, CANARY),
    ("GET", "/v1/search", {"q": CANARY, "explain": "maybe"}, 422, "explain"),
    ("GET", "/v1/nothing", {}, 404, None),
    ("GET", "/v1/", {}, 404, None),
    ("GET", "/page/../../secret", {}, 404, None),
    ("GET", "/page/nothing.js", {}, 404, None),
    ("PUT", "/v1/search", {}, 405, None),
    ("DELETE", "/v1/paragraphs/a:1", {}, 405, None),
    ("POST", "/health/live", {}, 405, None),
    ("POST", "/", {}, 405, None),
]


@pytest.mark.parametrize(("method", "path", "params", "status", "field"), WRONG)
def test_problem(seeds, method, path, params, status, field):
    """Each wrong request gets its status, the problem's shape, and the field that is wrong."""
    answer = seeds.http.request(method, path, params=params)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    Problem.model_validate(problem)
    assert problem["status"] == status
    assert problem["instance"] == path.replace("/page/../../", "/")
    if field:
        assert [error["field"] for error in problem["errors"]] == [field]
    assert CANARY not in problem["detail"].replace(f"{CANARY}: unknown", "")


def test_levels_that_are_there_are_named(seeds):
    """A level that does not exist yet is refused with those that do."""
    message = seeds.get("/v1/search", q="x", match="roots").json()["errors"][0]["message"]
    assert all(level in message for level in ("exact", "letters", "clitics", "stem", "variants"))


def test_all_faults_are_named_at_once(seeds):
    """Three faults are three errors, so that a client mends them in one go."""
    problem = seeds.get("/v1/search", q="x", size=0, op="xor", foo=1).json()
    assert {error["field"] for error in problem["errors"]} == {"size", "op", "foo"}


def test_405_names_both_methods(seeds):
    """Two routes on one path are both in Allow."""
    assert seeds.http.put("/v1/search").headers["allow"] == "GET, POST"


BODIES = [
    (b"", 422, "body"),
    (b"nonsense", 422, "body"),
    (b"[]", 422, "body"),
    (b"null", 422, "body"),
    (b'{"q": 5}', 422, "q"),
    (b'{"q": "\\ud800"}', 422, "q"),
    (b'{"q": "x", "size": "ten"}', 422, "size"),
    (b'{"q": "x", "collection": [5]}', 422, "collection"),
    (b'{"q": "x", "' + b"a" * 100 + b'": 1}', 422, "a" * 60),
    (b"\xff\xfe", 422, "body"),
    (b"[" * 5000, 422, "body"),
]


@pytest.mark.parametrize(("body", "status", "field"), BODIES)
def test_bad_body(seeds, body, status, field):
    """A body that is no JSON object of parameters is a 422 that says so."""
    answer = seeds.http.post("/v1/search", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    assert answer.json()["errors"][0]["field"] == field


@pytest.mark.parametrize("chunked", [False, True])
def test_a_large_body_is_refused(seeds, chunked):
    """A body over the limit is a 413, announced or not, and the server goes on answering."""
    body = b'{"q": "' + b"a" * 200_000 + b'"}'
    content = iter([body[:70_000], body[70_000:]]) if chunked else body
    answer = seeds.http.post("/v1/search", content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert seeds.get("/health/live").status_code == 200


@pytest.mark.parametrize("path", ["/v1/search?q=x", "/v1/nothing", "/", "/docs", "/health/live", "/openapi.json"])
def test_headers_of_every_answer(seeds, path):
    """Every answer forbids sniffing, framing and sending its address on."""
    headers = seeds.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]


def test_searches_are_not_stored(seeds):
    """What somebody searched for stays in no cache."""
    assert seeds.get("/v1/search", q="x").headers["cache-control"] == "no-store"


def test_other_sites_may_read(seeds):
    """Reading is open to any origin, without credentials."""
    answer = seeds.http.get("/v1/search", params={"q": "x"}, headers={"Origin": "https://newsroom.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
