"""The made-up Arabic of the bench against real text: learnt from one half of it, it must turn out as the whole is."""

from __future__ import annotations

from itertools import accumulate, pairwise

import numpy as np
import pytest

from analyzers.tokens import tokenize
from bench.prose import Prose, real_texts
from bench.reports import A_REPORT, reports

SEED = 3
RANKS = (1, 3, 10, 30, 100, 300, 1000)


@pytest.fixture(scope="module")
def texts(shared_data):
    """Real paragraphs in a mixed order, so that each half is as the other."""
    told = real_texts(shared_data)
    np.random.default_rng(SEED).shuffle(told)
    return told


@pytest.fixture(scope="module")
def real(texts):
    """The words of the real paragraphs, in order."""
    return [token.text for text in texts for token in tokenize(text)]


@pytest.fixture(scope="module")
def grown(texts, real):
    """What was learnt from the first half and written on to the size of the whole, with (words, different words) on the way."""
    prose = Prose(texts[: len(texts) // 2], SEED)
    curve = [(prose.tokens, prose.vocabulary)]
    while prose.tokens < len(real):
        prose.report(A_REPORT)
        curve.append((prose.tokens, prose.vocabulary))
    return prose, curve


def test_growth_of_the_vocabulary(grown, real):
    """Heaps: at every size on the way there are as many different words as in real text of that size, within 4 %."""
    seen = set()
    different = list(accumulate((word not in seen and not seen.add(word) for word in real), initial=0))
    _, curve = grown
    assert len(curve) > 50
    for tokens, vocabulary in curve:
        assert vocabulary == pytest.approx(different[min(tokens, len(real))], rel=0.04)


def test_frequencies_of_words(grown, real):
    """Zipf: the exponent is that of real text, and so is the count at each rank and the share of words that stand once."""
    prose, _ = grown
    written = np.sort(prose.counts())[::-1]
    counted = np.sort(np.unique(real, return_counts=True)[1])[::-1]
    assert exponent(written) == pytest.approx(exponent(counted), abs=0.03)
    for rank in RANKS:
        assert written[rank - 1] == pytest.approx(counted[rank - 1], rel=0.12, abs=2)
    assert (written == 1).mean() == pytest.approx((counted == 1).mean(), abs=0.06)


def exponent(counts):
    """Return the slope of counts over ranks, both as logarithms, from the 10th to the 3,000th word."""
    return np.polyfit(np.log(np.arange(10, 3001)), np.log(counts[9:3000]), 1)[0]


def test_phrases_are_met_again(texts, real):
    """Words are taken in runs: of the pairs of neighbours, a third at least is one of the real text's."""
    pairs = set(pairwise(real))
    written = [token.text for text in Prose(texts, SEED).report(200) for token in tokenize(text)]
    neighbours = list(pairwise(written))
    assert sum(pair in pairs for pair in neighbours) > len(neighbours) / 3


def test_the_seed_decides():
    """The same seed writes the same reports; each has a title and nineteen paragraphs."""
    first, again, other = (list(reports(60, seed)) for seed in (1, 1, 2))
    assert first == again != other
    assert [len(report["paragraphs"]) for report in first] == [A_REPORT - 1] * 3
