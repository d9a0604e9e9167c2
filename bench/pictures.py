"""The curves of docs/performance.md, drawn of docs/performance.json: `make bench-pictures`.

Run by `uv run --no-project --with matplotlib`: the plotting library is for this file alone, and so no dependency of Rasd.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import matplotlib as mpl  # type: ignore[import-not-found]

mpl.use("svg")
import matplotlib.pyplot as plt  # type: ignore[import-not-found]

DOCS = Path(__file__).parent.parent / "docs"
BLUE, GREY, RED, GREEN = "#2563a8", "#777777", "#b3402c", "#3a7d44"
# The same file for the same figures, and letters that stay letters.
mpl.rcParams.update(
    {"svg.fonttype": "none", "svg.hashsalt": "rasd", "font.size": 9, "axes.grid": True, "grid.alpha": 0.3}
)


def main() -> None:
    """Draw what there are figures for."""
    told = json.loads((DOCS / "performance.json").read_text(encoding="utf-8"))
    _scale(sorted(told["scale"].values(), key=lambda row: row["paragraphs"]))
    _answers(told["answers"])


def _scale(rows: list[dict[str, Any]]) -> None:
    figure, ((time, level), (rate, size)) = plt.subplots(2, 2, figsize=(8, 5.4))
    sizes = [row["paragraphs"] for row in rows]
    for side, colour, name in (
        ("api", BLUE, "API"),
        ("engine", GREY, "engine alone"),
        ("suggest", GREEN, "completions"),
    ):
        time.plot(sizes, [row[side][0] for row in rows], "o-", color=colour, label=f"{name}, median")
        time.plot(sizes, [row[side][1] for row in rows], "o--", color=colour, label=f"{name}, p95")
    time.set(title="one connection, ms", ylim=(0, None))
    for name in rows[-1]["levels"]:
        level.plot(sizes, [row["levels"].get(name) for row in rows], "o-", label=name)
    level.set(title="median of the API by level, ms", ylim=(0, None))
    rate.plot(sizes, [row["rate"] for row in rows], "o-", color=BLUE)
    rate.set(title="paragraphs that came in a second", ylim=(0, None))
    for kind, colour in (("paragraphs", BLUE), ("forms", RED)):
        size.plot(
            sizes, [row["bytes"][kind] / row["paragraphs"] for row in rows], "o-", color=colour, label=f"{kind}, bytes"
        )
    size.plot(sizes, [row["heap_mb"] for row in rows], "o--", color=GREY, label="heap, MB")
    size.set(title="on disk a paragraph, and heap", ylim=(0, None))
    for axes in (time, level, rate, size):
        axes.set(xscale="log", xlabel="paragraphs")
    for axes in (time, level, size):
        axes.legend(fontsize=6, loc="upper left" if axes is not size else "center right", framealpha=0.4)
    _save(figure, "scale.svg")


def _answers(told: dict[str, Any]) -> None:
    figure, (time, rate) = plt.subplots(1, 2, figsize=(8, 2.8))
    names = [str(row["connections"]) for row in told["rows"]]
    for shift, side, colour, name in ((-0.2, "api", BLUE, "API"), (0.2, "engine", GREY, "engine alone")):
        places = [place + shift for place in range(len(names))]
        medians = [row[side][0] for row in told["rows"]]
        above = [row[side][1] - row[side][0] for row in told["rows"]]
        time.bar(places, medians, 0.38, yerr=[[0] * len(above), above], color=colour, label=name, error_kw={"lw": 0.8})
        rate.bar(places, [row["rates"][shift > 0] for row in told["rows"]], 0.38, color=colour, label=name)
    time.set(title="median, and up to the p95, ms")
    rate.set(title="answers a second")
    for axes in (time, rate):
        axes.set_xticks(range(len(names)), names)
        axes.set(xlabel="connections")
        axes.legend(fontsize=7, loc="upper left")
    _save(figure, "answers.svg")


def _save(figure: Any, name: str) -> None:
    figure.tight_layout()
    figure.savefig(DOCS / "pictures" / name, metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    main()
