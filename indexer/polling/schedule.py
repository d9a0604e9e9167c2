"""When a feed is asked again: not before its time, later where its server says so, and ever later where that is at fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import stamina

from indexer.engine import WritingEngine
from indexer.errors import EngineConflict
from indexer.polling.exchange import Feed, Fetched, server_of

Json = dict[str, Any]

FEEDS_ID = "feeds"
"""Id, in the state index, of the document that says what is known of each feed, by its address.

Beside the reports and not on this machine: a backup that is restored brings back what was known when it was made, so that
nothing that it lacks counts as fetched.
"""
LONGEST = timedelta(days=1)
"""After which a feed is asked again, whatever its server says and however often it has failed."""
GRACE = timedelta(minutes=2)
"""By which a run that ends may be early, or a tenth of the pace: cron is some seconds earlier one time and later the other."""
FORGOTTEN = timedelta(days=30)
"""For which a feed that nobody asks for any more is remembered."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a feed. Times are ISO 8601 in UTC; `digest` is SHA-256 of what was loaded last.

    `collection` and `reports` (an index) are where its reports were loaded to: elsewhere they are not, and all of it is asked
    for anew. `refused` is the first of its reports that was refused, with the reason, `claim` names who asked it last.
    """

    next_at: str = ""
    asked_at: str = ""
    loaded_at: str = ""
    etag: str = ""
    modified: str = ""
    digest: str = ""
    collection: str = ""
    reports: str = ""
    moved: str = ""
    faults: int = 0
    fault: str = ""
    refused: str = ""
    claim: str = ""

    def is_due(self, now: datetime) -> bool:
        """Tell whether the feed may be asked now."""
        return not self.next_at or datetime.fromisoformat(self.next_at) <= now

    def is_nearly_due(self, every: timedelta, now: datetime) -> bool:
        """Tell whether a run that ends takes the feed: a little early, where it waits for nothing but the pace."""
        if self.is_due(now):
            return True
        at_pace = datetime.fromisoformat(self.asked_at) + every
        return self.next_at == _told(at_pace) and at_pace <= now + min(GRACE, every / 10)

    def claimed(self, claim: str, every: timedelta, now: datetime) -> Standing:
        """Return what is known of a feed that is about to be asked: whoever else asks leaves it alone."""
        return replace(self, claim=claim, asked_at=_told(now), next_at=_told(now + every))

    def may_be_claimed(self, claim: str, seen: Standing) -> bool:
        """Tell whether a feed is as it was when it was chosen, or claimed by that very claim, whose answer was lost."""
        return self.claim in {claim, seen.claim}

    def after(self, fetched: Fetched, every: timedelta) -> Standing:
        """Return what is known after an answer, good or bad, of which nothing was loaded. Time counts from the asking.

        Only an answer counts against a server. Where there was none it may be our own line that is cut, and the feed is asked
        at its pace: what leaves it meanwhile is gone.
        """
        faults = self.faults + 1 if fetched.fault and fetched.status else 0
        wait = max(every * 2 ** min(faults, 10), timedelta(seconds=fetched.wait))
        return replace(
            self,
            next_at=_told(datetime.fromisoformat(self.asked_at) + min(wait, LONGEST)),
            faults=faults,
            fault=fetched.fault,
            moved=self.moved if fetched.fault else fetched.moved,
        )

    def with_loaded(self, feed: Feed, fetched: Fetched, digest: str, reports: str) -> Standing:
        """Return what is known once all that came is in the index."""
        return replace(
            self,
            loaded_at=self.asked_at,
            etag=fetched.etag,
            modified=fetched.modified,
            digest=digest,
            collection=feed.collection,
            reports=reports,
            refused="",
        )

    def with_same(self, fetched: Fetched) -> Standing:
        """Return what is known where what came is what was loaded last."""
        return replace(self, etag=fetched.etag, modified=fetched.modified)

    def with_refused(self, refused: str) -> Standing:
        """Return what is known where something was refused: all of the feed is asked for and read again the next time."""
        return replace(self, etag="", modified="", digest="", refused=refused)

    def holds(self, feed: Feed, reports: str | None) -> bool:
        """Tell whether what was loaded is where a feed's reports are to be."""
        return (self.collection, self.reports) == (feed.collection, reports)


def due(feeds: Iterable[Feed], standing: dict[str, Standing], now: datetime, most: int) -> list[Feed]:
    """Return the feeds to ask now: one of each server, whoever has waited longest, so that none is asked twice at a time."""
    known = Standing()
    chosen: dict[str, Feed] = {}
    for feed in sorted(feeds, key=lambda feed: standing.get(feed.url, known).next_at):
        if standing.get(feed.url, known).is_due(now):
            chosen.setdefault(server_of(feed.url), feed)
    return list(chosen.values())[:most]


def read_standing(engine: WritingEngine, state: str) -> dict[str, Standing]:
    """Return what is known of each feed, by its address."""
    document = engine.documents(state, [FEEDS_ID]).get(FEEDS_ID)
    return _standing(document["body"] if document else {})


def change_standing(
    engine: WritingEngine, state: str, change: Callable[[dict[str, Standing]], dict[str, Standing]]
) -> dict[str, Standing]:
    """Put what `change` makes of what is known beside the rest, and return it; asked again where another process was faster."""
    for attempt in stamina.retry_context(on=EngineConflict, attempts=10, wait_initial=0.05):
        with attempt:
            found = engine.stored(state, FEEDS_ID)
            body = found.source["body"] if found else {}
            changed = change(_standing(body))
            body = _without_forgotten(body) | {url: asdict(standing) for url, standing in changed.items()}
            engine.put_stored(state, FEEDS_ID, {"body": body, "changed_at": _told(datetime.now(UTC))}, found)
            return changed
    raise AssertionError("retry_context ends by returning or raising")


def _standing(body: Json) -> dict[str, Standing]:
    # Of a newer version, which may know more of a feed, only what is known here.
    names = {name.name for name in fields(Standing)}
    return {url: Standing(**{name: told[name] for name in names & told.keys()}) for url, told in body.items()}


def _without_forgotten(body: Json) -> Json:
    """Leave out what was taken off the lists."""
    oldest = _told(datetime.now(UTC) - FORGOTTEN)
    return {url: told for url, told in body.items() if told["next_at"] > oldest}


def _told(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
