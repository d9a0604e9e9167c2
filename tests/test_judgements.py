"""The judgements of the sample corpus, on the real engine: what must be found is found, what must not is not."""

from __future__ import annotations

import csv
import re

import pytest
from conftest import SEEDS

from analyzers.levels import Level


def rows():
    """Return the judgements: query, level, references that must and must not be found."""
    with (SEEDS / "judgements.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["match"] in set(Level):  # the file may be ahead of the levels that there are
                yield row["query"], row["match"], set(row["must"].split()), set((row["must_not"] or "").split())


def reference(id_):
    """Return an id as the judgements write it: the record's own id and the position."""
    return re.sub(r"-[0-9a-f]{16}(?=:)", "", id_)


@pytest.mark.parametrize(("query", "match", "must", "must_not"), list(rows()))
def test_judgement(seeds, query, match, must, must_not):
    """At the level that the row names, all its paragraphs are found and none of its false friends."""
    found = {reference(id_) for id_ in seeds.ids(query, match=match, op="and")}
    assert must - found == set()
    assert must_not & found == set()
    assert len(found) < 100
