"""Cells of a CSV file: none is a formula, and each can be read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cells import guarded, unguarded


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_what_begins_as_a_formula_is_guarded(start):
    """Each sign that makes a spreadsheet calculate stands behind an apostrophe."""
    assert guarded(f"{start}1+1") == f"'{start}1+1"


@given(text=st.text(st.sampled_from("=+-@\t'ا1＝ ")))
def test_a_guarded_cell_is_read_back(text):
    """No text is guarded that needs it not, and what was guarded is the same again."""
    cell = guarded(text)
    assert cell == text or unguarded(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "＝"))


def test_numbers_stay_numbers():
    """A number, a negative one too, is no text and no formula."""
    assert [guarded(-5), guarded(0.5), guarded(None)] == [-5, 0.5, None]
