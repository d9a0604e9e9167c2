"""Which model vectors are of. Vectors of two models have nothing to do with each other, whatever their length."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Self

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Identity:
    """A model: its name, its revision, and the length of its vectors, None while an endpoint has not told it."""

    name: str
    revision: str
    dimension: int | None

    def agrees(self, other: Identity) -> bool:
        """Tell whether vectors of both may be compared."""
        same = (self.name, self.revision) == (other.name, other.revision)
        return same and (None in {self.dimension, other.dimension} or self.dimension == other.dimension)

    def told(self) -> Json:
        """Return the identity as an index keeps it."""
        return {"name": self.name, "revision": self.revision, "dimension": self.dimension}

    @classmethod
    def of(cls, told: Json) -> Self:
        """Return the identity that an index keeps."""
        return cls(told["name"], told["revision"], told["dimension"])

    def stamp(self, passage: str) -> str:
        """Return 24 hex digits that change with the model or the text: what a vector was made of."""
        made_of = f"{self.name}\0{self.revision}\0{passage}"
        return hashlib.sha256(made_of.encode("utf-8", "replace")).hexdigest()[:24]

    def __str__(self) -> str:
        revision = f", revision {self.revision}" if self.revision else ""
        return f"{self.name}{revision} ({self.dimension or '?'} dimensions)"
