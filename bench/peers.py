"""What else could be used, beside Rasd: what it finds of the judged searches, and how fast it is. `make bench-peers`.

Completeness: the sample corpus and its judgements at the levels from proclitics on, as somebody means who types a name.
Each peer gets the words, phrases and exclusions of a search in its own language, all of them wanted. Counted are
the judged paragraphs that it finds at all, in the first thousand, and those judged to be something else that it finds too.
Speed: a made corpus (`bench.reports`), the first ten hits and their number, query by query, each peer in turn. The others run
in this process and return ids; Rasd is asked over HTTP, at its default level, and returns texts, marks and the counts of all
levels. Its tests hold it to every judgement at the level that it was written for: that row says what the judgements are.
"""

from __future__ import annotations

import asyncio
import csv
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import regex

from analyzers.levels import Level
from bench.figures import Machine, keep, show, table, where
from bench.judged import judged_set
from bench.own_indices import own_indices
from bench.peer_systems import Peer, Unit, peers, units_of
from bench.queries import JUDGEMENTS
from bench.reports import reports, write_reports
from bench.served import Served, served
from bench.speed import seconds
from indexer.commands import LoadOptions, load
from indexer.engine import WritingEngine
from rasd_client import Rasd
from settings import CHECKOUT, Settings

PARAGRAPHS = 20_000
ROUNDS = 3
WARM_UP = 5
"""Rounds that are not counted: a node that was just started takes twice as long."""
RASD, AS_JUDGED = "Rasd", "Rasd, at the level of the judgements"
MOST = 1000
"""Hits that are looked at for what a peer finds."""
_BEYOND = regex.compile(r"[~*:()]|\bOR\b")
"""What not every peer can be asked."""
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """A search with its judgements: ids that must be found, and ids that must not."""

    q: str
    match: str
    units: tuple[Unit, ...]
    must: frozenset[str]
    must_not: frozenset[str]


def judged() -> list[Judged]:
    """Return the judged searches that mean a name or a thing, and not one spelling of it."""
    with JUDGEMENTS.open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if Level(row["match"]) in {Level.CLITICS, Level.STEM, Level.VARIANTS}
        ]
    return [
        Judged(
            row["query"],
            row["match"],
            units_of(row["query"]),
            frozenset(row["must"].split()),
            frozenset((row["must_not"] or "").split()),
        )
        for row in rows
        if not _BEYOND.search(row["query"])
    ]


async def _found_by_rasd(url: str, searches: Sequence[Judged], *, as_judged: bool) -> list[set[str]]:
    """Return what each search finds, at the level that its judgements are for, or as somebody asks who names none."""
    async with Rasd(url) as client:
        asked = [(one.q, {"op": "and", **({"match": one.match} if as_judged else {})}) for one in searches]
        return [{_reference(hit["id"]) async for hit in client.every_hit(q, **params)} for q, params in asked]


def _reference(id_: str) -> str:
    """Return an id as the judgements write it: the record's own id and the position."""
    return regex.sub(r"-[0-9a-f]{16}(?=:)", "", id_)


def completeness(found: Sequence[set[str]], searches: Sequence[Judged]) -> Json:
    """Return the share of judged paragraphs that were found, searches of which none was missed, and false friends."""
    pairs = list(zip(found, searches, strict=True))
    return {
        "found": sum(len(ids & one.must) for ids, one in pairs) / sum(len(one.must) for one in searches),
        "whole": sum(one.must <= ids for ids, one in pairs),
        "friends": sum(len(ids & one.must_not) for ids, one in pairs),
    }


