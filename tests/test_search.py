"""`/v1/search` on the sample corpus and on small corpora made for one question."""

from __future__ import annotations

import html
import json
import re
import secrets

import pytest
from conftest import CHECKOUT, SEEDS, Client, serving
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analyzers.levels import LADDER
from api.answers import SearchAnswer
from api.params import SearchParams
from indexer.commands import rebuild
from indexer.indices import Indices


class Collection(Client):
    """A client that searches one collection: many small corpora share the indices of the module."""

    def __init__(self, base_url, collection):
        super().__init__(base_url)
        self.http.params = {"collection": collection}


@pytest.fixture(scope="module")
def served(rasd):
    """The base URL of an API over the module's Rasd."""
    rasd.make_indices()
    with serving(rasd.settings) as url:
        yield url


@pytest.fixture
def corpus(rasd, served, tmp_path):
    """A function that loads reports (texts, or records) and returns a client that sees just them."""
    clients = []

    def open_corpus(*reports):
        collection = f"c{secrets.token_hex(4)}"
        write_records(tmp_path / collection, reports)
        assert rasd.load(tmp_path / collection, collection=collection).clean
        clients.append(Collection(served, collection))
        return clients[-1]

    yield open_corpus
    for client in clients:
        client.http.close()


def write_records(folder, reports):
    """Write reports as one .jsonl; they are called r0, r1, ... unless they have an id."""
    folder.mkdir()
    lines = [report if isinstance(report, dict) else {"text": report} for report in reports]
    records = [{"id": f"r{number}", **line} for number, line in enumerate(lines)]
    (folder / "reports.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")


def found(client, q, **params):
    """Return, in order, the slugs and positions of the hits."""
    return [re.sub(r"-[0-9a-f]{16}", "", id_) for id_ in client.ids(q, **params)]


def test_levels_are_cumulative_and_exact(seeds):
    """Each level counts what it finds when it is asked for, and no level finds less than a stricter one."""
    for q in ("إدلب", "الحوثيين", "هجوم المدنيين", '"مجلس الأمن"'):
        levels = seeds.search(q)["levels"]
        assert list(levels) == [level.value for level in LADDER]
        for level, count in levels.items():
            narrowed = seeds.search(q, match=level)
            assert narrowed["total"]["value"] == count
            assert len(seeds.ids(q, match=level, op="and")) == count
        assert list(levels.values()) == sorted(levels.values())


def test_a_hit_says_its_level(corpus):
    """A paragraph's level is the strictest by which its word was met."""
    client = corpus("قصف على إدلب", "قصف على ادلب", "قصف بإدلب", "ريف إدلب الجنوبي والإدلبيون")
    levels = {hit["report_id"][:2]: hit["level"] for hit in client.search("إدلب")["hits"]}
    assert levels == {"r0": "exact", "r1": "letters", "r2": "clitics", "r3": "exact"}


def test_a_hit_is_as_loose_as_its_loosest_word(corpus):
    """Of two words, one met as typed and one with a proclitic, the hit's level is the looser."""
    client = corpus("قصف إدلب", "قصف بإدلب")
    levels = {hit["report_id"][:2]: hit["level"] for hit in client.search("قصف إدلب")["hits"]}
    assert levels == {"r0": "exact", "r1": "clitics"}


def test_hits_with_all_words_come_first(corpus):
    """A paragraph with all words stands before one that has a rarer word twice, and the score does not show the lift."""
    client = corpus("نزوح نزوح نزوح", "معارك وقصف ونزوح في المدينة وريفها ومحيطها القريب منها", "معارك", "معارك", "قصف")
    answer = client.search("معارك نزوح")
    assert answer["hits"][0]["report_id"].startswith("r1")
    assert answer["total"] == {"value": 1, "relation": "eq", "any": 4}
    assert all(0 < hit["score"] < 50 for hit in answer["hits"])


