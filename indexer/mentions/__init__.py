"""What a paragraph itself names: days, and how many were killed or wounded, each with its place in the text.

Read once, while a report is made ready, so that a search can ask for it: `days` reads dates, `figures` reads casualties by
`numbers` and the words of `words`. All of them read the folded text; `places` leads back to the text as it is written.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from analyzers.chunks import ReadText
from analyzers.names import NAMED_DAYS
from indexer.mentions.days import days_in, may_have_days
from indexer.mentions.figures import figures_in, may_have_figures
from indexer.mentions.places import Places

Json = dict[str, Any]


def mentions_of(text: str, read: ReadText, published: date | None) -> Json:
    """Return the fields of what a paragraph names: as it is told, and the ranges it is found by; `{}` for most paragraphs.

    Days are counted from the first of January of the year 1 (`date.toordinal`), so that no zone can move them.
    """
    fields: Json = {}
    if may_have_days(read.normalized, read.words) and (named := days_in(read.normalized, read.words, published)):
        places = Places(text, read.normalized)
        fields["dates"] = [day.told(places) for day in named]
        fields[NAMED_DAYS] = [
            {"gte": span.first.toordinal(), "lte": span.last.toordinal()} for day in named for span in day.readings
        ]
    if may_have_figures(read.normalized, read.words) and (figures := figures_in(read.normalized)):
        places = Places(text, read.normalized)
        fields["figures"] = [figure.told(places) for figure in figures]
        for figure in figures:
            # More than 70 is found as 70: else every such figure would be found by any larger number too.
            upper = figure.low if figure.high is None else figure.high
            fields.setdefault(figure.kind, []).append({"gte": figure.low, "lte": upper})
    return fields
