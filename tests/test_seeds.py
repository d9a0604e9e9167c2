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
LEVELS = {"exact", "letters", "clitics", "stem"}
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


def reports_of(refs):
    """Give the report ids of some references."""
    return {ref.rpartition(":")[0] for ref in refs}


def test_there_are_twenty_reports_from_seven_countries(reports):
    """Twenty reports stand in seven files, one for each country."""
    assert tuple(path.stem for path in sorted(SEEDS.glob("*.jsonl"))) == COUNTRIES
    assert len(reports) == 20


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
        assert report["source"].startswith("رصد - ")


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
    """Three reports are undated, one knows the month only, and one or two know the time."""
    dates = [report["published"] for report in reports]
    assert dates.count(None) == 3
    assert sum(1 for value in dates if value and len(value) == 7) == 1
    assert sum(1 for value in dates if value and "T" in value) in {1, 2}
    assert sum(1 for value in dates if value and len(value) == 10) >= 10


def test_there_are_captions_and_quotes(reports):
    """At least three captions and three quotes stand in the corpus."""
    kinds = [paragraph["kind"] for report in reports for paragraph in report["paragraphs"]]
    assert kinds.count("caption") >= 3
    assert kinds.count("quote") >= 3


def test_idlib_is_spelled_in_every_way(texts):
    """Idlib stands in at least 8 paragraphs of 3 reports, without hamza in two and as بإدلب in two."""
    anywhere = holding(texts, r"\b[بلوفك]{0,2}[إا]دلب(?![^\W_])")
    assert len(anywhere) >= 8
    assert len(reports_of(anywhere)) >= 3
    assert len(holding(texts, r"\bادلب\b")) >= 2
    assert len(holding(texts, r"\bبإدلب\b")) >= 2
    assert holding(texts, r"\bلإدلب\b")
    assert holding(texts, r"\bوإدلب\b")


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


def test_persian_letters_and_presentation_forms_stay_in_their_reports(texts):
    """Persian letters stand in one report, presentation forms in one paragraph."""
    assert reports_of(ref for ref, text in texts.items() if re.search("[کی]", text)) == {"iraq-sinjar-2014"}
    assert len([ref for ref, text in texts.items() if re.search("[\ufb50-\ufdff\ufe70-\ufefc]", text)]) == 1


def test_two_reports_are_near_copies(reports):
    """The two copies of one wire text differ in id and source, are not equal, and agree in most characters."""
    by_id = {report["id"]: report for report in reports}
    first, second = by_id["syria-idlib-truce-2020-north"], by_id["syria-idlib-truce-2020-desk"]
    assert first["source"] != second["source"]
    for one, other in zip(first["paragraphs"][:3], second["paragraphs"][:3], strict=True):
        assert one != other
        assert difflib.SequenceMatcher(None, one["text"], other["text"], autojunk=False).ratio() > 0.9


def test_sources_vary(reports):
    """At least five desks are named."""
    assert len({report["source"] for report in reports}) >= 5


def test_judgements_have_the_documented_columns():
    """The header names four columns, every row has four, and no cell has outer spaces."""
    header, rows = read_judgements()
    assert header == "query\tmatch\tmust\tmust_not"
    assert all(len(row) == 4 for row in rows)
    assert all(cell == cell.strip() for row in rows for cell in row)


def test_there_are_enough_judged_queries(judgements):
    """At least 25 different queries are judged, at least 10 of them with false friends, a phrase and a minus too."""
    queries = [row[0] for row in judgements]
    assert len(queries) >= 25
    assert len(set(queries)) == len(queries)
    assert sum(1 for row in judgements if row[3]) >= 10
    assert any('"' in query for query in queries)
    assert any(re.search(r"(^|\s)-\w", query) for query in queries)


def test_levels_of_judgements_are_legal(judgements):
    """Every query is judged at one of the four levels, and each level is used."""
    assert {row[1] for row in judgements} == LEVELS


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
    for query, match, must, _ in judgements:
        if match == "exact" and re.fullmatch(r"\w+", query):
            joined = {ref: re.sub("ـ+\\s+ـ+", "", text).replace("د.ا.ع.ش", "داعش") for ref, text in texts.items()}
            assert holding(joined, rf"\b{query}\b") == set(must.split()), query


def test_the_readme_has_two_rows_for_every_report(reports):
    """The README lists every report in the table of sources and in the table of spelling habits."""
    readme = (SEEDS / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z]+-[a-z0-9-]+)` \|", readme, flags=re.MULTILINE)
    for report in reports:
        assert rows.count(report["id"]) == 2, report["id"]
    assert set(rows) == {report["id"] for report in reports}
