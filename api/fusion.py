"""Two rankings become one.

Scores of words and of meaning have no common measure. Two ways to mix them were compared, and the one that was better on
both halves of the questions is in use (docs/semantic.md).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

Ranked = Sequence[tuple[str, float]]
"""Ids with their scores, the best first."""

DEPTH = 200
"""Candidates of each ranking: pages of mixed hits end with them."""
MEANING_SHARE = 0.4
"""Weight of meaning beside the words, which keep the rest."""
FOREIGN_SHARE = 0.85
"""The same for a query in another script, whose words meet little but names."""


def mixed(words: Ranked, meaning: Ranked, share: float, whole: Collection[str]) -> list[tuple[str, float]]:
    """Return both rankings as one, the best first. Those of `whole`, which hold every word, stay before the others.

    Their score is one more than it is. Without them first, searches for a name put near things before it: nDCG@10 on the
    sample corpus fell from .970 to .832, with them .966.
    """
    ranked = [(id_, score + (id_ in whole)) for id_, score in min_max(words, meaning, share)]
    return sorted(ranked, key=lambda pair: -pair[1])


def min_max(words: Ranked, meaning: Ranked, share: float) -> list[tuple[str, float]]:
    """Return the sum of both scores, each stretched to lie between 0 and 1 in its own ranking."""
    return _ordered([(_stretched(words), 1 - share), (_stretched(meaning), share)])


def _stretched(ranked: Ranked) -> dict[str, float]:
    scores = [score for _, score in ranked]
    if not scores:
        return {}
    low, span = min(scores), max(scores) - min(scores)
    return {id_: (score - low) / span if span else 1.0 for id_, score in ranked}


def _ordered(parts: Sequence[tuple[Mapping[str, float], float]]) -> list[tuple[str, float]]:
    total: dict[str, float] = {}
    for scores, weight in parts:
        for id_, score in scores.items():
            total[id_] = total.get(id_, 0.0) + weight * score
    return sorted(total.items(), key=lambda pair: -pair[1])
