"""Polling: the feeds that are due are fetched, what is new in them is loaded, and when each is due again is written down.

A round asks every server for one feed at most. The feeds of a round are claimed before they are asked, so that no second
process asks for them too, and what was fetched is kept until it is loaded: an engine that is away costs no second request.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from indexer.bounds import Bounds
from indexer.commands import LoadOptions, load_sources
from indexer.engine import WritingEngine
from indexer.errors import EngineConflict, EngineUnavailable, IndexerError, LockHeld, LockLost
from indexer.indices import Indices
from indexer.lock import writing_lock
from indexer.polling.apart import fetched_apart
from indexer.polling.arrived import LONGEST_FAULT, look_at
from indexer.polling.exchange import Asking, Feed, Fetched, Wanted
from indexer.polling.feed_list import BadEntry, read_feed_list
from indexer.polling.schedule import Standing, change_standing, due, read_standing
from indexer.readers.given import Source
from indexer.repair import repair
from indexer.summary import KEPT_REFUSALS, Refusal, Summary
from settings import Settings

AT_ONCE = 32
"""Servers that are asked at a time."""
PAUSE = 1.0
"""Seconds between two rounds: one server with many feeds is asked for one of them a second."""
LOOK_ANYWAY = 30.0
"""Seconds after which the list is read again, for a feed that was added to it."""
PATIENCE = 10.0
"""Seconds for which whoever writes just now is waited for: two runs of cron begin at the same second."""
AGAIN = 5.0
"""Seconds after which an engine that was away is tried again."""


@dataclass(frozen=True, slots=True)
class PollOptions:
    """What `feeds` was asked for. `once`: what is due now, and then an end; `at_once`: all of it is due when it starts."""

    collection: str
    asking: Asking
    every: timedelta
    once: bool = False
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class _Got:
    """A feed, what came of it, and what there is to be read; `digest` is SHA-256 of that."""

    feed: Feed
    fetched: Fetched
    standing: Standing
    """What is known of the feed once it was asked, and nothing of it was loaded."""
    source: Source | None = None
    digest: str = ""


@dataclass(slots=True)
class Poller:
    """One run of `feeds`. `say` is told what happened, a line each."""

    engine: WritingEngine
    settings: Settings
    path: Path
    options: PollOptions
    say: Callable[[str], None]
    clean: bool = True
    """Whether every entry of the list was a feed, every feed came, and nothing in them was refused."""
    _feeds: list[Feed] = field(default_factory=list)
    _bad: list[BadEntry] = field(default_factory=list)
    _left: set[str] = field(default_factory=set)
    """Addresses that are asked whether they are due or not; of a run that ends, all that it has still to ask."""
    _asked: int = 0
    _overtaken: int = 0
    """Feeds that were to be asked, and that another process asked first."""
    _is_ready: bool = False
    _claim: str = ""
    _got: list[_Got] = field(default_factory=list)
    _said: dict[str, str] = field(default_factory=dict)
    """What was said last of the engine and of the list: it is said again only once it has been otherwise."""

    def run(self) -> None:
        """Poll until Ctrl-C, or once. Where `once`, an engine that is away is an error, else it is waited for."""
        self._take_list()
        if not self._feeds:
            raise IndexerError(f"{self.path}: there is no feed in the list: write one address a line")
        self._left = {feed.url for feed in self._feeds} if self.options.at_once else set()
        if not self.options.once:
            self.say(f"polling {len(self._feeds):,} feeds; Ctrl-C stops it")
        elif not self._left:
            now, standing, every = datetime.now(UTC), self._standing(), self.options.every
            self._left = {
                feed.url for feed in self._feeds if standing.get(feed.url, Standing()).is_nearly_due(every, now)
            }
        with TemporaryDirectory(prefix="rasd-feeds-") as name:
            while (pause := self._round_or_wait(Path(name))) is not None:
                time.sleep(pause)
                if not self.options.once:
                    self._take_list_again()

    def _round_or_wait(self, folder: Path) -> float | None:
        """Run a round; return the seconds until the next one, None where there is none."""
        try:
            pause = self._round(folder)
        except (EngineUnavailable, LockHeld, LockLost, EngineConflict) as error:
            if self.options.once:
                raise
            self._say_once("engine", f"waiting: {error}")
            return AGAIN
        self._said.pop("engine", None)
        return pause

    def _round(self, folder: Path) -> float | None:
        """Fetch what is due, and load it."""
        indices = Indices(self.engine, self.settings)
        indices.make_state()
        if not self._got:
            standing = read_standing(self.engine, indices.aliases.state)
            chosen = self._claimed(self._chosen(standing), standing, indices)
            if not chosen:
                return self._rest(standing)
            self._fetch(chosen, indices, folder)
        self._load(indices)
        self._got = []
        return PAUSE

    def _standing(self) -> dict[str, Standing]:
        indices = Indices(self.engine, self.settings)
        indices.make_state()
        return read_standing(self.engine, indices.aliases.state)

    def _chosen(self, standing: dict[str, Standing]) -> list[Feed]:
        waiting = {url: known for url, known in standing.items() if url not in self._left}
        feeds = [feed for feed in self._feeds if feed.url in self._left] if self.options.once else self._feeds
        return due(feeds, waiting, datetime.now(UTC), AT_ONCE)

    def _claimed(self, chosen: list[Feed], seen: dict[str, Standing], indices: Indices) -> list[tuple[Feed, Standing]]:
        """Claim feeds that are to be asked; leave out those that another process has claimed since they were chosen."""
        if not chosen:
            return []
        if not self._is_ready:
            # Before the first server is asked: what comes could not be loaded into indices that want a rebuild.
            with writing_lock(indices, "feeds", patience=PATIENCE):
                indices.ensure()
            self._is_ready = True
        # The same until it is written: the engine may take a claim and be away before it says so.
        self._claim = name = self._claim or uuid.uuid4().hex
        known = Standing()

        def claim(standing: dict[str, Standing]) -> dict[str, Standing]:
            now = datetime.now(UTC)
            return {
                feed.url: before.claimed(name, self.options.every, now)
                for feed in chosen
                if (before := standing.get(feed.url, known)).may_be_claimed(name, seen.get(feed.url, known))
            }

        claimed = change_standing(self.engine, indices.aliases.state, claim)
        self._claim = ""
        self._left -= {feed.url for feed in chosen}
        self._asked += len(claimed)
        self._overtaken += len(chosen) - len(claimed)
        return [(feed, claimed[feed.url]) for feed in chosen if feed.url in claimed]

    def _rest(self, standing: dict[str, Standing]) -> float | None:
        """Return the seconds for which no feed is due; of a run that is over None, and what is worth saying of it."""
        if self.options.once:
            if self._left:
                return PAUSE
            if self._overtaken:
                self.say(f"another process has just asked for {self._overtaken:,} feeds that were due")
            elif not self._asked:
                first = min(standing[feed.url].next_at for feed in self._feeds)
                self.say(f"no feed is due before {first[:16].replace('T', ' ')} UTC; --now asks for all of them")
            return None
        moments = [standing.get(feed.url, Standing()).next_at for feed in self._feeds]
        first = min(moments, default="")
        seconds = (datetime.fromisoformat(first) - datetime.now(UTC)).total_seconds() if first else LOOK_ANYWAY
        return min(max(seconds, PAUSE), LOOK_ANYWAY)

    def _fetch(self, chosen: list[tuple[Feed, Standing]], indices: Indices, folder: Path) -> None:
        """Fetch feeds, and write down when each is due again: also where what came cannot be loaded for a while."""
        reports = indices.current("reports")
        wanted = [
            Wanted(feed.url, before.etag, before.modified) if before.holds(feed, reports) else Wanted(feed.url)
            for feed, before in chosen
        ]
        fetched = fetched_apart(wanted, self.options.asking, folder)
        got = []
        for number, ((feed, before), told) in enumerate(zip(chosen, fetched, strict=True)):
            source, digest = look_at(feed, told, folder / str(number))
            got.append(_Got(feed, told, before.after(told, self.options.every), source, digest))
            self._tell(told, before)
        self._got = got
        # Written once more with what is loaded: where the engine is away just now, nothing of it is lost.
        self._write(indices, {one.feed.url: one.standing for one in got})

    def _write(self, indices: Indices, changed: dict[str, Standing]) -> None:
        """Write what is known of feeds that are still claimed by this run: another may have asked for one that waits here."""
        change_standing(
            self.engine,
            indices.aliases.state,
            lambda standing: {url: after for url, after in changed.items() if _is_mine(after, standing.get(url))},
        )

    def _tell(self, fetched: Fetched, before: Standing) -> None:
        """Say what went wrong when it begins: a server that is away for a week is one line, and stands in `status`."""
        if fetched.fault:
            self.clean = False
            if self.options.once or fetched.fault != before.fault:
                self.say(repair(f"{fetched.url}: {fetched.fault}"))
            return
        if before.fault:
            self.say(repair(f"{fetched.url}: it is there again"))
        if fetched.moved and fetched.moved != before.moved:
            self.say(repair(f"{fetched.url}: it has moved: write {fetched.moved} into the list"))

    def _load(self, indices: Indices) -> None:
        """Load what came and is not what was loaded last, and write down what is loaded."""
        standing, reports = read_standing(self.engine, indices.aliases.state), indices.current("reports")
        self._got = [got for got in self._got if _is_mine(got.standing, standing.get(got.feed.url))]
        new = [got for got in self._got if got.source and not _is_known(got, reports)]
        refused: dict[str, str] = {}
        for collection in sorted({got.feed.collection for got in new}):
            sources = [got.source for got in new if got.source and got.feed.collection == collection]
            options = LoadOptions(collection, keep_other_roots=True, bounds=Bounds(only=frozenset({collection})))
            summary = load_sources(self.engine, self.settings, sources, options)
            self._tell_loaded(summary, sources)
            refused |= {source.place: told for source in sources if (told := _refused(source, summary))}
        now, urls = str(indices.current("reports")), {got.feed.url for got in new}

        def loaded(got: _Got) -> Standing:
            if got.source is None:
                return got.standing
            if got.feed.url not in urls:
                return got.standing.with_same(got.fetched)
            if told := refused.get(got.source.place):
                return got.standing.with_refused(told[:LONGEST_FAULT])
            return got.standing.with_loaded(got.feed, got.fetched, got.digest, now)

        self._write(indices, {got.feed.url: loaded(got) for got in self._got})

    def _tell_loaded(self, summary: Summary, sources: list[Source]) -> None:
        self.clean &= summary.clean
        told = sources[0].place if len(sources) == 1 else f"{len(sources):,} feeds"
        for line in (f"{told}: {summary.sentence()}", *summary.notes):
            self.say(repair(line))

    def _take_list(self) -> None:
        """Read the list; what is new in it of entries that are none is said. Raises IndexerError where it cannot be read."""
        feeds, bad = read_feed_list(self.path, self.options.collection)
        for entry in bad:
            self.clean = False
            if entry not in self._bad:
                self.say(repair(f"left out {entry.place}: {entry.reason}"))
        self._feeds, self._bad = feeds, bad

    def _take_list_again(self) -> None:
        """Take a list that has changed; one that cannot be read just now leaves the feeds as they are."""
        try:
            self._take_list()
        except IndexerError as error:
            self._say_once("list", str(error))
        else:
            self._said.pop("list", None)

    def _say_once(self, subject: str, told: str) -> None:
        if told != self._said.get(subject):
            self._said[subject] = told
            self.say(repair(told))


def _is_mine(known: Standing, stored: Standing | None) -> bool:
    return stored is not None and stored.claim == known.claim


def _is_known(got: _Got, reports: str | None) -> bool:
    return got.standing.digest == got.digest and got.standing.holds(got.feed, reports)


def _refused(source: Source, summary: Summary) -> str:
    """Return the first refusal of a feed, empty where all of it was taken."""
    mine = _of(source, summary.refusals)
    if not mine and summary.refused > KEPT_REFUSALS:
        return "more was refused than is remembered"
    return next((f"{refusal.place}: {refusal.reason}" for refusal in mine), "")


def _of(source: Source, refusals: Iterable[Refusal]) -> list[Refusal]:
    return [one for one in refusals if one.place == source.place or one.place.startswith(f"{source.place}:")]
