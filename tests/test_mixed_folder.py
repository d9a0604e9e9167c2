"""The closing test: a mixed folder loads with one command, every good file is searchable, each broken one is named."""

from __future__ import annotations

import json

import mixed_folder
from click.testing import CliRunner

from indexer.__main__ import main


def test_a_mixed_folder(rasd, client, tmp_path):
    """Of over 200 files in all formats and encodings every good one is found by its own word, each broken one is refused."""
    folder = tmp_path / "folder"
    numbers = mixed_folder.make(folder)
    broken = mixed_folder.broken()
    assert (len(numbers) >= 200, len(broken) >= 20) == (True, True)
    environment = {"RASD_OPENSEARCH_URL": rasd.settings.opensearch_url, "RASD_INDEX": rasd.settings.index}
    details = tmp_path / "details.jsonl"
    result = CliRunner().invoke(main, ["load", str(folder), "--details", str(details)], env=environment)
    assert result.exit_code == 1, result.output
    given = len(numbers) + len(broken)
    assert result.stdout.startswith(
        f"{given:,} reports: {len(numbers):,} created, 0 replaced, 0 unchanged, {len(broken):,} refused"
    ), result.output
    _check_refusals(rasd, folder, broken)
    found = _found(client, list(numbers.values()))
    assert {name: len(found[number]) for name, number in numbers.items() if len(found[number]) != 1} == {}
    assert len(set().union(*found.values())) == len(numbers)
    _check_details(details, numbers, result.stdout)


def _found(client, numbers):
    """Return the reports in which each number's word is found, eight words a search."""
    words = {mixed_folder.word(number): number for number in numbers}
    found = {number: set() for number in numbers}
    for start in range(0, len(words), 8):
        asked = list(words)[start : start + 8]
        for hit in client.search(" ".join(asked), match="exact", size=100)["hits"]:
            for match in hit["matches"]:
                found[words[match["word"]]].add(hit["report_id"])
    return found


def _check_refusals(rasd, folder, broken):
    """Load again: nothing has changed, and each broken file is named with its own reason."""
    summary = rasd.load(folder)
    told = {refusal.place: refusal.reason for refusal in summary.refusals}
    expected = {place: reason for _, place, reason in broken.values()}
    assert set(told) == set(expected)
    assert [(place, told[place]) for place, reason in expected.items() if not told[place].startswith(reason)] == []
    assert summary.counts["unchanged"] == summary.given - len(broken)


def _check_details(details, numbers, output):
    """Every file stands in the details, as read with its encoding, as refused or as skipped."""
    lines = [json.loads(line) for line in details.read_text(encoding="utf-8").splitlines()]
    read = {line["file"]: line for line in lines if "reports" in line}
    assert {name.split(".")[0] for name in numbers} <= {name.split(".")[0] for name in read}
    assert {line["skipped"] for line in lines if "skipped" in line} >= {
        "hidden",
        "picture",
        "part of a web page",
        "empty file",
    }
    encodings = {line["encoding"].split(" ")[0] for line in read.values()}
    assert encodings >= {"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "windows-1256", "ISO-8859-6"}
    for told in ("encodings: ", "encoded twice and mended: ", "left out as boilerplate: ", "skipped: "):
        assert told in output
