"""What is wrong is not swapped in: a store that lost or changed a report, a write that was lost or changed on its way."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest import mock

import orjson

from bench.reliability.checks import Seen
from bench.reliability.trial import Trial, opened, reports, write_lines
from indexer.commands import LoadOptions, load_fresh, rebuild
from indexer.engine import Action, Failure, WritingEngine
from indexer.errors import IndexerError
from settings import Settings

REPORTS = 200
Bulk = Callable[..., list[Failure]]


def refused_swaps(settings: Settings, chance: random.Random, *, verified: bool = True) -> Seen:
    """Rebuild with each fault, and load anew a file that was cut short: nothing is swapped, the index in use answers."""
    with opened(settings) as trial, tempfile.TemporaryDirectory() as folder:
        path = write_lines(Path(folder) / "a.jsonl", reports(chance, REPORTS, 2))
        trial.load(folder)
        outcomes = {name: _written_with(trial, fault, verified=verified) for name, fault in _ON_THE_WAY.items()}
        if verified:
            outcomes["a file cut short"] = _cut_short(trial, path)
        outcomes |= {name: _harmed(trial, harm, verified=verified) for name, harm in _IN_THE_STORE.items()}
    swapped = [name for name, was_kept in outcomes.items() if not was_kept]
    figure = f"{len(outcomes) - len(swapped)} of {len(outcomes)} faults kept out ({', '.join(outcomes)})"
    return Seen(figure + (f"; swapped in: {', '.join(swapped)}" if swapped else ""), not swapped)


def _written_with(trial: Trial, fault: Callable[[Bulk], Bulk], *, verified: bool) -> bool:
    """Rebuild while requests are changed on their way; return whether that failed and changed nothing."""
    before = _state(trial)
    try:
        with mock.patch.object(WritingEngine, "bulk", fault(WritingEngine.bulk)):
            rebuild(trial.engine, trial.settings, verified=verified)
    except IndexerError:
        return _state(trial) == before
    return False


def _cut_short(trial: Trial, path: Path) -> bool:
    """Load anew from a file that ends within its last line."""
    before = _state(trial)
    path.write_bytes(path.read_bytes()[:-30])
    try:
        load_fresh(trial.engine, trial.settings, [path], LoadOptions("default"))
    except IndexerError:
        return _state(trial) == before
    return False


def _harmed(trial: Trial, harm: Callable[[Trial], None], *, verified: bool) -> bool:
    """Harm the store and rebuild by the command; return whether it failed and changed nothing."""
    before = _state(trial)
    harm(trial)
    code, _said, error = trial.run("rebuild", *([] if verified else ["--unverified"]))
    return code == 1 and "in use was kept" in error and _state(trial) == before


def _state(trial: Trial) -> tuple[str | None, dict[str, str], list[str]]:
    """Return which index is in use, what it holds, and what no alias points to."""
    return trial.indices.current("paragraphs"), trial.paragraphs(), trial.indices.orphans()


def _lose_a_report(trial: Trial) -> None:
    trial.ask("DELETE", f"/{trial.aliases.reports}/_doc/{_ids(trial)[0]}?refresh=true")


def _change_reports(trial: Trial) -> None:
    for report_id in _ids(trial)[: REPORTS // 100]:
        change = {"doc": {"report": {"title": "عنوان آخر"}}}
        trial.ask("POST", f"/{trial.aliases.reports}/_update/{report_id}?refresh=true", change)


def _ids(trial: Trial) -> list[str]:
    return sorted(trial.complete())


def _lose_a_write(bulk: Bulk) -> Bulk:
    """Return a bulk that leaves out the last paragraph of each request, and says that it is in."""

    def losing(engine: WritingEngine, actions: list[Action], *, require_alias: bool = True) -> list[Failure]:
        places = [place for place, action in enumerate(actions) if ":" in action.id]
        left = [action for place, action in enumerate(actions) if not places or place != places[-1]]
        return bulk(engine, left, require_alias=require_alias)

    return losing


def _change_a_write(bulk: Bulk) -> Bulk:
    """Return a bulk that changes a text on its way; the hash that stands beside it stays."""

    def changing(engine: WritingEngine, actions: list[Action], *, require_alias: bool = True) -> list[Failure]:
        places = [place for place, action in enumerate(actions) if ":" in action.id]
        if places:
            action = actions[places[0]]
            # What a load or a rebuild writes is rendered already.
            source = orjson.loads(action.document) if isinstance(action.document, bytes) else action.document or {}
            changed = replace(action, document={**source, "text": source["text"] + "."})
            actions = [*actions[: places[0]], changed, *actions[places[0] + 1 :]]
        return bulk(engine, actions, require_alias=require_alias)

    return changing


_IN_THE_STORE: dict[str, Callable[[Trial], None]] = {
    "1 % of the reports changed in the store": _change_reports,
    "a report lost from it": _lose_a_report,
}
_ON_THE_WAY: dict[str, Callable[[Bulk], Bulk]] = {
    "a write lost": _lose_a_write,
    "a text changed on its way": _change_a_write,
}


def unverified_swaps(settings: Settings, chance: random.Random) -> Seen:
    """Do the same without the check."""
    return refused_swaps(settings, chance, verified=False)
