"""The engine comes late, is killed or freezes (A1, A2)."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass

from bench.nodes import kill, own_node
from bench.reliability.checks import Seen
from bench.reliability.edge_clients import (
    ask,
    client_of,
    eventually,
    hammer,
    search,
    shown,
    slowest,
    statuses,
)
from bench.reliability.edge_stage import WORD, filled, reports
from bench.served import served
from settings import Settings

LIMIT = 3.0
"""Seconds in which every search is answered, whatever becomes of the engine."""
BACK = 1.0
"""Seconds in which a search is answered as ever once the engine goes on."""


def engine_lost(times: int, prelude: str = "") -> Seen:
    """Start the API before its engine, then kill the engine again and again: live and ready are told apart each time."""
    lost, found, wrong = [], [], 0
    with own_node() as node, filled(node.settings, reports(40)) as own:
        node.stop()
        with served(own, prelude, {"OPENSEARCH_URL": ""}) as api, client_of(api.url) as client:
            pid = api.process.pid
            wrong += ask(client, "GET", "/health/ready").status != 503
            for number in range(times + 1):
                if number:
                    kill(node)
                    lost.append(eventually(lambda: ask(client, "GET", "/health/ready").status == 503, 10))
                answer = search(client, WORD)
                wrong += answer.status != 503 or "retry-after" not in dict(answer.headers) or answer.seconds > 1
                wrong += ask(client, "GET", "/health/live").status != 200
                node.start()
                found.append(eventually(lambda: ask(client, "GET", "/health/ready").status == 200, 20))
                wrong += search(client, WORD).status != 200
            wrong += api.process.poll() is not None or api.process.pid != pid
    worst_lost, worst_found = (max((one if one is not None else 99.0) for one in seen) for seen in (lost, found))
    figure = (
        f"API started before its engine, {times} SIGKILLs of it: not ready after {worst_lost:.2f} s at most, ready "
        f"{worst_found:.2f} s after the node's return, {wrong} wrong answers, one process throughout"
    )
    return Seen(figure, wrong == 0 and worst_lost <= 2 and worst_found <= 5)


STAYING = """
import api.engine
async def stay(self): pass
api.engine.ReadingEngine.follow = stay
"""
"""What looks for the engine when the API starts and never again."""


@dataclass(frozen=True, slots=True)
class Freeze:
    """How long the engine is frozen, under how many clients, and within how many seconds answers come, then and after."""

    clients: int
    seconds: float
    limit: float = LIMIT
    back: float = BACK


def frozen(own: Settings, pid: int, freeze: Freeze, environment: dict[str, str] | None = None) -> Seen:
    """Freeze the engine while clients search: each is answered in time; thawed, it answers at once; no socket is left."""
    clients, seconds, limit = freeze.clients, freeze.seconds, freeze.limit
    with served(own, environment=environment) as api:
        hammer(api.url, clients, 1.0, lambda client, _: search(client, WORD))
        time.sleep(0.5)
        before = api.sockets()
        os.kill(pid, signal.SIGSTOP)
        try:
            told = hammer(api.url, clients, seconds, lambda client, _: search(client, WORD))
        finally:
            os.kill(pid, signal.SIGCONT)
        with client_of(api.url) as client:
            back = eventually(lambda: search(client, WORD).status == 200, 15)
        again = hammer(api.url, clients, 1.0, lambda client, _: search(client, WORD))
        time.sleep(0.5)
        after = api.sockets()
    recovered = back if back is not None else 99.0
    figure = (
        f"{clients} clients, {seconds:g} s frozen: {shown(statuses(told))}, the slowest {slowest(told):.2f} s; back "
        f"{recovered:.2f} s after SIGCONT; sockets {before} before, {after} after"
    )
    kept = set(statuses(told)) <= {503, 504} and 504 in statuses(told) and slowest(told) <= limit
    # While the queue empties a few may still be told to come back; a socket a client more would be a leak.
    return Seen(figure, kept and recovered <= freeze.back and 200 in statuses(again) and after <= before + 4)
