"""`sort=newest` and `sort=oldest`: the order, its pages without end, and what a load does to them."""

from __future__ import annotations

import base64
import json
import threading
import time

import orjson
import pytest
from conftest import Client, serving
from test_facets import post

from indexer.commands import rebuild
from indexer.indices import Indices

WORDS = "في المدينة قصف القوات"


def pages(client, between=None, **params):
    """Yield the hits of a search page by page, doing something between pages."""
    cursor = None
    while True:
        answer = post(client, **params, **({"cursor": cursor} if cursor else {}))
        yield answer["hits"]
        cursor = answer["next_cursor"]
        if cursor is None:
            return
        if between:
            between()


def ids(told):
    """Return the ids of all hits of some pages."""
    return [hit["id"] for hits in told for hit in hits]


def write(folder, reports):
    """Write reports as one .jsonl."""
    folder.mkdir(exist_ok=True)
    (folder / "r.jsonl").write_text("\n".join(map(json.dumps, reports)), encoding="utf-8")
    return folder


@pytest.mark.parametrize("size", [7, 100])
@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_pages_by_date_are_all_hits(seeds, sort, size):
    """All pages together are exactly the hits of the search, each once, in order of time, those without a date last."""
    hits = [hit for page in pages(seeds, q=WORDS, sort=sort, size=size) for hit in page]
    answer = post(seeds, q=WORDS, sort=sort)
    relevant = ids(pages(seeds, q=WORDS, size=100))
    assert len(hits) == len({hit["id"] for hit in hits}) == answer["total"]["any"]
    assert {hit["id"] for hit in hits} == set(relevant)
    dated = [hit["published"][:4] for hit in hits if hit["published"]]
    assert dated == sorted(dated, reverse=sort == "newest")
    assert all(hit["published"] is None for hit in hits[len(dated) :])
    assert answer["undated"]["any"] == len(hits) - len(dated) > 0
    assert answer["undated"]["left_out"] is False
    assert "total" not in post(seeds, q=WORDS, sort=sort, cursor=answer["next_cursor"])


def test_hits_by_date_are_hits_as_ever(seeds):
    """A hit carries the same marks and level as by relevance, and no score; the counts are the same."""
    by_relevance = {hit["id"]: hit for page in pages(seeds, q=WORDS, size=100) for hit in page}
    first = post(seeds, q=WORDS, sort="newest", size=100)
    for hit in first["hits"]:
        assert hit["score"] is None
        assert {**hit, "score": 0} == {**by_relevance[hit["id"]], "score": 0}
    plain = post(seeds, q=WORDS)
    assert (first["total"], first["levels"]) == (plain["total"], plain["levels"])


@pytest.fixture(scope="module")
def crowded(new_rasd, tmp_path_factory):
    """A Rasd with 1,530 paragraphs on three shards: most on one day, some without a date, at both ends of the calendar."""
    dates = (
        [None] * 12
        + ["2020-05-01"] * 30
        + ["2020-05"] * 3
        + ["2020", "0001", "9999", "0001-01-01", "2021-01-01"]
        + [None]
    )
    reports = [
        {"id": f"r{n}", "paragraphs": ["قصف"] * 30, **({"published": date} if date else {})}
        for n, date in enumerate(dates)
    ]
    with new_rasd(shards=3) as rasd:
        assert rasd.load(write(tmp_path_factory.mktemp("crowded") / "r", reports)).clean
        with serving(rasd.settings) as url:
            client = Client(url)
            with client.http:
                yield rasd, client


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_pages_go_on_past_a_thousand(crowded, sort):
    """Equal dates, no dates and both ends of the calendar: 1,530 hits in pages of 100 and of 51, none twice, none missed."""
    _, client = crowded
    for size in (100, 51):
        told = ids(pages(client, q="قصف", sort=sort, size=size, fields=["id"]))
        assert len(told) == len(set(told)) == 1530
    answer = post(client, q="قصف", sort=sort, size=1, facets=["year"])
    assert answer["undated"] == {"value": 390, "any": 390, "left_out": False}
    assert answer["facets"]["year"][-1] == {"value": None, "count": 390}


def test_by_relevance_pages_end_at_a_thousand(crowded):
    """By relevance a thousand hits can be paged through, also where a page does not end there, and no more."""
    _, client = crowded
    for size in (100, 70):
        told = ids(pages(client, q="قصف", size=size, fields=["id"]))
        assert len(told) == len(set(told)) == 1000


def test_undated_hits_are_told_when_left_out(crowded):
    """With `from` the undated are left out, and the answer says how many; asked for, they stand last."""
    _, client = crowded
    asked = {"q": "قصف", "from": "2020-01-01", "sort": "oldest", "size": 100, "fields": ["published"]}
    assert post(client, **asked)["undated"] == {"value": 390, "any": 390, "left_out": True}
    assert all(hit["published"] for page in pages(client, **asked) for hit in page)
    with_undated = [hit["published"] for page in pages(client, **asked, undated="include") for hit in page]
    assert with_undated[-390:] == [None] * 390
    assert None not in with_undated[:-390]


