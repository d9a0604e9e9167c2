"""What every embedder can do."""

from __future__ import annotations

from typing import Protocol

from embedder.identity import Identity

Vector = list[float]
"""A vector of length 1, so that the product of two is the cosine of their angle."""


class Embedder(Protocol):
    """Makes vectors of texts. Calls block and may come from several threads; errors are those of `embedder.errors`."""

    @property
    def identity(self) -> Identity:
        """The model that the vectors are of."""

    def query(self, text: str) -> Vector:
        """Return the vector of what somebody searches for."""

    def passages(self, texts: list[str]) -> list[Vector]:
        """Return the vectors of texts to be found, in their order."""

    def close(self) -> None:
        """Let go of threads and connections."""
