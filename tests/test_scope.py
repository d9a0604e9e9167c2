"""Private collections: whoever may not see one is answered as if it were not there, on every address.

Two Rasds hold the same open reports; one of them holds a private collection as well. Without a key both must answer the
same, word for word, but for scores (their word counts are those of the whole index) and times.
"""

from __future__ import annotations

import csv
import inspect
import io
import json
import re
import zipfile
from contextlib import ExitStack
from dataclasses import replace

import httpx2
import pytest
from conftest import serving, wait_for_corpus
from granting import bearer, grant, hide

from api.access import TABLE, Role
from api.engine import ExportingEngine
from api.errors import NotAllowed
from api.keys import Right
from api.scope import Scope, bounded, unbounded
from indexer.takedown import take_down

CANARY = "زنبركان"
NEAR = "زنبركات"  # one letter from the canary: its nearest word
OPEN = [
    {"id": "a", "title": "قصف على إدلب", "paragraphs": ["أصيب ثلاثة في قصف على المدينة", "وصلت فرق الإنقاذ"]},
    {"id": "b", "title": "هدوء في حلب", "paragraphs": ["عادت الأسر إلى بيوتها في حلب"], "published": "2019-04-19"},
]
CROWD = ["قصفا قصفت قصفوا قصفنا قصفها قصفهم قصفك قصفي قصفكم"] * 3  # more than a page of completions, and commoner
SECRET = [
    {
        "id": "s",
        "title": f"شهادة {CANARY}",
        "paragraphs": [
            "عاد إلى ادلب من ادلب",
            *CROWD,
            f"قال {CANARY} إن القصف بدأ ليلا في إدلب",
            f"رأى {CANARY} ما جرى في حلب علي",
        ],
        "published": "2011-01-02",
        "source": CANARY,
        "actors": [CANARY],
    }
]
GONE = [{"id": "t", "text": f"سقط {CANARY}"}]  # taken down before anybody asks
MANY = f"قصف OR {CANARY}"

# Each address that reads, with what would bring the canary to light. Where the address is asked by id, `{s}` is the private
# report's, `{t}` a private one's that was taken down, and `{a}` an open one's.
ASKED = [
    ("GET", "/v1/search", {"q": CANARY}),
    ("GET", "/v1/search", {"q": NEAR}),
    ("GET", "/v1/search", {"q": f"{NEAR} قصف", "op": "and"}),
    ("GET", "/v1/search", {"q": "znbrkan"}),
    ("GET", "/v1/search", {"q": "قصف"}),
    ("GET", "/v1/search", {"q": "علي"}),
    ("GET", "/v1/search", {"q": "زنبر", "match": "substring"}),
    ("GET", "/v1/search", {"q": "قصف", "collection": "secret"}),
    ("GET", "/v1/search", {"q": "قصف", "collection_not": "open"}),
    ("GET", "/v1/search", {"q": "قصف", "source": CANARY}),
    ("GET", "/v1/search", {"q": "قصف", "report_id": "{s}"}),
    ("POST", "/v1/search", {"q": f"{CANARY} OR قصف"}),
    ("GET", "/v1/forms", {"q": CANARY}),
    ("GET", "/v1/forms", {"q": "القصف"}),
    ("GET", "/v1/forms", {"q": CANARY, "collection": "secret"}),
    ("GET", "/v1/forms", {"q": "إدلب"}),  # spelt otherwise in the private report, in the same document of the forms
    ("GET", "/v1/similar/{s}:1", {}),
    ("GET", "/v1/similar/{a}:1", {}),
    ("GET", "/v1/suggest", {"q": "ادل"}),
    ("POST", "/v1/suggest", {"q": "ادل"}),
    ("GET", "/v1/suggest", {"q": "قصف"}),
    ("GET", "/v1/search", {"q": "Y]gf"}),  # إدلب on the other keyboard
    ("GET", "/v1/suggest", {"q": "زنب"}),
    ("GET", "/v1/suggest", {"q": "ق"}),
    ("GET", "/v1/suggest", {"q": "زنب", "collection": "secret"}),
    ("GET", "/v1/verify", {"quote": f"قال {CANARY} إن القصف بدأ"}),
    ("POST", "/v1/verify", {"quote": f"رأى {CANARY} ما جرى في حلب"}),
    ("GET", "/v1/paragraphs/{s}:1", {}),
    ("GET", "/v1/paragraphs/{s}:1", {"v": "00000000"}),
    ("GET", "/v1/paragraphs/{s}:77", {}),
    ("GET", "/v1/paragraphs/{a}:1", {"context": 3}),
    ("GET", "/v1/reports/{s}", {"q": CANARY}),
    ("GET", "/v1/reports/{a}", {"q": "قصف"}),
    ("GET", "/v1/search", {"q": "قصف", "facets": "collection,source,year"}),
    ("GET", "/v1/search", {"q": MANY, "group": "report", "context": 2}),
    ("GET", "/v1/search", {"q": MANY, "sort": "oldest", "to": "2012-12-31", "fields": "text"}),
    (
        "POST",
        "/v1/search/batch",
        {"queries": [{"name": "a", "q": CANARY}, {"name": "b", "q": "قصف", "context": 1}, {"name": "c", "q": ""}]},
    ),
    ("GET", "/v1/search.csv", {"q": MANY}),
    ("POST", "/v1/search.csv", {"q": MANY}),
    ("GET", "/v1/search.ndjson", {"q": MANY}),
    ("POST", "/v1/search.ndjson", {"q": MANY}),
    ("GET", "/v1/search.atom", {"q": MANY, "op": "or"}),
    ("GET", "/v1/search.feed.json", {"q": MANY, "op": "or"}),
    ("GET", "/v1/sources", {}),
    ("GET", "/v1/sources", {"collection": "secret"}),
    ("GET", "/v1/places", {}),
    ("GET", "/v1/actors", {}),
    ("GET", "/v1/collections", {}),
    ("GET", "/v1/paragraphs/{s}:1/citation", {"style": "ris"}),
    ("GET", "/v1/paragraphs/{s}:1/citation", {"style": "ris", "v": "00000000"}),
    ("GET", "/v1/paragraphs/{a}:1/citation", {"style": "bibtex"}),
    ("POST", "/v1/evidence", {"q": MANY}),
    ("POST", "/v1/evidence/verify", {}),  # what it sends is evidence of the private report
    ("GET", "/v1/changes", {}),
    ("GET", "/v1/changes", {"changed_since": "2020-01-01T00:00:00Z"}),
    ("GET", "/v1/reports/{t}", {}),
    ("GET", "/v1/paragraphs/{t}:0", {}),
    ("GET", "/v1/paragraphs/{t}:0", {"v": "00000000"}),
]
TELLING = [row for row in ASKED if not row[1].endswith((":77", "{a}", "{a}:1", "{a}:1/citation"))]
"""Those that bring something to light for who may see it."""


