"""What a search costs in requests, clauses, bytes and calls: no more than `bench/expected.json` says, and more is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.guard import REQUESTS, costs, expected, leaves, regressions


@pytest.fixture(scope="module")
def now(seeded):
    """The costs of this code."""
    return costs(seeded.settings)


def test_nothing_costs_more_than_expected(now):
    """Every request of the table costs what was written down, within the tolerances."""
    assert list(regressions(expected(), now)) == []
    assert set(expected()) == set(REQUESTS)


def test_a_search_is_one_request(now):
    """One request to the engine; a second one only for an open end, for neighbours and where no paragraph has all words."""
    assert {name for name, cost in now.items() if cost.requests > 1} == {
        "an open end",
        "neighbours",
        "nothing found",
        "many words",
    }


@pytest.mark.parametrize(("of", "factor"), [("requests", 2), ("clauses", 1.2), ("bytes", 1.1), ("calls", 1.2)])
def test_what_costs_more_is_told(now, of, factor):
    """Twice the requests, a fifth more clauses or calls, a tenth more bytes: each is told, with both figures."""
    told = {name: {of: getattr(cost, of)} for name, cost in now.items()}
    dearer = {name: replace(cost, **{of: int(getattr(cost, of) * factor) + 1}) for name, cost in now.items()}
    assert list(regressions(told, now)) == []
    assert len(list(regressions(told, dearer))) == len(REQUESTS)
    assert next(regressions({}, now)).endswith("--write")


def test_leaves_are_counted_wherever_they_stand():
    """In a query, in its filters, in the filters of counts."""
    word = {"match": {"text": {"query": "match"}}}
    body = {
        "query": {"bool": {"must": [word, word], "filter": [{"terms": {"collection": ["term"]}}]}},
        "aggs": {"levels": {"filters": {"filters": {"exact": {"bool": {"filter": [word]}}}}}},
    }
    assert leaves(body) == 4
