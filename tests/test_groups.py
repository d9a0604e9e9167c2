"""`group=report` and `story`: one hit a report, or for its near copies, the best paragraphs inside, and honest totals."""

from __future__ import annotations

import json

import pytest
from conftest import Client, serving, wait_for_corpus
from test_facets import post

from api.answers import SearchAnswer
from api.request import RESCORED
from indexer import commands
from settings import read_settings

QUERIES = ["هجوم على المدنيين", '"مجلس الأمن"']


@pytest.fixture(scope="module")
def seeds(seeded):
    """A client of a server that waits long: a page of groups is as many small searches, and the first ones are cold."""
    patient = read_settings(**{**seeded.settings.model_dump(), "read_timeout": 30, "search_timeout": 30})
    with serving(patient) as url:
        wait_for_corpus(url)
        client = Client(url)
        with client.http:
            yield client


def every(client, **params):
    """Return all hits of a search, page by page."""
    hits, cursor = [], None
    while True:
        answer = post(client, **params, size=25, **({"cursor": cursor} if cursor else {}))
        hits += answer["hits"]
        cursor = answer["next_cursor"]
        if cursor is None:
            return hits


@pytest.mark.parametrize("q", QUERIES)
def test_each_report_is_one_hit(seeds, q):
    """All reports with a hit are there once, each with its best three paragraphs, the best first and on the outside."""
    plain = every(seeds, q=q)
    grouped = every(seeds, q=q, group="report")
    of: dict = {}
    for hit in plain:
        of.setdefault(hit["report_id"], {})[hit["id"]] = hit
    assert {hit["report_id"] for hit in grouped} == set(of)
    assert len(grouped) == len(of)
    for hit in grouped:
        inside = hit["group"]["hits"]
        assert hit["group"]["value"] == hit["report_id"]
        assert hit["group"]["total"] == len(of[hit["report_id"]])
        assert len(inside) == min(3, len(of[hit["report_id"]]))
        assert {key: value for key, value in hit.items() if key != "group"} == inside[0]
        for paragraph in inside:
            ungrouped = of[hit["report_id"]][paragraph["id"]]
            assert {**paragraph, "score": 0} == {**ungrouped, "score": 0}


@pytest.mark.parametrize("q", QUERIES)
def test_totals_in_reports_and_paragraphs(seeds, q):
    """`total` and `levels` count paragraphs as ever; `groups` counts reports, with all words and with any."""
    plain = post(seeds, q=q)
    grouped = post(seeds, q=q, group="report")
    groups = grouped["total"].pop("groups")
    assert (grouped["total"], grouped["levels"]) == (plain["total"], plain["levels"])
    for op, name in (("and", "value"), ("or", "any")):
        assert groups[name] == len({hit["report_id"] for hit in every(seeds, q=q, op=op)})
        assert len(every(seeds, q=q, op=op, group="report")) == groups[name]
    assert (groups["by"], groups["relation"], groups["any_relation"]) == ("report", "eq", "eq")


def test_groups_stand_in_the_order_of_their_hits(seeds):
    """The 4-grams, which put the first hits in order, do so with groups as without: same order, same scores."""
    asked = {"q": "هجوم على المدنيين", "collection": ["iraq"]}
    plain = every(seeds, **asked)
    assert 10 < len(plain) <= RESCORED
    best: dict = {}
    for hit in plain:
        best.setdefault(hit["report_id"], hit["score"])
    grouped = every(seeds, **asked, group="report")
    assert [hit["report_id"] for hit in grouped] == list(best)
    assert [hit["score"] for hit in grouped] == pytest.approx(list(best.values()), abs=0.01)


def test_groups_with_all_words_come_first(rasd, client, tmp_path):
    """A report with all words in one paragraph stands before one that has them in two, and its score has no lift."""
    reports = [
        {"id": "apart", "paragraphs": ["نزوح نزوح", "معارك معارك", "معارك"]},
        {
            "id": "together",
            "paragraphs": ["شرح طويل عن المدينة وريفها", "معارك في المدينة وقصف ونزوح من ريفها الشمالي"],
        },
    ]
    (tmp_path / "r.jsonl").write_text("\n".join(map(json.dumps, reports)), encoding="utf-8")
    assert rasd.load(tmp_path).clean
    answer = post(client, q="معارك نزوح", group="report")
    assert [hit["report_id"].split("-")[0] for hit in answer["hits"]] == ["together", "apart"]
    assert all(0 < hit["score"] < 50 for hit in answer["hits"])
    assert answer["total"]["groups"]["value"] == 1
    only = post(client, q="معارك نزوح", group="report", op="and")
    assert [hit["group"]["total"] for hit in only["hits"]] == [1]


