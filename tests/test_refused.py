"""Bad lines of every kind among good ones. The short form of bench/reliability."""

from __future__ import annotations

from bench.reliability.refused import refused_lines


def test_bad_lines_of_every_kind(on_node, chance):
    """Loaded and refused are what was given, and each bad line stands in the file of refusals with its reason."""
    seen = refused_lines(on_node, chance, 2000)
    assert seen.kept, seen.figure
