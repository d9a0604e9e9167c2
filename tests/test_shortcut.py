"""The short way to searches and completions: each request is answered as FastAPI's own reading of it would be."""

from __future__ import annotations

import json
from unittest.mock import patch
from urllib.parse import urlencode

import fastapi.routing
import httpx2
import pytest
from conftest import serving, wait_for_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

JSON = {"Content-Type": "application/json"}
PLAIN = [
    "q=سوريا",
    "q=سوريا&size=3&source=A&source=B&fields=id,text&fields=score",
    "q=سوريا&facets=source,month&from=2013-01-01&to=2020-12-31&undated=exclude&explain=false",
    "q=سوريا&tag=%20&snippet=0&context=2&best_sentence=0",
    "q=%22مجلس الأمن%22&match=exact&op=and&sort=newest",
    "q=a+b%20c&group=report",
]
REFUSED = [
    "",
    "q=",
    "q=سوريا&size=0",
    "q=سوريا&size=three",
    "q=سوريا&size=3&size=4",
    "q=a&q=سوريا",
    "q=سوريا&unknown=1",
    "q=سوريا&from_=2013-01-01",
    "q=سوريا&fields_=id",
    "q=سوريا&fields=ids",
    "q=سوريا&from=2020-01-01&to=2019-01-01",
    "q=%FF%FE&match=%00",
    "q=سوريا&place=",
    "q=سوريا&explain=perhaps",
    "q=سوريا&cursor=abc",
    "q=%22%22",
    "q&size",
    "&&&",
]
BODIES = [
    {"q": "سوريا"},
    {"q": "سوريا", "size": "3", "source": "A", "facets": "source,month"},
    {"q": "سوريا", "from": "2013-01-01", "fields": ["id"]},
    {"q": "سوريا", "size": 0},
    {"q": "سوريا", "unknown": 1},
    {"q": ["سوريا"]},
    {"q": "\ud800"},
    {},
    [],
    "q",
    None,
    7,
]


@pytest.fixture(scope="module")
def long_way(seeded):
    """A server without the short way."""
    with patch("api.app.Shortcut", lambda app, **_: app), serving(seeded.settings) as url:
        wait_for_corpus(url)
        yield url


@pytest.fixture(scope="module")
def both(page_server, long_way):
    """Clients with and without."""
    with httpx2.Client(base_url=page_server) as short, httpx2.Client(base_url=long_way) as long:
        yield short, long


def told(response):
    """Return what a client is told, but for the time it took and where the next page begins, which is made anew each time."""
    body = response.json()
    body.pop("took_ms", None)
    is_page_to_come = bool(body.pop("next_cursor", None))
    headers = {name: value for name, value in response.headers.items() if name not in {"x-request-id", "date"}}
    headers.pop("content-length")  # a time may be 9.9 or 10.1
    return response.status_code, headers, body, is_page_to_come


def same(both, path, query_string):
    """Ask both and return the status, which is one."""
    answers = [told(client.get(f"{path}?{query_string}")) for client in both]
    assert answers[0] == answers[1]
    return answers[0][0]


@pytest.mark.parametrize("query_string", PLAIN)
def test_what_is_right_is_answered_alike(both, query_string):
    """The same paragraphs, counts, marks and headers."""
    assert same(both, "/v1/search", query_string) == 200


@pytest.mark.parametrize("query_string", REFUSED)
def test_what_is_wrong_is_refused_alike(both, query_string):
    """Unknown names, names given twice, bad values, broken bytes: the same words for what is wrong."""
    same(both, "/v1/search", query_string)
    same(both, "/v1/suggest", query_string)


@pytest.mark.parametrize(
    "query_string", ["q=سور", "q=سور&size=3&collection=default&collection=other", "q=سور&size=99999"]
)
def test_completions_are_alike(both, query_string):
    """Completions too."""
    same(both, "/v1/suggest", query_string)


@pytest.mark.parametrize("path", ["/v1/search", "/v1/suggest"])
@pytest.mark.parametrize("body", BODIES, ids=map(json.dumps, BODIES))
def test_bodies_are_alike(both, path, body):
    """An object of parameters, one with a wrong one, and what is no object."""
    answers = [told(client.post(path, content=json.dumps(body), headers=JSON)) for client in both]
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "application/problem+json", "text/plain", "", "json"]
)
@pytest.mark.parametrize("content", [b'{"q": "a"}', b'{"q": ', b"", b"[" * 5000, b'{"q": "\xff"}', b"NaN"])
def test_kinds_of_bodies_are_alike(both, kind, content):
    """What is said to be JSON or not, is it or not."""
    answers = [told(client.post("/v1/search", content=content, headers={"Content-Type": kind})) for client in both]
    assert answers[0] == answers[1]


NAMES = [
    "q",
    "size",
    "source",
    "from",
    "to",
    "fields",
    "facets",
    "match",
    "group",
    "undated",
    "explain",
    "collection",
    "x",
]
VALUES = st.one_of(
    st.sampled_from(["سوريا", "", "0", "3", "true", "2019-04-19", "id,text", "source", "exact", "report", "exclude"]),
    st.text(max_size=5),
)


@settings(max_examples=60)
@given(pairs=st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=6))
def test_any_parameters_are_read_alike(both, pairs):
    """Whatever names and values an address gives."""
    same(both, "/v1/search", urlencode([("q", "حلب"), *pairs], errors="replace"))


def test_only_what_is_wrong_comes_to_fastapi(both):
    """A search that is right does not, one that is wrong does; both are counted under their address."""
    short = both[0]
    solve = "fastapi.routing.solve_dependencies"
    with patch(solve, wraps=fastapi.routing.solve_dependencies) as solved:
        assert short.get("/v1/search?q=سوريا").status_code == 200
        assert short.post("/v1/search", json={"q": "سوريا"}).status_code == 200
        assert short.post("/v1/suggest", json={"q": "سوريا"}).status_code == 200
        assert not solved.called
        assert short.get("/v1/search?q=سوريا&size=0").status_code == 422
        assert solved.called
    counted = short.get("/metrics").text
    assert 'rasd_requests_total{method="GET",route="/v1/search",status="200"}' in counted
    assert 'rasd_requests_total{method="GET",route="/v1/search",status="422"}' in counted
