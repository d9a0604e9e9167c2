"""Reports made of `bench.prose`: twenty paragraphs each, the first of them the title, with an outlet and a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from bench.prose import Prose, real_texts

SEED = 11
A_REPORT = 20
OUTLETS = 40
DAYS = 15 * 365
LONGEST_TITLE = 12
Json = dict[str, Any]


def reports(paragraphs: int, seed: int = SEED) -> Iterator[Json]:
    """Yield reports until there are so many paragraphs. Few outlets have most of them."""
    prose, chance = Prose(real_texts(), seed), np.random.default_rng(seed)
    for number in range(paragraphs // A_REPORT):
        first, *others = prose.report(A_REPORT)
        day = date(2011, 3, 1) + timedelta(days=int(chance.integers(DAYS)))
        outlet = min(int(chance.zipf(1.5)), OUTLETS)
        yield {
            "id": f"prose-{number}",
            "title": " ".join(first.split()[:LONGEST_TITLE]).rstrip("،."),
            "source": f"outlet-{outlet}",
            "url": f"https://outlet-{outlet}.example/{number}",
            "published": day.isoformat(),
            "language": "ar",
            "paragraphs": others,
        }


def write_reports(folder: Path, paragraphs: int, seed: int = SEED) -> Path:
    """Write the reports as one .jsonl file and return it."""
    file = folder / "prose.jsonl"
    with file.open("wb") as opened:
        opened.writelines(orjson.dumps(report) + b"\n" for report in reports(paragraphs, seed))
    return file
