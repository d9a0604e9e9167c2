"""Bad lines among good ones: each is named with its number and reason, the rest is loaded, together they are what was given."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from pathlib import Path

import orjson

from bench.reliability.checks import Seen
from bench.reliability.trial import INDEXER, opened
from settings import Settings

LINES = 100_000
BAD = 137
WAYS: dict[str, bytes] = {
    "published: ": b'{"id": "bad", "text": "x", "published": "2019-13-45"}',
    "sauce: unknown field": b'{"id": "bad", "text": "x", "sauce": "y"}',
    "not JSON": b'{"id": "bad", "text": "x"',
    "not UTF-8": b'{"id": "bad", "text": "\xda\xe1"}',
    "there is no text": b'{"id": "bad", "text": "  "}',
    "a record is a JSON object": b'["id", "bad"]',
    "id: ": b'{"id": "' + b"x" * 1001 + b'", "text": "x"}',
    "give either text or paragraphs": b'{"id": "bad", "text": "x", "paragraphs": ["x"]}',
    "collection: ": b'{"id": "bad", "text": "x", "collection": "No Name"}',
}
"""A bad line of each kind, by how the reason begins that is given."""
POISONED = "نص\x00 \ud800 آخر"
"""A text that is taken, with U+FFFD for what would harm: stored as it is, it would break each answer that holds it."""


SILENT = """
from indexer import refusals
was = refusals._write
def write(file, refusal):
    if not refusal.place.endswith("7"):
        was(file, refusal)
refusals._write = write
from indexer.__main__ import main
main()
"""
"""The indexer as it would be if it passed over a refusal now and then."""


def refused_lines(
    settings: Settings, chance: random.Random, number: int = LINES, program: tuple[str, ...] = INDEXER
) -> Seen:
    """Load lines of which some are bad, in every way there is, and read the file of refusals."""
    places = sorted(chance.sample(range(number), BAD))
    ways = {place: list(WAYS)[index % len(WAYS)] for index, place in enumerate(places)}
    with opened(settings) as trial, tempfile.TemporaryDirectory() as name:
        path, told = Path(name) / "a.jsonl", Path(name) / "refused.ndjson"
        path.write_bytes(
            b"".join((WAYS[ways[place]] if place in ways else _good(place)) + b"\n" for place in range(number))
        )
        code, said, _error = trial.run("load", str(path), "--refused", str(told), program=program)
        found = {line["line"]: line["reason"] for line in map(orjson.loads, told.read_bytes().splitlines())}
        loaded = trial.engine.count(trial.aliases.reports, {"term": {"complete": True}})
        poisoned = trial.engine.count(trial.aliases.paragraphs, {"match_phrase": {"text": "آخر"}})
    named = Counter(way for place, way in ways.items() if way in found.get(place + 1, ""))
    figure = (
        f"{number:,} lines, {BAD} bad in {len(WAYS)} ways: {loaded:,} loaded, {len(found)} in the file of refusals, of which "
        f"{named.total()} with the right line and reason; {poisoned} texts with NUL and a lone surrogate mended"
    )
    is_whole = (
        loaded + len(found) == number and named.total() == len(found) == BAD and poisoned == _poisoned(number, ways)
    )
    return Seen(figure, is_whole and code == 1 and f"{BAD} refused" in said)


def _good(place: int) -> bytes:
    text = POISONED if place % 100 == 0 else f"نص {place}"
    return b'{"id": "g-%d", "text": "%s"}' % (place, text.encode("unicode-escape").replace(b"\\x00", b"\\u0000"))


def _poisoned(number: int, ways: dict[int, str]) -> int:
    return sum(place not in ways for place in range(0, number, 100))