def write(folder, name, records):
    """Write records as a file and return it."""
    path = folder / f"{name}.jsonl"
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return path


def id_of(rasd, given):
    """Return the id of the report that was given one."""
    rasd.engine.refresh(rasd.aliases.reports)
    hits = rasd.ask("POST", f"/{rasd.aliases.reports}/_search", {"size": 100})["hits"]["hits"]
    return next((hit["_id"] for hit in hits if hit["_source"]["report"]["id"] == given), None)


@pytest.fixture(scope="module")
def world(new_rasd, tmp_path_factory):
    """The two Rasds, a client of each, ids, and keys of the second."""
    folder = tmp_path_factory.mktemp("reports")
    with ExitStack() as stack:
        plain, private = (stack.enter_context(new_rasd()) for _ in range(2))
        for rasd in (plain, private):
            assert rasd.load(write(folder, "open", OPEN), collection="open").clean
        secret = write(folder, "secret", SECRET)
        assert private.load(secret, collection="secret").clean
        assert private.load(write(folder, "gone", GONE), collection="secret").clean
        ids = {"s": id_of(private, "s"), "t": id_of(private, "t"), "a": id_of(private, "a")}
        take_down(private.engine, private.settings, [ids["t"]])
        hide(private, "secret")
        keys = {
            "bound": grant(private, "read", "secret"),
            "both": grant(private, "read", "secret", "open"),
            "admin": grant(private, "admin"),
            "other": grant(private, "read", "open"),
            "reader": grant(private, "read"),
            "writer": grant(private, "write"),
        }
        urls = [stack.enter_context(serving(rasd.settings)) for rasd in (plain, private)]
        for url in urls:
            wait_for_corpus(url)
        asked = {"json": {"q": CANARY}, "headers": bearer(keys["admin"]), "timeout": 30}
        yield {
            "clients": [stack.enter_context(httpx2.Client(base_url=url, timeout=30)) for url in urls],
            "ids": ids,
            "evidence": httpx2.post(f"{urls[1]}/v1/evidence", **asked).content,
            "rasd": private,
            "secret": secret,
            "keys": keys,
        }


