"""Whole results: a CSV that a spreadsheet opens, and an NDJSON of every hit, from points in time that are always closed."""

from __future__ import annotations

import io
import json
import os
import time
from pathlib import Path

import pyexcel
import pytest
from conftest import Client, client_over, serving
from test_serve import served

from api.answers import Hit
from api.export import COLUMNS, PAGE
from indexer.engine import Action

MANY = 25_000
LONG = "https://example.org/" + "x" * 4000
"""An address, as it stands in a hit twice and takes no time to be indexed."""
ASKED = {"q": "قصف", "match": "exact"}
HOSTILE = '=HYPERLINK("https://a.example";"قصف"), سطر\nثان'


@pytest.fixture(scope="module")
def exported(new_rasd, tmp_path_factory):
    """A Rasd over a few reports, one of them hostile, and a client."""
    folder = tmp_path_factory.mktemp("exported")
    records = [
        {"id": "a", "title": "-عنوان", "paragraphs": [HOSTILE], "source": "@desk", "published": "2019-04"},
        {"id": "b", "title": "هادئ", "text": "قصف على ادلب", "url": "https://example.org/b", "tags": ["x", "y"]},
        {"id": "c", "text": "قصف على حلب"},
    ]
    with client_over(new_rasd, folder, records) as (rasd, client):
        yield rasd, client


def table(content):
    """Open a CSV as a spreadsheet program's library does, and return its rows by column."""
    sheet = pyexcel.get_sheet(
        file_stream=io.BytesIO(content), file_type="csv", encoding="utf-8-sig", name_columns_by_row=0
    )
    return [dict(row) for row in sheet.to_records()]


def test_a_table_opens_in_a_spreadsheet(exported):
    """A spreadsheet reader finds one row a hit, the best first, with Arabic, line ends and quotes as they are."""
    _, client = exported
    answer = client.get("/v1/search.csv", q="قصف إدلب")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = table(answer.content)
    assert list(rows[0]) == list(COLUMNS)
    assert [row["text"] for row in rows] == ["قصف على ادلب", "قصف على حلب", "'" + HOSTILE]
    best = rows[0]
    assert (best["level"], best["matched"], best["tags"]) == ("letters", "قصف; ادلب", "x; y")
    assert best["permalink"] == f"{client.base_url}/v1/paragraphs/{best['id']}?v={best['content_hash'][:8]}"
    assert client.http.get(best["permalink"]).json()["text"] == best["text"]
    assert best["text_url"].startswith("https://example.org/b#:~:text=%D9%82")
    assert (rows[2]["source"], rows[2]["published"], rows[2]["title"]) == ("'@desk", "2019-04", "'-عنوان")


def test_a_raw_table(exported):
    """With `raw=true` cells are as the corpus has them, for programs."""
    _, client = exported
    rows = table(client.get("/v1/search.csv", q="قصف", raw="true").content)
    assert HOSTILE in [row["text"] for row in rows]
    posted = client.http.post("/v1/search.csv", json={"q": "قصف", "raw": True})
    assert sorted(row["id"] for row in table(posted.content)) == sorted(row["id"] for row in rows)


def lines_of(content):
    """Return the lines of an NDJSON."""
    return [json.loads(line) for line in content.splitlines()]


def test_lines_of_hits(exported):
    """Each line is a hit with its permalink, the last says how many there were; the filters and `op` hold."""
    _, client = exported
    *hits, last = lines_of(client.get("/v1/search.ndjson", q="قصف إدلب").content)
    assert last == {"done": 3}
    for hit in hits:
        assert hit.pop("permalink").startswith(f"{client.base_url}/v1/paragraphs/")
        Hit.model_validate(hit)
    assert {hit["id"] for hit in hits} == set(client.ids("قصف إدلب"))
    both = lines_of(client.http.post("/v1/search.ndjson", json={"q": "قصف إدلب", "op": "and"}).content)
    assert [line.get("text") for line in both] == ["قصف على ادلب", None]
    assert lines_of(client.get("/v1/search.ndjson", q="كلمةلاتوجد").content) == [{"done": 0}]


def test_the_address_that_others_use(exported):
    """`RASD_PUBLIC_URL` stands in the links instead of the address that the client used."""
    rasd, _ = exported
    settings = rasd.settings.model_copy(update={"public_url": "https://rasd.example/a/"})
    with serving(settings) as url:
        client = Client(url)
        with client.http:
            rows = table(client.get("/v1/search.csv", q="حلب").content)
    assert rows[0]["permalink"].startswith("https://rasd.example/a/v1/paragraphs/")


WRONG = [
    ("/v1/search.csv", {}, "q"),
    ("/v1/search.csv", {"q": "x", "cursor": "x"}, "cursor"),
    ("/v1/search.ndjson", {"q": "x", "raw": "true"}, "raw"),
    ("/v1/search.ndjson", {"q": "؟"}, "q"),
]