def test_groups_by_date(seeds):
    """Groups in the order of dates: newest first, undated last, the best paragraph of each with its marks."""
    hits = every(seeds, q="قصف", group="report", sort="newest")
    dates = [hit["published"] or "" for hit in hits]
    assert [date[:4] for date in dates] == sorted((date[:4] for date in dates), reverse=True)
    relevant = {hit["report_id"]: hit["group"] for hit in every(seeds, q="قصف", group="report")}
    assert len(relevant) == len(hits)
    for hit in hits:
        inside = [paragraph["id"] for paragraph in hit["group"]["hits"]]
        assert inside == [paragraph["id"] for paragraph in relevant[hit["report_id"]]["hits"]]
        assert hit["matches"]


def test_groups_with_everything_else(seeds):
    """Facets, neighbours and chosen fields go together with groups, and the answer has its documented shape."""
    asked = {"q": "قصف المدينة", "group": "report", "facets": ["place"], "collection": ["syria"], "context": 1}
    answer = post(seeds, **asked)
    assert answer["facets"]["place"] == post(seeds, **{**asked, "group": "none"})["facets"]["place"]
    inside = answer["hits"][0]["group"]["hits"][0]
    assert inside["context"] == answer["hits"][0]["context"] != {"before": [], "after": []}
    chosen = post(seeds, **asked, fields=["text"])["hits"][0]
    assert set(chosen) == {"id", "text", "context", "group"}
    assert set(chosen["group"]["hits"][0]) == {"id", "text", "context"}
    SearchAnswer.model_validate(answer)


def test_other_groups_are_refused(seeds):
    """A way to group that is not there is refused with those that are."""
    message = seeds.get("/v1/search", q="x", group="day").json()["errors"][0]
    assert message["field"] == "group"
    assert "'none', 'report' or 'story'" in message["message"]


COPY = (
    "قصفت طائرات حربية سوقا شعبيا في مدينة إدلب صباح اليوم وقال مسعفون إن عشرة مدنيين قتلوا وأصيب عشرات آخرون بجروح "
    "ونقل الجرحى إلى مشاف ميدانية قريبة بينما واصلت فرق الإنقاذ البحث عن ناجين تحت الأنقاض حتى المساء"
)


@pytest.fixture(scope="module")
def copies(new_rasd, tmp_path_factory):
    """A client of a Rasd that holds three near copies of one report, and another report that has its words."""
    folder = tmp_path_factory.mktemp("copies")
    records = [
        {"id": "wire", "title": "قصف على سوق", "text": COPY},
        {"id": "paper", "title": "عشرة قتلى في إدلب", "text": f"مراسلنا - {COPY}"},
        {"id": "site", "text": f"{COPY}. وكالات"},
        {
            "id": "other",
            "text": "في مدينة حلب سوق قديم بني قبل قرون وأعاد أهله ترميمه بعد الحرب، وكانت طائرات قد مرت فوقه",
        },
    ]
    (folder / "r.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    with new_rasd() as rasd:
        commands.load(rasd.engine, rasd.settings, [folder], commands.LoadOptions("default"))
        with serving(rasd.settings) as url:
            wait_for_corpus(url)
            client = Client(url)
            with client.http:
                yield client


def test_near_copies_are_one_hit(copies):
    """Three near copies and a report of its own are two hits, each with the number of its paragraphs that were found."""
    answer = post(copies, q="طائرات", group="story")
    told = sorted((hit["group"]["by"], hit["group"]["total"]) for hit in answer["hits"])
    assert told == [("story", 1), ("story", 3)]
    (story,) = (hit["group"] for hit in answer["hits"] if hit["group"]["total"] == 3)
    assert {hit["report_id"].split("-")[0] for hit in story["hits"]} == {"wire", "paper", "site"}
    assert {hit["story"] for hit in story["hits"]} == {story["value"]}
    assert (answer["total"]["value"], answer["total"]["groups"]["value"]) == (4, 2)
