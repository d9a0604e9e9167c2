"""Where the checks of the door take place: indices of their own, filled, and the API as a process of its own over them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import orjson

from bench.own_indices import own_indices
from indexer.commands import LoadOptions, load
from indexer.engine import WritingEngine
from indexer.indices import Indices
from settings import Settings

Json = dict[str, object]

PATIENT = {"READ_TIMEOUT": "20", "SEARCH_TIMEOUT": "20"}
"""Limits far beyond what the API promises: for a control, and for checks of what is answered, not when."""
WORD = "قصف"
"""A word that every paragraph of `reports` holds."""
_TEXTS = (
    "قصف مدفعي على ريف إدلب الجنوبي أوقع جرحى بين المدنيين",
    "غارات جوية وقصف صاروخي على أحياء حلب الشرقية",
    "قصف بالبراميل المتفجرة طال مستشفى ميدانيا في درعا",
    "توقف القصف بعد اتفاق خفض التصعيد برعاية مجلس الأمن",
)


def reports(count: int, paragraphs: int = 20) -> Iterator[Json]:
    """Yield reports that hold so many paragraphs together; every paragraph holds `WORD`."""
    for start in range(0, count, paragraphs):
        numbers = range(start, min(start + paragraphs, count))
        texts = [f"{WORD} {_TEXTS[number % len(_TEXTS)]} {number}" for number in numbers]
        yield {"id": f"report-{start}", "published": f"20{10 + start % 15}", "paragraphs": texts}


@contextmanager
def filled(settings: Settings, records: Sequence[Json] | Iterator[Json] = ()) -> Iterator[Settings]:
    """Load records into indices of their own, yield their settings, and remove them at the end."""
    with own_indices(settings, corpus_refresh=0.5) as (engine, own):
        Indices(engine, own).ensure()
        load_records(engine, own, records)
        yield own


def load_records(engine: WritingEngine, settings: Settings, records: Sequence[Json] | Iterator[Json]) -> None:
    """Load records as a file of lines."""
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "records.jsonl"
        with lines.open("wb") as file:
            # The standard library's escapes carry what orjson does not write, such as half a surrogate pair.
            file.writelines(_line(record) for record in records)
        if lines.stat().st_size:
            load(engine, settings, [lines], LoadOptions("default"))


def _line(record: Json) -> bytes:
    try:
        return orjson.dumps(record) + b"\n"
    except TypeError:
        import json  # noqa: PLC0415  (for the few records that want it)

        return json.dumps(record).encode() + b"\n"
