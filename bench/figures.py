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
_AT_START = psutil.cpu_times()


def machine() -> Json:
    """Return what else was going on: cores, and how many processes wanted one in the last minute. It is printed too."""
    told = {"at": f"{datetime.now(UTC):%Y-%m-%d}", "cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1)}
    print(f"{told['cores']} cores, {told['load']} processes wanted one in the last minute", flush=True)
    return told


def stolen() -> float | None:
    """Return which share of the time that processes wanted since this one began the host gave to other machines.

    None where no host says so, as on anything but Linux. A machine that gets one core of its two makes of "a core each" none.
    """
    now = psutil.cpu_times()
    if not hasattr(now, "steal"):
        return None
    passed = {name: getattr(now, name) - getattr(_AT_START, name) for name in now._fields}
    wanted = sum(passed[name] for name in ("user", "system", "irq", "softirq", "nice", "steal"))
    return passed["steal"] / wanted if wanted else 0.0


def where(seen: Json) -> str:
    """Return when and on what figures were seen: what `machine` told, and what was stolen until the end."""
    told = f"Seen {seen['at']} on {seen['cores']} cores that {seen['load']} other processes wanted"
    taken = seen.get("stolen")
    return told + (f", of whose time the host gave {taken:.0%} to other machines" if taken else "")


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
