"""The writing door: what is sent, what is sent again, what is refused, and in which words."""

from __future__ import annotations

import http.server
import json
import socket
import threading
from contextlib import contextmanager

import orjson
import pytest
from engine_nodes import LOST_NODE
from hypothesis import given
from hypothesis import strategies as st

from indexer import engine as door
from indexer.engine import Action, WritingEngine
from indexer.errors import EngineBusy, EngineRefused, EngineUnavailable


def action(number=1, text="نص", **changed):
    """Return an action that writes a small document."""
    return Action(**{"index": "x", "id": f"r:{number}", "version": 1, "document": {"text": text}, **changed})


def test_the_lines_of_an_action():
    """A document is two lines, a delete is one; both name index, id and a version that may be sent again."""
    head, document = map(json.loads, action(text="أ\nب").render().body.decode().splitlines())
    assert head == {"index": {"_index": "x", "_id": "r:1", "version": 1, "version_type": "external_gte"}}
    assert document == {"text": "أ\nب"}
    (only,) = action(document=None, version=4).render().body.decode().splitlines()
    assert json.loads(only) == {"delete": {"_index": "x", "_id": "r:1", "version": 4, "version_type": "external_gte"}}


@pytest.mark.parametrize(
    ("lengths", "requests"),
    [
        ([], []),
        ([10], [1]),
        ([10, 10, 10], [3]),
        ([400, 400], [1, 1]),
        ([10, 400, 400, 10], [2, 2]),
        ([2000], [1]),
        ([10, 2000, 10, 10], [1, 1, 2]),
    ],
)
def test_requests_are_cut_by_their_bytes(monkeypatch, lengths, requests):
    """Actions are sent in order in requests up to a number of bytes; one that is larger alone is a request of its own."""
    monkeypatch.setattr(door, "REQUEST_BYTES", 700)
    actions = [action(number, "x" * length) for number, length in enumerate(lengths)]
    sent = list(door._requests(actions))  # noqa: SLF001  (a table of cases that an engine would make slow)
    assert [len(request) for request in sent] == requests
    assert [rendered.action for request in sent for rendered in request] == actions


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=300), max_size=30))
def test_no_action_is_lost_between_requests(texts):
    """Whatever the sizes, every action is in one request, in order, and each request of several is within the limit."""
    actions = [action(number, text) for number, text in enumerate(texts)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "REQUEST_BYTES", 700)
        sent = list(door._requests(actions))  # noqa: SLF001  (as above)
    assert [rendered.action for request in sent for rendered in request] == actions
    assert all(len(request) == 1 or sum(len(line.body) for line in request) <= 700 for request in sent)


WRITE, DELETE = action(), action(document=None)


NOT_CONNECTED = {"type": "node_not_connected_exception", "reason": "[node-2] Node not connected"}


def refusal(status, kind):
    """Return the item of an answer that says what was wrong."""
    return {"status": status, "error": {"type": kind, "reason": "a part of the text"}}


@pytest.mark.parametrize(
    ("sent", "item", "becomes"),
    [
        (WRITE, {"status": 201}, None),
        (WRITE, {"status": 200}, None),
        (DELETE, {"status": 200}, None),
        (DELETE, {"status": 404, "result": "not_found"}, None),
        (WRITE, refusal(429, "rejected_execution_exception"), "again"),
        (DELETE, refusal(429, "cluster_block_exception"), "again"),
        (WRITE, refusal(503, "unavailable_shards_exception"), "again"),
        (WRITE, refusal(500, "node_closed_exception"), "again"),
        (WRITE, refusal(500, "exception") | {"error": {"type": "exception", "caused_by": NOT_CONNECTED}}, "again"),
        (WRITE, refusal(400, "mapper_parsing_exception"), "the engine refused a part of it (mapper_parsing_exception)"),
        (WRITE, refusal(403, "cluster_block_exception"), "the engine refused a part of it (cluster_block_exception)"),
        (
            WRITE,
            refusal(404, "index_not_found_exception"),
            "the engine refused a part of it (index_not_found_exception)",
        ),
        (
            DELETE,
            refusal(404, "index_not_found_exception"),
            "the engine refused a part of it (index_not_found_exception)",
        ),
        (
            WRITE,
            refusal(409, "version_conflict_engine_exception"),
            "a newer version of this report has been written meanwhile",
        ),
    ],
)
def test_what_becomes_of_an_item(sent, item, becomes):
    """Each item of an answer is done, to be sent again, or refused for a reason that holds nothing of the document."""
    name = "delete" if sent.document is None else "index"
    around = [action(7).render(), sent.render(), action(8).render()]
    answered = [{"index": {"status": 201}}, {name: item}, {"index": {"status": 201}}]
    failures, busy = door._sorted_out(around, answered)  # noqa: SLF001  (an engine gives some of these once a year)
    assert [(failure.action, failure.reason) for failure in failures] == ([(sent, becomes)] if failures else [])
    assert [rendered.action for rendered in busy] == ([sent] if becomes == "again" else [])
    assert bool(failures) == (becomes not in {None, "again"})


