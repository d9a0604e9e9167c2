"""Which story each report of a load belongs to, asked of the reports that are stored and of those just written.

A search sees what was written before the last refresh. What came after it is held here, at most `HELD` reports; then the
load waits for what is under way, refreshes and forgets them. So memory stays flat, and an answer does not depend on
when the engine refreshes by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from indexer.batch import Planned
from indexer.engine import WritingEngine
from indexer.fingerprint import Fingerprint, stored_fingerprint
from indexer.known_bands import KnownBands
from indexer.records import Record
from indexer.stories import LIKE, Member, story_among

Json = dict[str, Any]

HELD = 2000
"""Reports that are held until a refresh makes them visible."""
CANDIDATES = 10
"""Stored reports that are compared with a new one: those with most bands in common."""
_READ: dict[str, Any] = {"_source": False, "docvalue_fields": ["story", "signature"], "track_total_hits": False}
"""What is read of a stored report, without its record."""
HEADS = 500
"""Heads of stories that one search reads."""


class StoryIndex:
    """The stories of one load into the reports of an index."""

    def __init__(self, engine: WritingEngine, reports: str) -> None:
        self._engine = engine
        self._reports = reports
        self._held: dict[str, Member] = {}
        self._by_band: dict[str, list[str]] = defaultdict(list)
        self._any_stored = True
        self._bands = KnownBands(engine, reports)

    @property
    def is_full(self) -> bool:
        """Whether what is held should be made visible now."""
        return len(self._held) >= HELD

    def renew(self) -> None:
        """Make everything written so far visible, and forget what is held. Call it when nothing is under way."""
        self._engine.refresh(self._reports)
        stored = self._engine.count(self._reports)
        self._any_stored = stored > 0
        self._bands.renew(stored)
        self._held.clear()
        self._by_band.clear()

    def assign(self, batch: list[Planned]) -> None:
        """Give each report of a batch that is to be written its story, in order: a later one may join an earlier one."""
        new = [planned for planned in batch if planned.is_to_be_written]
        stored = self._stored(new)
        heads = self._heads([member for members in stored.values() for member in members])
        for planned in new:
            planned.story = self._story(planned, stored.get(planned.report_id, []), heads)
            self._hold(Member(planned.report_id, planned.story, planned.ready.fingerprint))
        for planned in batch:
            # What is unchanged may have been written a moment ago, by a load that was killed, and so be unknown as yet.
            self._bands.add(planned.ready.fingerprint)

    def _story(self, planned: Planned, stored: list[Member], heads: dict[str, Fingerprint]) -> str:
        fingerprint, report_id = planned.ready.fingerprint, planned.report_id
        if planned.earlier and _is_still_alike(planned.earlier, fingerprint):
            return planned.earlier.story or report_id
        held = {name for band in fingerprint.bands() for name in self._by_band.get(band, ())}
        others = [self._held[name] for name in held]
        # A stored report that this load has written again counts as what it is now.
        others += [member for member in stored if member.report_id not in self._held]
        near = [member for member in others if member.report_id != report_id]
        known = {name: head for name, head in heads.items() if name not in self._held}
        known |= _heads_among(self._held[name] for member in near if (name := member.story) in self._held)
        return story_among(fingerprint, near, known) or self._own(planned)

    def _own(self, planned: Planned) -> str:
        """Return the name of a story that a report begins: its id, unless it was once the head of another story."""
        report_id = planned.report_id
        if planned.version == 1:
            return report_id
        left = {"bool": {"filter": [{"term": {"story": report_id}}], "must_not": [{"ids": {"values": [report_id]}}]}}
        return f"{report_id}~{planned.version}" if self._engine.count(self._reports, left) else report_id

    def _hold(self, member: Member) -> None:
        self._held[member.report_id] = member
        for band in member.fingerprint.bands():
            self._by_band[band].append(member.report_id)

    def _stored(self, batch: list[Planned]) -> dict[str, list[Member]]:
        """Return, by report, the stored ones that are like it."""
        if not self._any_stored:
            return {}
        fingerprints = {
            planned.report_id: planned.ready.fingerprint
            for planned in batch
            if planned.ready.fingerprint.values and self._bands.may_hold(planned.ready.fingerprint)
        }
        if not fingerprints:
            return {}
        answers = self._engine.searches(self._reports, list(map(_candidates, fingerprints.values())))
        told = [list(map(_member, hits)) for hits in answers]
        return {
            report_id: [member for member in members if fingerprint.likeness(member.fingerprint) >= LIKE]
            for (report_id, fingerprint), members in zip(fingerprints.items(), told, strict=True)
        }

    def _heads(self, members: list[Member]) -> dict[str, Fingerprint]:
        """Return the fingerprints of the heads of the members' stories, as far as they are there."""
        missing = sorted({member.story for member in members} - {member.report_id for member in members})
        parts = [missing[start : start + HEADS] for start in range(0, len(missing), HEADS)]
        wanted = [{"size": HEADS, "query": {"ids": {"values": part}}, **_READ} for part in parts]
        answers = self._engine.searches(self._reports, wanted) if wanted else []
        return _heads_among([*members, *(_member(hit) for hits in answers for hit in hits)])


def _heads_among(members: Iterable[Member]) -> dict[str, Fingerprint]:
    """Return the fingerprints of those that are the head of their story.

    A report that was taken down, or became another text, still has its id, and is the head of none.
    """
    return {
        member.report_id: member.fingerprint
        for member in members
        if member.story == member.report_id and member.fingerprint.values
    }


def _is_still_alike(earlier: Record, fingerprint: Fingerprint) -> bool:
    return stored_fingerprint(earlier.signature).likeness(fingerprint) >= LIKE


def _candidates(fingerprint: Fingerprint) -> Json:
    """Return a search of the reports that share bands, those with most of them first."""
    shared = [{"constant_score": {"filter": {"term": {"bands": band}}}} for band in fingerprint.bands()]
    deleted = {"exists": {"field": "deleted_at"}}
    query = {"bool": {"should": shared, "minimum_should_match": 1, "must_not": [deleted]}}
    return {"size": CANDIDATES, "query": query, **_READ}


def _member(hit: Json) -> Member:
    fields = hit.get("fields", {})
    (story,) = fields.get("story", [hit["_id"]])
    (signature,) = fields.get("signature", [None])
    return Member(hit["_id"], story, stored_fingerprint(signature))
