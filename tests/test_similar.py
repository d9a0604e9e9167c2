"""Similar paragraphs: near copies first, however they are spelt or cut, then what shares words."""

from __future__ import annotations

import json

import pytest

ORIGINAL = "قالت منظمة محلية إن قصفًا مدفعيًا أصاب مدرسة في أطراف البلدة صباح الأحد وأدى إلى إصابة أربعة من الطلاب بجروح"
RECORDS = {
    "original": ORIGINAL,
    "copy": "وكالات - قالت منظمه محليه ان قصفا مدفعيا اصاب مدرسة في اطراف البلدة صباح الاحد وادى الى اصابة 4 من الطلاب بجروح",
    "cut": "قصف مدفعي؛ قالت منظمة محلية إن قصفًا مدفعيًا أصاب مدرسة في أطراف البلدة صباح الأحد",
    "same-words": "أصاب قصف مدفعي صباح الأحد أطراف البلدة، ولم تسجل إصابة بين الطلاب، بحسب منظمة إغاثة قالت إن مدرسة أغلقت",
    "other": "افتتح معرض للكتاب في العاصمة بمشاركة دور نشر عربية",
}


@pytest.fixture(scope="module")
def loaded(rasd, tmp_path_factory):
    """The reports, each with one paragraph, by name."""
    path = tmp_path_factory.mktemp("similar") / "a.jsonl"
    lines = [json.dumps({"id": name, "text": text, "source": name}) for name, text in RECORDS.items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert rasd.load(path).clean
    hits = rasd.ask("POST", f"/{rasd.aliases.paragraphs}/_search", {"query": {"match_all": {}}})["hits"]["hits"]
    return {hit["_source"]["source"]: hit["_id"] for hit in hits}


def test_copies_come_first(loaded, client):
    """Near copies come first, the likest in front, then paragraphs that share words; the paragraph itself is left out."""
    answer = client.get(f"/v1/similar/{loaded['original']}").json()
    assert answer["id"] == loaded["original"]
    assert [(hit["source"], hit["found_by"]) for hit in answer["hits"]] == [
        ("cut", "copy"),
        ("copy", "copy"),
        ("same-words", "words"),
    ]
    assert all(hit["score"] >= 0.5 for hit in answer["hits"][:2])


def test_filters_and_size(loaded, client):
    """Similar paragraphs are filtered as a search is, and as many as were asked for."""
    path = f"/v1/similar/{loaded['original']}"
    assert [hit["source"] for hit in client.get(path, source_not="cut", size=1).json()["hits"]] == ["copy"]
    assert client.get(path, source="other").json()["hits"] == []


@pytest.mark.parametrize(("name", "status"), [("nobody-0000000000000000:1", 404), ("nobody", 404)])
def test_a_paragraph_that_is_not_there(client, name, status):
    """An id of no paragraph is a 404."""
    assert client.get(f"/v1/similar/{name}").status_code == status


def test_a_short_paragraph(rasd, client, tmp_path):
    """A paragraph of two words has no copies by triples of words, and an answer all the same."""
    path = tmp_path / "b.jsonl"
    path.write_text("\n".join(json.dumps({"id": f"s{n}", "text": "قصف مدفعي"}) for n in range(2)), encoding="utf-8")
    rasd.load(path)
    hits = client.search("قصف مدفعي", match="exact")["hits"]
    ids = [hit["id"] for hit in hits if hit["text"] == "قصف مدفعي"]
    found = client.get(f"/v1/similar/{ids[0]}").json()["hits"]
    assert ids[1] in [hit["id"] for hit in found]