def test_and_leaves_out_the_rest_and_counts_it(corpus):
    """`op=and` gives only paragraphs with all words; `total.any` still counts those with any."""
    client = corpus("معارك ونزوح", "معارك", "نزوح")
    answer = client.search("معارك نزوح", op="and")
    assert [hit["report_id"][:2] for hit in answer["hits"]] == ["r0"]
    assert answer["total"] == {"value": 1, "relation": "eq", "any": 3}


def test_a_phrase_is_in_order_with_its_word_ends(corpus):
    """Quotes fix order and adjacency, take proclitics and no stems."""
    client = corpus("أنصار الله أعلنوا", "وانصار الله", "الله أنصار", "أنصار حزب الله", "نصر الله")
    assert set(found(client, '"أنصار الله"')) == {"r0:1", "r1:1"}


def test_nearness_takes_any_order(corpus):
    """`"a b"~n` finds the words some places apart and the other way round, and not further away."""
    client = corpus("مجلس الأمن", "مجلس حقوق الأمن", "الأمن مجلس", "مجلس واحد اثنان ثلاثة أربعة خمسة ستة الأمن")
    assert {id_[:2] for id_ in client.ids('"مجلس الأمن"~3')} == {"r0", "r1", "r2"}
    assert {id_[:2] for id_ in client.ids('"مجلس الأمن"')} == {"r0"}


def test_minus_leaves_out_the_word_and_not_its_stem(corpus):
    """-لبن leaves out لبن and بلبن, and keeps لبنان."""
    client = corpus("حدود لبنان", "حدود لبن", "حدود ولبن", "حدود")
    assert {id_[:2] for id_ in client.ids("حدود -لبن")} == {"r0", "r3"}
    assert {id_[:2] for id_ in client.ids('حدود -"حدود لبنان"')} == {"r1", "r2", "r3"}


def test_or_counts_as_one_word(corpus):
    """With `a OR b` a paragraph holds all words when it holds either."""
    client = corpus("قصف حزيران", "قصف يونيو", "قصف", "يونيو")
    answer = client.search("قصف حزيران OR يونيو")
    assert answer["total"]["value"] == 2
    assert {hit["report_id"][:2] for hit in answer["hits"][:2]} == {"r0", "r1"}


def test_function_words_are_left_out_and_said(corpus):
    """على does not make a hit, is named in `left_out`, and stays inside a phrase."""
    client = corpus("هجوم على المدينة", "جلس على الأرض", "هجوم في المدينة")
    answer = client.search("هجوم على")
    assert {hit["report_id"][:2] for hit in answer["hits"]} == {"r0", "r2"}
    assert answer["query"]["left_out"] == ["على"]
    assert {id_[:2] for id_ in client.ids('"هجوم على"')} == {"r0"}
    assert {id_[:2] for id_ in client.ids("على")} == {"r0", "r1"}


def test_a_title_lifts_and_never_makes_a_hit(corpus):
    """A word that only the title holds finds the title, not the paragraphs below it; a word below gains by it."""
    client = corpus(
        {"title": "هدنة الحديدة", "paragraphs": ["وصل المراقبون", "خرق للهدنة"]},
        {"title": "أخبار", "paragraphs": ["خرق للهدنة"]},
    )
    assert found(client, "الحديدة") == ["r0:0"]
    below = [id_ for id_ in found(client, "خرق هدنة") if not id_.endswith(":0")]
    assert below == ["r0:2", "r1:1"]


def test_pages_hold_each_hit_once(seeds):
    """Page by page, `next_cursor` brings every hit once, in the order of one large page, and ends with null."""
    whole = seeds.ids("في المدينة قصف القوات")
    pages, cursor = [], None
    while True:
        params = {"cursor": cursor} if cursor else {}
        answer = seeds.search("في المدينة قصف القوات", size=7, **params)
        pages += [hit["id"] for hit in answer["hits"]]
        assert ("total" in answer) is (cursor is None)
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    assert len(whole) > 14
    assert pages[: len(whole)] == whole
    assert len(set(pages)) == len(pages)