@pytest.fixture
def index(rasd, request):
    """A small index behind an alias."""
    name = f"{rasd.aliases.paragraphs}-small"
    mapping = {"dynamic": "strict", "properties": {"text": {"type": "text"}, "day": {"type": "date"}}}
    rasd.ask("PUT", f"/{name}", {"mappings": mapping, "aliases": {f"{name}-alias": {}}})
    yield name
    rasd.engine.delete_index(name)


def texts(rasd, index, *numbers):
    """Return the texts of documents by number."""
    found = rasd.engine.documents(index, [f"r:{number}" for number in numbers])
    return {int(name[2:]): document["text"] for name, document in found.items()}


def test_an_engine_that_is_busy_gets_the_rest_again(rasd, index):
    """What the engine answers with 429 is sent again until it takes it: a disk that fills up costs time and no report."""
    rasd.engine.set_index(index, {"blocks.read_only_allow_delete": True})
    release = threading.Timer(1, rasd.engine.set_index, [index, {"blocks.read_only_allow_delete": None}])
    release.start()
    try:
        failures = rasd.engine.bulk([action(number, index=index) for number in range(50)], require_alias=False)
    finally:
        release.join()
    assert failures == []
    assert len(texts(rasd, index, *range(50))) == 50


def test_an_engine_that_stays_full(rasd, index, monkeypatch):
    """An engine whose disk stays full ends the load with a message that says so, and what it took is kept."""
    other = f"{index}-blocked"
    rasd.ask("PUT", f"/{other}", {})
    monkeypatch.setattr(door, "ATTEMPTS", 2)
    try:
        told = busy(rasd, other, [action(1, index=other), action(2, index=index)])
    finally:
        rasd.engine.delete_index(other)
    assert told.startswith("the engine takes no writes: its disk is nearly full")
    assert texts(rasd, index, 2) == {2: "نص"}


def busy(rasd, blocked, actions):
    """Return what is said while an index is blocked: again where the node, every ten seconds, lifts such a block itself."""
    for _ in range(5):
        rasd.engine.set_index(blocked, {"blocks.read_only_allow_delete": True})
        try:
            rasd.engine.bulk(actions, require_alias=False)
        except EngineUnavailable as error:
            return str(error)
    return "the block never held"


def test_an_engine_that_refuses(rasd, index):
    """What the engine refuses is returned, each with its reason, and the rest of the request is written."""
    good, unknown = action(1, index=index), action(2, index=index, document={"note": "سر"})
    wrong, missing = action(3, index=index, document={"day": "سر"}), action(4, index=f"{index}-missing")
    failures = rasd.engine.bulk([unknown, good, wrong, missing], require_alias=False)
    assert [(failure.action, failure.reason) for failure in failures] == [
        (unknown, "the engine refused a part of it (strict_dynamic_mapping_exception)"),
        (wrong, "the engine refused a part of it (mapper_parsing_exception)"),
        (missing, "the engine refused a part of it (index_not_found_exception)"),
    ]
    assert texts(rasd, index, 1, 2, 3) == {1: "نص"}


def test_writing_goes_through_an_alias(rasd, index):
    """A bulk request that names an index and no alias is refused, so that a lost alias never becomes a stray index."""
    straight, through = action(1, index=index), action(2, index=f"{index}-alias")
    failures = rasd.engine.bulk([straight, through])
    assert [failure.action for failure in failures] == [straight]
    assert texts(rasd, index, 1, 2) == {2: "نص"}


def test_versions_only_grow(rasd, index):
    """An older version changes nothing, and the same version may be sent again, as after an answer that was lost."""
    for version, text, refused in ((3, "أول", 0), (3, "أول", 0), (2, "قديم", 1), (4, "جديد", 0)):
        failures = rasd.engine.bulk([action(1, text, index=index, version=version)], require_alias=False)
        assert len(failures) == refused
    assert texts(rasd, index, 1) == {1: "جديد"}
    assert rasd.engine.bulk([action(1, index=index, version=3, document=None)], require_alias=False)
    assert texts(rasd, index, 1) == {1: "جديد"}
    deleted = [action(number, index=index, version=5, document=None) for number in (1, 1, 2)]
    assert rasd.engine.bulk(deleted, require_alias=False) == []
    assert rasd.engine.bulk([action(1, "متأخر", index=index, version=4)], require_alias=False)
    assert texts(rasd, index, 1) == {}


