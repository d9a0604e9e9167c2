"""`python -m indexer check`: what the index really holds of the files, also where it was damaged behind its own back."""

from __future__ import annotations

import json

import httpx2
import pytest
from click.testing import CliRunner

from indexer.__main__ import main
from indexer.takedown import take_down

REPORTS = 5


@pytest.fixture
def planted(new_rasd, tmp_path):
    """A Rasd with five loaded reports of a title and three paragraphs each, and the file that they are from."""
    file = tmp_path / "reports.jsonl"
    lines = [
        {"id": f"r{number}", "title": f"عنوان {number}", "paragraphs": [f"فقرة {number} {part}" for part in "أبج"]}
        for number in range(REPORTS)
    ]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    with new_rasd() as rasd:
        assert rasd.load(file).clean
        yield rasd, file


def check(rasd, *arguments):
    """Run the command and return its exit code, the reports that differ (by the end of their place) and the counts."""
    environment = {"RASD_OPENSEARCH_URL": rasd.settings.opensearch_url, "RASD_INDEX": rasd.settings.index}
    result = CliRunner().invoke(main, ["check", "--json", *map(str, arguments)], env=environment)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    *findings, counts = map(json.loads, result.stdout.splitlines())
    return result.exit_code, [finding for finding in findings if finding["differs"]], counts


def report_id(rasd, number):
    """Return the id of one of the five reports."""
    return next(name for name in ids(rasd) if name.startswith(f"r{number}-"))


def ids(rasd):
    """Return the ids of all stored reports."""
    return [hit["_id"] for page in rasd.engine.pages(rasd.aliases.reports, {}) for hit in page]


def put(rasd, path, document):
    """Write a document past both doors."""
    answer = httpx2.put(f"{rasd.settings.opensearch_url}{path}", json=document)
    assert answer.status_code in {200, 201}, answer.text


def one(differing):
    """Return the only finding."""
    (finding,) = differing
    return finding


def test_nothing_differs_after_a_load(planted):
    """Right after a load every report is the same, and the paragraphs are counted on both sides."""
    rasd, file = planted
    code, differing, counts = check(rasd, file, "--others")
    assert (code, differing, counts["same"], counts["done"]) == (0, [], REPORTS, True)
    assert counts["paragraphs"] == {"expected": 4 * REPORTS, "held": 4 * REPORTS}


def test_a_paragraph_that_was_deleted_is_missed(planted):
    """A paragraph taken away behind the record's back is named by its position, and a load says `unchanged`."""
    rasd, file = planted
    rasd.ask("DELETE", f"/{rasd.aliases.paragraphs}/_doc/{report_id(rasd, 2)}:3")
    code, differing, _ = check(rasd, file)
    finding = one(differing)
    assert (code, finding["state"], finding["lacking"]) == (1, "damaged", [3])
    assert (finding["expected"], finding["held"]) == (4, 3)
    assert rasd.load(file).sentence().startswith("5 reports: 0 created, 0 replaced, 5 unchanged")


def test_a_changed_text_is_seen_though_its_hash_says_otherwise(planted):
    """The text itself is hashed: a paragraph whose text was changed and whose stored hash was not is stale."""
    rasd, file = planted
    where = f"/{rasd.aliases.paragraphs}/_doc/{report_id(rasd, 1)}:1"
    document = rasd.ask("GET", where)["_source"]
    changed = {**document, "text": document["text"] + " حرف"}
    put(rasd, f"{where}?version=9&version_type=external", changed)
    code, differing, _ = check(rasd, file)
    finding = one(differing)
    assert (code, finding["state"], finding["stale"], finding["lacking"]) == (1, "damaged", [1], [])


def test_an_extra_paragraph_is_seen(planted):
    """A paragraph that the file does not have is named."""
    rasd, file = planted
    whole = rasd.ask("GET", f"/{rasd.aliases.paragraphs}/_doc/{report_id(rasd, 0)}:1")["_source"]
    put(rasd, f"/{rasd.aliases.paragraphs}/_doc/{report_id(rasd, 0)}:9", {**whole, "position": 9})
    finding = one(check(rasd, file)[1])
    assert (finding["state"], finding["extra"], finding["held"]) == ("damaged", [9], 5)