def test_a_cursor_of_another_query_is_refused(seeds):
    """A cursor fits its own query only; a forged one is a 422, one of an index that is gone a 410."""
    cursor = seeds.search("قصف", size=2)["next_cursor"]
    assert seeds.get("/v1/search", q="حلب", cursor=cursor).status_code == 422
    assert seeds.get("/v1/search", q="قصف", match="exact", cursor=cursor).status_code == 422
    for forged in ("x", "", "AAAA", "////", cursor[:-3], "W10", "bnVsbA"):
        assert seeds.get("/v1/search", q="قصف", cursor=forged).status_code == 422, forged


def test_a_cursor_outlives_no_index(new_rasd, tmp_path):
    """Of a replaced index the next page is still told; once it is deleted it is a 410 and no mixture."""
    (tmp_path / "r.jsonl").write_text("\n".join(json.dumps({"id": f"n{n}", "text": "قصف"}) for n in range(5)))
    with new_rasd() as rasd:
        rasd.load(tmp_path)
        with serving(rasd.settings) as url:
            client = Client(url)
            with client.http:
                cursor = client.search("قصف", size=2)["next_cursor"]
                assert client.get("/v1/search", q="قصف", size=2, cursor=cursor).status_code == 200
                rebuild(rasd.engine, rasd.settings)
                indices = Indices(rasd.engine, rasd.settings)
                indices.drop(list(indices.replaced()))
                gone = client.get("/v1/search", q="قصف", size=2, cursor=cursor)
                assert (gone.status_code, gone.json()["title"]) == (410, "Gone")


FILTERED = [
    ({"collection": "syria"}, {"a", "b"}),
    ({"collection": ["syria", "yemen"]}, {"a", "b", "c"}),
    ({"collection_not": "syria"}, {"c", "d"}),
    ({"source": "مكتب الشمال"}, {"a"}),
    ({"source_not": "مكتب الشمال"}, {"b", "c", "d"}),
    ({"place": "إدلب"}, {"a", "b"}),
    ({"place": "إدلب", "actor": "روسيا"}, {"b"}),
    ({"tag": "هدنة"}, {"c"}),
    ({"language": "en"}, {"d"}),
    ({"from": "2019-04-19"}, {"b", "c"}),
    ({"to": "2019-04-19"}, {"a", "b"}),
    ({"from": "2019-04-01", "to": "2019-04-30"}, {"b"}),
    ({"from": "2019-04-19", "undated": "include"}, {"b", "c", "d"}),
    ({"undated": "exclude"}, {"a", "b", "c"}),
    ({"kind": "caption"}, {"c"}),
    ({"kind_not": "caption"}, {"a", "b", "d"}),
]


@pytest.fixture(scope="module")
def filtered(new_rasd, tmp_path_factory):
    """A client over four reports that differ in everything that can be filtered."""
    reports = (
        {
            "id": "a",
            "collection": "syria",
            "source": "مكتب الشمال",
            "places": ["إدلب"],
            "published": "2018",
            "text": "قصف",
        },
        {
            "id": "b",
            "collection": "syria",
            "places": ["إدلب", "حلب"],
            "actors": ["روسيا"],
            "published": "2019-04",
            "text": "قصف",
        },
        {
            "id": "c",
            "collection": "yemen",
            "tags": ["هدنة"],
            "published": "2020-01-05T23:30:00+03:00",
            "paragraphs": [{"text": "قصف", "kind": "caption"}],
        },
        {"id": "d", "language": "en", "text": "قصف"},
    )
    folder = tmp_path_factory.mktemp("filtered") / "reports"
    write_records(folder, reports)
    with new_rasd() as rasd:
        assert rasd.load(folder).clean
        with serving(rasd.settings) as url:
            client = Client(url)
            with client.http:
                yield client


@pytest.mark.parametrize(("params", "reports"), FILTERED)
def test_filters(filtered, params, reports):
    """Each filter leaves just the reports that it names, and the counts are those of what is left."""
    answer = filtered.http.post("/v1/search", json={"q": "قصف", **params}).json()
    assert {hit["report_id"][0] for hit in answer["hits"]} == reports
    assert answer["total"]["value"] == len(reports)


