"""The sentence of a paragraph that comes closest to a query: what to show of one that was found by its meaning alone."""

from __future__ import annotations

import re
from typing import Any

from api.marks import Span
from api.meaning import Meaning, MeaningDown
from api.mixing import MEANING
from embedder.interface import Vector

Json = dict[str, Any]

_END = re.compile(r"[.!?؟…۔؛\n]+[\s\u200f\u200e]*")
SHORTEST = 12
"""Characters: what is shorter, such as an initial, is part of the sentence before it."""
MOST = 8
"""Sentences of one paragraph that are compared."""


def sentences_of(text: str) -> list[Span]:
    """Return the sentences of a text, as spans without outer white space."""
    spans: list[Span] = []
    start = 0
    for end in [*(match.end() for match in _END.finditer(text)), len(text)]:
        if end - start >= SHORTEST or end == len(text):
            spans.append(_stripped(text, start, end))
            start = end
    return [span for span in spans if span.start < span.end]


def _stripped(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))


async def add_best_sentences(found: list[Json], query: Vector, meaning: Meaning) -> None:
    """Put the best sentence into the engine's hits that were found by meaning alone: one call of the embedder for all.

    Where the embedder does not answer they are left out: the hits are true without them.
    """
    cut = {hit["_id"]: sentences_of(hit["_source"]["text"])[:MOST] for hit in found if hit["found_by"] == MEANING}
    several = {id_: spans for id_, spans in cut.items() if len(spans) > 1}
    texts = {hit["_id"]: hit["_source"]["text"] for hit in found if hit["_id"] in several}
    asked = [texts[id_][span.start : span.end] for id_, spans in several.items() for span in spans]
    try:
        vectors = iter(await meaning.passages(asked) if asked else [])
    except MeaningDown:
        return
    best = {id_: max(spans, key=lambda _span: _cosine(next(vectors), query)) for id_, spans in several.items()}
    for hit in found:
        if hit["_id"] in best:
            hit["best_sentence"] = best[hit["_id"]]


def _cosine(one: Vector, other: Vector) -> float:
    return sum(left * right for left, right in zip(one, other, strict=True))
