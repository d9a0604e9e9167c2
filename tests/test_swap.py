"""A swap is seen by nobody, and happens only where nothing is wrong. Short forms of bench/reliability."""

from __future__ import annotations

from bench.reliability.swaps import exported_across_a_swap, swapped_in_two_calls, swapped_under_load
from bench.reliability.verified import refused_swaps


def test_no_searcher_sees_a_swap(on_node, chance):
    """Searches during swaps are answered with the total of the old corpus or of the new one."""
    seen = swapped_under_load(on_node, chance, 400)
    assert seen.kept, seen.figure


def test_a_swap_in_two_calls_is_seen(on_node, chance):
    """The same is not kept with a swap of two calls: searches that fall between are noticed."""
    seen = swapped_in_two_calls(on_node, chance, 400)
    assert not seen.kept, seen.figure


def test_what_is_wrong_is_not_swapped_in(on_node, chance):
    """A store that lost or changed reports, a write lost or changed, a file cut short: exit code 1, the old index stays."""
    seen = refused_swaps(on_node, chance)
    assert seen.kept, seen.figure


def test_an_export_across_a_swap(on_node, chance):
    """An export that was begun before a swap holds every paragraph once, though the next command has run as well."""
    seen = exported_across_a_swap(on_node, chance, 600)
    assert seen.kept, seen.figure
