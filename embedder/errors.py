"""What can go wrong with an embedder, in words for the person who runs it."""

from __future__ import annotations


class EmbedderError(Exception):
    """The embedder cannot work as it is set up. The message says what was wrong and what would be right."""


class EmbedderDown(EmbedderError):
    """The endpoint cannot be reached, is too busy or did not answer in time; the same call may succeed later."""