def test_an_action_that_no_request_can_hold(rasd, index, monkeypatch):
    """A document over the limit is refused before it is sent; those around it are written."""
    monkeypatch.setattr(door, "ACTION_BYTES", 500)
    monkeypatch.setattr(door, "REQUEST_BYTES", 250)
    actions = [action(number, "x" * size, index=index) for number, size in enumerate([10, 600, 300, 10])]
    failures = rasd.engine.bulk(actions, require_alias=False)
    assert [(failure.action, failure.reason) for failure in failures] == [
        (actions[1], "it takes more than 500 bytes: split it")
    ]
    assert set(texts(rasd, index, *range(4))) == {0, 2, 3}


def test_the_largest_action(rasd, index):
    """The node takes an action of just the limit that the door knows."""
    name = f"{index}-large"
    rasd.ask("PUT", f"/{name}", {"mappings": {"properties": {"text": {"type": "object", "enabled": False}}}})
    shortest = len(action(1, "", index=name).render().body)
    largest = action(1, "x" * (door.ACTION_BYTES - shortest), index=name)
    try:
        assert rasd.engine.bulk([largest], require_alias=False) == []
        assert rasd.engine.count(name) in {0, 1}
        assert len(rasd.engine.documents(name, ["r:1"])["r:1"]["text"]) == door.ACTION_BYTES - shortest
    finally:
        rasd.engine.delete_index(name)


def test_documents_are_as_they_are_now(rasd, index):
    """Documents are read without a refresh, and those that do not exist are left out."""
    rasd.engine.set_index(index, {"refresh_interval": "-1"})
    rasd.engine.bulk([action(1, "جديد", index=index)], require_alias=False)
    assert texts(rasd, index, 1, 2) == {1: "جديد"}
    assert rasd.engine.documents(index, []) == {}


def open_points_in_time(rasd):
    """Return how many points in time the node holds."""
    (node,) = rasd.ask("GET", "/_nodes/stats/indices/search")["nodes"].values()
    return node["indices"]["search"]["point_in_time_current"]


@pytest.mark.parametrize("wanted", [0, 1, 25])
def test_pages_hold_everything_once(rasd, index, wanted):
    """All hits come in pages, each once, and the point in time is closed, also when the reader stops midway."""
    rasd.engine.bulk([action(number, index=index) for number in range(25)], require_alias=False)
    rasd.engine.refresh(index)
    before = open_points_in_time(rasd)
    pages = rasd.engine.pages(index, {"query": {"match_all": {}}}, size=10)
    seen = [hit["_id"] for page in pages for hit in page] if wanted == 25 else [next(pages) for _ in range(wanted)]
    pages.close()
    assert len(seen) == wanted
    if wanted == 25:
        assert sorted(seen) == sorted(f"r:{number}" for number in range(25))
    assert open_points_in_time(rasd) == before


def test_a_refused_request_tells_nothing_of_the_document(rasd, index):
    """The message of a refused request names status and kind, and holds nothing of what was sent."""
    with pytest.raises(EngineRefused, match=r"^the engine refused the request .status 400, ") as refused:
        rasd.engine.put(f"{index}-alias", "1", {"day": "سر"})
    assert "سر" not in str(refused.value)


