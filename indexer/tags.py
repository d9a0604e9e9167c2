"""Places and actors that a report names, by the lexicon, where the report itself says none."""

from __future__ import annotations

from analyzers.lexicon import default_lexicon, form_of
from indexer.report import Report

MOST = 200
"""Names of one kind that a report is tagged with."""


def names_in(report: Report, kind: str) -> list[str]:
    """Return the labels of the lexicon's entries of a kind that the report's text names for certain, in its order.

    A name that is also an ordinary word, or another's, says nothing: better no tag than a wrong one.
    """
    lexicon = default_lexicon()
    labels: dict[str, None] = {}
    for text in (report.heading(), *(part.text for part in report.body())):
        words = form_of(text)
        for found in lexicon.find(words):
            entries = [entry for entry in found.entries if entry.kind == kind]
            if len(found.entries) == 1 and entries and found.is_told(words):
                labels.setdefault(entries[0].label)
    return list(labels)[:MOST]
