"""What a check is, and what it was seen to show."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from settings import Settings


@dataclass(frozen=True, slots=True)
class Seen:
    """What one run of a check showed: a sentence with its figures, and whether the promise was kept in it."""

    figure: str
    kept: bool


Run = Callable[[Settings, random.Random], Seen]
"""Breaks something in the long form. The settings name a node that the check may read and write under prefixes of its
own; a check that kills or fills a node starts one for itself. All chance comes from the generator, whose seed is printed."""


@dataclass(frozen=True, slots=True)
class Check:
    """One row of docs/reliability.md."""

    number: str
    """As in `R1`: data (R), availability (A), hostile input and security (H), a cluster (C)."""
    promise: str
    """What a user may rely on, in one sentence."""
    test: str
    """The short form: `tests/test_x.py::test_y`."""
    run: Run | None = None
    """The long form; `None` where the short form is the whole of it."""
    control: Run | None = None
    """The same without what keeps the promise: it has to come out as not kept, or the check proves nothing."""
    control_told: str = ""
    """What the control leaves out, in a few words; or how the test was seen failing, where it is the test that has one."""
    groups: tuple[str, ...] = field(default=())
    """Names under which `python -m bench.reliability NAME` runs it, besides its number."""
