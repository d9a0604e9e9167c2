"""Keys: made, kept, compared, listed and revoked; nobody gets in where they cannot be read."""

from __future__ import annotations

import io
import logging
import os
import re
import signal
import threading
import time
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from click.testing import CliRunner
from conftest import serving
from granting import access_of, bearer, grant

from api.__main__ import main
from api.engine import ReadingEngine
from api.keyring import REFRESH
from api.keys import Key, NewKey, Right, hash_of, holder, new_key

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def run(rasd):
    """Run a command of `python -m api` over the module's Rasd."""
    environment = {"RASD_OPENSEARCH_URL": rasd.settings.opensearch_url, "RASD_INDEX": rasd.settings.index}

    def run(*arguments, status=0):
        result = CliRunner().invoke(main, arguments, env=environment)
        assert result.exit_code == status, result.output
        return result

    return run


def test_the_shape_of_a_key():
    """A key is rasd_, eight characters that name it, and 32 random bytes; of the bytes nothing is kept but their hash."""
    token, key = new_key(NewKey("desk", Right.READ, frozenset({"a"}), 90), NOW)
    assert re.fullmatch(r"rasd_[a-z0-9]{8}_[A-Za-z0-9_-]{43}", token)
    assert (key.hash, key.expires) == (hash_of(token), NOW + timedelta(days=90))
    assert token[14:] not in str(key.stored())
    assert Key.read(key.id, key.stored()) == key
    assert new_key(NewKey("desk", Right.READ, frozenset(), 90), NOW)[0] != token


def test_who_holds_a_key():
    """A key is its holder's until it expires; another secret, an unknown id and what is no key are nobody's."""
    token, key = new_key(NewKey("desk", Right.READ, frozenset(), 1), NOW)
    keys = {key.id: key}
    assert holder(token, keys, NOW) == key
    assert holder(token, keys, NOW + timedelta(days=1)) is None
    assert holder(token[:-1] + ("A" if token[-1] != "A" else "B"), keys, NOW) is None
    assert holder(token, {}, NOW) is None
    assert [holder(text, keys, NOW) for text in ("", key.id, f"{token}\n", f" {token}", token.upper())] == [None] * 5


def test_compared_in_constant_time(monkeypatch):
    """Every token goes through the one comparison of constant time, also one whose id nobody has."""
    compared = []
    monkeypatch.setattr("api.keys.hmac.compare_digest", lambda given, kept: compared.append((given, kept)) or False)
    _, key = new_key(NewKey("desk", Right.READ, frozenset(), 1), NOW)
    for token in (f"rasd_{key.id}_" + "A" * 43, "rasd_zzzzzzzz_" + "A" * 43, "nonsense"):
        holder(token, {key.id: key}, NOW)
    assert [len(given) for given, _ in compared] == [64] * 3
    assert [kept for _, kept in compared] == [key.hash, "0" * 64, "0" * 64]


def test_commands(rasd, run):
    """A key is shown once, listed without its secret, and revoked; the store holds no key."""
    token = run("keys", "create", "--right", "write", "--collection", "desk", "--name", "desk key").stdout.strip()
    key_id = token.split("_")[1]
    listed = run("keys", "list").output
    assert all(word in listed for word in (key_id, "desk key", "write", "never"))
    assert access_of(rasd).keys[key_id].collections == {"desk"}
    assert token[14:] not in listed + str(rasd.ask("GET", f"/{rasd.aliases.state}/_search"))
    assert "revoked" in run("keys", "revoke", key_id).output
    assert "revoked" in run("keys", "list").output
    assert "keys list" in run("keys", "revoke", "zzzzzzzz", status=1).output
    for wrong in (["--right", "own"], ["--right", "read", "--collection", "No"], ["--right", "read", "--expires", "0"]):
        assert run("keys", "create", *wrong, "--name", "x", status=2)


def test_commands_of_collections(rasd, run):
    """Collections are made private and public again, and the list says which are."""
    run("collections", "private", "sources", "camp")
    assert run("collections", "list").output == "camp\nsources\n"
    run("collections", "public", "camp", "sources")
    assert run("collections", "list").output == "no collection is private\n"


def test_two_changes_at_once(rasd, run, monkeypatch):
    """Where two change the keys at the same moment, one is told to try again, and no key is lost."""
    from api.keyring import Access

    read, here = Access.read, threading.get_ident()

    def read_and_grant(body):
        if threading.get_ident() != here:  # a server of other tests looks after its keys
            return read(body)
        monkeypatch.setattr(Access, "read", read)
        grant(rasd, "read")
        return read(body)

    before = len(access_of(rasd).keys)
    monkeypatch.setattr(Access, "read", read_and_grant)
    assert "try again" in run("keys", "create", "--right", "read", "--name", "late", status=1).output
    assert len(access_of(rasd).keys) == before + 1


def test_keys_before_the_first_load(new_rasd):
    """A key can be made before anything was loaded: the state index is made for it."""
    with new_rasd() as rasd:
        environment = {"RASD_OPENSEARCH_URL": rasd.settings.opensearch_url, "RASD_INDEX": rasd.settings.index}
        for _ in range(2):
            arguments = ["keys", "create", "--right", "write", "--name", "desk"]
            assert CliRunner().invoke(main, arguments, env=environment).exit_code == 0
        assert len(access_of(rasd).keys) == 2
        rasd.make_indices()


