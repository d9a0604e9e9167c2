"""Exporting every hit of a large index, the server's memory beside it: `python -m engine run -- python -m bench.exports N`.

The API is a process of its own, whose resident memory is read while a client takes line after line.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import httpx2

from bench.own_indices import own_indices
from bench.served import served
from indexer.engine import Action, WritingEngine
from indexer.indices import Indices
from settings import Settings

A_BULK = 20_000
A_STEP = 50_000


def fill(engine: WritingEngine, settings: Settings, number: int) -> None:
    """Write tiny paragraphs that all hold one word, past the loader."""
    indices = Indices(engine, settings)
    indices.ensure()
    shared = {"kind": "body", "collection": "bench", "content_hash": "0" * 64, "report_version": 1, "report_id": "r"}
    for start in range(0, number, A_BULK):
        places = range(start, min(start + A_BULK, number))
        engine.bulk(
            [
                Action(indices.aliases.paragraphs, f"r:{place}", None, {**shared, "position": place, "text": "قصف"})
                for place in places
            ]
        )
    engine.refresh(indices.aliases.paragraphs)


def megabytes(pid: int) -> float:
    """Return what a process holds in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def take(url: str, pid: int) -> None:
    """Take every hit and print how far, how fast and in how much memory."""
    started, taken, line = time.perf_counter(), 0, ""
    asked = {"q": "قصف", "match": "exact"}
    with httpx2.stream("GET", f"{url}/v1/search.ndjson", params=asked, timeout=120) as answer:
        for told in answer.iter_lines():
            line = told
            taken += 1
            if taken % A_STEP == 0:
                rate = taken / (time.perf_counter() - started)
                print(f"{taken:>10,} hits  {rate:>8,.0f} a second  {megabytes(pid):>6.1f} MB", flush=True)
    print(f"last line: {json.loads(line)}, {time.perf_counter() - started:.0f} s")


def main() -> None:
    """Fill an index, export it, remove it."""
    with own_indices() as (engine, settings):
        fill(engine, settings, int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
        with served(settings) as api:
            take(api.url, api.process.pid)


if __name__ == "__main__":
    main()
