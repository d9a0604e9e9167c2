"""The figures of the benches: ratios with their intervals, and the page they are written into."""

from __future__ import annotations

from collections import namedtuple

import numpy as np
import pytest

from bench import figures
from bench.spread import median_difference, percentiles, ratio_of_medians, ratio_of_rates

Times = namedtuple("Times", "user nice system idle iowait irq softirq steal")  # noqa: PYI024  (as psutil makes them)


@pytest.mark.parametrize("count", [50, 1000])
def test_a_ratio_holds_the_truth(count):
    """Two sides of which one takes 1.3 times as long, on a machine whose pace changes: the interval holds 1.3, not 1."""
    chance = np.random.default_rng(7)
    pace = 1 + chance.gamma(2, 0.5, count)
    one, other = (of * pace * chance.normal(1, 0.05, count) for of in (13.0, 10.0))
    for ratio in (ratio_of_medians(one, other), ratio_of_rates(one, other)):
        assert ratio.low < 1.3 < ratio.high
        assert ratio.low > 1
        assert ratio.low <= ratio.value <= ratio.high


def test_no_difference_is_told_as_none():
    """The same twice, forty times: about nineteen in twenty of the intervals hold a ratio of 1 and a difference of 0."""
    chance, held = np.random.default_rng(8), []
    for _ in range(40):
        one, other = chance.gamma(4, 2, (2, 100))
        ratio, difference = ratio_of_medians(one, other), median_difference(one, other)
        held += [ratio.low < 1 < ratio.high, difference.low < 0 < difference.high]
    assert 0.88 < np.mean(held) < 1


def test_percentiles():
    """Of the numbers from 0 to 100."""
    assert percentiles(range(101)) == [50, 95, 99]


def test_sections_stand_beside_one_another(tmp_path, monkeypatch):
    """What one bench writes leaves the text and the figures of the others as they were; twice is as once."""
    page, kept = tmp_path / "performance.md", tmp_path / "performance.json"
    monkeypatch.setattr(figures, "PAGE", page)
    monkeypatch.setattr(figures, "KEPT", kept)
    page.write_text(f"# A\n\n<!-- figures: one -->\n{figures.END}\n\nB\n\n<!-- figures: two -->\n{figures.END}\n\nC\n")
    for _ in range(2):
        figures.show("one", figures.table(["of", "is"], [["a", 1]]))
        figures.show("two", ["told"])
        figures.keep("one", {"a": 1})
        figures.keep("two", [2])
    assert page.read_text() == (
        f"# A\n\n<!-- figures: one -->\n\n| of | is |\n| --- | --- |\n| a | 1 |\n\n{figures.END}\n\nB\n\n"
        f"<!-- figures: two -->\n\ntold\n\n{figures.END}\n\nC\n"
    )
    assert figures.kept() == {"one": {"a": 1}, "two": [2]}
    with pytest.raises(ValueError, match="three"):
        figures.show("three", [])


def test_what_the_host_took():
    """Of 80 seconds that were wanted the host gave 20 away; where it says nothing of that, nothing is known."""
    before = Times(user=1, nice=0, system=1, idle=5, iowait=1, irq=0, softirq=0, steal=3)
    now = Times(user=41, nice=10, system=9, idle=105, iowait=51, irq=1, softirq=1, steal=23)
    assert figures.stolen(before, now) == 0.25
    assert figures.stolen(before, before) == 0
    assert figures.stolen(None, object()) is None
    assert set(figures.Machine().seen()) == {"at", "cores", "load", "stolen"}


def test_where_figures_were_seen():
    """What the host took is said where it is known, and where it took something."""
    seen = {"at": "2026-11-29", "cores": 2, "load": 0.4}
    told = "Seen 2026-11-29 on 2 cores that 0.4 other processes wanted"
    assert (
        figures.where(seen)
        == figures.where({**seen, "stolen": None})
        == figures.where({**seen, "stolen": 0.004})
        == told
    )
    assert (
        figures.where({**seen, "stolen": 0.31})
        == f"{told}; of the time that was wanted the host gave 31% to other machines"
    )
