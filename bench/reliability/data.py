"""Promises about data: nothing acknowledged is lost, nothing is there twice, a swap is seen by nobody (R1 to R14)."""

from __future__ import annotations

import random
from datetime import timedelta

from bench.reliability.checks import Check, Seen
from bench.reliability.kills import AUTOMATIC_IDS, INDEXER_KILLED, LONG, NODE, Size, killed_indexer, killed_loads
from bench.reliability.pressure import loaded_under_pressure
from bench.reliability.refused import SILENT, refused_lines
from bench.reliability.steps import killed_at_steps, never_cleared_away
from bench.reliability.swaps import exported_across_a_swap, swapped_in_two_calls, swapped_under_load
from bench.reliability.verified import refused_swaps, unverified_swaps
from bench.reliability.writers import UNLOCKED, late_write, missing_alias, stray_index, two_indexers
from settings import Settings


def _node_killed(settings: Settings, chance: random.Random) -> Seen:
    return killed_loads(settings, chance, (NODE,))


def _lazy_node_killed(settings: Settings, chance: random.Random) -> Seen:
    return killed_loads(settings, chance, (NODE,), Size(40_000, 4), durability="async")


def _both_killed(settings: Settings, chance: random.Random) -> Seen:
    return killed_loads(settings, chance, (NODE, INDEXER_KILLED))


def _lazy_both_killed(settings: Settings, chance: random.Random) -> Seen:
    return killed_loads(settings, chance, (NODE, INDEXER_KILLED), Size(20_000, 4), durability="async")


def _indexer_killed(settings: Settings, chance: random.Random) -> Seen:
    # Each command reads all again that was loaded before: a third of the others' size takes as long.
    return killed_indexer(settings, chance, Size(LONG.paragraphs * 3 // 10, LONG.kills))


def _killed_without_ids(settings: Settings, chance: random.Random) -> Seen:
    return killed_indexer(settings, chance, Size(6000, 3), ("-c", AUTOMATIC_IDS))


def _refused_in_silence(settings: Settings, chance: random.Random) -> Seen:
    return refused_lines(settings, chance, 2000, ("-c", SILENT))


def _stray(settings: Settings, chance: random.Random) -> Seen:
    before, midway = missing_alias(settings, chance), stray_index(settings, chance)
    return Seen(f"{before.figure}; lost in the middle of a load: {midway.figure}", before.kept and midway.kept)


def _stray_without(settings: Settings, chance: random.Random) -> Seen:
    return stray_index(settings, chance, require_alias=False)


def _late_without_versions(settings: Settings, chance: random.Random) -> Seen:
    return late_write(settings, chance, versions=False)


def _without_patience(settings: Settings, chance: random.Random) -> Seen:
    return loaded_under_pressure(settings, chance, attempts=1)


def _unlocked(settings: Settings, chance: random.Random) -> Seen:
    return two_indexers(settings, chance, elsewhere=False, program=("-c", UNLOCKED))


def _deleted_at_once(settings: Settings, chance: random.Random) -> Seen:
    return exported_across_a_swap(settings, chance, kept=timedelta(0))


DATA: list[Check] = [
    Check(
        "R1",
        "What a load has told as taken is there after the node is killed (SIGKILL), once.",
        "tests/test_kills.py::test_the_node_is_killed_during_a_load",
        _node_killed,
        _lazy_node_killed,
        "`translog.durability: async`, 4 kills over 40,000 paragraphs",
    ),
    Check(
        "R2",
        "An indexer that is killed, and the same command again, load each report once.",
        "tests/test_kills.py::test_the_indexer_is_killed",
        _indexer_killed,
        _killed_without_ids,
        "ids given by the engine, 3 kills over 6,000 paragraphs",
    ),
    Check(
        "R3",
        "The same with the node and the indexer killed, one after the other and at once.",
        "tests/test_kills.py::test_both_are_killed",
        _both_killed,
        _lazy_both_killed,
        "that of R1, 4 kills over 20,000 paragraphs",
    ),
    Check(
        "R4",
        "A search during a swap is answered, from the old corpus or the new one.",
        "tests/test_swap.py::test_no_searcher_sees_a_swap",
        swapped_under_load,
        swapped_in_two_calls,
        "alias taken away and given in two calls",
    ),
    Check(
        "R5",
        "A rebuild killed at any step leaves each alias on one whole index; run again it ends, and nothing is left behind.",
        "tests/test_kills.py::test_a_rebuild_is_killed_at_some_steps",
        killed_at_steps,
        never_cleared_away,
        "what a killed rebuild began is not cleared away, 6 steps",
    ),
    Check(
        "R6",
        "A rebuild or a fresh load with something wrong in it is not swapped in.",
        "tests/test_swap.py::test_what_is_wrong_is_not_swapped_in",
        refused_swaps,
        unverified_swaps,
        "`rebuild --unverified`",
    ),
    Check(
        "R7",
        "Loaded and refused are what was given, and what was refused is named by line and reason.",
        "tests/test_refused.py::test_bad_lines_of_every_kind",
        refused_lines,
        _refused_in_silence,
        "a tenth of the refusals left out of the file, 2,000 lines",
    ),
    Check(
        "R8",
        "Where the engine is too busy (429) everything lands, in at most 8 attempts a request.",
        "tests/test_kills.py::test_a_node_that_takes_little_at_once",
        loaded_under_pressure,
        _without_patience,
        "one attempt",
    ),
    Check(
        "R9",
        "Where an alias is missing a load ends at once, makes no index and writes nothing.",
        "tests/test_writers.py::test_a_missing_alias",
        _stray,
        _stray_without,
        "bulk requests without `require_alias`",
    ),
    Check(
        "R10",
        "A write that comes after a takedown is refused, and the report stays down.",
        "tests/test_writers.py::test_a_late_write",
        late_write,
        _late_without_versions,
        "writes without a version",
    ),
    Check(
        "R11",
        "Of two indexers one writes and the other says so; a killed one holds nobody up for more than a minute.",
        "tests/test_writers.py::test_two_indexers tests/test_lock.py",
        two_indexers,
        _unlocked,
        "an indexer without the lock",
    ),
    Check(
        "R14",
        "An export that was begun before a swap is read to its end, each paragraph once.",
        "tests/test_swap.py::test_an_export_across_a_swap",
        exported_across_a_swap,
        _deleted_at_once,
        "what was replaced deleted at once",
    ),
]
