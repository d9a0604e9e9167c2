"""Promises about running it: a full disk, backups, what it is made of (R12, R13, H25)."""

from __future__ import annotations

import random

from bench.reliability import edge_without as _without
from bench.reliability.backup import lose_one, survive_backups
from bench.reliability.by_pytest import by_pytest
from bench.reliability.checks import Check, Seen
from bench.reliability.disk import fill_disk
from settings import Settings


def _backup(_settings: Settings, chance: random.Random) -> Seen:
    return survive_backups(5_000, 3, chance)


def _spoiled_backup(_settings: Settings, chance: random.Random) -> Seen:
    return survive_backups(500, 1, chance, spoil=lose_one)


def _disk(_settings: Settings, chance: random.Random) -> Seen:
    return fill_disk(chance)


def _default_disk(_settings: Settings, chance: random.Random) -> Seen:
    return fill_disk(chance, defaults=True)


OPERATION: list[Check] = [
    Check(
        "R12",
        "A full disk: writing is refused and said, searches go on, nothing acknowledged is lost, and writing goes on within "
        "30 seconds of there being space again.",
        "tests/test_full_disk.py",
        run=_disk,
        control=_default_disk,
        control_told="OpenSearch's own marks for the disk",
        groups=("operation",),
    ),
    Check(
        "R13",
        "A backup comes back whole, under another name too; a node killed in the middle of one leaves nothing that is in the "
        "way of the next.",
        "tests/test_backup.py",
        run=_backup,
        control=_spoiled_backup,
        control_told="a paragraph taken out of what came back",
        groups=("operation",),
    ),
    Check(
        "H25",
        "Every package and jar is locked by its hash and listed in the bill of materials; an audit that could not be made is "
        "never a pass; a secret that gets into the repository is found.",
        "tests/test_supply.py",
        control=by_pytest("tests/test_supply.py", _without.NO_PASSES),
        control_told="packages that could not be looked up taken for sound",
        groups=("operation",),
    ),
]