def test_days_are_those_of_the_time_zone(new_rasd, tmp_path):
    """In Damascus the 6th begins while it is still the 5th in UTC."""
    write_records(tmp_path / "r", [{"published": "2020-01-05T22:30:00Z", "text": "قصف"}])
    with new_rasd(timezone="Asia/Damascus") as rasd:
        rasd.load(tmp_path / "r")
        with serving(rasd.settings) as url:
            client = Client(url)
            with client.http:
                assert client.ids("قصف", **{"from": "2020-01-06"}) != []
                assert client.ids("قصف", to="2020-01-05") == []


def test_offsets_count_code_points_and_utf16(corpus):
    """After an emoji the two units differ by one, and each leads to the word in its own count."""
    text = "😀 قصف 🚩 قصف"
    match = corpus(text).search("قصف")["hits"][0]["matches"][1]
    assert text[match["start"] : match["end"]] == "قصف"
    raw = text.encode("utf-16-le")
    assert raw[match["utf16_start"] * 2 : match["utf16_end"] * 2].decode("utf-16-le") == "قصف"
    assert match["utf16_start"] == match["start"] + 2


MARKED = [
    ("محمد", "قال مُحَمَّدٌ إن", "مُحَمَّدٌ"),
    ("شهداء", "سقط شهـ ـداء أمس", "شهـ ـداء"),
    ("سوريا", "في ﺳﻮﺭﻳﺎ اليوم", "ﺳﻮﺭﻳﺎ"),
    ("داعش", "عناصر د.ا.ع.ش هناك", "د.ا.ع.ش"),
    ("إدلب", "#إدلب_تحت_القصف", "إدلب"),
    ("حلب", "في \u202bحلب\u202c أمس", "حلب"),
    ("حلب", "في حل\u200dب أمس", "حل\u200dب"),
    ("2017", "عام ٢٠١٧ م", "٢٠١٧"),
    ("غزة", "نزوح لغزة أمس", "لغزة"),
    ("صلى", "محمد ﷺ قال", "ﷺ"),
]


@pytest.mark.parametrize(("q", "text", "surface"), MARKED)
def test_marks_of_difficult_words(corpus, q, text, surface):
    """The mark is the whole word as it stands in the verbatim text, with nothing of its neighbours."""
    hit = corpus(text).search(q)["hits"][0]
    assert [match["surface"] for match in hit["matches"]] == [surface]
    assert hit["text"] == text


def test_the_highlight_is_escaped_but_for_its_marks(corpus):
    """Whatever the text holds, the only tag in `highlight` is `<mark>`, and without it the text is there again."""
    text = "<img src=x onerror=\"alert(1)\"> قصف & <mark>زائف</mark> </mark> 'قصف' <b>"
    highlight = corpus(text).search("قصف", snippet=0)["hits"][0]["highlight"]
    bare = re.sub(r"</?mark>", "", highlight)
    assert not set("<>\"'") & set(bare)
    assert html.unescape(bare) == text
    assert highlight.count("<mark>") == highlight.count("</mark>") == 2


def test_post_is_get(seeds):
    """The same parameters as a JSON body give the same answer."""
    params = {"q": "إدلب", "match": "clitics", "size": 5, "collection": ["syria"], "from": "2018-01-01"}
    got = seeds.http.get("/v1/search", params=params).json()
    posted = seeds.http.post("/v1/search", json=params).json()
    assert {**got, "took_ms": 0} == {**posted, "took_ms": 0}


def test_answers_have_their_documented_shape(seeds):
    """An answer, of the first page, of the next and of none, holds what the OpenAPI document says and nothing else."""
    first = seeds.search("قصف المدينة", size=2)
    for answer in (
        first,
        seeds.search("قصف المدينة", size=2, cursor=first["next_cursor"]),
        seeds.search("كلمةلاتوجد"),
        seeds.search("إدلب", explain="true"),
    ):
        SearchAnswer.model_validate(answer)


