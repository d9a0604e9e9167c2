"""Searches and a load under way beside a fault, what they saw, and what the index has of it afterwards."""

from __future__ import annotations

import random
import subprocess
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import orjson

from bench.reliability.checks import Seen
from bench.reliability.grounds import child, input_of, output_of, report, word

WORDS = 50
EACH = 8
"""Reports of each word that are there from the start."""
THINKING = 0.03
"""Seconds between two searches of one searcher: on two cores a closed loop leaves a node nothing to start with."""
A_SECOND = 40
"""Reports a second that the indexer is given while nodes are killed. Two cores that run all of it analyse some 300 paragraphs a
second, each of them twice; at 100 reports a copy that had been away did not catch up within three minutes."""
UNAVAILABLE = {503, 504}


@dataclass(slots=True)
class Watched:
    """What those who search and load saw."""

    answers: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    given: int = 0
    acknowledged: set[str] = field(default_factory=set)
    lost: int = 0
    ended_well: bool = False

    def seen(self, kills: int, what: str) -> Seen:
        """Return the figure."""
        searches, refused = self.answers.total(), sum(self.answers[status] for status in UNAVAILABLE)
        told = (
            f"{kills} {what}: {searches:,} searches, {len(self.wrong)} wrong, {refused} not answered (503, 504); "
            f"{2 * len(self.acknowledged):,} of {2 * self.given:,} paragraphs acknowledged, {2 * self.lost} lost"
        )
        if self.wrong:
            told += f" (first wrong: {self.wrong[0]})"
        whole = self.ended_well and not self.lost and len(self.acknowledged) == self.given > 0
        return Seen(told, not self.wrong and refused * 100 < searches and whole)


@dataclass(slots=True)
class Started:
    """A Rasd on nodes that are looked after elsewhere: a folder for its files, and its settings (`RASD_...`)."""

    folder: Path
    settings: dict[str, str]

    def load_known(self) -> None:
        """Load reports whose words have known answers."""
        first = self.folder / "first.jsonl"
        lines = [report(number, [word(number % WORDS)]) for number in range(WORDS * EACH)]
        first.write_text("".join(lines), encoding="utf-8")
        with child("indexer", "load", str(first), settings=self.settings, stdout=subprocess.DEVNULL) as process:
            if process.wait():
                raise AssertionError("the first load failed")


def search_until(stop: threading.Event, url: str, chance: random.Random, watched: Watched) -> None:
    """Search words with known answers, one search after the other, and note every answer that is not whole."""
    with httpx2.Client(base_url=url, timeout=30) as client:
        while not stop.is_set():
            wanted = word(chance.randrange(WORDS))
            answer = client.get("/v1/search", params={"q": wanted, "match": "exact", "size": 20})
            watched.answers[answer.status_code] += 1
            if answer.status_code == 200:
                told = answer.json()
                right = told["total"]["value"] == 2 * EACH and len(told["hits"]) == 2 * EACH
                if not right or any(wanted not in hit["text"] for hit in told["hits"]):
                    watched.wrong.append(f"{told['total']['value']} of {2 * EACH}")
            elif answer.status_code not in UNAVAILABLE:
                watched.wrong.append(f"status {answer.status_code}")
            stop.wait(THINKING)


def load_until(stop: threading.Event, started: Started, watched: Watched) -> None:
    """Give the indexer reports, one after the other, and note which it says are in."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    given = started.folder / "given.jsonl"
    with child("indexer", "load", "-", "--json-outcomes", settings=started.settings, **pipes) as process:
        reader = threading.Thread(target=_note, args=(process, watched))
        reader.start()
        # An indexer that gives up closes its end.
        with given.open("w", encoding="utf-8") as kept, suppress(BrokenPipeError):
            while not stop.is_set() and process.poll() is None:
                for _ in range(A_SECOND // 10):
                    watched.given += 1
                    line = report(1_000_000 + watched.given, [word(WORDS + watched.given)])
                    kept.write(line)
                    input_of(process).write(line)
                time.sleep(0.1)
        with suppress(BrokenPipeError):
            input_of(process).close()
        reader.join()
        watched.ended_well = process.wait() == 0


def _note(process: subprocess.Popen[str], watched: Watched) -> None:
    for line in output_of(process):
        told = orjson.loads(line)
        if told.get("outcome") == "created":
            watched.acknowledged.add(told["id"])


def count_lost(started: Started, watched: Watched) -> None:
    """Hold every report that was acknowledged against what the index really has of it."""
    given = str(started.folder / "given.jsonl")
    with child("indexer", "check", given, "--json", settings=started.settings, stdout=subprocess.PIPE) as process:
        findings = [orjson.loads(line) for line in output_of(process)]
    whole = {finding["report_id"] for finding in findings if finding.get("state") == "same"}
    watched.lost = len(watched.acknowledged - whole)