def test_a_load_between_pages_loses_nothing(new_rasd, tmp_path):
    """While reports come in, before and after the place that was reached, all that was there is found once."""
    old = [
        {"id": f"old{n}", "paragraphs": ["قصف"] * 3, **({"published": f"2020-01-{n % 9 + 1:02}"} if n % 4 else {})}
        for n in range(60)
    ]
    new = [
        [
            {"id": f"new{batch}-{n}", "text": "قصف", **({"published": f"20{15 + n}-01-05"} if n % 2 else {})}
            for n in range(10)
        ]
        for batch in range(4)
    ]
    with new_rasd() as rasd:
        assert rasd.load(write(tmp_path / "old", old)).clean
        with serving(rasd.settings) as url:
            client = Client(url)
            with client.http:
                there = set(ids(pages(client, q="قصف", sort="newest", size=100)))
                assert len(there) == 180
                loaded = []

                def load():
                    for number, reports in enumerate(new):
                        loaded.append(rasd.load(write(tmp_path / f"new{number}", reports)).clean)

                loading = threading.Thread(target=load)
                loading.start()

                def wait():
                    """Go on when one more load is done."""
                    seen = len(loaded)
                    while len(loaded) == seen and loading.is_alive():
                        time.sleep(0.005)

                told = {sort: ids(pages(client, wait, q="قصف", sort=sort, size=13)) for sort in ("newest", "oldest")}
                loading.join()
                assert len(loaded) == 4
                assert all(loaded)
                for found in told.values():
                    assert len(found) == len(set(found))
                    assert there <= set(found)


def test_a_forged_place_is_refused(seeds):
    """A cursor is one of its own query and order, with a place that can be: else a 422, whatever it holds."""
    cursor = post(seeds, q="قصف", sort="newest", size=2)["next_cursor"]
    for other in (
        {"sort": "oldest"},
        {"sort": "relevance"},
        {"sort": "newest", "group": "report"},
        {"sort": "newest", "kind": ["body"]},
    ):
        answer = seeds.http.post("/v1/search", json={"q": "قصف", "cursor": cursor, **other})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")
    version, index, offset, total, after, mode, fingerprint = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    places = [
        None,
        [],
        [1],
        ["1", "a", 1],
        [1, 2, 3],
        [2**63, "a", 1],
        [1, "a" * 65, 1],
        [1, "a", 2**31],
        [1, "", 1],
        [True, "a", 1],
    ]
    forged = [[version, index, offset, total, place, mode, fingerprint] for place in places]
    forged += [
        [1, index, offset, total, after, mode, fingerprint],
        [version, "rasd-reports", offset, total, after, mode, fingerprint],
        [version, "other-paragraphs-20261125t101530123456-0a1b2c3d", offset, total, after, mode, fingerprint],
        [version, 5, offset, total, after, mode, fingerprint],
        [version, index, 0, total, after, mode, fingerprint],
        [version, index, offset, -1, after, mode, fingerprint],
    ]
    for told in forged:
        text = base64.urlsafe_b64encode(orjson.dumps(told)).decode().rstrip("=")
        answer = seeds.http.post("/v1/search", json={"q": "قصف", "sort": "newest", "cursor": text})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor"), told


def test_a_place_outlives_no_index(crowded):
    """Of an index that was replaced the next page by date is still told; once it is deleted it is a 410 and no mixture."""
    rasd, client = crowded
    cursor = post(client, q="قصف", sort="newest", size=2)["next_cursor"]
    assert post(client, q="قصف", sort="newest", size=2, cursor=cursor)["hits"]
    rebuild(rasd.engine, rasd.settings)
    assert post(client, q="قصف", sort="newest", size=2, cursor=cursor)["hits"]
    indices = Indices(rasd.engine, rasd.settings)
    indices.drop(list(indices.replaced()))
    gone = client.http.post("/v1/search", json={"q": "قصف", "sort": "newest", "cursor": cursor})
    assert (gone.status_code, gone.json()["title"]) == (410, "Gone")


def test_all_pages_without_a_point_in_time(seeds, seeded):
    """A page is one search of the engine, and nothing is held open between pages."""

    def told():
        stats = next(iter(seeded.ask("GET", f"/{seeded.aliases.paragraphs}/_stats/search")["indices"].values()))
        search = stats["total"]["search"]
        return search["query_total"], search["open_contexts"], search.get("point_in_time_total", 0)

    before = told()
    count = sum(1 for _ in pages(seeds, q="قصف", sort="newest", size=20))
    assert told() == (before[0] + count, 0, before[2])
