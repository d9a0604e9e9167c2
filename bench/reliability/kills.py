"""The node, the indexer, or both are killed while a load runs: what was acknowledged is there once, and the load is ended.

Acknowledged is a report that `load - --json-outcomes` told as taken, or whose record carries the mark `complete`.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil
from pathlib import Path

import orjson

from bench.nodes import own_node
from bench.reliability.checks import Seen
from bench.reliability.grounds import input_of, output_of
from bench.reliability.trial import A_REPORT, INDEXER, Trial, opened, reports, write_lines
from engine.clock import ticks
from engine.node import LocalNode
from indexer.batch import PARAGRAPHS
from settings import Settings

NODE, INDEXER_KILLED = "node", "indexer"
RUNS = 400
"""Commands after which a load that does not come to its end is given up."""
AUTOMATIC_IDS = """
import orjson
from indexer import engine
def render(self):
    if self.document is None or ":" not in self.id:
        return was(self)
    document = self.document if isinstance(self.document, bytes) else orjson.dumps(self.document)
    return engine.Rendered(self, orjson.dumps({"index": {"_index": self.index}}) + b"\\n" + document + b"\\n")
was, engine.Action.render = engine.Action.render, render
from indexer.__main__ import main
main()
"""
"""The indexer as it would be if the engine gave paragraphs their ids."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is loaded, and how often somebody is killed meanwhile."""

    paragraphs: int
    kills: int


LONG = Size(
    int(os.environ.get("RASD_BENCH_PARAGRAPHS", "200000")),
    int(os.environ.get("RASD_BENCH_KILLS", "20")),
)


@dataclass(slots=True)
class Feeding:
    """A program that gives reports to `load - --json-outcomes`, those again of which it was not told what became."""

    trial: Trial
    lines: list[bytes]
    acknowledged: dict[str, int] = field(default_factory=dict)
    """Paragraphs of each report that was told as taken, by id."""
    taken: set[int] = field(default_factory=set)
    """Numbers of the lines that were."""

    @contextmanager
    def under_way(self) -> Iterator[subprocess.Popen[str]]:
        """Start a command on what is left, with a thread that gives and one that listens, and wait for its end."""
        left = [number for number in range(len(self.lines)) if number not in self.taken]
        with self.trial.start("load", "-", "--json-outcomes") as process:
            threads = [threading.Thread(target=work, args=(process, left)) for work in (self._give, self._listen)]
            for thread in threads:
                thread.start()
            try:
                yield process
            finally:
                for thread in threads:
                    thread.join()

    def _give(self, process: subprocess.Popen[str], left: list[int]) -> None:
        with suppress(OSError):
            for number in left:
                input_of(process).write(self.lines[number].decode() + "\n")
        with suppress(OSError):  # what was not given yet to one that was killed
            input_of(process).close()

    def _listen(self, process: subprocess.Popen[str], left: list[int]) -> None:
        for line in output_of(process):
            with suppress(orjson.JSONDecodeError):  # half a line of one that was killed
                told = orjson.loads(line)
                if told.get("outcome") in {"created", "replaced", "unchanged"}:
                    place = int(str(told["place"]).rpartition(":")[2])
                    self.taken.add(left[place - 1])
                    self.acknowledged[told["id"]] = A_REPORT + 1


@dataclass(frozen=True, slots=True)
class Kill:
    """Who is killed, after how many acknowledged reports and how many seconds more."""

    after: int
    pause: float
    victims: tuple[str, ...]


@dataclass(slots=True)
class Count:
    """What was seen on the way."""

    kills: int = 0
    lost: int = 0
    looked_at: int = 0


def killed_loads(
    settings: Settings,
    chance: random.Random,
    victims: tuple[str, ...],
    size: Size = LONG,
    *,
    durability: str = "request",
) -> Seen:
    """Load on a node of its own while each kill hits the node, the indexer, or (both named) the one, the other or both."""
    with own_node(settings) as node:
        return killed_loads_on(node, chance, victims, size, durability=durability)


