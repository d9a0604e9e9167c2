"""Stems that are given and not computed: names that the light stemmer would cut into other words.

`لبنان` became `لبن` (milk), `سوريا` became `سور` (a wall). The engine's rule sees whole words, so each form is written with
every proclitic that it can carry. All of it is part of the analyzer version.
"""

from __future__ import annotations

from functools import cache

from analyzers.normalize import normalize
from analyzers.proclitics import attached
from analyzers.stopwords import STOP_WORDS
from analyzers.tables import listed, read_table

_END = "."


def _kept(stem: str) -> str:
    """Return a stem that the rules behind this one leave alone: سوريا must not lose its alef as if it were a tanwin."""
    return stem + _END if stem.endswith("ا") else stem


@cache
def stem_overrides() -> dict[str, str]:
    """Return the stem of each overridden word, both folded to `letters`, with all attached forms."""
    given = {normalize(row["form"]): _kept(normalize(row["stem"])) for row in read_table("overrides")}
    names = {**_names_in_alef(), **given}
    expanded = {form: stem for word, stem in names.items() for form in attached(word)}
    # هجوما has its tanwin taken off by a rule; a word that is given is past that rule, so its own tanwin is given too.
    tanwin = {f"{word}ا": stem for word, stem in given.items() if word[-1] not in "اه"}
    return {**_function_words(), **tanwin, **expanded, **names}


def _function_words() -> dict[str, str]:
    """Return function words with stems of their own: العليا would become علي, and with it meet every على."""
    # Sorted: the version of the rules is a digest of them, and a set has another order in every process.
    folded = sorted({normalize(word) for word in STOP_WORDS})
    with_waw = {f"و{word}": word + _END for word in folded if f"و{word}" != "والي"}  # a governor, and no "and to"
    return {**with_waw, **{word: word + _END for word in folded}}


def _names_in_alef() -> dict[str, str]:
    """Return the names that end in an alef of their own, whole: درعا is no درع (armour) with a tanwin."""
    written = (name for row in read_table("places") for name in (row["name"], *listed(row["spellings"])))
    names = dict.fromkeys(map(normalize, written))
    return {name: _kept(name) for name in names if len(name) > 3 and name.endswith("ا") and " " not in name}