def found_of_the_judged(engine: WritingEngine, settings: Settings) -> dict[str, Json]:
    """Return what each finds of the sample corpus."""
    searches = judged()
    texts = {id_: document["text"] for id_, document in judged_set().documents.items()}
    load(engine, settings, sorted((CHECKOUT / "seeds").glob("*.jsonl")), LoadOptions("seeds"))
    engine.refresh(settings.index)
    told: dict[str, Json] = {}
    with served(settings, environment={"RATE_LIMIT": "off"}) as api, peers(engine, settings) as others:
        for name, as_judged in ((RASD, False), (AS_JUDGED, True)):
            told[name] = completeness(asyncio.run(_found_by_rasd(api.url, searches, as_judged=as_judged)), searches)
        for peer in others:
            with tempfile.TemporaryDirectory() as folder:
                peer.fill(Path(folder), texts)
                told[peer.name] = completeness([set(peer.found(one.units, MOST)[0]) for one in searches], searches)
    return told | {"searches": {"judged": len(searches), "paragraphs": sum(len(one.must) for one in searches)}}


def speeds(engine: WritingEngine, settings: Settings) -> dict[str, Json]:
    """Return how fast each takes the made corpus, and answers."""
    searches = judged()
    texts = {
        f"{report['id']}:{position}": text
        for report in reports(PARAGRAPHS)
        for position, text in enumerate([report["title"], *report["paragraphs"]])
    }
    told: dict[str, Json] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = write_reports(folder, PARAGRAPHS)
        with own_indices() as (warm_engine, warm):
            load(warm_engine, warm, [file], LoadOptions("bench"))
        rate = len(texts) / seconds(lambda: load(engine, settings, [file], LoadOptions("bench")))
        engine.refresh(settings.index)
        with served(settings, environment={"RATE_LIMIT": "off"}) as api, peers(engine, settings) as others:
            api.wait_for_corpus()
            told[RASD] = {"rate": rate}
            for number, peer in enumerate(others):
                own = folder / str(number)
                own.mkdir()
                told[peer.name] = {"rate": len(texts) / seconds(partial(peer.fill, own, texts))}
            for side, taken in _asked_in_turn(api, others, searches).items():
                told[side] |= {"p50": float(np.percentile(taken, 50)), "p95": float(np.percentile(taken, 95))}
    return told


def _asked_in_turn(api: Served, others: Sequence[Peer], searches: Sequence[Judged]) -> dict[str, list[float]]:
    """Return the milliseconds of every search for Rasd and each peer, after some rounds that are not counted."""
    taken: dict[str, list[float]] = {RASD: [], **{peer.name: [] for peer in others}}
    with httpx2.Client(base_url=api.url, timeout=60) as client:
        for turn in range(WARM_UP + ROUNDS):
            for one in searches:
                asked: dict[str, Callable[[], object]] = {
                    RASD: partial(_ask_rasd, client, one),
                    **{peer.name: partial(peer.found, one.units, 10) for peer in others},
                }
                for name, ask in asked.items():
                    took = seconds(ask) * 1000
                    if turn >= WARM_UP:
                        taken[name].append(took)
    return taken


def _ask_rasd(client: httpx2.Client, one: Judged) -> None:
    client.post("/v1/search", json={"q": one.q, "op": "and"}).raise_for_status()


def lines(told: Json) -> list[str]:
    """Return the table."""
    searches = told["searches"]
    head = [
        "", f"of {searches['paragraphs']:,} judged paragraphs found", f"of {searches['judged']} searches whole",
        "false friends found", "search, ms (median / p95)", "paragraphs/s taken",
    ]  # fmt: skip
    rows = []
    for name, found in told["found"].items():
        speed = told["speed"].get(name)
        took = (f"{speed['p50']:.1f} / {speed['p95']:.1f}", f"{speed['rate']:,.0f}") if speed else ("", "")
        rows.append([name, f"{found['found']:.1%}", found["whole"], found["friends"], *took])
    return [
        f"{where(told['machine'])}; speed on {PARAGRAPHS:,} paragraphs.",
        "",
        *table(head, rows),
    ]


def main() -> None:
    """Measure, keep the figures and write the table."""
    machine = Machine()
    told: Json = {}
    with own_indices() as (engine, settings):
        found = found_of_the_judged(engine, settings)
        told["searches"] = found.pop("searches")
        told["found"] = found
    with own_indices() as (engine, settings):
        told["speed"] = speeds(engine, settings)
    told["machine"] = machine.seen()
    keep("peers", told)
    show("make bench-peers", lines(told))


if __name__ == "__main__":
    main()
