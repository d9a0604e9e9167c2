"""Every promise put to the proof: `make bench-reliability` runs the long forms and writes docs/reliability.md.

    python -m bench.reliability [NUMBER...] [--seed N]

Each figure is kept in docs/reliability.json as soon as it is seen, so that a run of some rows leaves the others as they
were. Where a row has no long form, its short form is run by pytest and its outcome is the figure.
"""

from __future__ import annotations

import random
import secrets
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import click
import orjson
from rich.console import Console

from bench.reliability.by_pytest import by_pytest
from bench.reliability.checks import Check, Run, Seen
from bench.reliability.rows import CHECKS
from settings import Settings, read_settings

DOCS = Path(__file__).parent.parent.parent / "docs"
FIGURES = DOCS / "reliability.json"
PAGE = DOCS / "reliability.md"
BEGIN, END = "<!-- figures: make bench-reliability -->", "<!-- end of figures -->"
console = Console(stderr=True)


@click.command()
@click.argument("numbers", nargs=-1)
@click.option("--seed", type=int, help="The seed of all chance; one is made and printed where none is given.")
@click.option("--render", is_flag=True, help="Only write the page from the figures that were seen before.")
def main(numbers: tuple[str, ...], seed: int | None, *, render: bool) -> None:
    """Run the checks NUMBER... (all, where none is named), and write docs/reliability.md."""
    unknown = set(numbers) - {name for check in CHECKS for name in (check.number, *check.groups)}
    if unknown:
        raise click.UsageError(f"there is no check {', '.join(sorted(unknown))}")
    kept = True
    # Ended from outside it stops the nodes that it started, as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if not render:
        seed = seed if seed is not None else secrets.randbelow(2**31)
        settings = read_settings()
        for check in CHECKS:
            if not numbers or set(numbers) & {check.number, *check.groups}:
                kept &= _prove(check, settings, seed)
    _render()
    sys.exit(0 if kept else 1)


def _prove(check: Check, settings: Settings, seed: int) -> bool:
    """Run a check and its control, keep what was seen, and return whether both came out as they have to."""
    seen, took = _timed(check.run or by_pytest(check.test), settings, seed)
    control = _timed(check.control, settings, seed)[0] if check.control else None
    figures = _figures()
    figures[check.number] = {
        "figure": seen.figure,
        "kept": seen.kept,
        "control": control.figure if control else "",
        "control_failed": not control.kept if control else None,
        "seed": seed if check.run else None,
        "seconds": round(took),
        "date": datetime.now(UTC).date().isoformat(),
    }
    FIGURES.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
    well = seen.kept and not (control and control.kept)
    console.print(f"{check.number}: {'kept' if seen.kept else 'BROKEN'}: {seen.figure} (seed {seed}, {took:.0f} s)")
    if control:
        console.print(f"    control: {'failed as it must' if not control.kept else 'DID NOT FAIL'}: {control.figure}")
    return well


def _timed(run: Run, settings: Settings, seed: int) -> tuple[Seen, float]:
    started = time.monotonic()
    seen = run(settings, random.Random(seed))  # noqa: S311  (the same faults again are wanted, not secrets)
    return seen, time.monotonic() - started


def _figures() -> dict[str, dict[str, object]]:
    return orjson.loads(FIGURES.read_bytes()) if FIGURES.exists() else {}


def _render() -> None:
    """Write the table into the page, between its two marks."""
    figures = _figures()
    rows = ["| | promise | seen | control | when, how |", "| --- | --- | --- | --- | --- |"]
    for check in CHECKS:
        told = figures.get(check.number)
        if not told:
            rows.append(
                f"| {check.number} | {check.promise} | not measured yet | {check.control_told} | `{check.test}` |"
            )
            continue
        mark = "" if told["kept"] else "**broken:** "
        control = check.control_told
        if told["control"]:
            control += f": {told['control']}" if told["control_failed"] else f": **did not fail**: {told['control']}"
        seed = f" --seed {told['seed']}" if told["seed"] is not None else ""
        how = f"{told['date']}, {told['seconds']} s, `python -m bench.reliability {check.number}{seed}`; `{check.test}`"
        rows.append(f"| {check.number} | {check.promise} | {mark}{told['figure']} | {control} | {how} |")
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text("\n".join([before + BEGIN, "", *rows, "", END + after]), encoding="utf-8")


if __name__ == "__main__":
    main()
