"""An engine that is slow and answers: what needs two requests has the time of one, and says so where that is not enough."""

from __future__ import annotations

import asyncio
import math

import httpx2
import pytest
from conftest import serving, wait_for_corpus

from api.deadline import left_of, not_counted, within
from api.engine import ReadingEngine
from api.errors import EngineSlow
from api.metrics import Metrics
from bench.reliability.edge_proxy import Fault, proxied
from settings import read_settings

DELAY, LIMIT = 1.6, 3.0
"""Seconds: one request to the engine has time enough, two have not."""


@pytest.fixture(scope="module")
def slow(seeded):
    """A client of an API whose engine takes a while for each request."""
    with proxied(seeded.settings.opensearch_url) as proxy:
        changed = {"opensearch_url": proxy.url, "read_timeout": LIMIT, "search_timeout": LIMIT, "batch_timeout": LIMIT}
        settings = read_settings(**{**seeded.settings.model_dump(), **changed, "corpus_refresh": 3600})
        with serving(settings) as url, httpx2.Client(base_url=url, timeout=30) as client:
            wait_for_corpus(url)
            proxy.fault = Fault("slow", delay=DELAY)
            client.proxy_url = proxy.url
            yield client


def test_one_request_has_time_enough(slow):
    """A search that asks the engine once is answered."""
    assert slow.get("/v1/search", params={"q": "ادلب", "size": 1}).status_code == 200


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/v1/search", {"q": "ادل*"}),
        ("/v1/search", {"q": "ادلب", "context": 1}),
        ("/v1/search", {"q": "لاتوجدهذهالكلمة"}),
        ("/v1/search.atom", {"q": "ادلب"}),
    ],
    ids=["open end", "neighbours", "suggestions", "feed"],
)
def test_what_needs_two_has_no_more(slow, path, params):
    """What asks the engine twice would be answered after twice that time: it is told that the engine is too slow."""
    answer = slow.get(path, params=params)
    assert answer.status_code == 504, answer.text


def test_similar_paragraphs_have_the_time_of_one(slow):
    """What is like a paragraph wants that paragraph first: the search after it is too late."""
    (hit,) = slow.get("/v1/search", params={"q": "ادلب", "size": 1}).json()["hits"]
    # A bound that nothing meets: the proxy delays each piece, and the answer has but one.
    answer = slow.get(f"/v1/similar/{hit['id']}", params={"to": "1950-01-01"})
    assert answer.status_code == 504, answer.text


def test_a_look_at_the_corpus_has_no_more(slow, seeded):
    """The look at the corpus that a search by meaning may want has what the answer has left, here nothing any more."""
    settings = read_settings(**{**seeded.settings.model_dump(), "opensearch_url": slow.proxy_url})

    async def told() -> None:
        engine = ReadingEngine(settings, Metrics())
        try:
            with within(0.2), pytest.raises(EngineSlow):
                await engine.state("corpus")
            with within(-1.0), pytest.raises(EngineSlow, match="all that this answer needs"):
                await engine.state("corpus")
            assert await engine.state("corpus")
        finally:
            await engine.close()

    asyncio.run(told())


def test_the_look_ups_of_a_batch_have_its_time_together(slow):
    """Each word with an open end is a request before that of the batch: those that come too late fail alone."""
    queries = [{"name": name, "q": q, "size": 1} for name, q in (("a", "ادل*"), ("b", "حلب*"), ("c", "درعا"))]
    answers = slow.post("/v1/search/batch", json={"queries": queries}).json()["answers"]
    assert [(told["name"], told["status"]) for told in answers] == [("a", 200), ("b", 504), ("c", 200)]


def test_what_is_not_counted():
    """Time that is spent on another's account leaves all that there was."""

    async def told() -> float:
        with within(0.2):
            with not_counted():
                await asyncio.sleep(0.3)
            return left_of(math.inf)

    assert asyncio.run(told()) > 0


def test_the_earlier_end_holds():
    """Inside another one a deadline can only be nearer; where there is none a request has all its time."""

    async def told() -> list[float]:
        seen = [left_of(math.inf)]
        with within(50):
            with within(10):
                seen.append(left_of(30))
            with within(100):
                seen.append(left_of(80))
            seen.append(left_of(30))
        return [*seen, left_of(30)]

    assert asyncio.run(told()) == [math.inf, pytest.approx(10, abs=5), pytest.approx(50, abs=5), 30, 30]
