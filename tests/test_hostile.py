"""Hostile queries, documents, files and clients against a server of its own process: small, with printed chance.

The checks are those of `bench/reliability/`: `edge_queries.py`, `edge_documents.py`, `edge_requests.py`, `edge_files.py`,
`edge_feeds.py`, `edge_logs.py`.
"""

from __future__ import annotations

import pytest

from bench.reliability import edge_documents, edge_feeds, edge_files, edge_logs, edge_queries, edge_requests
from bench.reliability.edge_stage import filled, reports


@pytest.fixture(scope="module")
def own(on_node):
    """Settings of indices with some paragraphs, for the module alone."""
    with filled(on_node, reports(60)) as settings:
        yield settings


def test_floods(own, chance):
    """Floods of words, parentheses, exclusions, wildcards and marks are answered or a 422; the engine refuses none."""
    seen = edge_queries.floods(own, 1000, chance, times=1000)
    assert seen.kept, seen.figure


def test_numbers(own):
    """Sizes, places and days that are none are a 422."""
    seen = edge_queries.numbers(own)
    assert seen.kept, seen.figure


def test_bytes_that_are_no_text(own, chance):
    """Half characters, lone surrogates, NUL and broken escapes in addresses, headers and bodies are no server error."""
    seen = edge_queries.bad_unicode(own, 300, chance)
    assert seen.kept, seen.figure


def test_poisoned_documents(own, chance):
    """A document with halves of surrogate pairs, NUL and controls is stored with U+FFFD in their place, found and served."""
    seen = edge_documents.poison(own, 40, chance)
    assert seen.kept, seen.figure


def test_marks_in_hostile_documents(own, chance):
    """Among markup, ligatures, marks and controls every mark is exact, and no markup but ours is in a highlight."""
    seen = edge_documents.marks(own, 60, chance)
    assert seen.kept, seen.figure


def test_tables_and_feeds_of_hostile_documents(own, chance):
    """No cell of a table is a formula, and no feed holds live markup."""
    seen = edge_documents.taken_along(own, 60, chance)
    assert seen.kept, seen.figure


def test_invisible_characters(own):
    """A word is found with and without each invisible character, in the query or in the text."""
    seen = edge_documents.invisible(own)
    assert seen.kept, seen.figure


def test_large_bodies(own):
    """A body of 40 MB, announced or in chunks, is a 413 that costs no memory."""
    seen = edge_requests.large_bodies(own, 40)
    assert seen.kept, seen.figure


def test_bombs():
    """A line, an archive, an object and a nesting without end are refused by their place, in bounded memory."""
    seen = edge_files.ingest_bombs(0.03, 300, 30)
    assert seen.kept, seen.figure


def test_nothing_is_fetched():
    """A file that names addresses makes no connection, nor does a feed whose address leads inside, in whatever spelling."""
    seen = edge_feeds.everything()
    assert seen.kept, seen.figure


def test_words_are_in_no_log(own, node, chance):
    """What somebody searches for is in no log, metric or error, at any level, whatever becomes of the search."""
    seen = edge_logs.words_in_logs(own, node.running().pid, 22, chance)
    assert seen.kept, seen.figure
