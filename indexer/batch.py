"""A batch of reports on their way into the indices together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import tzinfo

from indexer.records import Json, Record
from indexer.summary import Outcome

PARAGRAPHS = 1000
CHARACTERS = 700_000
"""A batch ends at either. With the stored fields a character costs some six bytes of a request."""


@dataclass(slots=True)
class Planned:
    """A record on its way: what becomes of it, why not, and its paragraphs once it is known that they are to be written."""

    record: Record
    outcome: Outcome = Outcome.CREATED
    reason: str = ""
    paragraphs: list[Json] = field(default_factory=list)
    earlier: Record | None = None
    """The loaded record that this one takes the place of."""

    def split(self, zone: tzinfo) -> None:
        """Make the paragraphs, and let the record's end cover them too."""
        self.paragraphs = self.record.paragraphs(zone)
        self.record = replace(self.record, end=max(self.end, self.record.end))

    @property
    def end(self) -> int:
        """One more than the highest position."""
        return int(self.paragraphs[-1]["position"]) + 1

    @property
    def is_to_be_written(self) -> bool:
        """Whether the report is neither unchanged nor refused."""
        return self.outcome in {Outcome.CREATED, Outcome.REPLACED}

    def succeed(self, earlier: Record) -> None:
        """Make the record the successor of the one that is stored: the next version, and an end that covers its own."""
        self.outcome = Outcome.REPLACED if earlier.complete else Outcome.CREATED
        self.earlier = earlier if earlier.complete else None
        self.record = replace(self.record, version=earlier.version + 1, end=earlier.end)

    def restore(self, tombstone: Json) -> None:
        """Take the place of a report that was taken down: the next version, and an end that covers its positions."""
        self.outcome = Outcome.CREATED
        self.record = replace(self.record, version=tombstone["version"] + 1, end=tombstone["end"])

    def refuse(self, reason: str) -> None:
        """Take the report out of the load."""
        self.outcome, self.reason = Outcome.REFUSED, reason


@dataclass(slots=True)
class Batch:
    """Reports with different ids, and the bytes of input that were read for them."""

    planned: list[Planned] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    paragraphs: int = 0
    characters: int = 0
    read: int = 0

    def add(self, planned: Planned | None, size: int) -> None:
        """Add a report (none, where the input was refused) and the bytes of input that it took."""
        self.read += size
        if planned:
            self.planned.append(planned)
            self.ids.add(planned.record.report_id)
            texts = planned.record.report.texts()
            self.paragraphs += len(texts)
            self.characters += sum(map(len, texts))

    @property
    def is_full(self) -> bool:
        """Whether the batch should be written now."""
        return self.paragraphs >= PARAGRAPHS or self.characters >= CHARACTERS
