"""Figures of a bench: kept in docs/performance.json, shown between two marks in docs/performance.md."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import psutil

DOCS = Path(__file__).parent.parent / "docs"
PAGE = DOCS / "performance.md"
KEPT = DOCS / "performance.json"
END = "<!-- end of figures -->"
Json = dict[str, Any]


class Machine:
    """What else goes on while a bench runs: cores, processes that wanted one in the minute before, what the host takes."""

    def __init__(self) -> None:
        self._began = psutil.cpu_times()
        self._told = {
            "at": f"{datetime.now(UTC):%Y-%m-%d}",
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
        }
        print(f"{self._told['cores']} cores, {self._told['load']} processes wanted one in the last minute", flush=True)

    def seen(self) -> Json:
        """Return all of it up to now."""
        return {**self._told, "stolen": stolen(self._began, psutil.cpu_times())}


def stolen(before: Any, now: Any) -> float | None:
    """Return which share of the time that processes wanted between two `cpu_times` the host gave to other machines.

    None where no host says so, as on anything but Linux. A machine that gets one core of its two makes of "a core each" none.
    """
    if not hasattr(now, "steal"):
        return None
    passed = {name: getattr(now, name) - getattr(before, name) for name in now._fields}
    wanted = sum(passed[name] for name in ("user", "nice", "system", "irq", "softirq", "steal"))
    return passed["steal"] / wanted if wanted else 0.0


def where(seen: Json) -> str:
    """Return when and on what figures were seen: what `Machine` told."""
    told = f"Seen {seen['at']} on {seen['cores']} cores that {seen['load']} other processes wanted"
    taken = seen.get("stolen") or 0.0
    return told + (
        f"; of the time that was wanted the host gave {taken:.0%} to other machines" if taken >= 0.01 else ""
    )


def kept() -> Json:
    """Return all figures that were kept."""
    told: Json = orjson.loads(KEPT.read_bytes()) if KEPT.exists() else {}
    return told


def keep(section: str, figures: Any) -> None:
    """Keep the figures of one section; the others stay as they are."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    KEPT.write_bytes(orjson.dumps({**kept(), section: figures}, option=options))


def show(section: str, lines: Iterable[str]) -> None:
    """Put lines of Markdown between the marks of a section."""
    begin = f"<!-- figures: {section} -->"
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    if not rest:
        raise ValueError(f"{PAGE} has no mark {begin}")
    after = rest.partition(END)[2]
    text = "\n".join(lines)
    PAGE.write_text(f"{before}{begin}\n\n{text}\n\n{END}{after}", encoding="utf-8")
    print(text, flush=True)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return a table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(map(str, line))} |" for line in lines]
