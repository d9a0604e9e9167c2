"""Promises of three nodes: any of them may be killed (C1 and on)."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.nodes import HEAP, kill, open_folder
from bench.reliability.checks import Check, Seen
from bench.reliability.grounds import UNLIMITED, ask
from bench.reliability.watched import Started, Watched, count_lost, load_until, search_until
from bench.served import served_by
from engine import LocalCluster, LocalNode
from settings import Settings, read_settings

SEARCHERS = 4


@dataclass(slots=True)
class Cluster(Started):
    """Three nodes with a Rasd on them."""

    nodes: LocalCluster

    def manager(self) -> LocalNode:
        """Return the node that leads the others."""
        told = ask(self.nodes.urls[0], "GET", "/_cat/cluster_manager?format=json")[1]
        return next(node for node in self.nodes.nodes if node.folder.name == told[0]["node"])

    def holder(self) -> LocalNode:
        """Return the node that holds the paragraphs, where there is one copy of them, once it is there."""
        ask(self.nodes.urls[0], "GET", "/_cluster/health/c?wait_for_status=yellow&timeout=20s")
        told = ask(self.nodes.urls[0], "GET", "/_cat/shards/c?format=json&h=node")[1]
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


@contextmanager
def cluster(replicas: int = 1) -> Iterator[Cluster]:
    """Start three nodes, and load reports whose words have known answers."""
    with open_folder() as folder:
        nodes = LocalCluster(read_settings(data_dir=folder / "data", heap=HEAP, opensearch_url=None))
        try:
            urls = ",".join(nodes.start())
            own = {"RASD_DATA_DIR": str(folder), "RASD_REPLICAS": str(replicas), "RASD_INDEX": "c"}
            started = Cluster(folder, {"RASD_OPENSEARCH_URL": urls, **own}, nodes)
            started.load_known()
            if replicas:
                started.wait_until_whole()
            yield started
        finally:
            nodes.stop()


@contextmanager
def under_way(started: Cluster, chance: random.Random) -> Iterator[Watched]:
    """Search and load beside what is done in the `with`, and count afterwards what came of it."""
    watched, stop = Watched(), threading.Event()
    with served_by(started.settings | UNLIMITED) as api:
        work = [threading.Thread(target=load_until, args=(stop, started, watched))]
        for _ in range(SEARCHERS):
            own = random.Random(chance.random())  # noqa: S311  (the same searches again are wanted, not secrets)
            work.append(threading.Thread(target=search_until, args=(stop, api.url, own, watched)))
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
                # Without a replica the one with the only copy: another would be missed by nobody, and the control show nothing.
                victim = victim if replicas else started.holder()
                kill(victim)
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
