"""Facets: what they count, against the searches that they promise."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from conftest import Client, serving
from hypothesis import given, settings
from hypothesis import strategies as st

from api.answers import SearchAnswer

VALUED = {
    "collection": "collection",
    "source": "source",
    "place": "places",
    "actor": "actors",
    "tag": "tags",
    "kind": "kind",
}
FILTERS = {
    "collection": ["syria", "palestine", "iraq"],
    "collection_not": ["syria", "lebanon"],
    "place": ["غزة", "دمشق", "حلب", "إدلب"],
    "place_not": ["حلب"],
    "kind": ["body", "title", "caption"],
    "tag": [],
    "from": ["2015-01-01", "2019-04-10"],
    "to": ["2021-12-31", "2024-02-01"],
    "undated": ["include", "exclude"],
    "mentions_from": ["2012-01-01", "2019-04-10"],
    "dead_min": [1, 40],
    "dead_max": [100],
    "op": ["or", "and"],
    "match": ["exact", "clitics", "variants"],
}
LISTS = {"collection", "collection_not", "place", "place_not", "kind", "tag"}


def post(client, **params):
    """Return the answer of a search that must succeed."""
    response = client.http.post("/v1/search", json=params)
    assert response.status_code == 200, response.text
    if "fields" not in params:
        SearchAnswer.model_validate(response.json())
    return response.json()


def given_filters():
    """Return a strategy of filters, several at a time."""
    chosen = {
        name: st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)
        if name in LISTS
        else st.sampled_from(values)
        for name, values in FILTERS.items()
        if values
    }
    return st.fixed_dictionaries({}, optional=chosen).filter(lambda told: told.get("from", "") <= told.get("to", "9"))


@settings(max_examples=20)
@given(
    filters=given_filters(),
    facet=st.sampled_from(list(VALUED)),
    place=st.integers(0, 30),
    q=st.sampled_from(["قصف", "هجوم على المدنيين", "المدينة", '"مجلس الأمن" OR غزة']),
)
def test_a_count_is_that_of_the_narrowed_search(seeds, filters, facet, place, q):
    """Whatever is filtered, a value's count is the total of the search in which it stands in place of its own filter."""
    told = post(seeds, q=q, **filters, facets=[*VALUED, "month"])["facets"][facet]
    assert [value["count"] for value in told[:100]] == sorted((v["count"] for v in told[:100]), reverse=True)
    for value in told[place : place + 2]:
        narrowed = post(seeds, q=q, **{**filters, facet: [value["value"]]})
        assert narrowed["total"]["value"] == value["count"], value


@settings(max_examples=10)
@given(filters=given_filters())
def test_facets_change_nothing_else(seeds, filters):
    """Hits, order, levels and totals are the same with all facets as without: filters that are moved still narrow."""
    for q in ("هجوم المدنيين", "إدلب"):
        plain = post(seeds, q=q, **filters, size=20)
        counted = post(seeds, q=q, **filters, size=20, facets=[*VALUED, "month", "year"])
        del counted["facets"]
        assert {**counted, "took_ms": 0} == {**plain, "took_ms": 0}


def test_every_value_is_counted_without_its_own_filter(seeds):
    """A filter for one collection leaves the others' counts as they were, and narrows the other facets."""
    wide = post(seeds, q="قصف", facets=["collection", "place"])["facets"]
    narrow = post(seeds, q="قصف", collection=["syria"], facets=["collection", "place"])["facets"]
    assert narrow["collection"] == wide["collection"]
    assert sum(value["count"] for value in narrow["place"]) < sum(value["count"] for value in wide["place"])


def test_months_and_years_are_those_of_the_search_by_date(seeds):
    """A month's count, and that of the reports dated by its year alone, is what its first and last day find."""
    for q in ("قصف", "المدينة"):
        facets = post(seeds, q=q, facets=["month", "year"])["facets"]
        months = {value["value"]: value["count"] for value in facets["month"]}
        days = {"2019-04": ("2019-04-01", "2019-04-30"), "2023-10": ("2023-10-01", "2023-10-31")}
        for month, (first, last) in days.items():
            narrowed = post(seeds, q=q, **{"from": first, "to": last})["total"]["value"]
            assert narrowed == months.get(month, 0) + months.get(month[:4], 0)
        for value in facets["year"]:
            year = value["value"]
            dated = {"from": f"{year}-01-01", "to": f"{year}-12-31"} if year else {}
            if year:
                assert post(seeds, q=q, **dated)["total"]["value"] == value["count"]
            else:
                every = post(seeds, q=q)["total"]["value"]
                assert every - post(seeds, q=q, undated="exclude")["total"]["value"] == value["count"]


