"""Which way a query is searched, and who chose it: the request, or the script that it is written in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from analyzers.levels import Level
from api.errors import BadRequest, Fault
from api.meaning import HYBRID, KEYWORD, Meaning
from api.params import SearchParams
from api.parser import Tree

Json = dict[str, Any]

_LETTER = re.compile(r"[^\W\d_]")
_ARABIC = re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
_OPERATOR = re.compile(r'["“”«»]|(?<!\S)-\w|(?<!\S)OR(?!\S)')


@dataclass(frozen=True, slots=True)
class Mode:
    """A mode, and what chose it: `request`, `script` or `default`."""

    name: str
    chosen_by: str
    degraded: bool = False

    @property
    def by_meaning(self) -> bool:
        """Whether vectors are searched."""
        return self.name != KEYWORD

    def told(self) -> Json:
        """Return the mode as an answer says it. Paragraphs are counted by their words in every mode."""
        told = {"mode": self.name, "mode_chosen_by": self.chosen_by, "degraded": self.degraded}
        return {**told, "counted": "words"}


def mode_of(params: SearchParams, meaning: Meaning) -> Mode:
    """Return the mode of a search. Raises BadRequest and Conflict where the one that was asked for is not to be had.

    Words of another script meet little of an Arabic text but the Arabic names of what the lexicon knows, so they are
    searched by both where that is on, and meaning weighs more there.
    """
    ranks = params.sort == "relevance" and params.group == "none" and params.match is not Level.SUBSTRING
    if params.mode is not None:
        meaning.check(params.mode)
        if params.mode != KEYWORD and not ranks:
            raise BadRequest(
                Fault("mode", f"{params.mode} wants sort=relevance, group=none and another match than substring")
            )
        return Mode(params.mode, "request")
    if not ranks or not meaning.is_on or not is_foreign(params.q):
        return Mode(KEYWORD, "default")
    return Mode(HYBRID, "script")


def is_foreign(q: str) -> bool:
    """Tell whether a query has letters, and none of them is an Arabic one."""
    return _LETTER.search(q) is not None and _ARABIC.search(q) is None


def meant(q: str, tree: Tree) -> str:
    """Return what a query is about, for the embedder: as typed, but without what the query leaves out and its signs."""
    if not _OPERATOR.search(q):
        return q
    return " ".join(term.text for unit in tree.sequence for term in unit.terms)
