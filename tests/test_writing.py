"""Writing over HTTP: what comes in is what the command line would have loaded, and nobody else's."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from contextlib import ExitStack

import httpx2
import pytest
from conftest import CHECKOUT, serving
from granting import bearer, grant, hide

from api.answers import WriteAnswer
from api.writer import environment_of
from settings import Settings, read_settings

NDJSON = {"Content-Type": "application/x-ndjson"}


@pytest.fixture(scope="module")
def keys(rasd):
    """Keys that may write: anywhere, into one collection, and an admin's."""
    rasd.make_indices()
    hide(rasd, "secret")
    return {
        "all": grant(rasd, "write"),
        "desk": grant(rasd, "write", "desk"),
        "admin": grant(rasd, "admin"),
        "secret": grant(rasd, "write", "secret"),
    }


@pytest.fixture(scope="module")
def writing(rasd, keys):
    """A client that sends the key which may write anywhere."""
    settings = rasd.settings.model_copy(update={"write_line_limit": 10_000, "write_body_limit": 100_000})
    with serving(settings) as url, httpx2.Client(base_url=url, timeout=60, headers=bearer(keys["all"])) as client:
        yield client


def lines(*reports):
    """Return reports as NDJSON."""
    return "".join(json.dumps(report) + "\n" for report in reports).encode()


def told(answer):
    """Return the lines of an NDJSON answer: reports in the order of their lines, and the counts."""
    assert answer.status_code == 200, answer.text
    *reports, counts = map(json.loads, answer.text.splitlines())
    return sorted(reports, key=lambda report: report["line"]), counts


def stored(rasd):
    """Return the paragraphs that can be searched: id, text and collection."""
    hits = rasd.ask("POST", f"/{rasd.aliases.paragraphs}/_search", {"size": 1000})["hits"]["hits"]
    return sorted((hit["_id"], hit["_source"]["text"], hit["_source"]["collection"]) for hit in hits)


def test_one_report(writing):
    """One report goes in, is found at once, and has its outcome; the same again changes nothing; another text replaces."""
    report = {"id": "one", "title": "قصف على سراقب", "text": "أصيب ثلاثة"}
    outcomes = []
    for text in ("أصيب ثلاثة", "أصيب ثلاثة", "أصيب أربعة"):
        answer = writing.post("/v1/reports", json={**report, "text": text})
        assert answer.status_code == 200, answer.text
        outcomes.append(answer.json())
    assert [told["reports"][0]["outcome"] for told in outcomes] == ["created", "unchanged", "replaced"]
    first = outcomes[0]
    assert first["reports"][0] == {
        "line": 1,
        "outcome": "created",
        "id": first["reports"][0]["id"],
        "collection": "default",
        "paragraphs": 2,
        "reason": None,
    }
    assert {name: first[name] for name in ("done", "created", "refused", "paragraphs")} == {
        "done": 1,
        "created": 1,
        "refused": 0,
        "paragraphs": 2,
    }
    assert writing.get("/v1/search", params={"q": "سراقب"}).json()["total"]["value"] == 1
    assert writing.get(f"/v1/reports/{first['reports'][0]['id']}").json()["paragraphs"][1]["text"] == "أصيب أربعة"


def test_the_same_as_the_command_line(new_rasd, tmp_path, keys):
    """A file that was sent is stored as the same file that was loaded, refusals and their reasons included."""
    bad = [b"nonsense\n", b'{"id": "x"}\n', b'{"text": "no id"}\n', b'{"id": "s", "text": "\\ud800 x"}\n']
    good = lines({"id": "a", "text": "أول\nثان", "tags": ["t"]}, {"id": "b", "title": "عنوان", "collection": "desk"})
    content = b"\n".join([good, *bad])
    (tmp_path / "r.jsonl").write_bytes(content)
    with ExitStack() as stack:
        loaded, sent = (stack.enter_context(new_rasd()) for _ in range(2))
        summary = loaded.load(tmp_path / "r.jsonl")
        sent.make_indices()
        key = grant(sent, "write")
        url = stack.enter_context(serving(sent.settings))
        answer = httpx2.post(f"{url}/v1/reports", content=content, headers={**NDJSON, **bearer(key)}, timeout=60)
        reports, counts = told(answer)
        assert stored(sent) == stored(loaded)
    refused = {(report["line"], report["reason"]) for report in reports if report["outcome"] == "refused"}
    assert refused == {(int(given.place.split(":")[1]), given.reason) for given in summary.refusals}
    assert (counts["done"], counts["created"], counts["refused"]) == (6, 3, 3)


