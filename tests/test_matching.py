r"""What meets what, and how: one row a pair of query and text, each on the real engine.

`matching.tsv` says the strictest level at which a query finds a text, `never`, or `substring`. Letters that an editor does
not show, or shows like others, are written `\uXXXX`. A `why` that begins with `limit:` is what a reader might wish for and
no rule promises.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import Client, serving

from analyzers.levels import LOOSEST, Level

TABLE = Path(__file__).with_name("matching.tsv")
NEVER = "never"


@dataclass(frozen=True)
class Row:
    """A line of the table, with its escapes read."""

    query: str
    text: str
    level: str
    why: str


def read_rows():
    """Return the rows of the table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Row(unescaped(line["query"]), unescaped(line["text"]), line["level"], line["why"]) for line in lines]


def unescaped(written):
    r"""Return what `\uXXXX` stands for."""
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), written)


ROWS = read_rows()
PLACE = {text: str(number) for number, text in enumerate(dict.fromkeys(row.text for row in ROWS))}
"""Each text is a report of its own, and its `source` is a number, so that a search can be held to it."""


def case(number, row):
    """Return a row as a case that is called by its line and its level."""
    return pytest.param(row, id=f"{number}-{row.level}")


@pytest.fixture(scope="module")
def hits(rasd, tmp_path_factory):
    """A function that returns the hits of a row's query in its text, by all words, at a level."""
    folder = tmp_path_factory.mktemp("matching") / "texts"
    folder.mkdir()
    records = [{"id": f"m{number}", "source": number, "text": text} for text, number in PLACE.items()]
    (folder / "texts.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    assert rasd.load(folder).clean
    texts = defaultdict(set)
    for row in ROWS:
        for level in levels_asked(row):
            texts[row.query, level].add(PLACE[row.text])
    with serving(rasd.settings) as url, ThreadPoolExecutor(4) as pool:
        client = Client(url)
        with client.http:

            def ask(query, level):
                params = {"match": level.value, "op": "and", "size": 100, "source": sorted(texts[query, level])}
                return client.search(query, **params)["hits"]

            # One search for all texts of a query at a level, not one a row: 760 instead of 1,110.
            asked = {pair: pool.submit(ask, *pair) for pair in texts}

            def answer(row, level):
                return [hit for hit in asked[row.query, level].result() if hit["source"] == PLACE[row.text]]

            yield answer


def levels_asked(row):
    """Return the loosest level at which a row's query may find its text, and the level just stricter than its own."""
    if row.level == NEVER:
        return (LOOSEST,)
    level = Level(row.level)
    stricter = [list(Level)[level.rank - 1]] if level.rank else []
    return (level if level is Level.SUBSTRING else LOOSEST, *stricter)


@pytest.mark.parametrize("row", [case(number, row) for number, row in enumerate(ROWS, start=2)])
def test_row(hits, row):
    """From the level of its row on the query finds the text and marks whole words; at the next stricter one it does not."""
    loosest, *stricter = (hits(row, level) for level in levels_asked(row))
    assert all(told == [] for told in stricter)
    if row.level == NEVER:
        assert loosest == []
        return
    assert [hit["level"] for hit in loosest] == [row.level]
    assert loosest[0]["matches"]
    for match in loosest[0]["matches"]:
        assert row.text[match["start"] : match["end"]] == match["surface"]
        assert is_whole(row.text, match["start"], match["end"]), match


def is_whole(text, start, end):
    """Tell whether no letter, digit or mark stands right before `start` or behind `end`, but for invisible ones."""
    return not any(is_spoken(side) for side in (visible(text[:start])[-1:], visible(text[end:])[:1]))


def visible(text):
    """Return a text without its controls."""
    return "".join(char for char in text if unicodedata.category(char) != "Cf")


def is_spoken(char):
    """Tell whether a character is part of a word; of none there is nothing to tell."""
    return char != "" and unicodedata.category(char)[0] in "LNM"


def test_the_table_is_whole():
    """No pair stands twice, every level is known and well covered, and each row says why."""
    pairs = Counter((row.query, row.text) for row in ROWS)
    assert [pair for pair, count in pairs.items() if count > 1] == []
    assert all(row.why.strip("! ") for row in ROWS)
    counts = Counter(row.level for row in ROWS)
    assert set(counts) == {*(level.value for level in Level), NEVER}
    assert all(count >= 20 for count in counts.values()), counts
    assert len(ROWS) >= 340
