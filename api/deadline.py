"""By when an answer has to be there, whatever the engine is asked for it.

A request to the engine may take `RASD_READ_TIMEOUT`. A search with `word*` makes two of them, one that finds nothing two more
for its suggestions: at a slow engine whoever was promised an answer within three seconds would wait for eight.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ENDS: ContextVar[float] = ContextVar("ends", default=math.inf)
"""The time of the event loop by which the answer that is being made has to be there."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Give all that the engine is asked inside so many seconds together; what was given outside holds too."""
    outside = _ENDS.set(min(_ENDS.get(), asyncio.get_running_loop().time() + seconds))
    try:
        yield
    finally:
        _ENDS.reset(outside)


@contextmanager
def not_counted() -> Iterator[None]:
    """Take no account of the time that is spent inside: it is not the engine's, and has a limit of its own."""
    began = asyncio.get_running_loop().time()
    try:
        yield
    finally:
        _ENDS.set(_ENDS.get() + asyncio.get_running_loop().time() - began)


def left_of(seconds: float) -> float:
    """Return what a request may take: of so many seconds those that the answer has left, 0 or less where it has none."""
    return min(seconds, _ENDS.get() - asyncio.get_running_loop().time())