DATES = [
    ("2019", "2019", "2019"),
    ("2019-04", "2019-04", "2019"),
    ("2019-04-30", "2019-04", "2019"),
    ("2019-04-30T22:30:00Z", "2019-05", "2019"),
    ("2019-12-31T21:30:00Z", "2019-12", "2019"),
    ("2020-01-01T01:30:00+03:00", "2020-01", "2020"),
    ("0001", "0001", "0001"),
    ("9999-12", "9999-12", "9999"),
    (None, None, None),
]


@pytest.fixture(scope="module")
def dated(new_rasd, tmp_path_factory):
    """A client over one report of each date, in Damascus."""
    folder = tmp_path_factory.mktemp("dated")
    reports = [{"id": f"d{number}", "text": "قصف", "published": date} for number, (date, _, _) in enumerate(DATES)]
    (folder / "r.jsonl").write_text("\n".join(map(json.dumps, reports)), encoding="utf-8")
    with new_rasd(timezone="Asia/Damascus") as rasd:
        assert rasd.load(folder).clean
        with serving(rasd.settings) as url:
            client = Client(url)
            with client.http:
                yield client


def test_a_year_is_in_no_month(dated):
    """Each date is counted as precisely as it is known, in the time zone of the server, and undated reports as null."""
    facets = post(dated, q="قصف", facets=["month", "year"])["facets"]
    for name, column in (("month", 1), ("year", 2)):
        expected: dict = {}
        for row in DATES:
            expected[row[column]] = expected.get(row[column], 0) + 1
        assert {value["value"]: value["count"] for value in facets[name]} == expected
        told = [value["value"] for value in facets[name]]
        assert told[-1] is None
        assert all(one < other for one, other in pairwise(told[:-1]))


def test_a_date_filter_is_not_counted_by_itself(dated):
    """With `from` and `to` the months are still all there, undated reports among them."""
    whole = post(dated, q="قصف", facets=["month"])["facets"]
    narrowed = post(dated, q="قصف", facets=["month"], **{"from": "2019-01-01", "to": "2019-12-31"})
    assert narrowed["facets"] == whole
    assert narrowed["total"]["value"] == 5
    assert narrowed["undated"] == {"value": 1, "any": 1, "left_out": True}


def test_a_rare_value_that_is_filtered_for_is_told(rasd, client, tmp_path):
    """Of 130 tags the hundred most frequent are told, and the rare one that the search is narrowed to."""
    tags = [f"t{number:03}" for number in range(130)]
    reports = [{"id": f"r{n}", "text": "قصف", "tags": tags[: 130 - n % 2 * 30]} for n in range(4)]
    (tmp_path / "r.jsonl").write_text("\n".join(map(json.dumps, reports)), encoding="utf-8")
    assert rasd.load(tmp_path).clean
    told = post(client, q="قصف", facets=["tag"])["facets"]["tag"]
    assert {value["value"]: value["count"] for value in told} == dict.fromkeys(tags[:100], 4)
    told = post(client, q="قصف", facets=["tag"], tag=["t125"])["facets"]["tag"]
    assert told[-1] == {"value": "t125", "count": 2}


def test_facets_are_asked_for_once(seeds, seeded):
    """All eight facets come in the search's own request, and only on the first page."""
    path = f"/{seeded.aliases.paragraphs}/_stats/search"

    def searched():
        return next(iter(seeded.ask("GET", path)["indices"].values()))["total"]["search"]["query_total"]

    before = searched()
    first = post(seeds, q="قصف", facets=[*VALUED, "month", "year"], collection=["syria"], size=2)
    assert searched() - before == 1
    assert list(first["facets"]) == [*VALUED, "month", "year"]
    second = post(seeds, q="قصف", facets=["place"], collection=["syria"], size=2, cursor=first["next_cursor"])
    assert "facets" not in second


def test_facets_by_commas(seeds):
    """In an address several facets stand behind commas, or each by itself."""
    commas = seeds.search("قصف", facets="place,kind")["facets"]
    assert commas == seeds.search("قصف", facets=["place", "kind"])["facets"]
    assert seeds.get("/v1/search", q="قصف", facets="place,shape").json()["errors"][0]["field"] == "facets"