def test_what_was_loaded_from_a_file(rasd, writing, tmp_path):
    """A report that came from a folder is replaced by one that is sent under its id: over HTTP there are no folders."""
    (tmp_path / "r.jsonl").write_bytes(lines({"id": "filed", "text": "أول"}))
    assert rasd.load(tmp_path).clean
    answer = writing.post("/v1/reports", json={"id": "filed", "text": "ثان"})
    assert answer.json()["reports"][0]["outcome"] == "replaced"


def test_an_array(writing):
    """An array is taken report by report, in the order that it was sent; what is refused says why, the rest goes in."""
    answer = writing.post("/v1/reports", json=[{"id": "p", "text": "أول"}, {"id": "q"}, {"id": "r", "text": "ثان"}])
    assert [(told["line"], told["outcome"]) for told in answer.json()["reports"]] == [
        (1, "created"),
        (2, "refused"),
        (3, "created"),
    ]
    assert "there is no text" in answer.json()["reports"][1]["reason"]


def test_nothing_taken_is_an_error(writing):
    """Where every report of a JSON body is refused the answer is a 422 with the reasons, so that no client misses it."""
    answer = writing.post("/v1/reports", json=[{"id": "q"}, 5])
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["report 1", "report 2"]


WRONG = [
    (b"{", "application/json", 422),
    (b"[]", "application/json", 422),
    (b"[" * 5000, "application/json", 422),
    (b"\xff", "application/json", 422),
    (b"{}", "application/x-www-form-urlencoded", 415),
    (b"{}", None, 415),
    (b"{" + b" " * 10_000 + b"}", "application/json", 413),
    (b"\n" * 100_001, "application/x-ndjson", 413),
]


