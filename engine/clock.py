"""Waiting for something that another process does."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

TICK = 0.05


def ticks(limit: float) -> Iterator[float]:
    """Yield the seconds since the start, every `TICK` until `limit`; at least twice.

    Not stamina: it reports every try as a warning, and a node that is starting up is not failing.
    """
    started = time.monotonic()
    elapsed = 0.0
    while elapsed < limit:
        yield elapsed
        time.sleep(TICK)
        elapsed = time.monotonic() - started
    yield elapsed