def ask(client, world, row, token=None):
    """Return status and text of an answer, without what differs from one moment and index to the next."""
    method, path, params = row
    ids = {f"{{{name}}}": value for name, value in world["ids"].items()}
    for placeholder, value in ids.items():
        path = path.replace(placeholder, value)
        params = {name: value if told == placeholder else told for name, told in params.items()}
    content = {"json": params} if method == "POST" else {"params": params}
    if path == "/v1/evidence/verify":
        content = {"content": world["evidence"]}
    answer = client.request(method, path, headers=bearer(token), **content)
    told = json.dumps(told_in(answer), ensure_ascii=False)
    return answer.status_code, re.sub(r"http://127\.0\.0\.1:\d+", "", told)


def told_in(answer):
    """Return what an answer of any kind says."""
    kind = answer.headers["content-type"].partition(";")[0]
    if kind == "application/x-ndjson":
        return [steady(json.loads(line)) for line in answer.text.splitlines()]
    if kind.endswith("json"):
        return steady(answer.json())
    if kind == "text/csv":
        rows = csv.DictReader(io.StringIO(answer.text))
        return [steady(row) for row in rows]
    if kind == "application/zip":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            manifest = json.loads(archive.read("manifest.json"))
            hits = [steady(json.loads(line)) for line in archive.read("hits.ndjson").splitlines()]
        return [hits, steady({name: manifest[name] for name in ("corpus", "found", "hits", "complete")})]
    return re.sub("<updated>.*?</updated>", "", answer.text)


def steady(value):
    """Return JSON without times, versions, scores and what was asked."""
    if isinstance(value, dict):
        changing = {
            "took_ms",
            "version",
            "loaded_at",
            "changed_at",
            "score",
            "next_cursor",
            "q",
            "instance",
            "date_modified",
        }
        return {name: steady(part) for name, part in value.items() if name not in changing}
    return [steady(part) for part in value] if isinstance(value, list) else value


@pytest.mark.parametrize("row", ASKED, ids=lambda row: f"{row[0]} {row[1]} {row[2]}")
def test_not_there(world, row):
    """Without a key, with a key that is bound elsewhere and with one that is bound to nothing it is as if it were not there."""
    plain, private = world["clients"]
    reference = ask(plain, world, row)
    for key in (None, "reader", "other", "writer"):
        assert ask(private, world, row, world["keys"].get(key)) == reference, key


@pytest.mark.parametrize("row", TELLING, ids=lambda row: f"{row[0]} {row[1]} {row[2]}")
def test_the_same_requests_tell_it_to_its_holders(world, row):
    """Each of these requests is worth the test: an admin key, or one bound to the collection, is told what others are not."""
    plain, private = world["clients"]
    reference = ask(plain, world, row)
    assert ask(private, world, row, world["keys"]["admin"]) != reference
    assert ask(private, world, row, world["keys"]["both"]) != reference


def test_each_address_is_asked(world):
    """Every address that reads stands in this test with a canary: a new one without is an error."""
    reading = {address for address, rule in TABLE.items() if rule.role is Role.READER}
    asked = {re.sub(r"\{.\}(:\d+)?", "{}", f"{method} {path}") for method, path, _ in ASKED}
    assert {re.sub(r"\{\w+\}", "{}", address) for address in reading} == asked


def test_a_bound_key_sees_its_own_alone(world):
    """A key that is bound to a collection finds that one's paragraphs and no others, and counts no others."""
    _, client = world["clients"]
    answer = client.get("/v1/search", params={"q": "قصف OR حلب"}, headers=bearer(world["keys"]["bound"])).json()
    assert {hit["collection"] for hit in answer["hits"]} == {"secret"}
    assert (answer["corpus"]["paragraphs"], answer["corpus"]["reports"], answer["corpus"]["from"]) == (
        7,
        1,
        "2011-01-02",
    )
    both = client.get("/v1/search", params={"q": "قصف OR حلب"}, headers=bearer(world["keys"]["both"])).json()
    assert {hit["collection"] for hit in both["hits"]} == {"secret", "open"}
    assert both["corpus"]["paragraphs"] == 12


def test_the_version_of_what_is_seen(world):
    """Loading into a private collection changes nothing of the corpus that others are told, its version included."""
    _, client = world["clients"]
    before = client.get("/v1/search", params={"q": "قصف"}).json()["corpus"]
    whole = client.get("/v1/search", params={"q": "قصف"}, headers=bearer(world["keys"]["admin"])).json()["corpus"]
    world["secret"].write_text(json.dumps({**SECRET[0], "language": "ar"}), encoding="utf-8")
    assert world["rasd"].load(world["secret"], collection="secret").clean
    for _ in range(100):
        admin = client.get("/v1/search", params={"q": "قصف"}, headers=bearer(world["keys"]["admin"])).json()["corpus"]
        if admin != whole:
            break
    assert admin["version"] != whole["version"]
    assert client.get("/v1/search", params={"q": "قصف"}).json()["corpus"] == before


