"""Writes that must not happen: past a missing alias, over a tombstone, beside another. Short forms of bench/reliability."""

from __future__ import annotations

from bench.reliability.writers import late_write, missing_alias, stray_index, two_indexers


def test_a_missing_alias(on_node, chance):
    """A load that finds an alias missing names it, makes no index and writes nothing."""
    seen = missing_alias(on_node, chance)
    assert seen.kept, seen.figure


def test_an_alias_that_is_lost_midway(on_node, chance):
    """A bulk request makes no index of the alias's name, on an engine that makes indices by itself either."""
    assert stray_index(on_node, chance).kept
    assert not stray_index(on_node, chance, require_alias=False).kept


def test_a_late_write(on_node, chance):
    """A write that was sent before a takedown and comes after it is refused; without versions it would not be."""
    assert late_write(on_node, chance).kept
    assert not late_write(on_node, chance, versions=False).kept


def test_two_indexers(on_node, chance):
    """The second of two indexers ends with a message, and is through at once when the first was killed."""
    seen = two_indexers(on_node, chance, elsewhere=False)
    assert seen.kept, seen.figure
