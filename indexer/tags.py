"""Places and actors that a report names, by the lexicon, where the report itself says none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzers.lexicon import default_lexicon

MOST = 200
"""Names of one kind that a report is tagged with."""


def names_in(texts: Iterable[Sequence[str]]) -> dict[str, list[str]]:
    """Return, by kind, the labels of the lexicon's entries that texts name for certain, in their order.

    A text is its words, folded. A name that is also an ordinary word, or another's, says nothing: better no tag than a
    wrong one.
    """
    lexicon = default_lexicon()
    labels: dict[str, dict[str, None]] = {}
    for words in texts:
        for found in lexicon.find(words):
            entry = found.entries[0]
            if len(found.entries) == 1 and found.is_told:
                labels.setdefault(entry.kind, {}).setdefault(entry.label)
    return {kind: list(names)[:MOST] for kind, names in labels.items()}
