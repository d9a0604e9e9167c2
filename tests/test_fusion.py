"""Two rankings become one."""

from __future__ import annotations

import pytest

from api.fusion import min_max, mixed

WORDS = [("a", 12.0), ("b", 7.0), ("c", 2.0)]
MEANING = [("d", 0.9), ("b", 0.85), ("a", 0.8)]


def test_scores_are_stretched_in_their_own_ranking():
    """The best of a ranking counts 1, its last 0, whatever the size of its scores; shares weigh the two."""
    ranked = min_max(WORDS, MEANING, 0.4)
    assert [id_ for id_, _ in ranked] == ["a", "b", "d", "c"]
    assert dict(ranked) == pytest.approx({"a": 0.6, "b": 0.5, "d": 0.4, "c": 0.0})


def test_paragraphs_with_all_words_stay_first():
    """A paragraph that holds every word stands before one that holds some, or none, however near that is."""
    ranked = mixed(WORDS, MEANING, 0.4, {"c"})
    assert [id_ for id_, _ in ranked] == ["c", "a", "b", "d"]
    assert [score for _, score in ranked] == sorted((score for _, score in ranked), reverse=True)


def test_one_empty_ranking_leaves_the_other():
    """Where words find nothing the order is that of meaning, and the other way round; of one candidate the score is whole."""
    assert [id_ for id_, _ in mixed([], MEANING, 0.4, set())] == ["d", "b", "a"]
    assert [id_ for id_, _ in mixed(WORDS, [], 0.4, set())] == ["a", "b", "c"]
    assert mixed([("a", 3.0)], [], 0.4, set()) == [("a", 0.6)]
    assert mixed([], [], 0.4, set()) == []
