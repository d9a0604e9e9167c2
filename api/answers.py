"""The shapes of answers, for the OpenAPI document.

Answers are built as dicts and a test holds the two together: checking each answer here would cost more than the rest of a
request.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from analyzers.levels import Level


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Days(_Shape):
    """From a day to a day, both included."""

    from_: str = Field(alias="from", examples=["2013-08-21"])
    to: str


class NamedDate(_Shape):
    """A date that a text names: the days that it can be, the likeliest first; its surface with offsets in both units.

    Two readings where day and month can be exchanged, three of a day of the Hijri calendar.
    """

    readings: list[Days]
    inferred: bool = Field(
        description="Whether the year is not named: that of a date before it, or of the publication."
    )
    surface: str
    start: int
    end: int
    utf16_start: int
    utf16_end: int


class Figure(_Shape):
    """How many casualties one phrase tells of: from `low` to `high`, null where nobody says at most how many."""

    kind: Literal["dead", "wounded", "victims"]
    low: int
    high: int | None
    surface: str
    start: int
    end: int
    utf16_start: int
    utf16_end: int


class Paragraph(_Shape):
    """A paragraph, verbatim, and what its report says of it."""

    id: str = Field(examples=["putin-idlib-3f2a9c1b7d60e845:9"])
    report_id: str
    position: int
    kind: str
    page: int | None = Field(description="The page of a PDF that it begins on.")
    title: str | None
    text: str
    collection: str
    source: str | None
    author: str | None
    url: str | None
    published: str | None
    published_text: str | None = Field(description="The date as it is written, where that is all that is certain.")
    language: str | None
    places: list[str]
    actors: list[str]
    tags: list[str]
    dates: list[NamedDate] = Field(description="Dates that the text names, in order.")
    figures: list[Figure] = Field(description="Casualties that the text tells of, in order, and never added up.")
    content_hash: str
    text_url: str | None = Field(description="The original page at this text, where it has an address of the web.")
    story: str | None = Field(description="The same for near copies of a report, and for nothing else.")


class Match(_Shape):
    """A marked word: offsets into `text`, in code points and in UTF-16 units; the typed word that it meets, and how."""

    start: int
    end: int
    utf16_start: int
    utf16_end: int
    surface: str
    word: str
    level: Level


class Sentence(_Shape):
    """A sentence of a paragraph: offsets into `text`, in code points and in UTF-16 units."""

    text: str
    start: int
    end: int
    utf16_start: int
    utf16_end: int


def _chosen(schema: dict[str, Any]) -> None:
    """With `fields` only the chosen ones are there."""
    schema["required"] = ["id"]


class Neighbour(Paragraph):
    """A paragraph beside a hit, with the same fields."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_chosen)


class HitContext(_Shape):
    """Neighbours of a hit, in the order of the report; none unless `context` asks for them."""

    before: list[Neighbour]
    after: list[Neighbour]


class Group(_Shape):
    """All found paragraphs that are `value` of `by`: how many, and the best three."""

    by: str
    value: str
    total: int = Field(description="Paragraphs of the group with any of the words.")
    hits: list[Hit]


