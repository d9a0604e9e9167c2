"""Promises of three nodes: any of them may be killed (C1 and on)."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import orjson

from bench.reliability.checks import Check, Seen
from bench.reliability.grounds import HEAP, ask, child, open_folder, report, served, word
from engine import LocalCluster, LocalNode
from settings import Settings, read_settings

WORDS = 50
EACH = 8
"""Reports of each word that are there from the start."""
SEARCHERS = 4
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
class Cluster:
    """Three nodes with a Rasd on them, or none of them: one that is looked after elsewhere."""

    nodes: LocalCluster | None
    folder: Path
    settings: dict[str, str]

    def manager(self) -> LocalNode:
        """Return the node that leads the others."""
        told = ask(self.nodes.urls[0], "GET", "/_cat/cluster_manager?format=json")[1]
        return next(node for node in self.nodes.nodes if node.folder.name == told[0]["node"])

    def wait_until_whole(self) -> None:
        """Wait until every shard has all its copies again: a second loss before that may be one too many."""
        # A node closes a connection on which nothing is said for 30 seconds.
        path = f"/_cluster/health?wait_for_status=green&wait_for_nodes={len(self.nodes.nodes)}&timeout=20s"
        for _ in range(15):
            told = ask(self.nodes.urls[0], "GET", path)[1]
            if not told["timed_out"]:
                return
        recoveries = ask(self.nodes.urls[0], "GET", "/_cat/recovery?active_only=true&format=json")[1]
        raise AssertionError(f"the cluster did not become whole: {told}, {recoveries}")

    def load(self, path: Path) -> None:
        """Load a file."""
        with child("indexer", "load", str(path), settings=self.settings, stdout=subprocess.DEVNULL) as process:
            if process.wait():
                raise AssertionError("the first load failed")


@contextmanager
def cluster(replicas: int = 1) -> Iterator[Cluster]:
    """Start three nodes, and load reports whose words have known answers."""
    with open_folder() as folder:
        nodes = LocalCluster(read_settings(data_dir=folder / "data", heap=HEAP, opensearch_url=None))
        try:
            urls = ",".join(nodes.start())
            own = {"RASD_DATA_DIR": str(folder), "RASD_REPLICAS": str(replicas), "RASD_INDEX": "c"}
            started = Cluster(nodes, folder, {"RASD_OPENSEARCH_URL": urls, **own})
            first = folder / "first.jsonl"
            lines = [report(number, [word(number % WORDS)]) for number in range(WORDS * EACH)]
            first.write_text("".join(lines), encoding="utf-8")
            started.load(first)
            if replicas:
                started.wait_until_whole()
            yield started
        finally:
            nodes.stop()


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


def load_until(stop: threading.Event, started: Cluster, watched: Watched) -> None:
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
                    process.stdin.write(line)
                time.sleep(0.1)
        with suppress(BrokenPipeError):
            process.stdin.close()
        reader.join()
        watched.ended_well = process.wait() == 0


def _note(process: subprocess.Popen[str], watched: Watched) -> None:
    for line in process.stdout:
        told = orjson.loads(line)
        if told.get("outcome") == "created":
            watched.acknowledged.add(told["id"])


def count_lost(started: Cluster, watched: Watched) -> None:
    """Hold every report that was acknowledged against what the index really has of it."""
    given = str(started.folder / "given.jsonl")
    with child("indexer", "check", given, "--json", settings=started.settings, stdout=subprocess.PIPE) as process:
        findings = [orjson.loads(line) for line in process.stdout]
    whole = {finding["report_id"] for finding in findings if finding.get("state") == "same"}
    watched.lost = len(watched.acknowledged - whole)


@contextmanager
def under_way(started: Cluster, chance: random.Random) -> Iterator[Watched]:
    """Search and load beside what is done in the `with`, and count afterwards what came of it."""
    watched, stop = Watched(), threading.Event()
    with served(started.settings) as url:
        work = [threading.Thread(target=load_until, args=(stop, started, watched))]
        for _ in range(SEARCHERS):
            own = random.Random(chance.random())  # noqa: S311  (the same searches again are wanted, not secrets)
            work.append(threading.Thread(target=search_until, args=(stop, url, own, watched)))
        for thread in work:
            thread.start()
        try:
            yield watched
        finally:
            stop.set()
            for thread in work:
                thread.join()
    count_lost(started, watched)


def kill_nodes(kills: int, chance: random.Random, *, replicas: int = 1) -> Seen:
    """Kill nodes one after the other, every third time the one that leads, under a run of searches and a load."""
    with cluster(replicas) as started:
        with under_way(started, chance) as watched:
            time.sleep(2)
            for number in range(kills):
                victim = chance.choice(started.nodes.nodes) if number % 3 else started.manager()
                os.kill(victim.running().pid, signal.SIGKILL)
                time.sleep(chance.uniform(1, 4))
                victim.start()
                if replicas:
                    started.wait_until_whole()
                time.sleep(chance.uniform(0.5, 2))
        return watched.seen(kills, "kills of one of three nodes")


def restart_nodes(rounds: int, chance: random.Random) -> Seen:
    """Stop and start every node in turn, the next one once all copies are back, under searches and a load."""
    with cluster() as started:
        with under_way(started, chance) as watched:
            time.sleep(2)
            for node in started.nodes.nodes * rounds:
                node.stop()
                node.start()
                started.wait_until_whole()
        return watched.seen(len(started.nodes.nodes) * rounds, "orderly restarts, each node in turn")


def _long(_settings: Settings, chance: random.Random) -> Seen:
    return kill_nodes(4, chance)


def _rolling(_settings: Settings, chance: random.Random) -> Seen:
    return restart_nodes(1, chance)


def _without_replica(_settings: Settings, chance: random.Random) -> Seen:
    return kill_nodes(2, chance, replicas=0)


CLUSTER: list[Check] = [
    Check(
        "C1",
        "Three nodes, one replica: any node may be killed while others search and load; nobody gets a wrong answer, nothing "
        "acknowledged is lost, fewer than 1 request in 100 is not answered, and the API goes to the other nodes by itself.",
        "tests/test_cluster.py",
        run=_long,
        control=_without_replica,
        control_told="no replica",
        groups=("cluster",),
    ),
    Check(
        "C2",
        "A rolling restart: each node stopped and started in turn while others search and load, with the same promise.",
        "no short form",
        run=_rolling,
        control_told="that of C1",
        groups=("cluster",),
    ),
]