def test_metrics_count_what_is_public(world):
    """Whoever may read the metrics is told of the open collections alone."""
    counts = [
        re.search(r"^rasd_paragraphs (\S+)", client.get("/metrics").text, re.MULTILINE)[1]
        for client in world["clients"]
    ]
    assert counts == ["5.0", "5.0"]


def test_scores_are_not_explained(world, new_rasd):
    """How a score is made would count words of what is not seen: only who sees all may ask."""
    settings = world["rasd"].settings.model_copy(update={"explain": True})
    with serving(settings) as url, httpx2.Client(base_url=url, timeout=30) as client:
        asked = {"q": "قصف", "explain": "true"}
        for key, status in ((None, 403), ("bound", 403), ("reader", 403), ("admin", 200)):
            answer = client.get("/v1/search", params=asked, headers=bearer(world["keys"].get(key)))
            assert answer.status_code == status, key
            assert "secret" not in answer.text or key == "admin"


def test_an_admin_may_explain_where_others_may_not(world):
    """A server that explains to nobody explains to an admin key."""
    _, client = world["clients"]
    asked = {"q": "قصف", "explain": "true"}
    for key, status in (("admin", 200), ("writer", 403), (None, 403)):
        answer = client.get("/v1/search", params=asked, headers=bearer(world["keys"].get(key)))
        assert answer.status_code == status, key


def test_public_again(world):
    """Opened, the collection is there for all within a second; made private, it is gone again."""
    _, client = world["clients"]
    for hidden, total in (((), 2), (("secret",), 0)):
        hide(world["rasd"], *hidden)
        for _ in range(300):
            found = client.get("/v1/search", params={"q": CANARY}).json()["total"]["value"]
            if found == total + bool(total):  # the title has it too
                break
        assert found == total + bool(total)


ALL = Scope(None, frozenset(), frozenset({"a", "b"}), None)
LIMITED = [
    Scope(frozenset({"a"}), frozenset(), frozenset({"a", "b"}), Right.READ),
    Scope(None, frozenset({"b"}), frozenset({"a", "b"}), None),
]


def test_a_scope_is_asked_for():
    """There is no scope by default: what is not said is not built."""
    with pytest.raises(TypeError):
        Scope()  # type: ignore[call-arg]
    assert all(field not in ("", None) for field in Scope.__slots__)


@pytest.mark.parametrize("name", ["search", "searches", "attempts", "documents", "search_at"])
def test_no_reading_without_a_scope(name):
    """Each way of reading what was loaded wants a scope: left out, it is an error before the engine is asked."""
    parameter = inspect.signature(getattr(ExportingEngine, name)).parameters["scope"]
    assert parameter.default is inspect.Parameter.empty


@pytest.mark.parametrize("scope", LIMITED)
def test_what_a_scope_sees(scope):
    """It sees its own, not the others, and nothing of which it is not known where it belongs."""
    assert (scope.is_whole, scope.sees("a"), scope.sees("b"), scope.sees(None)) == (False, True, False, False)
    assert scope.visible(["a", "b"]) == ["a"]
    with pytest.raises(NotAllowed):
        scope.refuse_explanations()


def test_a_whole_scope_changes_nothing():
    """Where nothing is kept from the caller a search goes to the engine as it is."""
    body = {"query": {"match_all": {}}, "aggs": {"any": {"global": {}}}}
    assert bounded(body, ALL.clauses()) is body
    assert ALL.sees(None)
    assert replace(ALL, hidden=frozenset({"b"})).clauses() != []


def test_aggregations_that_look_past_the_query():
    """A global aggregation is bounded too, and its answer comes back in the shape that was asked for."""
    inner = {"x": {"filter": {"match_all": {}}}}
    body = {"aggs": {"beside": {"global": {}, "aggs": inner}, "any": {"filter": {"match_all": {}}}}}
    sent = bounded(body, LIMITED[0].clauses())
    assert sent["aggs"]["beside"]["aggs"]["scope"] == {
        "filter": {"bool": {"filter": [{"terms": {"collection": ["a"]}}]}},
        "aggs": inner,
    }
    assert sent["aggs"]["any"] == body["aggs"]["any"]
    answer = {"aggregations": {"beside": {"doc_count": 9, "scope": {"doc_count": 2, "x": {"doc_count": 1}}}}}
    assert unbounded(answer)["aggregations"]["beside"] == {"doc_count": 2, "x": {"doc_count": 1}}


def test_a_collection_that_none_can_be_called(seeds):
    """A name with U+001D completes no word of the corpus and is no fault."""
    answer = seeds.get("/v1/suggest", q="ادل", collection="c\x1dd")
    assert answer.status_code == 200
    assert [found for found in answer.json()["suggestions"] if found["count"]] == []
