"""When a feed is asked again: not before its time, later where its server says so, and ever later where it fails."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import stamina

from indexer.engine import WritingEngine
from indexer.errors import EngineConflict
from indexer.polling.exchange import Feed, Fetched

Json = dict[str, Any]

FEEDS_ID = "feeds"
"""Id, in the state index, of the document that says what is known of each feed, by its address.

Beside the reports and not on this machine: a backup that is restored brings back what was known when it was made, so that
nothing that it lacks counts as fetched.
"""
LONGEST = timedelta(days=1)
"""After which a feed is asked again, whatever its server says and however often it has failed."""

FORGOTTEN = timedelta(days=30)
"""For which a feed that nobody asks for any more is remembered."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a feed. Times are ISO 8601 in UTC; `digest` is SHA-256 of what was loaded last.

    `reports` is the index that its reports were loaded into: in another one they are not, and all of it is asked for anew.
    """

    next_at: str = ""
    asked_at: str = ""
    loaded_at: str = ""
    etag: str = ""
    modified: str = ""
    digest: str = ""
    reports: str = ""
    faults: int = 0
    fault: str = ""

    def is_due(self, now: datetime) -> bool:
        """Tell whether the feed may be asked now."""
        return not self.next_at or datetime.fromisoformat(self.next_at) <= now

    def after(self, fetched: Fetched, every: timedelta, now: datetime) -> Standing:
        """Return what is known after an answer, good or bad, none of which was loaded."""
        faults = self.faults + 1 if fetched.fault else 0
        wait = every * 2 ** min(faults, 16)
        wait = min(max(wait, timedelta(seconds=min(fetched.wait, LONGEST.total_seconds()))), LONGEST)
        return replace(self, asked_at=_told(now), next_at=_told(now + wait), faults=faults, fault=fetched.fault)

    def with_loaded(self, fetched: Fetched, digest: str, reports: str) -> Standing:
        """Return what is known once all that came is in the index."""
        return replace(
            self,
            loaded_at=self.asked_at,
            etag=fetched.etag,
            modified=fetched.modified,
            digest=digest,
            reports=reports,
        )


def due(feeds: list[Feed], standing: dict[str, Standing], now: datetime, most: int) -> list[Feed]:
    """Return the feeds to ask now: one of each server, whoever has waited longest, so that none is asked twice at a time."""
    known = Standing()
    chosen: dict[str, Feed] = {}
    for feed in sorted(feeds, key=lambda feed: standing.get(feed.url, known).next_at):
        if standing.get(feed.url, known).is_due(now):
            chosen.setdefault(server_of(feed.url), feed)
    return list(chosen.values())[:most]


def server_of(url: str) -> str:
    """Return the name of the server that an address is of."""
    return (urlsplit(url).hostname or "").lower()


def read_standing(engine: WritingEngine, state: str) -> dict[str, Standing]:
    """Return what is known of each feed, by its address."""
    document = engine.documents(state, [FEEDS_ID]).get(FEEDS_ID)
    return {url: Standing(**told) for url, told in document["body"].items()} if document else {}


def write_standing(engine: WritingEngine, state: str, changed: dict[str, Standing]) -> None:
    """Put what is known of some feeds beside what is known of others, which another process may just have written."""
    told = {url: asdict(standing) for url, standing in changed.items()}
    for attempt in stamina.retry_context(on=EngineConflict, attempts=10, wait_initial=0.05):
        with attempt:
            found = engine.stored(state, FEEDS_ID)
            body = _without_forgotten(found.source["body"] if found else {}) | told
            engine.put_stored(state, FEEDS_ID, {"body": body, "changed_at": _told(datetime.now(UTC))}, found)


def _without_forgotten(body: Json) -> Json:
    """Leave out what was taken off the lists."""
    oldest = _told(datetime.now(UTC) - FORGOTTEN)
    return {url: told for url, told in body.items() if told["next_at"] > oldest}


def _told(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
