"""A rebuild is killed at each of its requests to the engine: one whole index answers, and the same command again ends it."""

from __future__ import annotations

import random
import tempfile
from datetime import timedelta
from pathlib import Path
from unittest import mock

from bench.reliability.checks import Seen
from bench.reliability.killing_proxy import killing_proxy
from bench.reliability.trial import Json, Trial, opened, reports, write_lines
from indexer import indices
from indexer.commands import rebuild
from settings import Settings

REPORTS = 450
"""Three pages of the store, so that a rebuild has a first, a middle and a last batch."""


def killed_at_steps(settings: Settings, chance: random.Random, steps: int | None = None) -> Seen:
    """Kill a rebuild at some of its requests, or at each; look at what answers then, and run the same command again."""
    with opened(settings) as trial, tempfile.TemporaryDirectory() as folder:
        write_lines(Path(folder) / "a.jsonl", reports(chance, REPORTS, 2))
        trial.load(folder)
        whole = _held(trial)
        asked = _asked_by_a_rebuild(trial)
        places = range(1, len(asked) + 1)
        chosen = places if steps is None else sorted({*chance.sample(places, steps - 1), _swap_in(asked)})
        broken = [
            f"{number} ({asked[number - 1]}): {fault}" for number in chosen if (fault := _killed(trial, number, whole))
        ]
    figure = f"killed at {len(chosen)} of {len(asked)} requests of a rebuild: {len(broken)} times no whole index, or not mended"
    return Seen("; ".join([figure, *broken[:3]]), not broken)


def never_cleared_away(settings: Settings, chance: random.Random) -> Seen:
    """Do the same at a few steps with an indexer that leaves what a killed one began."""
    with mock.patch.object(indices.Indices, "clear_away"):
        return killed_at_steps(settings, chance, 6)


def _held(trial: Trial) -> tuple[dict[str, str], dict[str, Json]]:
    return trial.paragraphs(), trial.forms()


def _asked_by_a_rebuild(trial: Trial) -> list[str]:
    with killing_proxy(trial.url) as (proxy, url):
        trial.start("rebuild", url=url).communicate(timeout=300)
        return proxy.asked


def _swap_in(asked: list[str]) -> int:
    return 1 + next(place for place, told in enumerate(asked) if told.startswith("POST /_aliases"))


def _killed(trial: Trial, number: int, whole: tuple[dict[str, str], dict[str, Json]]) -> str:
    """Kill a rebuild at a request; return what was wrong afterwards, empty where nothing was."""
    with killing_proxy(trial.url, number) as (proxy, url):
        proxy.victim = trial.start("rebuild", url=url)
        proxy.victim.communicate(timeout=300)
    # Each has one index, or `current` raises.
    pointed = {kind: trial.indices.current(kind) for kind in ("paragraphs", "reports", "forms", "state")}
    if None in pointed.values():
        return "an alias points nowhere"
    if _held(trial) != whole:
        return "the index in use is not whole"
    # Without the wait, so that hundreds of replaced indices do not gather.
    with mock.patch.object(indices, "KEPT", timedelta(0)):
        rebuild(trial.engine, trial.settings)
    if left := trial.indices.orphans():
        return f"{len(left)} indices are left behind"
    return "" if _held(trial) == whole else "the index after the second run is not whole"
