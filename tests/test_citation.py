"""References: each style is read back by a library of its format with everything in it, Arabic and special signs too."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from conftest import Client, serving

TITLE = r'50% of {X} & "Q" _a_ #1 $5 \ ~ ^ عُنوان — é <b>'
TEXT = 'قصفٌ على «إدلب»، قال: "5%"\nTY  - BOOK\n@misc{x, a = {b}} }'


@pytest.fixture(scope="module")
def cited(new_rasd, tmp_path_factory):
    """A client, and two paragraphs: one with everything that a report can say, one with nothing."""
    folder = tmp_path_factory.mktemp("cited")
    records = [
        {
            "id": "full",
            "title": TITLE,
            "paragraphs": [TEXT],
            "source": "Desk & Sons {مكتب}, الأول",
            "url": "https://example.org/a_b?x=1%20&y=~z#part",
            "published": "2019-04-19T14:30:00+03:00",
        },
        {"id": "bare", "text": "وحيد", "language": "ar"},
    ]
    (folder / "r.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    with new_rasd() as rasd:
        assert rasd.load(folder).clean
        with serving(rasd.settings) as url:
            client = Client(url)
            with client.http:
                hits = {hit["kind"] + hit["report_id"][0]: hit for hit in client.search("إدلب OR وحيد")["hits"]}
                yield client, hits["bodya"], hits["bodyb"]


def one_line(text):
    """Return a text without its line ends."""
    return " ".join(text.split())


def reference(client, hit, style):
    """Return a reference, and the permalink that must stand in it."""
    answer = client.get(f"/v1/paragraphs/{hit['id']}/citation", style=style, v=hit["content_hash"])
    assert answer.status_code == 200, answer.text
    return answer.text, f"{client.base_url}/v1/paragraphs/{hit['id']}?v={hit['content_hash'][:8]}"


TODAY = datetime.now(UTC).date()


def test_bibtex(cited):
    """Bibtexparser reads the entry back, one and no more, with signs of TeX escaped in the file and plain again in the end."""
    client, hit, _ = cited
    text, permalink = reference(client, hit, "bibtex")
    assert r"50\% of \{X\} \& " in text
    library = bibtexparser.parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert library.failed_blocks == []
    (entry,) = library.entries
    assert (entry.entry_type, entry.key) == ("online", hit["id"].replace(":", "."))
    fields = {name: field.value for name, field in entry.fields_dict.items()}
    assert fields["title"].replace("ˆ", "^") == TITLE
    assert fields["author"].strip("{}") == "Desk & Sons {مكتب}, الأول"
    assert (fields["date"], fields["eprint"], fields["eprinttype"]) == ("2019-04-19", permalink, "Rasd")
    assert fields["url"] == hit["url"]
    assert "قصفٌ على «إدلب»، قال:" in fields["abstract"]
    assert hit["content_hash"] in fields["note"]


def test_ris(cited):
    """Rispy reads one record back: a line end in a paragraph does not begin another."""
    client, hit, _ = cited
    text, permalink = reference(client, hit, "ris")
    (record,) = rispy.loads(text)
    assert record["title"] == one_line(TITLE)
    assert record["authors"] == ["Desk & Sons {مكتب}, الأول"]
    assert record["abstract"] == one_line(TEXT)
    assert record["urls"] == [hit["url"], permalink]
    assert (record["year"], record["date"]) == ("2019", "2019/04/19")
    assert record["access_date"] >= TODAY.isoformat().replace("-", "/")
    assert hit["content_hash"] in record["notes"][0]
    assert record["accession_number"] == hit["id"]


def test_csl_json(cited):
    """The item has the names of CSL-JSON, the text as it stands, and what makes it checkable."""
    client, hit, _ = cited
    text, permalink = reference(client, hit, "csl-json")
    (item,) = json.loads(text)
    assert (item["title"], item["abstract"], item["type"]) == (one_line(TITLE), TEXT, "webpage")
    assert (item["URL"], item["archive_location"]) == (hit["url"], permalink)
    assert item["issued"] == {"date-parts": [[2019, 4, 19]]}
    assert item["accessed"]["date-parts"][0] >= [TODAY.year, TODAY.month, TODAY.day]
    assert item["note"] == f"SHA-256 of the text: {hit['content_hash']}"


@pytest.mark.parametrize("style", ["bibtex", "ris", "csl-json"])
def test_a_paragraph_without_anything(cited, style):
    """A paragraph whose report says nothing is cited by its permalink, without empty fields."""
    client, _, hit = cited
    text, permalink = reference(client, hit, style)
    assert "وحيد" in text
    if style == "ris":
        (record,) = rispy.loads(text)
        assert record["urls"] == [permalink]
        assert "authors" not in record
    elif style == "csl-json":
        (item,) = json.loads(text)
        assert item["URL"] == permalink
        assert "issued" not in item
    else:
        assert bibtexparser.parse_string(text).failed_blocks == []


def test_what_cannot_be_cited(cited):
    """Another style is a 422, a text that is no longer there a 410, nothing a 404."""
    client, hit, _ = cited
    path = f"/v1/paragraphs/{hit['id']}/citation"
    assert client.get(path, style="mla").status_code == 422
    assert client.get(path, style="ris", v="0" * 8).status_code == 410
    assert client.get("/v1/paragraphs/x:1/citation", style="ris").status_code == 404
