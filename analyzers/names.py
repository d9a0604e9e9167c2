"""Names that writing and reading agree on: aliases, fields, kinds of paragraph."""

from __future__ import annotations

import re
from dataclasses import dataclass

KINDS = ("title", "caption", "quote", "heading", "list", "table", "body")
"""Kinds of paragraph. The title is paragraph 0; a report without one starts at 1."""

DEFAULT_COLLECTION = "default"
COLLECTION_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,63}$"

# Fields of a paragraph, by the analyzer that reads them.
TEXT = "text"
TEXT_EXACT = "text.exact"
TEXT_STEM = "text.stem"
TEXT_GRAMS = "text.grams"
TITLE = "title"
NORMALIZED = "normalized"

# Fields of what a paragraph's own text names; only found by, never shown.
NAMED_DAYS = "named_days"
"""Ranges of days, counted from the first of January of the year 1."""
FIGURE_KINDS = ("dead", "wounded", "victims")
"""Kinds of casualties, each a field of ranges of people. `victims`: it is not said whether they were killed or wounded."""

MOST_PEOPLE = 2_000_000_000
"""What a field of integers holds. A larger number is none of people."""

# Fields that an index has only once its paragraphs are embedded.
VECTOR = "vector"
VECTOR_OF = "vector_of"
"""What the vector was made of: digits over the model and the text."""

CORPUS_ID = "corpus"
"""Id, in the state index, of the document that says what the corpus holds."""
ACCESS_ID = "access"
"""Id, in the state index, of the document with the keys and the collections that are private."""
KEY_USE_ID = "key-use"
"""Id, in the state index, of the document with the day on which each key was used last."""
EMBEDDING_ID = "embedding"
"""Id, in the state index, of the document that says which model the vectors are of, and how many there are."""


@dataclass(frozen=True, slots=True)
class Aliases:
    """The aliases of one Rasd, all built from the setting `RASD_INDEX`."""

    paragraphs: str

    @property
    def reports(self) -> str:
        """The reports as they were read: the source of truth that a rebuild reads."""
        return f"{self.paragraphs}-reports"

    @property
    def forms(self) -> str:
        """One document a folded form: spellings, counts, and what it completes."""
        return f"{self.paragraphs}-forms"

    @property
    def state(self) -> str:
        """What the corpus holds, the keys, and which collections are private."""
        return f"{self.paragraphs}-state"

    def of(self, kind: str) -> str:
        """Return the alias of an index kind: `paragraphs`, `reports`, `forms` or `state`."""
        return str(getattr(self, kind))

    def concrete(self, kind: str, stamp: str, version: str) -> str:
        """Return the name of a new index of one kind; `stamp` tells when, `version` the rules it was made with."""
        return f"{self.paragraphs}-{kind}-{stamp}-{version}"

    def concrete_pattern(self, kind: str) -> str:
        """Return the wildcard that names every index of one kind, also those that no alias points to."""
        return f"{self.paragraphs}-{kind}-*"

    def is_concrete(self, kind: str, name: str) -> bool:
        """Tell whether an index is one that `concrete` named: an alias `rasd-x` must not take those of `rasd`."""
        return re.fullmatch(rf"{re.escape(self.paragraphs)}-{kind}-\d{{8}}t\d{{6,}}-[0-9a-f]{{8}}", name) is not None
