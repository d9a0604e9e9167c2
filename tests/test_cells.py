"""Cells of a CSV: what a spreadsheet would run is guarded, and nothing else is changed."""

from __future__ import annotations

import pytest

from api.cells import guarded, plain

DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u200f=1",
    "\u202b-1",
    "\ufeff=1",
    "＝1+1",
    "＠x",
    '=HYPERLINK("https://a.example","x")',
    "\u064e=1",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_could_be_a_formula(text):
    """What begins as a formula, also behind white space and marks that no one sees, gets an apostrophe, and loses nothing."""
    assert guarded(text) == "'" + text
    assert plain(text) == text


@pytest.mark.parametrize("text", ["", "قصف إدلب", "a=b", "1-2", "'x", "«-5»", "؟"])
def test_what_cannot(text):
    """Other text stays as it is."""
    assert guarded(text) == text


def test_other_values():
    """Numbers stay numbers, nothing is the empty cell, a list is its values, and guarded by its first."""
    assert [guarded(value) for value in (-1.5, 3, None, ["أ", "ب"], [], ["=1", "2"])] == [
        "-1.5",
        "3",
        "",
        "أ; ب",
        "",
        "'=1; 2",
    ]