@pytest.mark.parametrize(("path", "params", "field"), WRONG)
def test_what_an_export_does_not_take(exported, path, params, field):
    """A wrong parameter is a problem, not the beginning of a file."""
    answer = exported[1].get(path, **params)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def open_points(rasd):
    """Return the points in time that are open on the engine."""
    return rasd.engine._ask("GET", "/_search/point_in_time/_all")["pits"]  # noqa: SLF001 (no door lists them)


def wait_until_closed(rasd):
    """Wait until no point in time is open: the server closes them after the client has seen the end."""
    for _ in range(300):
        if not open_points(rasd):
            return
        time.sleep(0.1)
    raise AssertionError("points in time are still open")


@pytest.fixture
def many(new_rasd):
    """A function that fills a Rasd with tiny paragraphs."""

    def fill(rasd, number=MANY, **more):
        rasd.make_indices()
        shared = {"kind": "body", "collection": "default", "content_hash": "0" * 64, "report_version": 1}
        actions = [
            Action(
                rasd.aliases.paragraphs,
                f"r:{place}",
                None,
                {**shared, "report_id": "r", "position": place, "text": "قصف", **more},
            )
            for place in range(number)
        ]
        assert rasd.engine.bulk(actions) == []
        rasd.engine.refresh(rasd.aliases.paragraphs)

    return fill


@pytest.fixture
def slow_reader(new_rasd, many):
    """A Rasd whose hits, 26 MB, are more than any buffer holds, and a client over a server that makes one export at once."""
    with new_rasd(exports=1, export_timeout=20) as rasd:
        many(rasd, 3_000, url=LONG)
        with serving(rasd.settings) as url:
            client = Client(url)
            with client.http:
                yield rasd, client


def resident(process):
    """Return the megabytes that a process holds in memory."""
    pages = int(Path(f"/proc/{process.pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_many_hits_in_flat_memory(new_rasd, many):
    """All of 25,000 hits arrive, each once, and the server does not grow with them (15 MB as text)."""
    with new_rasd() as rasd:
        many(rasd)
        seen, told = set(), []
        with (
            served(rasd.settings) as (process, url),
            Client(url).http as http,
            http.stream("GET", "/v1/search.ndjson", params=ASKED) as answer,
        ):
            for line in map(json.loads, answer.iter_lines()):
                if "done" not in line:
                    seen.add(line["position"])
                if len(seen) % (5 * PAGE) == 0:
                    told.append(resident(process))
        assert line == {"done": MANY}
        assert len(seen) == MANY
        assert max(told) - told[0] < 8, told
        wait_until_closed(rasd)


def test_an_index_that_goes_midway(slow_reader):
    """Where the index is deleted midway, the NDJSON ends with a line that says so, and nothing stays open."""
    rasd, client = slow_reader
    with client.http.stream("GET", "/v1/search.ndjson", params=ASKED) as answer:
        lines = answer.iter_lines()
        next(lines)
        for name in rasd.engine.indices(rasd.aliases.paragraphs):
            rasd.engine.delete_index(name)
        *_, last = lines
    error = json.loads(last)["error"]
    assert error["detail"] == "the index was replaced while it was read; ask again"
    assert 0 < error["hits"] < 3_000
    wait_until_closed(rasd)


def test_a_table_that_is_cut_off(slow_reader):
    """Where the index is deleted midway, the download of a table fails: half of it cannot pass for the whole."""
    rasd, client = slow_reader
    with client.http.stream("GET", "/v1/search.csv", params=ASKED) as answer:
        parts = answer.iter_bytes()
        next(parts)
        for name in rasd.engine.indices(rasd.aliases.paragraphs):
            rasd.engine.delete_index(name)
        with pytest.raises(Exception, match=r"(?i)incomplete|closed|peer"):
            list(parts)
    wait_until_closed(rasd)


def test_a_client_that_walks_away(slow_reader):
    """When a client walks away its point in time is closed and its place is free; until then others are told to wait."""
    rasd, client = slow_reader
    with client.http.stream("GET", "/v1/search.ndjson", params=ASKED) as answer:
        lines = answer.iter_lines()  # a name of its own: one that is dropped closes the answer
        next(lines)
        assert len(open_points(rasd)) == 1
        busy = client.get("/v1/search.ndjson", q="قصف")
        assert (busy.status_code, busy.headers["retry-after"]) == (503, "2")
        assert "1 exports are under way" in busy.json()["detail"]
    wait_until_closed(rasd)
    assert client.get("/v1/search.csv", q="كلمةلاتوجد").status_code == 200


def test_a_client_that_falls_asleep(new_rasd, many):
    """A client that leaves a part unread for longer than the limit is cut off, and holds nothing open."""
    with new_rasd(export_timeout=3) as rasd:
        many(rasd, 3_000, url=LONG)
        with (
            serving(rasd.settings) as url,
            Client(url).http as http,
            http.stream("GET", "/v1/search.ndjson", params=ASKED),
        ):
            assert len(open_points(rasd)) == 1
            wait_until_closed(rasd)


def test_before_anything_is_loaded(new_rasd):
    """Without an index an export is a 503 problem."""
    with new_rasd() as rasd, serving(rasd.settings) as url:
        client = Client(url)
        with client.http:
            answer = client.get("/v1/search.csv", q="x")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