def killed_loads_on(
    node: LocalNode, chance: random.Random, victims: tuple[str, ...], size: Size, *, durability: str = "request"
) -> Seen:
    """Do the same on a node that runs already."""
    lines = [orjson.dumps(report) for report in reports(chance, size.paragraphs // (A_REPORT + 1))]
    with opened(node.settings) as calm, opened(node.settings) as trial:
        trial.indices.ensure()
        for kind in ("reports", "paragraphs") if durability != "request" else ():
            lazy = {"index.translog.durability": durability, "index.translog.sync_interval": "1h"}
            trial.ask("PUT", f"/{trial.aliases.of(kind)}/_settings", lazy)
        feeding, count = Feeding(trial, lines), Count()
        ended = _fed_to_the_end(feeding, node, _plan(chance, victims, len(lines), size.kills), count)
        _feed(Feeding(calm, lines))
        return _judged(trial, calm, count, f"{' and '.join(victims)} killed {count.kills} times", ended=ended)


def _plan(chance: random.Random, victims: tuple[str, ...], lines: int, kills: int) -> list[Kill]:
    """Return who is killed when."""
    at = sorted(chance.randrange(1, max(2, lines * 9 // 10)) for _ in range(kills))
    choices = [victims] if len(victims) == 1 else [victims, victims[:1], victims[1:]]
    return [Kill(number, chance.uniform(0, 0.5), chance.choice(choices)) for number in at]


def _fed_to_the_end(feeding: Feeding, node: LocalNode, plan: list[Kill], count: Count) -> bool:
    """Feed until nothing is left and no kill either; return whether the last command ended well."""
    for _ in range(RUNS):
        with feeding.under_way() as process:
            while process.poll() is None:
                if plan and len(feeding.acknowledged) >= plan[0].after:
                    _kill(plan.pop(0), process, node)
                    count.kills += 1
                    _look(feeding, count)
                time.sleep(0.02)
        if process.returncode == 0 and (not plan or len(feeding.taken) == len(feeding.lines)):
            return True
    return False


def _look(feeding: Feeding, count: Count) -> None:
    """Count what is missing of all that was acknowledged, before anything is given again: that would mend it."""
    acknowledged = dict(feeding.acknowledged)
    count.lost += feeding.trial.missing(acknowledged)
    count.looked_at += sum(acknowledged.values())


def _kill(kill: Kill, process: subprocess.Popen[str], node: LocalNode) -> None:
    """Kill, and start the node again."""
    time.sleep(kill.pause)
    running = node.running()
    if NODE in kill.victims and running:
        os.kill(running.pid, signal.SIGKILL)
        any(node.running() is None for _ in ticks(10))
    if INDEXER_KILLED in kill.victims and process.poll() is None:
        process.kill()
        process.wait()
    node.start()


def _feed(feeding: Feeding) -> None:
    with feeding.under_way() as process:
        pass
    if process.returncode:
        raise RuntimeError("the load that nobody disturbed failed")


def killed_indexer(
    settings: Settings,
    chance: random.Random,
    size: Size = LONG,
    program: tuple[str, ...] = INDEXER,
) -> Seen:
    """Kill a load of a file again and again, and give the same command until it comes to its end.

    What a kill makes the next command write again is at most what was under way: a batch for each connection.
    """
    given = size.paragraphs // (A_REPORT + 1)
    with opened(settings) as calm, opened(settings) as trial, tempfile.TemporaryDirectory() as folder:
        write_lines(Path(folder) / "a.jsonl", reports(chance, given))
        calm.load(folder)
        trial.indices.ensure()
        count = Count()
        again: list[int] = [0]
        while count.kills < size.kills:
            _killed_at(trial, trial.start("load", folder, program=program), chance, size.paragraphs // size.kills)
            again.append(_written_again(trial))
            complete = trial.complete()
            count.lost += trial.missing(complete)
            count.looked_at += sum(complete.values())
            count.kills += 1
        ended = trial.run("load", folder, program=program)[0] == 0
        again.append(_written_again(trial))
        most = max(later - earlier for earlier, later in pairwise(again))
        under_way = trial.settings.load_connections * ceil(PARAGRAPHS / (A_REPORT + 1))
        told = (
            f"indexer killed {size.kills} times ({again[-1]:,} of {given:,} reports written again, at most {most} after one "
            f"kill, of {under_way} that can be under way)"
        )
        seen = _judged(trial, calm, count, told, ended=ended)
        return Seen(seen.figure, seen.kept and most <= under_way)


def _written_again(trial: Trial) -> int:
    """Return how often a report was written that was written before."""
    trial.engine.refresh(trial.aliases.reports)
    pages = trial.engine.pages(trial.aliases.reports, {"_source": ["version"]}, size=1000)
    return sum(hit["_source"]["version"] - 1 for page in pages for hit in page)


def _killed_at(trial: Trial, process: subprocess.Popen[str], chance: random.Random, most: int) -> None:
    """Kill a load once it has written some more than there was, and a moment."""
    before = trial.engine.count(trial.aliases.paragraphs)
    wanted = before + chance.randrange(1, max(2, most))
    while process.poll() is None and _written(trial) < wanted:
        time.sleep(0.02)
    time.sleep(chance.uniform(0, 1))
    process.kill()
    process.communicate()


def _written(trial: Trial) -> int:
    trial.engine.refresh(trial.aliases.paragraphs)
    return trial.engine.count(trial.aliases.paragraphs)


def _judged(trial: Trial, calm: Trial, count: Count, told: str, *, ended: bool) -> Seen:
    """Compare with a load that nobody disturbed: paragraphs, forms and what the corpus is told to hold."""
    found, wanted = trial.paragraphs(), calm.paragraphs()
    twice = len(found) - len(set(found.values()))
    same: dict[str, Callable[[], bool]] = {
        "paragraphs": lambda: found == wanted,
        "forms": lambda: trial.forms() == calm.forms(),
        "corpus": lambda: trial.corpus() == calm.corpus(),
    }
    other = [name for name, is_same in same.items() if not is_same()]
    figure = (
        f"{told} over {len(wanted):,} paragraphs: {count.lost:,} acknowledged ones lost "
        f"(of {count.looked_at:,} looked at after the kills), {twice:,} twice; at the end "
        + (f"other than an undisturbed load: {', '.join(other)}" if other else "as an undisturbed load")
        + ("" if ended else "; the last command failed")
    )
    return Seen(figure, not count.lost and not twice and not other and ended)