def test_revoked_within_a_second(rasd, run):
    """A revoked key is out one second later, while it is being used all the time."""
    rasd.make_indices()
    token = grant(rasd, "read")
    settings = rasd.settings.model_copy(update={"require_key": True})
    with serving(settings) as url, httpx2.Client(base_url=url, headers=bearer(token)) as client:
        assert client.get("/v1/suggest", params={"q": "x"}).status_code == 200
        run("keys", "revoke", token.split("_")[1])
        revoked = time.monotonic()
        while time.monotonic() < revoked + 1:
            client.get("/v1/suggest", params={"q": "x"})
        assert client.get("/v1/suggest", params={"q": "x"}).status_code == 401


def test_the_day_of_use(rasd, monkeypatch):
    """The day on which a key was used last is written once, not with each request."""
    rasd.make_indices()
    token = grant(rasd, "read")
    written = []
    merge = ReadingEngine.merge_state

    async def counted(engine, document_id, uses):
        await merge(engine, document_id, uses)
        written.append(uses)

    monkeypatch.setattr(ReadingEngine, "merge_state", counted)
    with serving(rasd.settings) as url, httpx2.Client(base_url=url, headers=bearer(token)) as client:
        for _ in range(100):
            assert client.get("/v1/suggest", params={"q": "x"}).status_code == 200
            if written:
                break
            time.sleep(0.1)
        for _ in range(15):  # over several turns of the refresh
            client.get("/v1/suggest", params={"q": "x"})
            time.sleep(0.1)
    today = {token.split("_")[1]: datetime.now(UTC).date().isoformat()}
    assert written == [today]
    stored = rasd.ask("POST", f"/{rasd.aliases.state}/_mget", {"ids": ["key-use"]})["docs"][0]["_source"]["body"]
    assert stored.items() >= today.items()


@pytest.mark.parametrize("stored", [{"keys": {}}, {"keys": {"a": {}}, "private": []}, {"keys": [], "private": []}, []])
def test_closed_where_keys_cannot_be_read(new_rasd, stored):
    """Where the state holds no table of keys, nobody gets in, with a key or without; the server says 503 and lives."""
    with new_rasd() as rasd:
        rasd.make_indices()
        url = f"{rasd.settings.opensearch_url}/{rasd.aliases.state}/_doc/access"
        assert httpx2.put(url, json={"body": stored}).status_code == 201
        with serving(rasd.settings) as base, httpx2.Client(base_url=base) as client:
            for headers in ({}, bearer("rasd_zzzzzzzz_" + "A" * 43)):
                answer = client.get("/v1/search", params={"q": "x"}, headers=headers)
                assert (answer.status_code, answer.json()["detail"]) == (503, "who may see what cannot be read")
            assert client.get("/health/live").status_code == 200


def test_closed_where_the_engine_is_silent(rasd, node):
    """A copy of the keys that has grown old lets nobody in: with the engine frozen a write is no 403 and no 200."""
    rasd.make_indices()
    token = grant(rasd, "read")
    with serving(rasd.settings) as url, httpx2.Client(base_url=url, headers=bearer(token), timeout=30) as client:
        assert client.post("/v1/reports").status_code == 403
        os.kill(node.running().pid, signal.SIGSTOP)
        try:
            time.sleep(1)
            assert client.post("/v1/reports").status_code == 504
        finally:
            os.kill(node.running().pid, signal.SIGCONT)


def test_no_key_in_logs(rasd, caplog):
    """No key and no word stands in a log, at DEBUG either, whatever becomes of the request."""
    rasd.make_indices()
    token = grant(rasd, "read")
    said = io.StringIO()
    with caplog.at_level(logging.DEBUG), redirect_stdout(said), serving(rasd.settings) as url:
        for headers in (bearer(token), {"X-API-Key": token}, bearer(token[:-1] + "!")):
            for method, path in (("GET", "/v1/search?q=canary"), ("POST", "/v1/reports"), ("GET", "/v1/search?q=")):
                httpx2.request(method, url + path, headers=headers, timeout=30)
    logged = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("http"))
    assert token[14:-1] not in logged + said.getvalue()


def test_a_search_pays_nothing_for_access(rasd, monkeypatch):
    """A completion is one request to the engine, whoever asks: the keys are read beside it, twice in a second at most."""
    rasd.make_indices()
    paths = []
    ask = ReadingEngine._ask  # noqa: SLF001  (the one place that all requests pass)

    async def counted(engine, method, path, *rest):
        paths.append(path)
        return await ask(engine, method, path, *rest)

    monkeypatch.setattr(ReadingEngine, "_ask", counted)
    with serving(rasd.settings) as url, httpx2.Client(base_url=url, timeout=30) as client:
        started = time.monotonic()
        for _ in range(50):
            assert client.get("/v1/suggest", params={"q": "ادلب"}).status_code == 200
        seconds = time.monotonic() - started
    assert sum("_search" in path for path in paths) == 50
    keys_and_corpus = sum("_mget" in path for path in paths)
    assert keys_and_corpus <= (seconds + 1) / REFRESH + (seconds + 1) / rasd.settings.corpus_refresh + 4
