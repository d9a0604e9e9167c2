"""`POST /v1/search/batch`: many searches, one request, each with its own answer or problem; as JSON and as a table."""

from __future__ import annotations

import csv
import io
import json

import pytest
from conftest import Client, serving
from hypothesis import given
from hypothesis import strategies as st
from test_facets import post

from analyzers.levels import LADDER
from api.answers import BatchAnswer, Problem, SearchAnswer
from api.cells import guarded, unguarded
from indexer.commands import rebuild
from indexer.indices import Indices


def ask(client, *queries):
    """Return the answers of a batch that must be answered."""
    response = client.http.post("/v1/search/batch", json={"queries": list(queries)})
    assert response.status_code == 200, response.text
    answers = response.json()
    BatchAnswer.model_validate(answers)
    return answers["answers"]


def table(client, text, content_type="text/csv"):
    """Return the rows of the table that a table of searches gives."""
    response = client.http.post("/v1/search/batch", content=text, headers={"Content-Type": content_type})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def requests(rasd):
    """Return how many requests of each kind the engine has had."""
    nodes = rasd.ask("GET", "/_nodes/usage")["nodes"]
    return {name: count for name, count in next(iter(nodes.values()))["rest_actions"].items() if "search" in name}


def test_a_hundred_searches_are_one_request(seeds, seeded):
    """A hundred searches are one `_msearch`, and each answer is that of its own search."""
    words = ["قصف", "إدلب", "هجوم المدنيين", "كلمةلاتوجد", '"مجلس الأمن"']
    queries = [{"name": f"n{n}", "q": words[n % 5], "size": 1 + n // 5 % 3, "match": LADDER[n % 5]} for n in range(100)]
    before = requests(seeded)
    answers = ask(seeds, *queries)
    after = requests(seeded)
    assert {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name)} == {
        "msearch_action": 1
    }
    assert [one["name"] for one in answers] == [query["name"] for query in queries]
    for query, one in list(zip(queries, answers, strict=True))[:20]:
        alone = post(seeds, **{name: value for name, value in query.items() if name != "name"})
        alone.pop("suggestions", None)
        assert {**one["answer"], "took_ms": 0} == {**alone, "took_ms": 0}


WRONG = [
    ({"name": "w", "q": ""}, "q"),
    ({"name": "w", "q": "x", "size": 0}, "size"),
    ({"name": "w", "q": "x", "page": 2}, "page"),
    ({"name": "w", "q": "حب", "match": "substring"}, "q"),
    ({"name": "w", "q": "x", "cursor": "forged"}, "cursor"),
    ({"name": "w"}, "q"),
    ({"name": "w", "q": " ".join(f"w{n}" for n in range(65))}, "q"),
    ({"q": "x"}, "name"),
    ({"name": 5, "q": "x"}, "name"),
    ({"name": "n" * 201, "q": "x"}, "name"),
    ({"name": "good", "q": "x"}, "name"),
    ("قصف", "queries"),
    (None, "queries"),
]


@pytest.mark.parametrize(("wrong", "field"), WRONG)
def test_a_wrong_search_spoils_no_other(seeds, wrong, field):
    """A search that is wrong has its own problem, which names its field, and the others are answered."""
    first, middle, last = ask(seeds, {"name": "first", "q": "قصف"}, wrong, {"name": "good", "q": "إدلب", "size": 1})
    assert (middle["status"], middle["problem"]["errors"][0]["field"]) == (422, field)
    Problem.model_validate(middle["problem"])
    SearchAnswer.model_validate(first["answer"])
    # A name that two searches have tells neither.
    assert last["status"] == (422 if isinstance(wrong, dict) and wrong.get("name") == "good" else 200)


def test_an_error_of_the_engine_is_of_one_search(new_rasd, tmp_path):
    """A page of an index that is no more is a 410 of its own in the batch."""
    (tmp_path / "r.jsonl").write_text("\n".join(json.dumps({"id": f"n{n}", "text": "قصف"}) for n in range(5)))
    with new_rasd() as rasd:
        rasd.load(tmp_path)
        with serving(rasd.settings) as url:
            client = Client(url)
            with client.http:
                cursor = post(client, q="قصف", size=2)["next_cursor"]
                rebuild(rasd.engine, rasd.settings)
                indices = Indices(rasd.engine, rasd.settings)
                indices.drop(list(indices.replaced()))
                old = {"name": "old", "q": "قصف", "size": 2, "cursor": cursor}
                told = ask(client, old, {"name": "new", "q": "قصف", "size": 2})
                assert [one["status"] for one in told] == [410, 200]
                assert told[1]["answer"]["total"]["value"] == 5


BAD_BATCHES = [
    (b"", "body"),
    (b"[]", "body"),
    (b"{}", "queries"),
    (b'{"queries": []}', "queries"),
    (b'{"queries": {}}', "queries"),
    (b'{"queries": [{}], "more": 1}', "more"),
    (json.dumps({"queries": [{"name": str(n), "q": "x"} for n in range(101)]}).encode(), "queries"),
    (json.dumps({"queries": [{"name": str(n), "q": "x", "size": 100} for n in range(21)]}).encode(), "queries"),
]


@pytest.mark.parametrize(("body", "field"), BAD_BATCHES)
def test_a_bad_batch_is_refused(seeds, body, field):
    """A body that is no batch, or asks for too much, is a 422 that says so."""
    answer = seeds.http.post("/v1/search/batch", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), answer.text
    assert answer.json()["errors"][0]["field"] == field


def test_a_batch_has_a_limit_of_its_own(seeds):
    """A batch of 200 KB is taken where a search of that size is not, one over a megabyte is a 413."""
    filters = {"place": ["م" * 500] * 2}
    queries = [{"name": str(n), "q": "قصف", "size": 1, **filters} for n in range(100)]
    assert len(json.dumps({"queries": queries}, ensure_ascii=False).encode()) > 200_000
    content = json.dumps({"queries": queries}, ensure_ascii=False).encode()
    assert seeds.http.post("/v1/search/batch", content=content).status_code == 200
    answer = seeds.http.post("/v1/search/batch", content=b"x" * 1_100_000)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert "1,048,576" in answer.json()["detail"]


def test_a_batch_with_neighbours_is_two_requests(seeds, seeded):
    """The neighbours of all hits of a batch come together; who asked for none has none."""
    near, far = {"name": "near", "q": "قصف", "context": 1}, {"name": "none", "q": "إدلب"}
    before = requests(seeded)
    answers = ask(seeds, near, far, {**near, "name": "wide", "context": 2})
    assert requests(seeded)["msearch_action"] == before["msearch_action"] + 1
    hits = {one["name"]: one["answer"]["hits"] for one in answers}
    assert hits["near"] == post(seeds, q="قصف", context=1)["hits"]
    assert hits["wide"] == post(seeds, q="قصف", context=2)["hits"]
    assert hits["none"] == post(seeds, q="إدلب")["hits"]


def test_a_table_in_gives_a_table_out(seeds, seeded):
    """Each row has its counts at every level and its first hits, in one request; a wrong row has an error."""
    text = (
        "\ufeffname,q,place,match\r\nشمال,ادلب,إدلب|حلب,\r\n,قصف,,letters\r\nخطأ,قصف,,roots\r\n,,,\r\nفراغ,,إدلب,\r\n"
    )
    before = requests(seeded)["msearch_action"]
    rows = table(seeds, text.encode())
    assert requests(seeded)["msearch_action"] == before + 1
    assert [row["name"] for row in rows] == ["شمال", "2", "خطأ", "فراغ"]
    first = post(seeds, q="ادلب", place=["إدلب", "حلب"], size=3)
    counts = {"total": first["total"]["value"], "any": first["total"]["any"], **first["levels"]}
    assert {name: int(rows[0][name]) for name in counts} == counts
    for number, hit in enumerate(first["hits"], 1):
        assert [rows[0][f"hit{number}_{name}"] for name in ("id", "title", "text")] == [
            hit["id"],
            hit["title"],
            hit["text"],
        ]
    assert (rows[1]["letters"], rows[1]["variants"]) == (rows[1]["total"], "")
    assert rows[2]["error"].startswith("match: ")
    assert rows[3]["error"].startswith("q: ")
    assert rows[2]["total"] == ""


def test_a_spreadsheet_of_another_country(seeds):
    """A table with semicolons, as spreadsheets write it where the comma is for decimals, is read as well."""
    rows = table(seeds, 'q;size\n"قصف;هجوم";1\n'.encode(), "text/csv; charset=utf-8")
    assert (rows[0]["q"], rows[0]["hit2_id"]) == ("قصف;هجوم", "")
    assert rows[0]["hit1_id"]


def test_no_cell_is_a_formula(rasd, client, tmp_path):
    """What begins as a formula, in a query or in a text, gets an apostrophe, and a query that has one is read without."""
    (tmp_path / "r.jsonl").write_text(json.dumps({"id": "r", "title": "@SUM(A1)", "text": "=HYPERLINK(1) قصف"}))
    assert rasd.load(tmp_path).clean
    row = table(client, "q\n'-هدنة قصف\n".encode())[0]
    assert row["q"] == "'-هدنة قصف"
    assert (row["total"], row["hit1_text"], row["hit1_title"]) == ("1", "'=HYPERLINK(1) قصف", "'@SUM(A1)")


@given(text=st.text(st.sampled_from("=+-@\t'ا1＝ \u200f")))
def test_a_cell_is_read_back(text):
    """A text that went out in a guarded cell is the same when the table comes in again."""
    cell = guarded(text)
    assert unguarded(cell) == text or cell == text


BAD_TABLES = [
    (b"", "names the columns"),
    (b"q\n", "names the columns"),
    ("query\nقصف\n".encode(), "names the columns"),
    ("q\nقصف\n".encode("cp1256"), "UTF-8"),
    (b'q\n"open\n', "not CSV"),
    (b"q\n" + b"x\n" * 101, "up to 100"),
    (b"q\n" + b"x" * 200_000, "not CSV"),
]


@pytest.mark.parametrize("limit", [131_072, 10**7])
@pytest.mark.parametrize(("content", "message"), BAD_TABLES)
def test_a_bad_table_is_refused(seeds, content, message, limit):
    """What is no table of searches is a 422 that says what it should be, whatever the process allows a cell elsewhere."""
    before = csv.field_size_limit(limit)
    request = {"content": content, "headers": {"Content-Type": "text/csv"}}
    try:
        answer = seeds.http.post("/v1/search/batch", **request)
    finally:
        csv.field_size_limit(before)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), answer.text
    assert message in answer.json()["errors"][0]["message"]


def test_a_row_with_a_cell_too_many(seeds):
    """A comma in a query without quotes is an error of its row, not a filter by accident."""
    rows = table(seeds, "q,size\nقصف, هجوم, 2\nقصف,2\n".encode())
    assert "row 1 has more cells" in rows[0]["error"]
    assert rows[1]["hit2_id"]


def test_the_document_describes_both(seeds):
    """The OpenAPI document says what a search of a batch holds, and that a table can be sent."""
    told = seeds.get("/openapi.json").json()
    content = told["paths"]["/v1/search/batch"]["post"]["requestBody"]["content"]
    search = content["application/json"]["schema"]["properties"]["queries"]["items"]["anyOf"][0]
    described = {parameter["name"] for parameter in told["paths"]["/v1/search"]["get"]["parameters"]}
    assert set(search["properties"]) == {"name", *described}
    assert "text/csv" in content
    references = {line.split('"')[0] for line in json.dumps(content).split("#/components/schemas/")[1:]}
    assert references <= set(told["components"]["schemas"])
