"""Texts become vectors: one interface, and the models behind it. A room of its own, as indexing and searching both need it."""
