"""Stories: reports that are near copies of each other, under the id of the first of them that was loaded.

A report joins the story of the stored report that it is most like, if it is like enough. So copies meet through each other:
of the same wire story one newspaper prints the first half and another the second. That a chain of these does not lead
from one event to the next, a report joins only where it is also somewhat like the first report of the story, its head.
Stories are never merged later: what a search groups today it groups tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from indexer.fingerprint import Fingerprint

LIKE = 0.28
"""Likeness from which on a report is a near copy. Chosen on one half of edited real reports (`bench/duplicates.py`)."""
LIKE_ITS_HEAD = 0.12
"""Likeness to the head of a story below which a report does not join it through another member."""


@dataclass(frozen=True, slots=True)
class Member:
    """A stored report: its story, and what it is like."""

    report_id: str
    story: str
    fingerprint: Fingerprint


def story_among(fingerprint: Fingerprint, members: Iterable[Member], heads: dict[str, Fingerprint]) -> str | None:
    """Return the story that a report joins, None where it begins one of its own.

    `heads` are the fingerprints of the stories' first reports, as far as they are still there. The likest member decides;
    of two that are equally like it the smaller id, so that the order of an answer changes nothing.
    """
    ranked = sorted((-fingerprint.likeness(member.fingerprint), member.report_id, member.story) for member in members)
    for unlikeness, _, story in ranked:
        if -unlikeness < LIKE:
            return None
        head = heads.get(story)
        if head is None or fingerprint.likeness(head) >= LIKE_ITS_HEAD:
            return story
    return None
