"""Which collections a load may write: a caller of the API may have a key for some alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from indexer.readers.given import Given, Item, Refused


@dataclass(frozen=True, slots=True)
class Bounds:
    """The collections that alone may be written (none named: all), and those that may not."""

    only: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()

    def kept(self, given: Iterable[Item], default: str) -> Iterator[Item]:
        """Yield what is given; a report of another collection is refused. `default` is that of records that name none."""
        for item in given:
            yield self._checked(item, default) if isinstance(item, Given) else item

    def _checked(self, item: Given, default: str) -> Given | Refused:
        collection = item.record.get("collection", default) if isinstance(item.record, dict) else default
        # What is no text is no collection: the report is refused for that, with the better reason.
        if not isinstance(collection, str) or self._takes(collection):
            return item
        return Refused(item.place, "collection: this load may not write into it", item.size)

    def _takes(self, collection: str) -> bool:
        return collection not in self.never and (not self.only or collection in self.only)
