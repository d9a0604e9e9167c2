"""Somebody is killed: the node or the indexer during a load, a rebuild at a step. Short forms of bench/reliability."""

from __future__ import annotations

import pytest

from bench.nodes import own_node
from bench.reliability.kills import INDEXER_KILLED, NODE, Size, killed_indexer, killed_loads_on
from bench.reliability.pressure import loaded_under_pressure
from bench.reliability.steps import killed_at_steps


@pytest.fixture(scope="module")
def mortal(node_settings):
    """A node that the tests of this module may kill."""
    with own_node(node_settings) as node:
        yield node


def test_the_node_is_killed_during_a_load(mortal, chance):
    """What a load has told as taken is there after the node is killed, and the rest is taken when it is given again."""
    seen = killed_loads_on(mortal, chance, (NODE,), Size(2000, 1))
    assert seen.kept, seen.figure


def test_both_are_killed(mortal, chance):
    """The same with the node and the indexer killed."""
    seen = killed_loads_on(mortal, chance, (NODE, INDEXER_KILLED), Size(2000, 2))
    assert seen.kept, seen.figure


def test_the_indexer_is_killed(on_node, chance):
    """A load that is killed and given again ends as one that nobody disturbed: paragraphs, forms and counts."""
    seen = killed_indexer(on_node, chance, Size(6000, 2))
    assert seen.kept, seen.figure


def test_a_rebuild_is_killed_at_some_steps(on_node, chance):
    """Wherever a rebuild is killed each alias points to one whole index, and the next rebuild clears away what it left."""
    seen = killed_at_steps(on_node, chance, 3)
    assert seen.kept, seen.figure


def test_a_node_that_takes_little_at_once(node_settings, chance):
    """A load into a node that answers 429 waits and ends, and sends nothing more often than it should."""
    seen = loaded_under_pressure(node_settings, chance, 4000)
    assert seen.kept, seen.figure