def test_explain_shows_the_request(seeds, corpus):
    """With `explain` the body that was sent stands in the answer and each hit has its score's parts; elsewhere it is a 403."""
    answer = seeds.search("إدلب", explain="true")
    assert answer["query"]["engine"]["query"]
    assert answer["hits"][0]["explanation"]["value"] > 0
    assert corpus("نص").get("/v1/search", q="نص", explain="true").status_code == 403


def test_nothing_found_says_what_was_searched(seeds):
    """No hit is an answer with its counts and the size of the corpus, not an error."""
    answer = seeds.search("كلمةلاتوجد")
    assert answer["hits"] == []
    assert answer["total"] == {"value": 0, "relation": "eq", "any": 0}
    lines = [line for file in SEEDS.glob("*.jsonl") for line in file.read_text(encoding="utf-8").splitlines()]
    reports = [json.loads(line) for line in lines]
    assert answer["corpus"]["reports"] == len(reports)
    assert answer["corpus"]["paragraphs"] == sum(1 + len(report["paragraphs"]) for report in reports)
    assert answer["corpus"]["undated"] == sum(report["published"] is None for report in reports)


def test_a_search_is_one_request(seeds, seeded):
    """Twenty searches that find something are twenty searches of the engine."""
    path = f"/{seeded.aliases.paragraphs}/_stats/search"

    def searched():
        return next(iter(seeded.ask("GET", path)["indices"].values()))["total"]["search"]["query_total"]

    before = searched()
    for number in range(20):
        seeds.search("إدلب", size=1 + number)
    assert searched() - before == 20


WORDS = st.text(
    st.one_of(
        st.characters(exclude_categories=[]),
        st.sampled_from('"“”«»-~*()[]{}^:/\\|&!+?<>=OR ANDNOT\x00\u200f\u0640ابتإة '),
    ),
    min_size=1,
    max_size=120,
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=WORDS)
@example(q="\ud800 x")
@example(q="OR")
@example(q='"' * 900)
@example(q="(" * 999)
@example(q="ا" + "\u064b" * 998)
@example(q="\x00")
@example(q=" ".join(f"كلمة{n}" for n in range(64)))
@example(q=" ".join(f"w{n}" for n in range(65)))
def test_any_string_is_answered(seeds, q):
    """Whatever is typed, the answer is 200, or a 422 that says what is wrong; the engine never refuses."""
    body = json.dumps({"q": q}).encode()
    response = seeds.http.post("/v1/search", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in {200, 422}, (response.status_code, response.text[:300])
    if response.status_code == 422:
        assert response.json()["errors"][0]["field"] == "q"


def test_the_longest_queries_fit_the_engine(seeds):
    """64 different words, and 32 phrases of two, at every level, stay under the engine's bound of clauses."""
    words = [f"كلمه{chr(0x0628 + n % 10)}{chr(0x0638 + n // 10)}" for n in range(64)]
    assert len(set(words)) == 64
    assert seeds.search(" ".join(words))["total"]["any"] == 0
    assert seeds.search(" ".join(f'"{a} {b}"' for a, b in zip(words[::2], words[1::2], strict=True)))["hits"] == []


def test_parameters_are_documented_in_openapi(seeds):
    """Every parameter of a search stands in the OpenAPI document with a sentence."""
    parameters = seeds.get("/openapi.json").json()["paths"]["/v1/search"]["get"]["parameters"]
    told = {parameter["name"]: parameter.get("description") for parameter in parameters}
    names = {field.alias or name for name, field in SearchParams.model_fields.items()}
    assert set(told) == names
    assert all(told.values())


def test_the_readme_tells_the_truth(seeds):
    """The counts in the README's example are those that the sample corpus gives."""
    page = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    answer = seeds.search("ادلب")
    for name in ("total", "levels"):
        told = re.search(rf'"{name}": +(\{{.*?\}})', page)[1]
        assert json.loads(told) == answer[name], answer[name]
