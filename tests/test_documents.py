"""What is read by id: paragraphs with their neighbours and permalinks, whole reports with marks."""

from __future__ import annotations

import json

import pytest

from api.answers import ParagraphAnswer, ReportAnswer


@pytest.fixture(scope="module")
def hit(seeds):
    """A paragraph in the middle of a report."""
    return next(hit for hit in seeds.search("إدلب", size=50)["hits"] if hit["position"] == 2)


def test_a_paragraph_and_its_neighbours(seeds, hit):
    """A paragraph comes with one neighbour on each side, more or none where asked, the title among them."""
    answer = seeds.get(f"/v1/paragraphs/{hit['id']}").json()
    ParagraphAnswer.model_validate(answer)
    assert answer["text"] == hit["text"]
    around = answer["context"]
    assert [p["position"] for p in around["before"] + around["after"]] == [1, 3]
    wide = seeds.get(f"/v1/paragraphs/{hit['id']}", context=3).json()["context"]
    assert [p["position"] for p in wide["before"]] == [0, 1]
    assert wide["before"][0]["kind"] == "title"
    assert seeds.get(f"/v1/paragraphs/{hit['id']}", context=0).json()["context"] == {"before": [], "after": []}


def test_a_permalink_answers_while_the_text_stands(seeds, hit):
    """The permalink of a paragraph answers, and its ETag makes the next answer a 304 without a body."""
    link = seeds.get(f"/v1/paragraphs/{hit['id']}").json()["permalink"]
    assert link == f"/v1/paragraphs/{hit['id']}?v={hit['content_hash'][:8]}"
    answer = seeds.http.get(link)
    assert answer.status_code == 200
    again = seeds.http.get(link, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_permalink_of_a_changed_text_is_gone(rasd, client, tmp_path):
    """When the text was replaced, its permalink is a 410 that names the successor, and the successor answers."""
    (tmp_path / "r.txt").write_text("عنوان\nنص قديم", encoding="utf-8")
    rasd.load(tmp_path)
    old = client.search("قديم")["hits"][0]
    (tmp_path / "r.txt").write_text("عنوان\nنص جديد", encoding="utf-8")
    rasd.load(tmp_path)
    gone = client.get(f"/v1/paragraphs/{old['id']}", v=old["content_hash"][:8])
    assert gone.status_code == 410
    assert client.http.get(gone.json()["successor"]).json()["text"] == "نص جديد"


def test_a_permalink_of_a_text_that_moved(rasd, client, tmp_path):
    """When a paragraph was put before it, the successor is where the same text stands now; cut out, it is the report."""
    records = {"id": "moved", "paragraphs": ["متحرك أول", "متحرك ثان"]}
    path = tmp_path / "m.jsonl"
    path.write_text(json.dumps(records), encoding="utf-8")
    rasd.load(path)
    first, second = sorted(client.search("متحرك")["hits"], key=lambda hit: hit["position"])
    path.write_text(json.dumps({**records, "paragraphs": ["جديد", "متحرك أول"]}), encoding="utf-8")
    rasd.load(path)
    gone = client.get(f"/v1/paragraphs/{first['id']}", v=first["content_hash"][:8])
    assert gone.status_code == 410
    assert client.http.get(gone.json()["successor"]).json()["text"] == "متحرك أول"
    path.write_text(json.dumps({**records, "paragraphs": ["جديد"]}), encoding="utf-8")
    rasd.load(path)
    gone = client.get(f"/v1/paragraphs/{second['id']}", v=second["content_hash"])
    assert (gone.status_code, gone.json()["successor"]) == (410, f"/v1/reports/{second['report_id']}")
    assert client.get(f"/v1/paragraphs/{second['id']}").status_code == 404


def test_a_report_is_whole_and_in_order(seeds, hit):
    """A report holds all its paragraphs in order, its metadata, and no marks where no query is given."""
    answer = seeds.get(f"/v1/reports/{hit['report_id']}").json()
    ReportAnswer.model_validate(answer)
    positions = [paragraph["position"] for paragraph in answer["paragraphs"]]
    assert positions == list(range(len(positions)))
    assert answer["title"] == answer["paragraphs"][0]["text"]
    assert answer["complete"] is True
    assert "matches" not in answer["paragraphs"][0]


def test_a_report_with_the_marks_of_a_query(seeds, hit):
    """With a query every paragraph is still there; those that meet it have marks and a level."""
    answer = seeds.get(f"/v1/reports/{hit['report_id']}", q="إدلب").json()
    ReportAnswer.model_validate(answer)
    by_position = {paragraph["position"]: paragraph for paragraph in answer["paragraphs"]}
    assert by_position[hit["position"]]["matches"] == hit["matches"]
    assert by_position[hit["position"]]["level"] == hit["level"]
    without = [paragraph for paragraph in answer["paragraphs"] if not paragraph["matches"]]
    assert without
    assert all(paragraph["level"] is None for paragraph in without)


def test_a_long_report_is_whole(rasd, client, tmp_path):
    """A report of 1,203 paragraphs is answered whole, though the engine gives 500 at a time."""
    paragraphs = [f"فقرة رقم {number}" for number in range(1, 1203)]
    (tmp_path / "long.jsonl").write_text(json.dumps({"id": "long", "title": "طويل", "paragraphs": paragraphs}))
    rasd.load(tmp_path)
    report_id = client.search("1202")["hits"][0]["report_id"]
    answer = client.get(f"/v1/reports/{report_id}").json()
    assert [paragraph["text"] for paragraph in answer["paragraphs"]] == ["طويل", *paragraphs]


NOT_THERE = [
    "/v1/paragraphs/no-such-report:1",
    "/v1/paragraphs/nonsense",
    "/v1/paragraphs/a:999999999999",
    "/v1/paragraphs/A%00:1",
    "/v1/paragraphs/..%2F_search:1",
    "/v1/reports/no-such-report",
    "/v1/reports/%D8%A7",
]


@pytest.mark.parametrize("path", NOT_THERE)
def test_what_is_not_there(seeds, path):
    """An id that names nothing, or could not, is a 404 problem."""
    answer = seeds.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_version_is_hexadecimal(seeds, hit):
    """A `v` that is no hash is a 422, not a 410: nothing was ever that."""
    assert seeds.get(f"/v1/paragraphs/{hit['id']}", v="zzzzzzzz").status_code == 422
