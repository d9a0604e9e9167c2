"""Many searches in one call: one request to the engine, and each its own answer or its own error."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.deadline import within
from api.engine import ReadingEngine
from api.errors import BadRequest, EngineSlow, Fault, Gone, NotAllowed
from api.params import LONGEST_NAME, SearchParams
from api.scope import Scope
from api.search import Asked, Searcher, finished, gone_or
from settings import Settings

Json = dict[str, Any]

MOST_HITS_IN_ALL = 2000
"""Hits of all searches together: marking words is the dearest part of a hit."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one search: its answer, or the exception that it ended in."""

    name: str | None
    answer: Json | None = None
    error: Exception | None = None


class Batcher:
    """Answers batches."""

    def __init__(self, searcher: Searcher, engine: ReadingEngine, settings: Settings) -> None:
        self._searcher = searcher
        self._engine = engine
        self._seconds = settings.batch_timeout

    async def answers(self, queries: list[object], scope: Scope) -> list[Answered]:
        """Return what became of each search, in the order given. An engine that does not answer at all is an error of all.

        There are no `suggestions`: they would be a second request for each search that finds nothing.
        """
        with within(self._seconds):
            asked = await self._asked(queries, scope)
        told = iter(await self._told([one for one in asked if isinstance(one, Asked)], scope))
        outcomes = [next(told) if isinstance(one, Asked) else one for one in asked]
        return [
            Answered(name, error=outcome) if isinstance(outcome, Exception) else Answered(name, answer=outcome)
            for name, outcome in zip(map(_name, queries), outcomes, strict=True)
        ]

    async def _told(self, sent: list[Asked], scope: Scope) -> list[Json | Exception]:
        """Return the answer of each search, or its error; one request, and one more where neighbours are asked for."""
        if not sent:
            return []
        started = time.perf_counter()
        _check_size(sent)
        found = await self._engine.attempts([(one.index, one.body) for one in sent], scope, self._seconds)
        read = [(one, self._read(one, answer)) for one, answer in zip(sent, found, strict=True)]
        around = [(one, told) for one, told in read if isinstance(told, dict) and one.params.context]
        if around:
            await self._searcher.add_contexts(around, scope)
        return [told if isinstance(told, Exception) else finished(one, told, started) for one, told in read]

    async def _asked(self, queries: list[object], scope: Scope) -> list[Asked | Exception]:
        times = Counter(map(_name, queries))
        return [await self._one(query, times, scope) for query in queries]

    async def _one(self, query: object, times: Counter[str | None], scope: Scope) -> Asked | Exception:
        """Return a search ready to be sent, or what is wrong with it."""
        try:
            return await self._searcher.asked(_params(query, times), scope, by_words=True)
        except ValidationError as error:
            return RequestValidationError([{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()])
        except (BadRequest, NotAllowed, Gone, EngineSlow) as error:
            # Words with an open end are looked up one search after the other: those for which no time is left fail alone.
            return error

    def _read(self, asked: Asked, found: Json | Exception) -> Json | Exception:
        return gone_or(found, asked) if isinstance(found, Exception) else self._searcher.answer(asked, found)


def _check_size(sent: list[Asked]) -> None:
    hits = sum(one.params.size for one in sent)
    if hits > MOST_HITS_IN_ALL:
        told = f"their sizes together may be {MOST_HITS_IN_ALL:,}; this asks for {hits:,} hits"
        raise BadRequest(Fault("queries", told))


def _name(query: object) -> str | None:
    name = query.get("name") if isinstance(query, dict) else None
    return name if isinstance(name, str) and 0 < len(name) <= LONGEST_NAME else None


def _params(query: object, times: Counter[str | None]) -> SearchParams:
    """Return the parameters of a search; BadRequest where it has no name of its own, or was found wrong before."""
    if isinstance(query, BadRequest):
        raise query
    if not isinstance(query, dict):
        raise BadRequest(Fault("queries", 'a search is a JSON object such as {"name": "north", "q": "..."}'))
    name = _name(query)
    if name is None:
        raise BadRequest(Fault("name", f"a name of 1 to {LONGEST_NAME} characters is required"))
    if times[name] > 1:
        raise BadRequest(Fault("name", "this name was given to more than one search"))
    return SearchParams.model_validate({key: value for key, value in query.items() if key != "name"})
