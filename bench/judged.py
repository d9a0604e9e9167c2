"""Sets of queries with the paragraphs that they should find: the shared questions, and the sample corpus's judgements."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from indexer.paragraphs import paragraph_documents
from indexer.report import Report

Json = dict[str, Any]

CHECKOUT = Path(__file__).parent.parent
SHARED = CHECKOUT.parent / "shared" / "data"
UTC = ZoneInfo("UTC")


@dataclass(slots=True)
class Set:
    """A set of queries: documents by id, queries by id, relevant ids of each, and ids that must not be found."""

    name: str
    documents: dict[str, Json]
    queries: dict[str, str]
    relevant: dict[str, set[str]]
    friends: dict[str, set[str]] = field(default_factory=dict)


def question_set(name: str) -> Set:
    """Return a set of questions from the shared data."""
    folder = SHARED / name
    paragraphs = [json.loads(line) for line in (folder / "paragraphs.jsonl").read_text("utf-8").splitlines()]
    queries = {q["id"]: q["text"] for q in map(json.loads, (folder / "queries.jsonl").read_text("utf-8").splitlines())}
    relevant: dict[str, set[str]] = {}
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines():
        query, paragraph, grade = line.split("\t")
        if int(grade) > 0:
            relevant.setdefault(query, set()).add(paragraph)
    documents = {}
    for given in paragraphs:
        report = Report.model_validate({"id": given["id"], "paragraphs": [given["text"]]})
        documents[given["id"]] = paragraph_documents(report, "r", 1, UTC)[0]
    return Set(name, documents, queries, relevant)


def english_set() -> Set:
    """Return the English questions on the Arabic paragraphs of xquad-ar."""
    arabic = question_set("xquad-ar")
    folder = SHARED / "xquad-ar"
    lines = (folder / "queries.en.jsonl").read_text("utf-8").splitlines()
    queries = {query["id"]: query["text"] for query in map(json.loads, lines)}
    relevant: dict[str, set[str]] = {}
    for line in (folder / "qrels.en.tsv").read_text("utf-8").splitlines():
        query, paragraph, _ = line.split("\t")
        relevant.setdefault(query, set()).add(paragraph)
    return Set("xquad-ar, English questions", arabic.documents, queries, relevant)


def judged_set() -> Set:
    """Return the sample corpus with its judgements."""
    documents = {}
    for file in sorted((CHECKOUT / "seeds").glob("*.jsonl")):
        for record in map(json.loads, file.read_text("utf-8").splitlines()):
            report = Report.model_validate(record)
            for document in paragraph_documents(report, record["id"], 1, UTC):
                documents[f"{record['id']}:{document['position']}"] = document
    queries, relevant, friends = {}, {}, {}
    with (CHECKOUT / "seeds" / "judgements.tsv").open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)):
            queries[str(number)] = row["query"]
            relevant[str(number)] = set(row["must"].split())
            friends[str(number)] = set((row["must_not"] or "").split())
    return Set("seeds", documents, queries, relevant, friends)
