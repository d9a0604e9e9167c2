"""`fields` and `context`: what a hit carries."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from test_facets import post

from api.answers import Hit
from api.params import FieldName


def test_the_fields_are_those_of_a_hit():
    """What can be chosen is what a hit has, but for what is asked for by parameters of their own."""
    assert set(get_args(FieldName)) == set(Hit.model_fields) - {"group", "explanation"}


@pytest.mark.parametrize("name", get_args(FieldName))
def test_each_field_alone(seeds, name):
    """A hit carries the one field as it is in the whole hit, and its id."""
    whole = post(seeds, q="قصف إدلب", size=3)["hits"]
    chosen = post(seeds, q="قصف إدلب", size=3, fields=[name])["hits"]
    assert chosen == [{key: hit[key] for key in hit if key in {"id", name}} for hit in whole]


def test_an_unknown_field_is_refused_with_the_known(seeds):
    """A name that is no field is a 422 that lists the fields."""
    error = seeds.get("/v1/search", q="x", fields="text,body").json()["errors"][0]
    assert error["field"] == "fields"
    assert all(f"'{name}'" in error["message"] for name in get_args(FieldName))


def test_only_what_is_chosen_is_read(seeds):
    """Without marks the engine is asked for no highlighting, and for no text that nobody will see."""
    body = post(seeds, q="قصف", fields=["title", "level"], explain=True)["query"]["engine"]
    assert "highlight" not in body
    assert set(body["_source"]) == {"report_id", "position", "title"}


@pytest.mark.parametrize("distance", [1, 3])
def test_neighbours_are_those_of_the_report(seeds, distance):
    """Each hit has the paragraphs before and after it, in order, as the paragraph's own address gives them."""
    hits = post(seeds, q="قصف", size=15, context=distance)["hits"]
    assert any(hit["position"] == 0 for hit in hits)
    for hit in hits:
        alone = seeds.get(f"/v1/paragraphs/{hit['id']}", context=distance).json()
        assert hit["context"] == alone["context"]
        places = [near["position"] for near in (*hit["context"]["before"], *hit["context"]["after"])]
        assert places == [p for p in range(hit["position"] - distance, hit["position"] + distance + 1) if p in places]


def test_neighbours_take_one_more_request(seeds, seeded):
    """All neighbours of a page come by one request of their ids; without `context` there is none."""

    def asked():
        nodes = seeded.ask("GET", "/_nodes/usage")["nodes"]
        actions = next(iter(nodes.values()))["rest_actions"]
        return actions.get("search_action", 0), actions.get("document_mget_action", 0)

    stats = f"/{seeded.aliases.paragraphs}/_stats/get"

    def read():
        return next(iter(seeded.ask("GET", stats)["indices"].values()))["total"]["get"]["total"]

    before, searched = read(), asked()[0]
    post(seeds, q="قصف", size=10)
    assert (read(), asked()[0]) == (before, searched + 1)
    hits = post(seeds, q="قصف", size=10, context=1)["hits"]
    assert asked()[0] == searched + 2
    near = {
        f"{hit['report_id']}:{hit['position'] + step}"
        for hit in hits
        for step in (-1, 1)
        if hit["position"] + step >= 0
    }
    assert 0 < read() - before <= len(near)


EVERY = {
    "q": "قصف المدنيين",
    "op": "and",
    "match": "clitics",
    "forms_not": ["قصفت"],
    "mode": "keyword",
    "sort": "newest",
    "group": "report",
    "facets": ["place", "month"],
    "context": 1,
    "fields": ["title", "level"],
    "size": 3,
    "snippet": 80,
    "explain": True,
    "collection": ["syria", "iraq"],
    "collection_not": ["iraq"],
    "source": ["وكالة"],
    "source_not": ["وكالة"],
    "place": ["حلب"],
    "place_not": ["حلب"],
    "actor": ["حركة حماس"],
    "actor_not": ["حركة حماس"],
    "tag": ["هدنة"],
    "tag_not": ["هدنة"],
    "language": ["ar"],
    "language_not": ["en"],
    "kind": ["body"],
    "kind_not": ["title"],
    "report_id": ["x"],
    "report_id_not": ["x"],
    "from": "2015-01-01",
    "to": "2023-01-01",
    "undated": "include",
    "mentions_from": "2012-01-01",
    "mentions_to": "2021-12-31",
    "dead_min": 1,
    "dead_max": 5000,
    "wounded_min": 1,
    "wounded_max": 5000,
    "victims_min": 1,
    "victims_max": 5000,
    "best_sentence": False,
}


def test_post_is_get_for_each_parameter(seeds):
    """Each parameter of the OpenAPI document, alone beside `q`, says in a body what it says in an address."""
    described = seeds.get("/openapi.json").json()["paths"]["/v1/search"]["get"]["parameters"]
    cursor = post(seeds, q="قصف المدنيين", size=2)["next_cursor"]
    every = {**EVERY, "cursor": cursor}
    assert set(every) == {parameter["name"] for parameter in described}
    for name, value in every.items():
        told = {"q": every["q"], "size": 2, name: value}
        addressed = {key: str(one).lower() if isinstance(one, bool) else one for key, one in told.items()}
        got = seeds.http.get("/v1/search", params=addressed)
        posted = seeds.http.post("/v1/search", json=told)
        assert got.status_code == posted.status_code == 200, (name, got.text)
        assert _still(got.text) == _still(posted.text), name


def _still(text):
    """Return an answer without what differs between two of the same: the time, and the nonce of the marks."""
    return re.sub(r'"took_ms":[0-9.]+|m[0-9a-f]{20}', "", text)
