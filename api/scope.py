"""What a caller may see: the one object that every reading of the engine must be given.

A scope is made from the key of a request and the collections that are marked private. The reading door puts it into each
search and takes out of each answer by id what lies outside, so that no route can forget it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from api.errors import NotAllowed
from api.keys import Right

Json = dict[str, Any]

_BOUNDED = "scope"


@dataclass(frozen=True, slots=True)
class Scope:
    """The collections of a caller: those that its key is bound to (`only`), else all but the `hidden`.

    `known` are the collections that the corpus is known to hold; `right` is that of the key, None without one.
    """

    only: frozenset[str] | None
    hidden: frozenset[str]
    known: frozenset[str]
    right: Right | None

    @property
    def is_whole(self) -> bool:
        """Whether nothing is kept from the caller."""
        return self.only is None and not self.hidden

    def sees(self, collection: object) -> bool:
        """Tell whether the caller may know of what lies in a collection."""
        if self.only is not None:
            return collection in self.only
        return self.is_whole or (isinstance(collection, str) and collection not in self.hidden)

    def visible(self, collections: Iterable[str]) -> list[str]:
        """Return those of some collections that the caller may know of, in order."""
        return sorted(name for name in collections if self.sees(name))

    def clauses(self) -> list[Json]:
        """Return the filter of paragraphs and reports, none where all may be seen."""
        if self.only is not None:
            return [{"terms": {"collection": sorted(self.only)}}]
        if self.hidden:
            return [{"bool": {"must_not": [{"terms": {"collection": sorted(self.hidden)}}]}}]
        return []

    def form_clauses(self) -> list[Json]:
        """Return the filter of forms, each of which is of many collections.

        It keeps the forms of other collections from crowding out one's own; the counts are told from the surfaces,
        collection by collection.
        """
        if self.only is not None:
            return [{"terms": {"collections": sorted(self.only)}}]
        if self.hidden:
            hidden = {"terms": {"collections": sorted(self.hidden)}}
            seen = {"terms": {"collections": sorted(self.known - self.hidden)}}
            return [{"bool": {"must_not": [{"bool": {"filter": [hidden], "must_not": [seen]}}]}}]
        return []

    def refuse_explanations(self) -> None:
        """Scores are made of counts over the whole index: who may not see all of it is not shown how."""
        if not self.is_whole:
            raise NotAllowed(
                "explain: it would count what this key does not see; an admin key that is bound to none may ask"
            )


def bounded(body: Json, clauses: list[Json]) -> Json:
    """Return the body of a search with filters put in, also into aggregations that look past its query."""
    if not clauses:
        return body
    query = {"bool": {"must": [body["query"]] if "query" in body else [], "filter": clauses}}
    if "aggs" not in body:
        return {**body, "query": query}
    return {**body, "query": query, "aggs": {name: _bounded(agg, clauses) for name, agg in body["aggs"].items()}}


def _bounded(aggregation: Json, clauses: list[Json]) -> Json:
    if "global" not in aggregation:
        return aggregation
    inner = {"filter": {"bool": {"filter": clauses}}, "aggs": aggregation.get("aggs", {})}
    return {**aggregation, "aggs": {_BOUNDED: inner}}


def unbounded(answer: Json) -> Json:
    """Return an answer to a bounded search in the shape that was asked for."""
    told = answer.get("aggregations", {})
    lifted = {name: value.get(_BOUNDED, value) for name, value in told.items()}
    return {**answer, "aggregations": lifted} if told else answer
