"""What a paragraph names, as a search finds and shows it, on a real engine."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
from conftest import client_over

from api.answers import SearchAnswer
from indexer.commands import rebuild

TEXTS = {
    "day": "قصف على الغوطة في 21 آب/أغسطس 2013 أدى إلى مقتل 45 شخصا وإصابة أكثر من 70 آخرين.",
    "month": "قصف متكرر خلال آب 2013، وسقوط عشرات القتلى.",
    "year": "قصف عام 2013 دون خسائر.",
    "either": "قصف بتاريخ 03/01/2018 خلف قتيلين.",
    "hijri": "قصف فجر 14 شعبان 1440هـ، ومقتل وإصابة 20 شخصا.",
    "inferred": "قصف يوم 7 آب قتل ما بين 5 و8 مدنيين، والقتلى المبلغ عنهم: 300 في تقرير آخر.",
    "nothing": "قصف عنيف على المدينة.",
    "like": "قصف على الغوطة في المساء أدى إلى أضرار.",
}


@pytest.fixture(scope="module")
def told(new_rasd, tmp_path_factory):
    """A Rasd over one report a text, and a client."""
    folder = tmp_path_factory.mktemp("mentions")
    records = [{"id": name, "text": text, "published": "2019-08-09"} for name, text in TEXTS.items()]
    with client_over(new_rasd, folder, records) as (rasd, client):
        yield rasd, client


def found(client, **params):
    """Return the names of the reports that a search for a word of all texts finds."""
    answer = client.search("قصف", size=100, **params)
    SearchAnswer.model_validate(answer)
    names = {hit["report_id"].rsplit("-", 1)[0] for hit in answer["hits"]}
    assert answer["total"]["value"] == len(answer["hits"]) == len(names)
    return names


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2013-08-21", "2013-08-21", {"day"}),
        ("2013-08-01", "2013-08-31", {"day", "month"}),
        ("2013-01-01", "2013-12-31", {"day", "month", "year"}),
        ("2013-08-22", "2013-12-31", set()),
        ("2018-01-03", "2018-01-03", {"either"}),
        ("2018-03-01", "2018-03-01", {"either"}),
        ("2018-01-04", "2018-02-28", set()),
        ("2019-04-18", "2019-04-18", {"hijri"}),
        ("2019-04-20", "2019-04-20", {"hijri"}),
        ("2019-04-21", "2019-04-21", set()),
        ("2019-08-07", "2019-08-07", {"inferred"}),
        ("2018-06-01", None, {"hijri", "inferred"}),
        (None, "2013-08-30", {"day"}),
    ],
)
def test_days(told, first, last, expected):
    """A date is found where one of its readings lies in the range as a whole."""
    _, client = told
    ends = {"mentions_from": first, "mentions_to": last}
    assert found(client, **{name: day for name, day in ends.items() if day}) == expected


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ({"dead_min": 45, "dead_max": 45}, {"day", "month"}),
        ({"dead_min": 100}, {"inferred"}),
        ({"dead_min": 46}, {"month", "inferred"}),
        ({"dead_max": 2}, {"either"}),
        ({"dead_min": 8, "dead_max": 9}, {"inferred"}),
        ({"dead_min": 9, "dead_max": 9}, set()),
        ({"dead_min": 0}, {"day", "month", "either", "inferred"}),
        ({"wounded_min": 70}, {"day"}),
        ({"wounded_min": 71}, set()),
        ({"victims_min": 20, "victims_max": 20}, {"hijri"}),
        ({"dead_min": 40, "mentions_from": "2013-08-21", "mentions_to": "2013-08-21"}, {"day"}),
    ],
)
def test_people(told, ends, expected):
    """A paragraph is found by any one of its figures; one with an open end by the number that is said."""
    _, client = told
    assert found(client, **ends) == expected


def test_what_a_hit_shows(told):
    """Dates and figures stand in a hit with their places, in the paragraph alone too, and empty where there are none."""
    _, client = told
    hits = {hit["report_id"].rsplit("-", 1)[0]: hit for hit in client.search("قصف", size=100)["hits"]}
    day = hits["day"]
    assert [(f["kind"], f["low"], f["high"], f["surface"]) for f in day["figures"]] == [
        ("dead", 45, 45, "مقتل 45 شخصا"),
        ("wounded", 70, None, "وإصابة أكثر من 70 آخرين"),
    ]
    (named,) = day["dates"]
    assert named["readings"] == [{"from": "2013-08-21", "to": "2013-08-21"}]
    assert day["text"][named["start"] : named["end"]] == named["surface"] == "21 آب/أغسطس 2013"
    assert hits["inferred"]["dates"][0]["inferred"]
    assert hits["nothing"]["dates"] == hits["nothing"]["figures"] == []
    alone = client.get(f"/v1/paragraphs/{day['id']}").json()
    assert (alone["dates"], alone["figures"]) == (day["dates"], day["figures"])
    (only,) = client.search("خسائر", fields="figures")["hits"]
    assert set(only) == {"id", "figures"}


def test_other_doors(told):
    """The filters hold for the lists of values, feeds, similar paragraphs and both exports, and a table has the columns."""
    _, client = told
    assert client.get("/v1/collections", dead_min=45).json()["values"] == [{"value": "default", "count": 3}]
    lines = client.get("/v1/search.ndjson", q="قصف", victims_min=1).text.splitlines()
    assert [json.loads(line).get("figures", [{}])[0].get("surface") for line in lines[:-1]] == ["ومقتل وإصابة 20 شخصا"]
    assert len(client.get("/v1/search.feed.json", q="قصف", wounded_min=1).json()["items"]) == 1
    content = client.get("/v1/search.csv", q="قصف", dead_min=1).content.decode("utf-8-sig")
    rows = {row["report_id"].rsplit("-", 1)[0]: row for row in csv.DictReader(io.StringIO(content))}
    assert {name: (row["dates"], row["dead"], row["wounded"]) for name, row in rows.items()} == {
        "day": ("2013-08-21", "45", "70.."),
        "month": ("2013-08-01/2013-08-31", "10..99", ""),
        "either": ("2018-01-03; 2018-03-01", "2", ""),
        "inferred": ("2019-08-07", "5..8; 300", ""),
    }
    like = f"/v1/similar/{rows['day']['id']}"
    assert [hit["report_id"].rsplit("-", 1)[0] for hit in client.get(like).json()["hits"]] == ["like"]
    assert client.get(like, dead_min=1).json()["hits"] == []
    batch = client.http.post("/v1/search/batch", json={"queries": [{"name": "a", "q": "قصف", "dead_min": 300}]}).json()
    assert batch["answers"][0]["answer"]["total"]["value"] == 1


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"dead_min": -1}, "dead_min"),
        ({"dead_min": "many"}, "dead_min"),
        ({"dead_min": 5, "dead_max": 4}, "dead_max (4) is less than dead_min (5)"),
        ({"mentions_from": "2013-08"}, "mentions_from"),
        (
            {"mentions_from": "2013-08-22", "mentions_to": "2013-08-21"},
            "mentions_to (2013-08-21) lies before mentions_from",
        ),
    ],
)
def test_wrong_ends(told, params, field):
    """What is no number of people, no day, or the wrong way round is named."""
    _, client = told
    answer = client.get("/v1/search", q="قصف", **params)
    assert answer.status_code == 422
    assert field in answer.text


def test_a_rebuild_reads_them_again(told):
    """They are made of the text, and so are there after a rebuild."""
    rasd, client = told
    rebuild(rasd.engine, rasd.settings)
    assert found(client, dead_min=45, dead_max=45, mentions_from=date(2013, 8, 21).isoformat()) == {"day"}
