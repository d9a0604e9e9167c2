"""What the readers decided is counted and told: encodings, what was dropped, mended or skipped, and remarks."""

from __future__ import annotations

import io
import json

import pytest
from click.testing import CliRunner

from indexer.__main__ import main
from indexer.readers.given import Findings, Given, Refused, Skipped
from indexer.tally import Tally

ITEMS = [
    Given(
        "a.html",
        {},
        "/",
        1,
        findings=Findings("a.html", "html", "windows-1256 (declared)", 3, 2, ("published: doubt",)),
    ),
    Skipped("b.png", "picture"),
    Given("c.csv:2", {}, "/", 1, findings=Findings("c.csv", "table", "UTF-8")),
    Given("c.csv:3", {}, "/", 1, findings=Findings("c.csv", "table", "UTF-8")),
    Refused("d.pdf", "broken"),
]


def test_what_is_passed_on():
    """What was skipped is counted and kept from the load; the rest is passed on as it is."""
    assert list(Tally().counted(ITEMS)) == [item for item in ITEMS if not isinstance(item, Skipped)]


def test_what_is_told():
    """A person is told encodings other than UTF-8, by file, and what was mended, left out and skipped."""
    tally = Tally()
    list(tally.counted(ITEMS))
    assert tally.sentences() == [
        "encodings: 1 windows-1256 (declared)",
        "encoded twice and mended: 2 texts",
        "left out as boilerplate: 3 blocks",
        "skipped: 1 picture",
        "note: a.html: published: doubt",
    ]
    assert dict(tally.formats) == {"html": 1, "table": 1}
    assert Tally().sentences() == []


def test_the_details():
    """Each file has a line: what it was taken for and how many reports it held, or why it was not."""
    stream = io.BytesIO()
    list(Tally(stream).counted(ITEMS))
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert {line["file"]: line.get("reports", line.get("skipped", line.get("refused"))) for line in lines} == {
        "a.html": 1,
        "b.png": "picture",
        "c.csv": 2,
        "d.pdf": "broken",
    }


def test_many_remarks():
    """The first remarks are shown and the others counted; a control character of a name does not reach the terminal."""
    found = [Given("x", {}, "/", 0, findings=Findings(f"{n}\x1b", "html", remarks=("r",))) for n in range(25)]
    tally = Tally()
    list(tally.counted(found))
    told = tally.sentences()
    assert (len(told), told[-1]) == (21, "and 5 more notes")
    assert "\x1b" not in "".join(told)


@pytest.fixture
def run(rasd):
    """A function that runs a load with standard input."""
    environment = {"RASD_OPENSEARCH_URL": rasd.settings.opensearch_url, "RASD_INDEX": rasd.settings.index}

    def command(*arguments, stdin=b""):
        return CliRunner().invoke(main, ["load", *map(str, arguments)], env=environment, input=stdin)

    return command


def test_standard_input(run, rasd, client):
    """Standard input is taken for what it holds; a report without an address wants `--name`, by which it is known."""
    lines = '{"id": "s1", "text": "نص المجرى"}\n'.encode()
    assert run("-", stdin=lines).stdout.startswith("1 reports: 1 created")
    text = "عنوان\nكلمةالمجرى".encode("utf-16")
    refused = run("-", stdin=text)
    assert "refused -: id: a record wants an id or a url" in refused.stderr
    named = run("-", "--name", "news.txt", stdin=text)
    assert named.stdout == (
        "1 reports: 1 created, 0 replaced, 0 unchanged, 0 refused (2 paragraphs written)\nencodings: 1 UTF-16\n"
    )
    assert client.search("كلمةالمجرى")["total"]["value"] == 1
    assert "not JSON" in run("-", "--format", "json", stdin=b"no").stderr
    assert run("x", "--name", "a").exit_code == 2


def test_page_and_author_are_shown(rasd, client, tmp_path):
    """A hit, a paragraph and a report show the author, the page, and a date that stayed as it was written."""
    record = {"id": "shown", "author": "سلمى", "published_text": "03/04/2019"}
    paragraphs = [
        {"text": "كلمةالصفحة", "page": 7},
        {"text": "بند", "kind": "list"},
        {"text": "أ | ب", "kind": "table"},
    ]
    (tmp_path / "a.jsonl").write_text(json.dumps({**record, "paragraphs": paragraphs}), encoding="utf-8")
    assert rasd.load(tmp_path).clean
    (hit,) = client.search("كلمةالصفحة")["hits"]
    assert (hit["page"], hit["author"], hit["published_text"]) == (7, "سلمى", "03/04/2019")
    report = client.get(f"/v1/reports/{hit['report_id']}").json()
    assert (report["author"], report["published_text"]) == ("سلمى", "03/04/2019")
    assert [(part["page"], part["kind"]) for part in report["paragraphs"]] == [
        (7, "body"),
        (None, "list"),
        (None, "table"),
    ]
    assert [hit["text"] for hit in client.search("بند أ", kind=["list", "table"])["hits"]] == ["بند", "أ | ب"]
