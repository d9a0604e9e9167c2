"""What is read of reports, each date and figure in its context, to be read by a person: `python -m bench.mentions PATH`.

Without a path those of the sample corpus. At the end the numbers of all, and each paragraph with a word of casualties and a
number of which no figure was read: what is missed stands there, among much that is none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, tzinfo
from pathlib import Path
from typing import Any

import click

from indexer.errors import BadReport
from indexer.mentions import mentions_of
from indexer.mentions.figures import may_have_figures
from indexer.paragraphs import Piece, pieces_of, published_day
from indexer.readers.given import Given
from indexer.readers.sources import find_sources, read
from indexer.report import Report, read_report
from settings import CHECKOUT, read_settings

AROUND = 30
"""Characters of context on each side."""
Json = dict[str, Any]


@dataclass(slots=True)
class Seen:
    """What was read so far: paragraphs, mentions by kind, and paragraphs of which a figure may be missed."""

    paragraphs: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    without: list[str] = field(default_factory=list)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--dates/--no-dates", default=True, help="Show the dates.")
@click.option("--figures/--no-figures", default=True, help="Show the figures.")
def main(paths: tuple[Path, ...], *, dates: bool, figures: bool) -> None:
    """Show what is read."""
    seen = Seen()
    shown = {"dates": dates, "figures": figures}
    zone = read_settings().zone
    for report, day in _reports(zone, paths or tuple(sorted((CHECKOUT / "seeds").glob("*.jsonl")))):
        for piece in pieces_of(report):
            told = mentions_of(piece.text, piece.read, day)
            for line in _lines(piece.text, told, shown):
                click.echo(line)
            _count(seen, piece, told)
    for text in seen.without if figures else ():
        click.echo(f"no figure  {text}")
    click.echo(
        f"{seen.paragraphs:,} paragraphs: {dict(seen.counts)}; "
        f"{len(seen.without)} with words of casualties, a number and no figure"
    )


def _reports(zone: tzinfo, paths: tuple[Path, ...]) -> Iterator[tuple[Report, date | None]]:
    for source in find_sources(list(paths)):
        for item in read(source):
            if isinstance(item, Given):
                try:
                    report = read_report(item.record, "bench")
                    yield report, published_day(report, zone)
                except BadReport as error:
                    click.echo(f"{item.place}: {error}", err=True)


def _lines(text: str, told: Json, shown: dict[str, bool]) -> Iterator[str]:
    for named in told.get("dates", []) if shown["dates"] else ():
        readings = ", ".join(
            f"{span['from']} to {span['to']}" if span["from"] != span["to"] else span["from"]
            for span in named["readings"]
        )
        yield f"{readings}{' (inferred)' if named['inferred'] else ''}  {_context(text, named)}"
    for figure in told.get("figures", []) if shown["figures"] else ():
        yield f"{figure['kind']} {figure['low']} to {figure['high']}  {_context(text, figure)}"


def _context(text: str, mention: Json) -> str:
    before, behind = (
        text[max(0, mention["start"] - AROUND) : mention["start"]],
        text[mention["end"] : mention["end"] + AROUND],
    )
    return f"{before}⟦{mention['surface']}⟧{behind}".replace("\n", " ")


def _count(seen: Seen, piece: Piece, told: Json) -> None:
    seen.paragraphs += 1
    seen.counts["dates"] += len(told.get("dates", []))
    seen.counts.update(figure["kind"] for figure in told.get("figures", []))
    if (
        "figures" not in told
        and may_have_figures(piece.read.normalized, piece.read.words)
        and re.search(r"\d", piece.text)
    ):
        seen.without.append(piece.text)


if __name__ == "__main__":
    main()
