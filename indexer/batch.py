"""A batch of reports on their way into the indices together."""

from __future__ import annotations

from dataclasses import dataclass, field

from indexer.ready import Ready
from indexer.records import Json, Record
from indexer.summary import Outcome

PARAGRAPHS = 1000
CHARACTERS = 700_000
"""A batch ends at either. With the stored fields a character costs some six bytes of a request."""


@dataclass(slots=True)
class Planned:
    """A report on its way: what becomes of it, why not, and what is stored of it already."""

    ready: Ready
    outcome: Outcome = Outcome.CREATED
    reason: str = ""
    version: int = 1
    end: int = 0
    """One more than the highest position that is, or is about to be, in the index."""
    story: str = ""
    """The id of the story that the report belongs to, once it is known that it is to be written."""
    added: dict[int, Json] = field(default_factory=dict)
    """Fields that a paragraph gets besides, by position: what is known only once the store was asked."""
    earlier: Record | None = None
    """The loaded record that this one takes the place of."""

    def __post_init__(self) -> None:
        self.end = max(self.end, self.ready.paragraphs.end)

    @property
    def report_id(self) -> str:
        """The id of the report."""
        return self.ready.report_id

    @property
    def is_to_be_written(self) -> bool:
        """Whether the report is neither unchanged nor refused."""
        return self.outcome in {Outcome.CREATED, Outcome.REPLACED}

    def succeed(self, earlier: Record) -> None:
        """Make the report the successor of the one that is stored: the next version, and an end that covers its own."""
        self.outcome = Outcome.REPLACED if earlier.complete else Outcome.CREATED
        self.earlier = earlier if earlier.complete else None
        self.version = earlier.version + 1
        self.end = max(self.end, earlier.end)

    def restore(self, tombstone: Json) -> None:
        """Take the place of a report that was taken down: the next version, and an end that covers its positions."""
        self.outcome = Outcome.CREATED
        self.version = tombstone["version"] + 1
        self.end = max(self.end, tombstone["end"])

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

    def add(self, planned: Planned) -> None:
        """Add a report."""
        self.planned.append(planned)
        self.ids.add(planned.report_id)
        self.paragraphs += len(planned.ready.paragraphs.documents)
        self.characters += planned.ready.characters
        self.read += planned.ready.size

    @property
    def is_full(self) -> bool:
        """Whether the batch should be written now."""
        return self.paragraphs >= PARAGRAPHS or self.characters >= CHARACTERS

    def to_write(self) -> list[Planned]:
        """Return the reports that are neither unchanged nor refused."""
        return [planned for planned in self.planned if planned.is_to_be_written]