@pytest.fixture
def closed_port():
    """A port of loopback on which nothing answers."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def test_an_engine_that_is_not_there(rasd, closed_port, monkeypatch):
    """Where nothing answers, reading and writing end with the same words."""
    monkeypatch.setattr(door, "ASKS", 1)
    monkeypatch.setattr(door, "ATTEMPTS", 1)
    there = rasd.settings.model_copy(update={"opensearch_url": f"http://127.0.0.1:{closed_port}"})
    engine = WritingEngine(there)
    for ask in (engine.version, lambda: engine.bulk([action()])):
        with pytest.raises(EngineUnavailable, match=r"^the engine cannot be reached or did not answer in time$"):
            ask()
    engine.close()


@pytest.fixture
def shard(rasd):
    """A function that gives an index to the node or to nobody, and the index: its shard is nowhere."""
    index = f"{rasd.settings.index}-nowhere"
    place = "index.routing.allocation.require._name"
    settings = {"settings": {place: "nobody", "number_of_replicas": 0}}
    rasd.ask("PUT", f"/{index}?wait_for_active_shards=0&timeout=1s", settings)
    yield index, lambda: rasd.ask("PUT", f"/{index}/_settings", {place: None})
    rasd.ask("DELETE", f"/{index}")


@pytest.mark.parametrize(
    "read",
    [
        lambda engine, index: engine.documents(index, ["a"]) == {},
        lambda engine, index: engine.stored(index, "a") is None,
        lambda engine, index: engine.searches(index, [{"query": {"match_all": {}}}]) == [[]],
    ],
    ids=["documents", "a document", "searches"],
)
def test_a_shard_that_is_not_there_yet(rasd, shard, monkeypatch, read):
    """A node that was just started again has not all its shards at once: what is asked meanwhile is asked again."""
    index, give = shard
    with monkeypatch.context() as impatient:
        impatient.setattr(door, "PATIENCE", 0.5)
        with pytest.raises(EngineBusy, match=r"^the engine is reading an index again"):
            read(rasd.engine, index)
    later = threading.Timer(0.5, give)
    later.start()
    assert read(rasd.engine, index)
    later.join()


def test_no_engine_is_named(rasd):
    """A setting that names no engine is an error with a message."""
    with pytest.raises(EngineRefused, match=r"nothing was named to ask"):
        WritingEngine(rasd.settings.model_copy(update={"opensearch_url": ","})).version()


def test_a_certificate_that_is_not_there(rasd, tmp_path):
    """A file of certificates that does not exist is named by its setting, not only missed by a connection."""
    values = {"opensearch_url": "https://127.0.0.1:1", "opensearch_ca": tmp_path / "missing.pem"}
    with pytest.raises(EngineRefused, match=r"^RASD_OPENSEARCH_CA: there is no file .*missing\.pem$"):
        WritingEngine(rasd.settings.model_copy(update=values))


def test_tls_that_fails(rasd):
    """Where TLS cannot be agreed on, the message says so at once: it will not be otherwise a second later."""
    url = rasd.settings.opensearch_url.replace("http://", "https://")
    engine = WritingEngine(rasd.settings.model_copy(update={"opensearch_url": url}))
    with pytest.raises(EngineRefused, match=r"certificate is not trusted, or it speaks no TLS"):
        engine.version()
    engine.close()


@contextmanager
def answering(status, content_type, body):
    """Serve one answer to every request, as a server that is not an engine does."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815  (the name that the server looks for)

        def log_message(self, *_arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "content_type", "body", "error"),
    [
        (200, "text/html", b"<html>", EngineRefused),
        (200, "application/json", b"{", EngineRefused),
        (404, "application/json", b'{"detail": "Not Found"}', EngineRefused),
        (404, "text/html", b"<html>", EngineRefused),
        (503, "text/html", b"<html>", EngineUnavailable),
        (500, "application/json", b'{"error": {"type": "exception"}, "status": 500}', EngineRefused),
        (500, "application/json", LOST_NODE, EngineUnavailable),
    ],
)
def test_what_answers_is_no_engine(rasd, monkeypatch, status, content_type, body, error):
    """A server that is no engine, as after a wrong port, or has lost a node, is an error with a message and no traceback."""
    monkeypatch.setattr(door, "ASKS", 1)
    with answering(status, content_type, body) as url:
        engine = WritingEngine(rasd.settings.model_copy(update={"opensearch_url": url}))
        with pytest.raises(error, match=r"^(the engine|what answered) "):
            engine.indices("x")
        engine.close()


def test_searches_of_which_one_lost_its_node(rasd, monkeypatch):
    """Of several searches in one request each has its own error: one that names a lost node in its causes is asked again."""
    monkeypatch.setattr(door, "PATIENCE", 0.5)
    body = b'{"responses": [{"hits": {"hits": []}, "status": 200}, %s]}' % LOST_NODE
    with answering(200, "application/json", body) as url:
        engine = WritingEngine(rasd.settings.model_copy(update={"opensearch_url": url}))
        with pytest.raises(EngineBusy, match=r"lost a node"):
            engine.searches("x", [{}, {}])
        engine.close()


def test_addresses_hold_no_credentials(rasd):
    """The addresses that messages name are without user and password."""
    urls = "https://user:secret@a.example:9200, http://b.example, user:secret@c.example"
    engine = WritingEngine(rasd.settings.model_copy(update={"opensearch_url": urls}))
    assert engine.addresses == ["https://a.example:9200", "http://b.example", "c.example"]
    engine.close()


def test_rendered_bytes_are_counted_as_sent():
    """The size of an action is that of its bytes, not of its characters: an Arabic letter takes two."""
    assert len(action(text="ا" * 100).render().body) == len(action(text="x" * 200).render().body)
    assert orjson.loads(action(text="ا").render().body.splitlines()[1]) == {"text": "ا"}
