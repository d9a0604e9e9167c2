"""Polling: the feeds that are due are fetched, what is new in them is loaded, and when each is due again is written down.

A round asks every server for one feed at most. What was fetched is kept until it is loaded, so that an engine that is
away for a while costs no second request.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from indexer.commands import LoadOptions, load_sources
from indexer.engine import WritingEngine
from indexer.errors import EngineUnavailable, IndexerError, LockHeld
from indexer.indices import Indices
from indexer.polling.exchange import Asking, Feed, Fetched, Wanted
from indexer.polling.feed_list import read_feed_list
from indexer.polling.fetch import fetched_apart
from indexer.polling.schedule import Standing, due, read_standing, server_of, write_standing
from indexer.readers.given import Source
from indexer.readers.sources import format_told
from indexer.repair import repair
from settings import Settings

AT_ONCE = 32
"""Servers that are asked at a time."""
PAUSE = 1.0
"""Seconds between two rounds: one server with many feeds is asked for one of them a second."""
LOOK_ANYWAY = 30.0
"""Seconds after which the list is read again, for a feed that was added to it."""
AGAIN = 5.0
"""Seconds after which an engine that was away is tried again."""
_JSON_FEED = re.compile(rb"jsonfeed\.org\\?/version")


@dataclass(frozen=True, slots=True)
class PollOptions:
    """What `feeds` was asked for. `once`: what is due now, and then an end; `at_once`: all of it is due when it starts."""

    collection: str
    asking: Asking
    every: timedelta
    once: bool = False
    at_once: bool = False


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
    asked: int = 0
    """Feeds that were asked for."""
    _said: str = ""
    _now: set[str] = field(default_factory=set)
    """Addresses that are asked for whenever they are due."""
    _feeds: list[Feed] = field(default_factory=list)
    _fetched: list[tuple[Feed, Fetched]] = field(default_factory=list)

    def run(self) -> None:
        """Poll until Ctrl-C, or once. Where `once`, an engine that is away is an error, else it is waited for."""
        self._feeds = self._read_list()
        self._now = {feed.url for feed in self._feeds} if self.options.at_once else set()
        if not self.options.once:
            self.say(f"polling {len(self._feeds):,} feeds; Ctrl-C stops it")
        with TemporaryDirectory(prefix="rasd-feeds-") as name:
            while True:
                try:
                    pause = self._round(Path(name))
                except (EngineUnavailable, LockHeld) as error:
                    if self.options.once:
                        raise
                    self._say_once(f"waiting: {error}")
                    pause = AGAIN
                if pause is None:
                    return
                time.sleep(pause)
                self._read_list_again()

    def _round(self, folder: Path) -> float | None:
        """Fetch and load what is due; return the seconds until the next round, None where there is none."""
        indices = Indices(self.engine, self.settings)
        indices.make_state()
        standing = read_standing(self.engine, indices.aliases.state)
        if not self._fetched:
            now = datetime.now(UTC)
            waiting = {url: known for url, known in standing.items() if url not in self._now}
            chosen = due(self._feeds, waiting, now, AT_ONCE)
            if not chosen:
                return self._rest(standing, now)
            reports = indices.current("reports")
            wanted = [_wanted(feed, standing.get(feed.url, Standing()), reports) for feed in chosen]
            self._now -= {feed.url for feed in chosen}
            self.asked += len(chosen)
            self._fetched = list(zip(chosen, fetched_apart(wanted, self.options.asking, folder), strict=True))
        write_standing(self.engine, indices.aliases.state, self._load(standing, indices, folder))
        self._fetched = []
        return PAUSE

    def _rest(self, standing: dict[str, Standing], now: datetime) -> float | None:
        """Return the seconds for which no feed is due; of a run that is over None, and what is worth saying of it."""
        if not self.options.once:
            return _until_next(self._feeds, standing, now)
        if not self.asked:
            first = min(standing[feed.url].next_at for feed in self._feeds)
            self.say(f"no feed is due before {first[11:16]} UTC; --now asks for all of them")
        return None

    def _load(self, standing: dict[str, Standing], indices: Indices, folder: Path) -> dict[str, Standing]:
        """Load what was fetched and return what is known of each feed then."""
        digests: dict[str, str] = {}
        sources: dict[str, list[Source]] = {}
        reports = indices.current("reports")
        for feed, fetched in self._fetched:
            source = _source(feed, fetched, folder)
            if source is None or fetched.fault:
                continue
            digest = hashlib.sha256(source.path.read_bytes()).hexdigest()
            before = standing.get(feed.url, Standing())
            if (before.digest, before.reports) != (digest, reports):
                sources.setdefault(feed.collection, []).append(source)
            digests[feed.url] = digest
        for collection, those in sources.items():
            summary = load_sources(self.engine, self.settings, those, LoadOptions(collection))
            self.clean &= summary.clean
            told = those[0].place if len(those) == 1 else f"{len(those):,} feeds"
            for line in (f"{told}: {summary.sentence()}", *summary.notes):
                self.say(repair(line))
        return dict(self._standing_after(standing, digests, str(indices.current("reports"))))

    def _standing_after(
        self, standing: dict[str, Standing], digests: dict[str, str], reports: str
    ) -> Iterator[tuple[str, Standing]]:
        now = datetime.now(UTC)
        for feed, fetched in self._fetched:
            before = standing.get(feed.url, Standing())
            after = before.after(fetched, self.options.every, now)
            if fetched.fault:
                self.clean = False
                # Said when it begins: a server that is away for a week is one line, and stands in `status`.
                if self.options.once or fetched.fault != before.fault:
                    self.say(repair(f"{feed.url}: {fetched.fault}"))
            elif before.fault:
                self.say(repair(f"{feed.url}: it is there again"))
            if fetched.moved:
                self.say(repair(f"{feed.url}: it has moved: write {fetched.moved} into the list"))
            yield (
                feed.url,
                after.with_loaded(fetched, digests[feed.url], reports) if feed.url in digests else after,
            )

    def _read_list(self) -> list[Feed]:
        feeds, bad = read_feed_list(self.path, self.options.collection)
        for entry in bad:
            self.clean = False
            self.say(repair(f"left out {entry.place}: {entry.reason}"))
        if not feeds:
            raise IndexerError(f"{self.path}: there is no feed in the list: write one address a line")
        return feeds

    def _read_list_again(self) -> None:
        """Take a list that has changed; one that cannot be read just now leaves the feeds as they are."""
        try:
            feeds, bad = read_feed_list(self.path, self.options.collection)
        except IndexerError as error:
            self._say_once(str(error))
            return
        if feeds == self._feeds:
            return
        self._feeds = feeds
        for entry in bad:
            self.say(repair(f"left out {entry.place}: {entry.reason}"))

    def _say_once(self, told: str) -> None:
        if told != self._said:
            self._said = told
            self.say(repair(told))


def _until_next(feeds: list[Feed], standing: dict[str, Standing], now: datetime) -> float:
    moments = [standing.get(feed.url, Standing()).next_at for feed in feeds]
    if not moments:
        return LOOK_ANYWAY
    seconds = (datetime.fromisoformat(min(moments)) - now).total_seconds()
    return min(max(seconds, PAUSE), LOOK_ANYWAY)


def _wanted(feed: Feed, standing: Standing, reports: str | None) -> Wanted:
    """Return what to ask for: only what is new, where what came before is in the index in use."""
    if standing.reports != reports:
        return Wanted(feed.url)
    return Wanted(feed.url, standing.etag, standing.modified)


def _source(feed: Feed, fetched: Fetched, folder: Path) -> Source | None:
    """Return what was fetched as a file to read, None where there is none; what is no feed becomes the feed's fault."""
    if not fetched.file:
        return None
    server = server_of(feed.url)
    source = Source(
        folder / fetched.file,
        root=server,
        below=f"{server}{urlsplit(feed.url).path}",
        named=True,
        charset=fetched.charset,
        url=feed.url,
    )
    kind = format_told(source)
    if kind != "feed" and not (kind == "json" and _JSON_FEED.search(source.path.read_bytes())):
        fetched.fault = _no_feed(source, kind)
    return source


def _no_feed(source: Source, kind: str) -> str:
    """Say what came in place of a feed; of a web page also which feeds it names."""
    if kind != "html":
        return "what came is neither RSS nor Atom nor JSON Feed"
    try:
        page = html.fromstring(source.path.read_bytes())
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return "a web page and no feed"
    named = [
        urljoin(source.url, link.get("href", ""))
        for link in page.iter("link")
        if "alternate" in (link.get("rel") or "").lower()
        and re.search(r"(rss|atom|feed)\+(xml|json)", link.get("type") or "")
    ]
    return f"a web page and no feed; it names {', '.join(named[:3])}" if named else "a web page and no feed"