@pytest.mark.parametrize(("body", "kind", "status"), WRONG)
@pytest.mark.parametrize("chunked", [False, True])
def test_wrong_bodies(writing, body, kind, status, chunked):
    """A body that cannot be read, or is too large, announced or not, is a problem that says what would be right."""
    content = iter([body[: len(body) // 2], body[len(body) // 2 :]]) if chunked else body
    answer = writing.post("/v1/reports", content=content, headers={"Content-Type": kind} if kind else {})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text


def test_wrong_parameters(writing):
    """A collection that cannot be is named before anything is read."""
    for params, field in (({"collection": "No Such"}, "collection"), ({"fresh": "true"}, "fresh")):
        answer = writing.post("/v1/reports", params=params, json={"id": "a", "text": "x"})
        assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_long_line(writing):
    """A line over the limit is refused with its number, and the lines around it go in."""
    content = lines({"id": "before", "text": "أول"}, {"id": "long", "text": "ا" * 9000}, {"id": "after", "text": "ثان"})
    reports, counts = told(writing.post("/v1/reports", content=content, headers=NDJSON))
    assert [(report["line"], report["outcome"]) for report in reports] == [
        (1, "created"),
        (2, "refused"),
        (3, "created"),
    ]
    assert reports[1]["reason"] == "the line is longer than 10,000 bytes"
    assert counts["done"] == 3


def test_bound_to_a_collection(rasd, writing, keys):
    """A key writes into its own collections: another one is refused, report by report, and nothing of it is stored."""
    content = lines(
        {"id": "m", "text": "أول"}, {"id": "n", "text": "ثان", "collection": "press"}, {"id": "o", "collection": 5}
    )
    sent = {"content": content, "params": {"collection": "desk"}, "headers": {**NDJSON, **bearer(keys["desk"])}}
    reports, _ = told(writing.post("/v1/reports", **sent))
    assert [report["outcome"] for report in reports] == ["created", "refused", "refused"]
    assert reports[1]["reason"] == "collection: this load may not write into it"
    assert "press" not in {collection for _, _, collection in stored(rasd)}
    answer = writing.post("/v1/reports", json={"id": "m", "text": "x"}, headers=bearer(keys["desk"]))
    assert answer.status_code == 422  # the default collection is not its own


@pytest.mark.parametrize(("holder", "outcome"), [("all", 422), ("secret", 200), ("admin", 200)])
def test_private_collections(writing, keys, holder, outcome):
    """Into a private collection writes a key that is bound to it, or an admin's; what may not be seen may not be replaced."""
    report = {"id": f"for {holder}", "text": "x", "collection": "secret"}
    assert writing.post("/v1/reports", json=report, headers=bearer(keys[holder])).status_code == outcome


def test_two_at_once(rasd, writing, keys):
    """Two that write at the same moment both get through, one after the other, and the spellings are counted right."""
    answers = []

    def send(name):
        report = {"id": name, "text": "سنجار"}
        answers.append(writing.post("/v1/reports", json=report))

    threads = [threading.Thread(target=send, args=(name,)) for name in ("left", "right")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [form["count"] for form in writing.get("/v1/forms", params={"q": "سنجار"}).json()["forms"]] == [2]


CANARY = "سمندلان"


def outlets(client, report_id):
    """Yield what each address says that could tell of a report."""
    yield json.dumps(client.get("/v1/search", params={"q": CANARY}).json()["hits"], ensure_ascii=False)
    yield json.dumps(client.get("/v1/forms", params={"q": CANARY}).json()["forms"], ensure_ascii=False)
    yield json.dumps(client.get("/v1/suggest", params={"q": CANARY[:4]}).json()["suggestions"], ensure_ascii=False)
    for path in ("search.csv", "search.ndjson"):
        yield client.get(f"/v1/{path}", params={"q": CANARY}).text
    for path in ("search.atom", "search.feed.json"):
        yield client.get(f"/v1/{path}", params={"q": "سقوط"}).text
    yield client.get(f"/v1/reports/{report_id}").text


def test_taken_down(writing):
    """A report that is deleted is gone from every address when the answer comes; again it is as before, and stays out."""
    report = {"id": "canary", "title": f"سقوط {CANARY}", "text": f"سقوط {CANARY} ليلا"}
    report_id = writing.post("/v1/reports", json=report).json()["reports"][0]["id"]
    assert all(CANARY in told for told in outlets(writing, report_id))
    answer = writing.delete(f"/v1/reports/{report_id}")
    assert (answer.status_code, answer.json()) == (
        200,
        {"report_id": report_id, "fate": "deleted", "paragraphs": 2},
    )
    assert not any(CANARY in told for told in outlets(writing, report_id))
    assert writing.get(f"/v1/reports/{report_id}").status_code == 410
    again = writing.delete(f"/v1/reports/{report_id}")
    assert (again.status_code, again.json()["fate"]) == (200, "deleted earlier")
    sent = writing.post("/v1/reports", json=report).json()
    assert (sent["reports"][0]["outcome"], sent["taken_down"], sent["created"]) == ("taken down", 1, 0)
    assert WriteAnswer.model_validate(sent)
    assert not any(CANARY in told for told in outlets(writing, report_id))


def test_who_may_take_down(writing, keys):
    """A report of another collection, a private one or none is a 404 and stays; its own key takes it down."""
    report = {"id": "mine", "text": "باق", "collection": "secret"}
    sent = writing.post("/v1/reports", json=report, headers=bearer(keys["secret"]))
    report_id = sent.json()["reports"][0]["id"]
    for holder in ("all", "desk"):
        answer = writing.delete(f"/v1/reports/{report_id}", headers=bearer(keys[holder]))
        assert (answer.status_code, answer.json()["detail"]) == (404, "there is no such report")
    assert writing.get(f"/v1/reports/{report_id}", headers=bearer(keys["secret"])).status_code == 200
    for holder, status in (("secret", 200), ("admin", 200), ("all", 404)):
        assert writing.delete(f"/v1/reports/{report_id}", headers=bearer(keys[holder])).status_code == status
    for unknown in ("no-such-report", "--json", "..", "x" * 600):
        assert writing.delete(f"/v1/reports/{unknown}").status_code in {404, 405}


def children():
    """Return the process ids of the loads that this process runs."""
    told = subprocess.run(["ps", "-eo", "pid,ppid,args"], check=True, capture_output=True, text=True).stdout
    import os

    rows = [line.split(None, 2) for line in told.splitlines()[1:]]
    return [row[0] for row in rows if row[1] == str(os.getpid()) and "indexer load -" in row[2]]


def eventually(holds, seconds=30.0):
    """Return whether something comes to hold within some seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False


def test_a_client_that_walks_away(writing, keys):
    """A client that goes while it sends leaves no child behind, and the next one writes."""
    going = threading.Event()

    def endless():
        yield lines({"id": "walks", "text": "x"})
        assert eventually(children)
        going.set()
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        writing.post("/v1/reports", content=endless(), headers=NDJSON)
    assert going.is_set()
    assert eventually(lambda: not children())
    assert writing.post("/v1/reports", json={"id": "next", "text": "x"}).status_code == 200


def test_the_server_stops(rasd, keys):
    """A server that stops takes its child along."""
    held = threading.Event()

    def slow():
        yield lines({"id": "held", "text": "x"})
        held.wait(30)

    def send(url):
        try:
            httpx2.post(f"{url}/v1/reports", content=slow(), headers={**NDJSON, **bearer(keys["all"])}, timeout=30)
        except httpx2.HTTPError:
            return

    with serving(rasd.settings, timeout_graceful_shutdown=1) as url:
        thread = threading.Thread(target=send, args=(url,))
        thread.start()
        assert eventually(children)
    assert eventually(lambda: not children())
    held.set()
    thread.join()


def test_an_engine_that_cannot_be_written(rasd, keys):
    """Where the engine does not take it the answer is a 503, without its address; the write address is the child's alone."""
    nowhere = {"opensearch_write_url": "http://127.0.0.1:9/"}
    settings = read_settings(**{**rasd.settings.model_dump(), **nowhere})
    assert "127.0.0.1:9" not in repr(settings) + str(settings.model_dump())
    with serving(settings) as url:
        sent = {"json": {"id": "lost", "text": "x"}, "headers": bearer(keys["all"])}
        answer = httpx2.post(f"{url}/v1/reports", **sent, timeout=60)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert "127.0.0.1" not in answer.text


def test_the_childs_settings():
    """A child reads the very settings of its server, but for the engine's address, which is the one for writing."""
    given = read_settings(
        opensearch_url="http://reader:one@127.0.0.1:9200",
        opensearch_write_url="http://writer:two@127.0.0.1:9200",
        port=1234,
    )
    environment = environment_of(given)
    assert environment["RASD_OPENSEARCH_URL"] == "http://writer:two@127.0.0.1:9200"
    assert environment["RASD_OPENSEARCH_WRITE_URL"] == ""
    assert set(environment) == {f"RASD_{name.upper()}" for name in Settings.model_fields}
    assert environment_of(read_settings(opensearch_url="http://a:9200"))["RASD_OPENSEARCH_URL"] == "http://a:9200"


def test_standard_input(rasd):
    """`load -` reads standard input, and says what became of each report as a line of JSON."""
    environment = {"RASD_OPENSEARCH_URL": rasd.settings.opensearch_url, "RASD_INDEX": rasd.settings.index}
    command = [sys.executable, "-m", "indexer", "load", "-", "--json-outcomes", "--only-collection", "default"]
    content = lines({"id": "piped", "text": "x"}, {"id": "other", "text": "x", "collection": "desk"})
    told = subprocess.run(command, input=content, capture_output=True, check=False, env=environment, cwd=CHECKOUT)
    outcomes = [json.loads(line) for line in told.stdout.splitlines()]
    assert sorted((outcome["place"], outcome["outcome"]) for outcome in outcomes[:-1]) == [
        ("-:1", "created"),
        ("-:2", "refused"),
    ]
    assert (outcomes[-1]["done"], told.returncode, told.stderr) == (2, 1, b"")