def test_a_report_without_its_record_is_damaged_and_one_without_anything_missing(planted):
    """A lost record is told apart from a report of which nothing is there; both are differences."""
    rasd, file = planted
    rasd.ask("DELETE", f"/{rasd.aliases.reports}/_doc/{report_id(rasd, 4)}")
    assert one(check(rasd, file)[1])["state"] == "damaged"
    more = file.with_name("more.jsonl")
    more.write_text(json.dumps({"id": "new", "text": "نص"}), encoding="utf-8")
    assert one(check(rasd, more)[1])["state"] == "missing"


def test_a_load_that_was_cut_off_is_incomplete(planted):
    """A record without its mark is incomplete, whatever of its paragraphs is there."""
    rasd, file = planted
    where = f"/{rasd.aliases.reports}/_doc/{report_id(rasd, 3)}"
    record = rasd.ask("GET", where)["_source"]
    put(rasd, f"{where}?version=2&version_type=external", {**record, "version": 2, "complete": False})
    assert one(check(rasd, file)[1])["state"] == "incomplete"


def test_a_file_that_changed_differs_and_one_that_is_refused_too(planted):
    """A file that was edited since is `other content`, and a line that a load would refuse is named with its reason."""
    rasd, file = planted
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([lines[0].replace('"title"', '"tags":["x"],"title"'), *lines[1:], "{"]))
    code, differing, counts = check(rasd, file)
    assert (code, {finding["state"] for finding in differing}) == (1, {"other content", "refused"})
    assert (counts["other_content"], counts["refused"], counts["same"]) == (1, 1, REPORTS - 1)


def test_others_are_named_when_asked(planted, tmp_path):
    """Reports that no file gave are named with --others alone, and so are paragraphs whose report is not there."""
    rasd, file = planted
    few = tmp_path / "few" / file.name
    few.parent.mkdir()
    few.write_text("\n".join(file.read_text(encoding="utf-8").splitlines()[:3]), encoding="utf-8")
    assert check(rasd, few)[0] == 0
    rasd.ask("DELETE", f"/{rasd.aliases.reports}/_doc/{report_id(rasd, 4)}")
    code, differing, counts = check(rasd, few, "--others")
    assert (code, counts["not_given"]) == (1, 2)
    assert sorted(bool(finding["reason"]) for finding in differing) == [False, True]


def test_what_was_taken_down_is_no_difference(planted):
    """A report that was taken down is left out, as a load leaves it out, and the tombstones are counted."""
    rasd, file = planted
    take_down(rasd.engine, rasd.settings, [report_id(rasd, 0)])
    code, differing, counts = check(rasd, file, "--others")
    assert (code, differing, counts["taken_down"], counts["tombstones"]) == (0, [], 1, 1)


def test_what_the_terminal_is_told(planted):
    """Without --json only what differs is said, and the counts in one line; nothing is written to the index."""
    rasd, file = planted
    rasd.ask("DELETE", f"/{rasd.aliases.paragraphs}/_doc/{report_id(rasd, 2)}:3")
    before = rasd.ask("GET", f"/{rasd.settings.index}*/_stats/indexing")["_all"]["primaries"]["indexing"]["index_total"]
    environment = {"RASD_OPENSEARCH_URL": rasd.settings.opensearch_url, "RASD_INDEX": rasd.settings.index}
    result = CliRunner().invoke(main, ["check", str(file)], env=environment)
    line, counts = result.stdout.splitlines()
    assert "reports.jsonl:3" in line
    assert "damaged: 3 of 4 paragraphs; not in the index: 3" in line
    assert counts.startswith(
        "5 reports: 4 same, 1 damaged; 20 paragraphs in the files, 19 of these reports in the index"
    )
    after = rasd.ask("GET", f"/{rasd.settings.index}*/_stats/indexing")["_all"]["primaries"]["indexing"]["index_total"]
    assert after == before


def test_there_must_be_an_index(new_rasd, tmp_path):
    """Where nothing was ever loaded the command says so."""
    (tmp_path / "a.txt").write_text("نص", encoding="utf-8")
    with new_rasd() as rasd:
        environment = {"RASD_OPENSEARCH_URL": rasd.settings.opensearch_url, "RASD_INDEX": rasd.settings.index}
        result = CliRunner().invoke(main, ["check", str(tmp_path)], env=environment)
        assert result.exit_code == 1
        assert "load something first" in result.stderr
