"""The shapes of answers, for the OpenAPI document.

Answers are built as dicts and a test holds the two together: checking each answer here would cost more than the rest of a
request.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from analyzers.levels import Level


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Paragraph(_Shape):
    """A paragraph, verbatim, and what its report says of it."""

    id: str = Field(examples=["putin-idlib-3f2a9c1b7d60e845:9"])
    report_id: str
    position: int
    kind: str
    title: str | None
    text: str
    collection: str
    source: str | None
    url: str | None
    published: str | None
    language: str | None
    places: list[str]
    actors: list[str]
    tags: list[str]
    content_hash: str
    story: str | None = Field(
        description="The same for near copies: the id of the first report of them that was loaded."
    )


class Match(_Shape):
    """A marked word: offsets into `text`, in code points and in UTF-16 units; the typed word that it meets, and how."""

    start: int
    end: int
    utf16_start: int
    utf16_end: int
    surface: str
    word: str
    level: Level


class Hit(Paragraph):
    """A paragraph that was found."""

    score: float
    level: Level
    highlight: str = Field(description="HTML: everything is escaped but `<mark>`, around whole words.")
    matches: list[Match]
    explanation: dict[str, Any] | None = Field(None, description="Only with `explain=true`.")


class QueryWord(_Shape):
    """A word of the query, its spellings on this page, and the other names that it was searched by.

    A word whose looser spellings are other words is `capped_at` a level; `looser` is the query that takes them along.
    """

    word: str
    forms: list[str]
    variants: list[str]
    capped_at: Level | None = None
    looser: str | None = None
    looser_total: int | None = None


class Query(_Shape):
    """How the query was understood."""

    q: str
    match: Level
    op: str
    words: list[QueryWord]
    left_out: list[str] = Field(description="Function words that were not searched for.")
    engine: dict[str, Any] | None = Field(None, description="Only with `explain=true`.")


class CorpusTold(_Shape):
    """What the corpus holds."""

    version: str | None
    paragraphs: int
    reports: int
    loaded_at: str | None
    from_: str | None = Field(alias="from")
    to: str | None
    undated: int = Field(description="Reports without a date.")


class Total(_Shape):
    """Paragraphs with all words, and with any of them."""

    value: int
    relation: str
    any: int


class Near(_Shape):
    """A form that the corpus has, near to a typed word."""

    text: str
    count: int


class Reading(_Shape):
    """What a typed word may stand for: by the other `keyboard`, in `latin` spelling, or a `name` of the lexicon."""

    kind: str
    text: str
    count: int | None


class WordHelp(_Shape):
    """What can be said of one word of a search that found nothing: its own paragraphs, and what may have been meant."""

    word: str
    count: int
    nearest: list[Near]
    readings: list[Reading]


class Suggestions(_Shape):
    """The help of a search in which no paragraph holds all words; `levels` counts all words at every level."""

    words: list[WordHelp]
    levels: dict[Level, int]


class SearchAnswer(_Shape):
    """One page of a search. `total` and `levels` stand on the first page only."""

    query: Query
    corpus: CorpusTold
    total: Total | None = None
    levels: dict[Level, int] | None = Field(
        None, description="Paragraphs with all words, up to and including each level."
    )
    suggestions: Suggestions | None = Field(None, description="Where no paragraph holds all words.")
    took_ms: float
    hits: list[Hit]
    next_cursor: str | None


class Context(_Shape):
    """Neighbours of a paragraph, in the order of the report."""

    before: list[Paragraph]
    after: list[Paragraph]


class ParagraphAnswer(Paragraph):
    """One paragraph with its permalink and its neighbours."""

    permalink: str
    context: Context


class ReportParagraph(Paragraph):
    """A paragraph of a report; the last three only where a query was given, `level` null where it met nothing."""

    level: Level | None = None
    highlight: str | None = None
    matches: list[Match] | None = None


class ReportAnswer(_Shape):
    """A report with its paragraphs in order."""

    id: str
    collection: str | None
    title: str | None
    source: str | None
    url: str | None
    published: str | None
    language: str | None
    places: list[str] | None
    actors: list[str] | None
    tags: list[str] | None
    version: int
    complete: bool
    changed_at: str
    paragraphs: list[ReportParagraph]


class FormTold(_Shape):
    """A spelling that the corpus has: the typed word that it meets, by which level, and its paragraphs."""

    surface: str
    word: str
    level: Level
    count: int


class FormsAnswer(_Shape):
    """Every spelling that a query reaches, the most frequent first; `complete` is false where there are too many."""

    q: str
    match: Level
    forms: list[FormTold]
    complete: bool


class Suggestion(_Shape):
    """A completion: `word` of the corpus, by the other `keyboard`, or a `name` of the lexicon (without a count)."""

    text: str
    count: int | None
    kind: str


class SuggestAnswer(_Shape):
    """Completions of what was typed."""

    q: str
    suggestions: list[Suggestion]


class DifferenceTold(_Shape):
    """Words of a quotation that differ from the text; one side may be empty."""

    quote: str
    text: str


class VerifyMatch(Paragraph):
    """A paragraph that a quotation stands in: how, where, and what differs."""

    found: str
    shared: float = Field(description="The share of the quotation's words that is there, in order.")
    start: int
    end: int
    utf16_start: int
    utf16_end: int
    surface: str
    differences: list[DifferenceTold]
    permalink: str


class VerifyAnswer(_Shape):
    """Whether a quotation is in the corpus: `verbatim`, but for `harakat`, but for `letters`, in `part`, or `none`."""

    found: str
    matches: list[VerifyMatch]
    corpus: CorpusTold


class SimilarHit(Paragraph):
    """A similar paragraph. `score` of a copy is the part of the shorter one's words, in threes, that both have: 0.5 to 1."""

    score: float
    found_by: str = Field(description="`copy`: a near copy; `words`: it has many of the words.")


class SimilarAnswer(_Shape):
    """Paragraphs that say the same as the one that was named, near copies first."""

    id: str
    hits: list[SimilarHit]


class Health(_Shape):
    """Whether the server lives, or is ready to answer."""

    status: str


class FieldError(_Shape):
    """One fault of a request."""

    field: str
    message: str


class Problem(_Shape):
    """Every error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldError] | None = None
    successor: str | None = None
