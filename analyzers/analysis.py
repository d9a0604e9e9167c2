"""The tables rendered as OpenSearch's `analysis` settings: char filters, token filters, analyzers.

Char filters keep offsets, so what the engine marks is the verbatim text. Names of analyzers are constants: the mappings
and the query builder use them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from analyzers import evasions, folding, proclitics, stemmer
from analyzers.overrides import stem_overrides

EXACT = "rasd_exact"
LETTERS = "rasd_letters"
STEM = "rasd_stem"
GRAMS = "rasd_grams"
CLITICS = "rasd_clitics"
"""Search only: each word with its proclitics, at one position."""
EXACT_CLITICS = "rasd_exact_clitics"
"""Search only: the same on the letters as typed, for words whose fold is another word."""

_MARKS = "rasd_marks"
_SEPARATORS = "rasd_separators"
_SEPARATORS_LETTERS = "rasd_separators_letters"
_OVERRIDES = "rasd_stem_overrides"
_COMPOUNDS = "rasd_compounds"
_TANWIN = "rasd_tanwin"
_STEMMER = "rasd_light_stemmer"
_GRAMS = "rasd_four_grams"
_ATTACHED = "rasd_attached"

Json = dict[str, Any]


def analysis() -> Json:
    """Return the `analysis` block of every index."""
    return {"char_filter": _char_filters(), "filter": _token_filters(), "analyzer": _analyzers()}


def _char_filters() -> Json:
    return {
        _MARKS: _mapping(folding.MARKS),
        **{_evasion(rule): _joined(rule) for rule in evasions.EVASIONS},
        _SEPARATORS: _mapping(folding.SEPARATORS),
        # One filter instead of two: each char filter is another pass over every paragraph.
        _SEPARATORS_LETTERS: _mapping((*folding.SEPARATORS, *folding.LETTERS)),
    }


def _mapping(rows: Iterable[folding.Row]) -> Json:
    return {"type": "mapping", "mappings": [f"{_escaped(row.source)} => {_escaped(row.target)}" for row in rows]}


def _escaped(text: str) -> str:
    r"""Write each character as `\uXXXX`: the engine trims bare white space around a mapping's sides."""
    return "".join(f"\\u{ord(char):04X}" for char in text)


def _evasion(rule: evasions.Evasion) -> str:
    return f"rasd_{rule.name}"


def _joined(rule: evasions.Evasion) -> Json:
    return {"type": "pattern_replace", "pattern": rule.java_pattern, "replacement": rule.java_replacement}


def _token_filters() -> Json:
    attachments = {f"rasd_{rule.name}": _attachment(rule) for rule in proclitics.ATTACHMENTS}
    return {
        **attachments,
        # The multiplexer keeps the bare word and drops what a rule left unchanged, so no form stands twice.
        _ATTACHED: {"type": "multiplexer", "preserve_original": True, "filters": list(attachments)},
        _OVERRIDES: {
            "type": "stemmer_override",
            "rules": [f"{form} => {stem}" for form, stem in stem_overrides().items()],
        },
        _COMPOUNDS: {
            "type": "pattern_replace",
            "pattern": stemmer.COMPOUND_PATTERN,
            "replacement": stemmer.COMPOUND_REPLACEMENT,
        },
        _TANWIN: {"type": "pattern_replace", "pattern": stemmer.TANWIN_PATTERN, "replacement": "$1"},
        _STEMMER: {"type": "stemmer", "language": "arabic"},
        _GRAMS: {"type": "ngram", "min_gram": 4, "max_gram": 4, "preserve_original": False},
    }


def _attachment(rule: proclitics.Attachment) -> Json:
    return {"type": "pattern_replace", "pattern": f"^{rule.pattern}$", "replacement": rule.replacement, "all": False}


def _analyzers() -> Json:
    joined = [_MARKS, *(_evasion(rule) for rule in evasions.EVASIONS)]
    exact = [*joined, _SEPARATORS]
    letters = [*joined, _SEPARATORS_LETTERS]
    return {
        EXACT: _custom(exact, ["lowercase"]),
        LETTERS: _custom(letters, ["lowercase"]),
        CLITICS: _custom(letters, ["lowercase", _ATTACHED]),
        EXACT_CLITICS: _custom(exact, ["lowercase", _ATTACHED]),
        STEM: _custom(letters, ["lowercase", _OVERRIDES, _TANWIN, _COMPOUNDS, _STEMMER]),
        GRAMS: _custom(letters, ["lowercase", _GRAMS]),
    }


def _custom(char_filter: list[str], token_filter: list[str], tokenizer: str = "standard") -> Json:
    return {"type": "custom", "tokenizer": tokenizer, "char_filter": char_filter, "filter": token_filter}