class Hit(Paragraph):
    """A paragraph that was found, of a group the best. With `fields` it carries those and its `id`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_chosen)

    score: float | None = Field(
        description="By words, by the cosine of meaning, or by both mixed; null where hits stand in the order of their dates."
    )
    level: Level | None = Field(description="Null where no word of the query is in it.")
    found_by: str = Field(description="`words`, `meaning` or `both`.")
    best_sentence: Sentence | None = Field(
        None, description="Of a paragraph of several sentences that was found by meaning alone: the nearest one."
    )
    highlight: str = Field(description="HTML: everything is escaped but `<mark>`, around whole words.")
    matches: list[Match]
    context: HitContext
    group: Group | None = Field(None, description="Only with `group`.")
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
    complete: bool | None = Field(
        None, description="Of a word with an open end: whether all words of the corpus that begin so were searched for."
    )


class Query(_Shape):
    """How the query was understood."""

    q: str
    match: Level
    op: str
    words: list[QueryWord]
    left_out: list[str] = Field(description="Function words that were not searched for.")
    mode: str = Field(description="How it was searched: `keyword`, `semantic` or `hybrid`.")
    mode_chosen_by: str = Field(description="`request`, `script` (no Arabic letter in `q`) or `default`.")
    degraded: bool = Field(description="True where meaning was asked for and the embedder did not answer: words alone.")
    counted: str = Field(description="What `total` and `levels` count, in every mode: `words`.")
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


class GroupTotal(_Shape):
    """Groups with a paragraph that has all words, and with any hit; a relation is `eq`, or `approximate` above 1,000."""

    by: str
    value: int
    relation: str
    any: int
    any_relation: str


class SearchedCorpus(CorpusTold):
    """What the corpus holds, and how it can be searched."""

    modes: list[str] = Field(description="What `mode` can be now.")
    embedded: int = Field(description="Paragraphs that can be found by meaning, of those that the caller may see.")


class Total(_Shape):
    """Paragraphs with all words, and with any of them."""

    value: int
    relation: str
    any: int
    groups: GroupTotal | None = Field(None, description="Only with `group`.")


class UndatedTotal(_Shape):
    """Paragraphs without a date, with all words and with any; were they left out, or are they among the hits."""

    value: int
    any: int
    left_out: bool


class FacetValue(_Shape):
    """A value and how many paragraphs with all words have it; null stands for those without a date."""

    value: str | None
    count: int


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
    """One page of a search. `total`, `levels`, `undated` and `facets` stand on the first page only."""

    query: Query
    corpus: SearchedCorpus
    total: Total | None = None
    levels: dict[Level, int] | None = Field(
        None, description="Paragraphs with all words, up to and including each level."
    )
    undated: UndatedTotal | None = Field(None, description="With `sort` by date, `from`, `to` or `undated`.")
    facets: dict[str, list[FacetValue]] | None = Field(None, description="With `facets`, by their names.")
    suggestions: Suggestions | None = Field(None, description="Where no paragraph holds all words.")
    took_ms: float
    hits: list[Hit]
    next_cursor: str | None


class NamedAnswer(_Shape):
    """What became of one search of a batch: `answer` with status 200, else `problem`."""

    name: str | None
    status: int
    answer: SearchAnswer | None = None
    problem: Problem | None = None


class BatchAnswer(_Shape):
    """The answers of a batch, in the order of its searches."""

    answers: list[NamedAnswer]


class Value(_Shape):
    """A value and its paragraphs."""

    value: str
    count: int


class LexiconTold(_Shape):
    """What the lexicon says of a name: other names, Arabic and Latin, and of a place where it lies, in degrees."""

    id: str
    kind: str
    country: str
    label: str
    names: list[str]
    lat: float | None
    lon: float | None


class NamedValue(Value):
    """A value, its paragraphs, and what the lexicon says of it: null where it knows no such name, or several."""

    lexicon: LexiconTold | None


class ValuesAnswer(_Shape):
    """Values, the most frequent first; `complete` is false where there are more than `size`."""

    values: list[Value]
    complete: bool


class NamedValuesAnswer(_Shape):
    """The same of places, or of groups and institutions."""

    values: list[NamedValue]
    complete: bool


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
    author: str | None
    url: str | None
    published: str | None
    published_text: str | None
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


class Change(_Shape):
    """A report that was written, whose text `/v1/reports/{id}` has; or, with `deleted`, one that is no more."""

    id: str
    deleted: bool
    collection: str
    version: int
    changed_at: str
    deleted_at: str | None
    content_hash: str | None


class ChangesAnswer(_Shape):
    """Changes in the order in which they happened. With `more`, the next page can be had at once."""

    changes: list[Change]
    more: bool
    next_cursor: str | None


class EvidenceKey(_Shape):
    """The public key that evidence of this server is checked with; the fingerprint is SHA-256 of its 32 bytes."""

    algorithm: str
    fingerprint: str
    pem: str


class EvidenceToday(_Shape):
    """The paragraphs of evidence in the corpus of today: how many are the same, and the ids of the others."""

    same: int
    changed: list[str]
    gone: list[str]


class EvidenceManifest(_Shape):
    """What the manifest of evidence says of itself."""

    created_at: str | None
    server: str | None
    analyzer_version: str | None
    hits: int | None


class EvidenceVerdict(_Shape):
    """What became of evidence; `signed_by` and `trusted` are fingerprints of keys."""

    verdict: str = Field(
        description="`untouched`, `repacked` (the files are, the zip is not), `other signer`, `changed` or `unreadable`."
    )
    files: dict[str, str] = Field(description="`untouched`, `changed`, `missing` or `added`, by name.")
    signed_by: str | None
    trusted: str
    manifest: EvidenceManifest
    corpus: EvidenceToday | None = Field(
        description="Null where the evidence was changed, or the engine did not answer."
    )


class ReportOutcome(_Shape):
    """What became of one report: `line` is its place in what was sent, counted from 1; `reason` why it was refused."""

    line: int
    outcome: Literal["created", "replaced", "unchanged", "refused", "taken down"] = Field(
        description="`taken down`: it was deleted earlier, and is left out."
    )
    id: str | None
    collection: str | None
    paragraphs: int = Field(description="Paragraphs written.")
    reason: str | None


class WriteAnswer(_Shape):
    """What became of all reports; of NDJSON each report is a line, and the counts are the last."""

    reports: list[ReportOutcome]
    done: int = Field(description="Reports that were read.")
    created: int
    replaced: int
    unchanged: int
    refused: int
    taken_down: int = Field(description="Reports that were deleted earlier, and are left out.")
    paragraphs: int


class TakedownAnswer(_Shape):
    """What became of a report that was to be deleted."""

    report_id: str
    fate: Literal["deleted", "deleted earlier"]
    paragraphs: int = Field(description="Paragraphs that left the index.")


class SimilarHit(Paragraph):
    """A similar paragraph. `score` of a copy is the part of the shorter one's words, in threes, that both have: 0.5 to 1."""

    score: float
    found_by: str = Field(
        description="`copy`: a near copy; `meaning`: near by its meaning; `words`: it has many of the words."
    )


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
