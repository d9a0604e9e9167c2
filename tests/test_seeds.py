"""The sample corpus keeps the promises of seeds/README.md; no engine is needed."""

import difflib
import json
import re
from datetime import date, datetime
from pathlib import Path

import pytest

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
COUNTRIES = ("iraq", "lebanon", "libya", "palestine", "sudan", "syria", "yemen")
FIELDS = (
    "id",
    "collection",
    "title",
    "paragraphs",
    "source",
    "url",
    "published",
    "language",
    "places",
    "actors",
    "tags",
)
KINDS = {"body", "caption", "quote", "heading"}
# Strictest first; the last one stands at the end of the file, for it needs a lexicon.
LEVELS = ["exact", "letters", "clitics", "stem", "variants"]
LEAST_IN_A_COLLECTION = {"syria": 40, "palestine": 24, "yemen": 22, "iraq": 20, "sudan": 18, "lebanon": 16, "libya": 14}
NEAR_COPIES = (
    ("syria-idlib-truce-2020-north", "syria-idlib-truce-2020-desk"),
    ("syria-douma-iit-2023-wire", "syria-douma-iit-2023-evening"),
    ("syria-sochi-memo-2019-wire", "syria-sochi-memo-2019-digest"),
    ("syria-quake-crossings-2023-north", "syria-quake-crossings-2023-gulf"),
    ("iraq-ain-asad-2020-wire", "iraq-ain-asad-2020-noon"),
    ("lebanon-devices-2024-wire", "lebanon-devices-2024-night"),
    ("yemen-truce-2022-desk", "yemen-truce-2022-aden"),
    ("palestine-gaza-truce-2021-desk", "palestine-gaza-truce-2021-north"),
    ("libya-ceasefire-2020-10-desk", "libya-ceasefire-2020-10-tunis"),
    ("sudan-khartoum-2025-desk", "sudan-khartoum-2025-cairo"),
    ("sudan-port-sudan-drones-desk", "sudan-port-sudan-drones-north"),
)
# Harakat, tatweel, zero-width and bidi marks: what a reader does not see as letters.
UNSEEN = re.compile("[\u064b-\u065f\u0670\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
ISO = re.compile(r"\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?)?)?")


def read_reports():
    """Read every line of every country's file, as the file gives it."""
    return [
        json.loads(line)
        for path in sorted(SEEDS.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def read_judgements():
    """Give the header of judgements.tsv, and its rows cut at the tabs."""
    lines = (SEEDS / "judgements.tsv").read_text(encoding="utf-8").splitlines()
    return lines[0], [line.split("\t") for line in lines[1:]]


def paragraph_texts(reports):
    """Give each text by its reference, with the title at position 0."""
    return {
        f"{report['id']}:{position}": text
        for report in reports
        for position, text in enumerate([report["title"], *(p["text"] for p in report["paragraphs"])])
    }


@pytest.fixture(scope="module")
def reports():
    """All reports of the sample corpus."""
    return read_reports()


@pytest.fixture(scope="module")
def texts(reports):
    """All paragraphs, titles included, by reference."""
    return paragraph_texts(reports)


@pytest.fixture(scope="module")
def judgements():
    """All rows of judgements.tsv."""
    return read_judgements()[1]


def holding(texts, pattern):
    """Give the references of the paragraphs in which the pattern is found, unseen marks aside."""
    return {ref for ref, text in texts.items() if re.search(pattern, UNSEEN.sub("", text))}


def as_typed(text):
    """Undo what is done to words so that filters do not see them: tatweels, dots and underscores."""
    text = re.sub("ـ+\\s+ـ+", "", text).replace("_", " ")
    return re.sub(r"(?<!\w)(?:[ء-ي]{1,3}\.){2,}[ء-ي]+", lambda word: word[0].replace(".", ""), text)


def reports_of(refs):
    """Give the report ids of some references."""
    return {ref.rpartition(":")[0] for ref in refs}


def test_there_are_enough_reports_from_seven_countries(reports):
    """At least 150 reports stand in seven files, one for each country, each with its share."""
    assert tuple(path.stem for path in sorted(SEEDS.glob("*.jsonl"))) == COUNTRIES
    assert len(reports) >= 150
    collections = [report["collection"] for report in reports]
    for collection, least in LEAST_IN_A_COLLECTION.items():
        assert collections.count(collection) >= least, collection


def test_files_are_plain_utf8_lines():
    """Files are UTF-8 without byte order mark and ASCII escapes, and end with a newline."""
    for path in SEEDS.glob("*.jsonl"):
        raw = path.read_bytes()
        assert not raw.startswith(b"\xef\xbb\xbf")
        assert b"\\u" not in raw
        assert b"\r" not in raw
        assert raw.endswith(b"\n")


def test_records_have_exactly_the_fields_of_the_format(reports):
    """A record has the eleven fields, in the documented order, and nothing else."""
    assert all(tuple(report) == FIELDS for report in reports)


def test_field_values_have_their_types(reports):
    """Strings are not blank, lists are lists of unrepeated strings, url is null and language is ar."""
    for report in reports:
        for name in ("title", "source"):
            assert report[name].strip() == report[name] != ""
        for name in ("places", "actors", "tags"):
            assert report[name]
            assert all(isinstance(value, str) and value.strip() == value != "" for value in report[name])
            assert len(set(report[name])) == len(report[name])
        assert report["url"] is None
        assert report["language"] == "ar"
        assert "رصد" not in report["source"]


def test_collection_is_the_name_of_the_file():
    """The collection of a report is the name of the file it stands in."""
    for path in SEEDS.glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert json.loads(line)["collection"] == path.stem


def test_ids_are_unique_slugs(reports):
    """An id is a lower-case ASCII slug of at most 40 characters, starts with its country and occurs once."""
    ids = [report["id"] for report in reports]
    assert len(set(ids)) == len(ids)
    for report in reports:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", report["id"])
        assert len(report["id"]) <= 40
        assert report["id"].startswith(report["collection"] + "-")


def test_reports_have_three_to_eight_paragraphs(reports):
    """A report has three to eight paragraphs of a legal kind, each with a text."""
    for report in reports:
        assert 3 <= len(report["paragraphs"]) <= 8
        for paragraph in report["paragraphs"]:
            assert tuple(paragraph) == ("kind", "text")
            assert paragraph["kind"] in KINDS
            assert paragraph["text"].strip() == paragraph["text"] != ""


def test_body_paragraphs_have_the_length_of_agency_prose(reports):
    """A body paragraph has 25 to 60 words."""
    for report in reports:
        for position, paragraph in enumerate(report["paragraphs"], 1):
            if paragraph["kind"] == "body":
                assert 25 <= len(paragraph["text"].split()) <= 60, f"{report['id']}:{position}"


def test_paragraphs_are_one_line_each(texts):
    """No paragraph holds a line break, a tab or another control character."""
    assert not [ref for ref, text in texts.items() if re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029]", text)]


def test_dates_are_iso_or_null(reports):
    """A date is ISO 8601 with year, month, day or zoned time precision, or null."""
    for report in reports:
        published = report["published"]
        if published is None:
            continue
        assert ISO.fullmatch(published)
        if "T" in published:
            assert datetime.fromisoformat(published).tzinfo is not None
        else:
            assert date.fromisoformat((published + "-01-01")[:10])


def test_precision_of_dates_is_mixed(reports):
    """Reports are undated or know the year, the month, the day or the time."""
    dates = [report["published"] for report in reports]
    assert dates.count(None) >= 15
    for length, least in ((4, 3), (7, 5), (10, 80)):
        assert sum(1 for value in dates if value and len(value) == length) >= least, length
    assert sum(1 for value in dates if value and "T" in value) >= 30


def test_there_are_paragraphs_of_every_kind(reports):
    """Captions, quotes and headings stand in the corpus beside the body."""
    kinds = [paragraph["kind"] for report in reports for paragraph in report["paragraphs"]]
    for kind, least in (("body", 600), ("caption", 60), ("quote", 50), ("heading", 25)):
        assert kinds.count(kind) >= least, kind


def test_idlib_is_spelled_in_every_way(texts):
    """Idlib stands in many paragraphs, with and without hamza and with three proclitics."""
    anywhere = holding(texts, r"\b[بلوفك]{0,2}[إا]دلب(?![^\W_])")
    assert len(anywhere) >= 30
    assert len(reports_of(anywhere)) >= 12
    assert len(holding(texts, r"\bادلب\b")) >= 8
    assert len(holding(texts, r"\bبإدلب\b")) >= 5
    assert holding(texts, r"\bلإدلب\b")
    assert holding(texts, r"\bوإدلب\b")


@pytest.mark.parametrize(
    ("least", "pattern"),
    [
        (10, r"\b(?:الامم|الامين|الاقل)\b"),
        (8, r"\b(?:منظمه|الدوليه|مدينه|السيطره|حكومه|مديريه|القوه)\b"),
        (12, r"\b(?:فى|الذى|التى)\b"),
        (8, "[کی]"),
        (8, "[\ufb50-\ufdff\ufe70-\ufefc]"),
        (10, "[\u200b-\u200f\u202a-\u202e\u2066-\u2069]"),
        (12, "[٠-٩]"),
        (1, "[۰-۹]"),
        (8, r"[^\W\d_]ـ+[^\W\d_]"),
        (8, r"ـ+\s+ـ+"),
        (6, r"(?<!\w)(?:[ء-ي]{1,3}\.){2,}[ء-ي]"),
        (12, r"#\w+_\w+"),
        (25, "[A-Za-z]{2,}"),
        (20, r"(?:تشرين|كانون) ال\w+/|(?:شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول)/"),
        (3, r"\b(?:أفريل|جويلية|جانفي|فيفري)\b"),
        (25, r"\b[وبلف]?سوريا\b"),
        (10, r"\b[وبلف]?سورية\b"),
        (15, "مسئول"),
        (35, "مسؤول"),
        (3, r"\b[وب]?حماه\b"),
        (4, r"\b[وب]?حماة\b"),
        (3, "جوتيريش"),
        (12, "غوتيريش"),
        (4, "[أا]ميرك"),
        (3, "[أا]ستانا"),
        (2, "أستانة"),
        (5, "خان يونس"),
        (3, "خانيونس"),
        (3, "[أا]مدرمان"),
        (1, "بورت سودان"),
        (2, r"\b[وب]?مارب\b"),
    ],
)
def test_every_habit_stands_in_enough_reports(texts, least, pattern):
    """A habit of spelling is found, verbatim, in at least so many reports."""
    assert len(reports_of(ref for ref, text in texts.items() if re.search(pattern, text))) >= least


@pytest.mark.parametrize(
    ("report", "pattern"),
    [
        ("syria-khan-shaykhun-2017", "٢٠١٧"),
        ("palestine-unsc-2735-2024", "٢٧٣٥"),
        ("syria-idlib-truce-2020-north", "#إدلب_تحت_القصف"),
        ("syria-assad-fall-2024", "مُحافَظة"),
        ("syria-assad-fall-2024", "الـقصف"),
        ("yemen-sanaa-hall-2016", "أنصار الله"),
        ("yemen-stockholm-2018", "انصار الله"),
        ("yemen-stockholm-2018", "للحوثيين"),
        ("yemen-stockholm-2018", r"\bفى\b"),
        ("yemen-dahyan-2018", "صعده"),
        ("palestine-ahli-2023", "\u200c"),
        ("palestine-ahli-2023", "\u200f"),
        ("palestine-ahli-2023", "لحماس"),
        ("palestine-rafah-2024", "[\ufe70-\ufefc]"),
        ("iraq-sinjar-2014", "کردستان"),
        ("iraq-sinjar-2014", "ی"),
        ("iraq-mosul-2017", r"د\.ا\.ع\.ش"),
        ("iraq-mosul-2017", "مقـ ـتل"),
        ("iraq-mosul-2017", "وبالموصل"),
        ("iraq-mosul-2017", "كالفلوجة"),
        ("libya-tripoli-2020", "مسئول"),
        ("lebanon-ceasefire-2024", "تشرين الثاني"),
        ("libya-tarhuna-2020", "نوفمبر"),
    ],
)
def test_spelling_habits_are_where_the_readme_says(texts, report, pattern):
    """A habit listed in the README is found, verbatim, in the report it is listed for."""
    assert any(re.search(pattern, text) for ref, text in texts.items() if ref.startswith(report + ":"))


def test_both_spellings_of_common_words_occur(texts):
    """Syria, official and Hama each occur in both of their spellings."""
    for pattern in ("سوريا", "سورية", "مسؤول", "مسئول", "حماة", "حماه", "إدلب", "ادلب"):
        assert holding(texts, pattern), pattern


def test_presentation_forms_are_one_sentence_of_a_report(texts):
    """Presentation forms stand in one paragraph of a report, as one bad page of a PDF gives them."""
    refs = [ref for ref, text in texts.items() if re.search("[\ufb50-\ufdff\ufe70-\ufefc]", text)]
    assert len(refs) == len(reports_of(refs))


@pytest.mark.parametrize(("first", "second"), NEAR_COPIES)
def test_near_copies(reports, first, second):
    """Two copies of one wire text differ in source and wording, and agree in most characters of most paragraphs."""
    by_id = {report["id"]: report for report in reports}
    first, second = by_id[first], by_id[second]
    assert first["source"] != second["source"]
    assert first["places"] == second["places"]
    pairs = [
        (one["text"], other["text"]) for one, other in zip(first["paragraphs"], second["paragraphs"], strict=False)
    ]
    alike = [difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() > 0.85 for one, other in pairs]
    assert sum(alike) >= 4
    assert sum(one != other for one, other in pairs) >= 3


def test_sources_vary(reports):
    """At least thirty desks are named, and none carries a third of the reports."""
    sources = [report["source"] for report in reports]
    assert len(set(sources)) >= 30
    assert max(map(sources.count, sources)) < len(reports) / 3


def test_judgements_have_the_documented_columns():
    """The header names four columns, every row has four, and no cell has outer spaces."""
    header, rows = read_judgements()
    assert header == "query\tmatch\tmust\tmust_not"
    assert all(len(row) == 4 for row in rows)
    assert all(cell == cell.strip() for row in rows for cell in row)


def test_there_are_enough_judged_queries(judgements):
    """At least 110 different queries are judged, at least 40 of them with false friends, in every form a query has."""
    queries = [row[0] for row in judgements]
    assert len(queries) >= 110
    assert len(set(queries)) == len(queries)
    assert sum(1 for row in judgements if row[3]) >= 40
    for form, least in (
        (r'"[^"]+"', 25),
        (r'"~\d', 5),
        (r"(^|\s)-\S", 5),
        (r"\sOR\s", 5),
        (r"[0-9٠-٩]", 15),
        (r"#", 4),
    ):
        assert sum(1 for query in queries if re.search(form, query)) >= least, form


def test_levels_of_judgements_are_legal(judgements):
    """Every query is judged at one of the five levels, each level is used, and `variants` stands last."""
    levels = [row[1] for row in judgements]
    assert set(levels) == set(LEVELS)
    first = levels.index("variants")
    assert set(levels[first:]) == {"variants"}


def test_judgements_name_paragraphs_that_exist(judgements, texts):
    """Every reference names a paragraph of the corpus, once, and nothing must be both found and not found."""
    for query, _, must, must_not in judgements:
        wanted, unwanted = must.split(), must_not.split()
        assert wanted, query
        assert set(wanted) <= set(texts), query
        assert set(unwanted) <= set(texts), query
        assert len(set(wanted)) == len(wanted), query
        assert len(set(unwanted)) == len(unwanted), query
        assert not set(wanted) & set(unwanted), query


def test_exact_judgements_of_one_word_are_complete(judgements, texts):
    """A single word judged at level exact stands, letter by letter, in all of its paragraphs and in no others."""
    joined = {ref: as_typed(text) for ref, text in texts.items()}
    for query, match, must, _ in judgements:
        if match == "exact" and re.fullmatch(r"\w+", query):
            assert holding(joined, rf"(?i)\b{query}\b") == set(must.split()), query


def test_the_readme_names_the_sources_of_every_report(reports):
    """The README lists every report in the table of sources, once, with something beside it."""
    readme = (SEEDS / "README.md").read_text(encoding="utf-8")
    table = readme.partition("## What the facts rest on")[2]
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| \S.* \|$", table, flags=re.MULTILINE)
    assert sorted(rows) == sorted(report["id"] for report in reports)


def test_the_readme_names_no_report_that_is_not_there(reports):
    """Every report that the README names is one of the corpus, and its counts are those of the corpus."""
    readme = (SEEDS / "README.md").read_text(encoding="utf-8")
    ids = {report["id"] for report in reports}
    assert set(re.findall(rf"`((?:{'|'.join(COUNTRIES)})-[a-z0-9-]+)`", readme)) == ids
    assert f"{len(reports)} short Arabic reports" in readme
    for collection in COUNTRIES:
        count = sum(1 for report in reports if report["collection"] == collection)
        assert f"| {collection} | {count} |" in readme
    rows = read_judgements()[1]
    assert f"{len(rows)} judged queries" in readme
