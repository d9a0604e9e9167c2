"""Stems that are given and not computed: names that the light stemmer would cut into other words.

`لبنان` became `لبن` (milk), `سوريا` became `سور` (a wall). The engine's rule sees whole words, so each form is written with
every proclitic that it can carry. All of it is part of the analyzer version.
"""

from __future__ import annotations

from functools import cache

from analyzers.normalize import normalize
from analyzers.proclitics import attached
from analyzers.tables import read_table

_END = "."


def _kept(stem: str) -> str:
    """Return a stem that the rules behind this one leave alone: سوريا must not lose its alef as if it were a tanwin."""
    return stem + _END if stem.endswith("ا") else stem


@cache
def stem_overrides() -> dict[str, str]:
    """Return the stem of each overridden word, both folded to `letters`, with all attached forms."""
    given = {normalize(row["form"]): _kept(normalize(row["stem"])) for row in read_table("overrides")}
    expanded = {form: stem for word, stem in given.items() for form in attached(word)}
    return {**expanded, **given}
