"""`/v1/sources`, `/v1/places`, `/v1/actors`, `/v1/collections`."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from conftest import SEEDS

from api.answers import NamedValuesAnswer, ValuesAnswer


def values(client, name, **params):
    """Return the values of a field."""
    response = client.get(f"/v1/{name}", **params)
    assert response.status_code == 200, response.text
    shape = NamedValuesAnswer if name in {"places", "actors"} else ValuesAnswer
    shape.model_validate(response.json())
    return response.json()


def counted():
    """Return the paragraphs of each collection and source of the sample corpus, as its files have them."""
    counts = {"collections": Counter(), "sources": Counter()}
    for file in SEEDS.glob("*.jsonl"):
        for line in file.read_text(encoding="utf-8").splitlines():
            report = json.loads(line)
            paragraphs = len(report["paragraphs"]) + bool(report.get("title"))
            for name, value in (("collections", report["collection"]), ("sources", report.get("source"))):
                if value:
                    counts[name][value] += paragraphs
    return counts


@pytest.mark.parametrize("name", ["collections", "sources"])
def test_values_are_those_of_the_corpus(seeds, name):
    """Every value that a report has is there with its paragraphs, the most frequent first."""
    told = values(seeds, name)
    assert {value["value"]: value["count"] for value in told["values"]} == counted()[name]
    counts = [value["count"] for value in told["values"]]
    assert counts == sorted(counts, reverse=True)
    assert told["complete"]


def test_places_have_what_the_lexicon_knows(seeds):
    """A place of the lexicon has coordinates and its names in Latin letters, an actor its names."""
    places = {value["value"]: value["lexicon"] for value in values(seeds, "places")["values"]}
    gaza = places["غزة"]
    assert (round(gaza["lat"]), round(gaza["lon"]), gaza["country"]) == (32, 34, "PS")
    assert "Gaza" in gaza["names"]
    actors = values(seeds, "actors")["values"]
    known = [actor["lexicon"] for actor in actors if actor["lexicon"]]
    assert known
    assert all(told["names"] and told["lat"] is None for told in known)


def test_a_name_of_two_things_has_no_place(rasd, client, tmp_path):
    """A place that the lexicon does not know, or knows two of, has no coordinates: a wrong one is worse than none."""
    from analyzers.lexicon import default_lexicon

    labels = Counter(entry.label for entry in default_lexicon().entries if entry.kind == "place")
    double = next(label for label, count in labels.items() if count > 1)
    report = {"id": "r", "text": "نص", "places": [double, "مدينة الخيال", "ادلب"]}
    (tmp_path / "r.jsonl").write_text(json.dumps(report), encoding="utf-8")
    assert rasd.load(tmp_path).clean
    told = {value["value"]: value["lexicon"] for value in values(client, "places")["values"]}
    assert told[double] is None
    assert told["مدينة الخيال"] is None
    assert told["ادلب"]["label"] == "إدلب"


def test_values_of_a_part_of_the_corpus(seeds):
    """Filters narrow what is counted, and `size` says so where it cuts."""
    syria = values(seeds, "places", collection="syria", **{"from": "2019-01-01"})["values"]
    whole = {value["value"]: value["count"] for value in values(seeds, "places")["values"]}
    assert 0 < len(syria) < len(whole)
    assert all(value["count"] <= whole[value["value"]] for value in syria)
    cut = values(seeds, "places", size=2)
    assert (len(cut["values"]), cut["complete"]) == (2, False)
    assert seeds.get("/v1/places", q="x").status_code == 422
