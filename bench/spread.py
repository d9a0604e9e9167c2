"""What a number of measurements say: percentiles, and ratios with the interval that chance leaves them (bootstrap, 95 %)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLED = 1000
SEED = 5
Numbers = Sequence[float] | np.ndarray


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio, and the bounds of its interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f}–{self.high:.2f})"


def percentiles(told: Numbers) -> list[float]:
    """Return the median, the 95th and the 99th percentile."""
    return [float(value) for value in np.percentile(np.asarray(told), [50, 95, 99])]


def ratio_of_medians(one: Numbers, other: Numbers) -> Ratio:
    """Return the ratio of the medians of two sides that were measured in turn: pairs are drawn again, not single values."""
    pairs = np.array([one, other])

    def ratio(drawn: np.ndarray) -> float:
        return float(np.median(drawn[0]) / np.median(drawn[1]))

    return _bootstrapped(pairs, ratio)


def ratio_of_rates(one: Numbers, other: Numbers) -> Ratio:
    """Return the ratio of the mean rates of blocks that were measured in turn."""
    return _bootstrapped(np.array([one, other]), lambda drawn: float(drawn[0].mean() / drawn[1].mean()))


def median_difference(one: Numbers, other: Numbers) -> Ratio:
    """Return the median difference of pairs, with its interval."""
    return _bootstrapped(np.array([one, other]), lambda drawn: float(np.median(drawn[0] - drawn[1])))


def _bootstrapped(pairs: np.ndarray, of: Callable[[np.ndarray], float]) -> Ratio:
    chance = np.random.default_rng(SEED)
    count = pairs.shape[1]
    drawn = [of(pairs[:, chance.integers(0, count, count)]) for _ in range(RESAMPLED)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Ratio(of(pairs), float(low), float(high))
