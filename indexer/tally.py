"""What the readers decided while a load went on: formats, encodings, what was mended, dropped or skipped, and remarks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, TypeVar

import orjson

from indexer.readers.given import Findings, Given, Refused, Skipped
from indexer.ready import Ready
from indexer.repair import repair, storable

Read = TypeVar("Read", Given, Ready)

SHOWN_REMARKS = 20
"""Remarks that the terminal gets; all of them are in the details."""


@dataclass(slots=True)
class Tally:
    """Counts over what was read, in order. `details` gets a line of JSON for each file, where one is wanted."""

    details: IO[bytes] | None = None
    formats: Counter[str] = field(default_factory=Counter)
    encodings: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    dropped: int = 0
    mended: int = 0
    remarks: list[str] = field(default_factory=list)
    _file: dict[str, Any] = field(default_factory=dict)

    def counted(self, items: Iterable[Read | Refused | Skipped]) -> Iterator[Read | Refused]:
        """Pass on what is for the load, and count what the readers found."""
        for item in items:
            if isinstance(item, Skipped):
                self.skipped[item.reason] += 1
                self._write({"file": item.place, "skipped": item.reason})
                continue
            if item.findings is not None:
                self._count(item.findings, item.place)
            if isinstance(item, Refused):
                self._write({"file": item.place, "refused": item.reason})
            else:
                self._file["reports"] += 1
            yield item
        self._begin("")

    def _count(self, found: Findings, place: str) -> None:
        file = found.file or place
        if file != self._file.get("file"):
            self._begin(file)
            self.formats[found.format] += 1
            if found.encoding:
                self.encodings[found.encoding] += 1
            self._file |= {"format": found.format, "encoding": found.encoding, "reports": 0, "dropped": 0, "mended": 0}
            self._file["remarks"] = []
        self.dropped += found.dropped
        self.mended += found.mended
        self.remarks += [f"{file}: {remark}" for remark in found.remarks[: 10_000 - len(self.remarks)]]
        self._file["dropped"] += found.dropped
        self._file["mended"] += found.mended
        self._file["remarks"] += found.remarks

    def _begin(self, file: str) -> None:
        if self._file:
            self._write(self._file)
        self._file = {"file": file} if file else {}

    def _write(self, line: dict[str, Any]) -> None:
        if self.details:
            self.details.write(orjson.dumps(storable(line), option=orjson.OPT_APPEND_NEWLINE))

    def sentences(self) -> list[str]:
        """Return what a person at the terminal should know, empty where everything was plain."""
        other = Counter({name: count for name, count in self.encodings.items() if name != "UTF-8"})
        told = [
            f"encodings: {_listed(other)}" if other else "",
            f"encoded twice and mended: {self.mended:,} texts" if self.mended else "",
            f"left out as boilerplate: {self.dropped:,} blocks" if self.dropped else "",
            f"skipped: {_listed(self.skipped)}" if self.skipped else "",
            *(f"note: {remark}" for remark in self.remarks[:SHOWN_REMARKS]),
            f"and {len(self.remarks) - SHOWN_REMARKS:,} more notes" if len(self.remarks) > SHOWN_REMARKS else "",
        ]
        return [repair(line) for line in told if line]


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.most_common())
