"""Three nodes as one cluster: any of them may be killed while others search and load."""

from __future__ import annotations

import random
import secrets

from engine_nodes import engine, stopped_node

from bench.reliability.cluster import kill_nodes


def test_the_node_that_leads_is_killed():
    """The node that leads is killed under searches and a load: nothing wrong, nothing lost, hardly a search unanswered."""
    seed = secrets.randbelow(2**31)
    seen = kill_nodes(1, random.Random(seed))  # noqa: S311  (the same faults again are wanted, not secrets)
    assert seen.kept, f"{seen.figure} (seed {seed})"


def test_a_cluster_that_does_not_run():
    """Its status is exit code 3 and one sentence, as of a single node; stopping it is no fault."""
    with stopped_node() as node:
        status = engine(node, "cluster", "status")
        assert (status.returncode, status.stdout, status.stderr) == (3, "", "No node of the cluster runs.\n")
        assert engine(node, "cluster", "stop").returncode == 0
