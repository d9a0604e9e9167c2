"""What a load remembers of the reports that it has taken."""

from __future__ import annotations

import tracemalloc
from contextlib import closing

from indexer.seen import Seen

MANY = 50_000


def test_a_place_is_found_again():
    """A report's place is what was said last, and empty where it has not been read."""
    with closing(Seen()) as seen:
        seen.add("a-0123456789abcdef", "تقرير.jsonl:7")
        seen.add("b-ffffffffffffffff", "b.txt")
        seen.add("a-0123456789abcdef", "c.jsonl:8")
        assert seen.place("a-0123456789abcdef") == "c.jsonl:8"
        assert seen.place("b-ffffffffffffffff") == "b.txt"
        assert seen.place("b-fffffffffffffffe") == ""


def test_millions_cost_no_memory():
    """Nothing of Python's memory grows with the number of reports."""
    with closing(Seen()) as seen:
        seen.add(f"r-{0:016x}", "file.jsonl:0")
        tracemalloc.start()
        try:
            for number in range(1, MANY):
                seen.add(f"r-{number * 2654435761 % 2**64:016x}", f"file.jsonl:{number}")
            grown, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert seen.place(f"r-{2654435761:016x}") == "file.jsonl:1"
    assert grown < 100_000
