"""The engine freezes, answers through a bad network or in part; a server is stopped: every search is answered, and whole.

The checks are those of `bench/reliability/edge_engine.py`, `edge_network.py`, `edge_crowd.py` and `edge_leaving.py`, small.
"""

from __future__ import annotations

import pytest

from bench.reliability import edge_crowd, edge_engine, edge_leaving, edge_network
from bench.reliability.edge_stage import PATIENT, filled, reports

LIMIT = 20.0
"""Seconds for any answer on a busy machine. A client that nobody answers waits 30."""


@pytest.fixture(scope="module")
def own(on_node):
    """Settings of indices with some hundred paragraphs, for the module alone."""
    with filled(on_node, reports(200)) as settings:
        yield settings


def test_a_frozen_engine(own, node):
    """While the engine is frozen every search is a 504 or 503; thawed, it is searched again; no socket leaks."""
    seen = edge_engine.frozen(own, node.running().pid, edge_engine.Freeze(8, 2, LIMIT, LIMIT))
    assert seen.kept, seen.figure


def test_a_bad_network(own, chance):
    """Delayed, dripped, cut, reset, half closed, damaged: each search is whole or a 503 or 504, and none hangs."""
    seen = edge_network.bad_network(own, 16, chance, limit=LIMIT)
    assert seen.kept, seen.figure


def test_a_partial_answer_is_an_error(own):
    """What the engine itself says is only a part goes out from no address as whole."""
    seen = edge_network.parts(own)
    assert seen.kept, seen.figure


def test_a_search_is_sent_once(own):
    """Refused, reset or unanswered: no search is sent to the engine a second time."""
    seen = edge_network.one_search(own, 2)
    assert seen.kept, seen.figure


def test_a_stop_under_load_cuts_nothing(own, chance):
    """At SIGTERM what was begun is answered whole, and the exit code is 0."""
    seen = edge_leaving.stopped(own, 16, chance)
    assert seen.kept, seen.figure


def test_honest_clients_beside_hostile_ones(own):
    """Beside clients that ask the most expensive searches all the time, honest ones meet no error."""
    seen = edge_crowd.neighbours(own, edge_crowd.Neighbours(6, 2, 4), PATIENT)
    assert " 0 of " in seen.figure, seen.figure
