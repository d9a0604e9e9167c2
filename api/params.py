"""The parameters of a search, the same for the address of a GET and the JSON body of a POST."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from analyzers.levels import LADDER, LOOSEST, Level
from analyzers.names import COLLECTION_PATTERN, DEFAULT_COLLECTION, FIGURE_KINDS, KINDS, MOST_PEOPLE
from api.filters import FIELDS
from api.parser import LONGEST

MOST_VALUES = 100
MOST_QUERIES = 100
LONGEST_NAME = 200
LONGEST_QUOTE = 2000


def _listed(value: object) -> object:
    """Take a single value for a list of one, as an address does."""
    return [value] if isinstance(value, str) else value


def _split(value: object) -> object:
    """Take `a,b` for two names: the names that the API gives hold no comma."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list):
        return given
    return [name for one in given for name in (one.split(",") if isinstance(one, str) else [one])]


Values = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=1000)]], BeforeValidator(_listed), Field(max_length=MOST_VALUES)
]
Kinds = Annotated[
    list[Literal["title", "caption", "quote", "heading", "list", "table", "body"]],
    BeforeValidator(_listed),
    Field(max_length=len(KINDS)),
]


FacetName = Literal["collection", "source", "place", "actor", "tag", "kind", "month", "year"]
Facets = Annotated[list[FacetName], BeforeValidator(_split), Field(max_length=8)]
FieldName = Literal[
    "id",
    "report_id",
    "position",
    "kind",
    "page",
    "title",
    "text",
    "collection",
    "source",
    "author",
    "url",
    "text_url",
    "published",
    "published_text",
    "language",
    "places",
    "actors",
    "tags",
    "dates",
    "figures",
    "content_hash",
    "story",
    "score",
    "level",
    "highlight",
    "matches",
    "context",
    "found_by",
    "best_sentence",
]
Fields = Annotated[list[FieldName], BeforeValidator(_split), Field(max_length=30)]


def _on_the_ladder(level: Level) -> Level:
    if level not in LADDER:
        raise ValueError(f"write one of {', '.join(LADDER)}")
    return level


Ladder = Annotated[
    Level, AfterValidator(_on_the_ladder), WithJsonSchema({"type": "string", "enum": [level.value for level in LADDER]})
]


def _day(value: object) -> object:
    """Take days only: a bare number would pass for seconds since 1970."""
    if isinstance(value, str) and len(value) == len("2019-04-19"):
        return value
    raise ValueError("write a day as 2019-04-19")


Day = Annotated[date, BeforeValidator(_day)]


def _moment(value: object) -> object:
    """Take written moments only: a bare number would pass for seconds since 1970."""
    if isinstance(value, str) and value[4:5] == "-" and value[10:11] in {"T", "t", " "}:
        return value
    raise ValueError("write a moment as 2026-11-01T00:00:00Z")


Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]


def _as_taken(schema: dict[str, Any]) -> None:
    """Say of a body that it takes what an address does: one value for a list of it, numbers and truth also as text."""
    others = {"array": ["string"], "integer": ["string", "boolean"], "boolean": ["string", "number"]}
    for told in schema["properties"].values():
        kinds = others.get(told.get("type"), [])
        if any(kind.get("type") == "integer" for kind in told.get("anyOf", [])):
            told["anyOf"] += [{"type": kind} for kind in others["integer"]]
        if kinds:
            own = {key: told.pop(key) for key in list(told) if key not in {"title", "description", "default"}}
            told["anyOf"] = [own, *({"type": kind} for kind in kinds)]


People = Annotated[int, Field(ge=0, le=MOST_PEOPLE)]


_RANGES = [
    ("from_", "to"),
    ("mentions_from", "mentions_to"),
    *((f"{kind}_min", f"{kind}_max") for kind in FIGURE_KINDS),
]
"""The filters that are a range: the names of both ends."""


class FilterParams(BaseModel):
    """The filters. Several values of one are alternatives; the names with `_not` leave out."""

    collection: Values = Field([], description="Collections to search.")
    collection_not: Values = Field([], description="Collections to leave out.")
    source: Values = Field([], description="Sources (outlets, desks), as written in the reports.")
    source_not: Values = Field([], description="Sources to leave out.")
    place: Values = Field([], description="Places that a report names in its field `places`.")
    place_not: Values = Field([], description="Places to leave out.")
    actor: Values = Field([], description="Groups and institutions in the field `actors`.")
    actor_not: Values = Field([], description="Groups and institutions to leave out.")
    tag: Values = Field([], description="Tags of the reports.")
    tag_not: Values = Field([], description="Tags to leave out.")
    language: Values = Field([], description="Languages of the reports, such as `ar`.")
    language_not: Values = Field([], description="Languages to leave out.")
    kind: Kinds = Field([], description="Kinds of paragraph: title, caption, quote, heading, list, table, body.")
    kind_not: Kinds = Field([], description="Kinds of paragraph to leave out.")
    report_id: Values = Field([], description="Reports to search in.")
    report_id_not: Values = Field([], description="Reports to leave out.")
    from_: Day | None = Field(None, alias="from", description="First day of publication, such as 2019-04-01.")
    to: Day | None = Field(None, description="Last day of publication, included.")
    undated: Literal["include", "exclude"] | None = Field(
        None, description="Reports without a date. Not given: left out where `from` or `to` is given, else included."
    )
    mentions_from: Day | None = Field(
        None, description="First day of a date that the paragraph's own text names, such as 2013-08-21."
    )
    mentions_to: Day | None = Field(None, description="Last day of such a date, included.")
    dead_min: People | None = Field(None, description="Paragraphs that give a figure of so many dead, or more.")
    dead_max: People | None = Field(None, description="Paragraphs that give a figure of so many dead, or fewer.")
    wounded_min: People | None = Field(None, description="The same of wounded.")
    wounded_max: People | None = Field(None, description="The same of wounded.")
    victims_min: People | None = Field(
        None, description="The same of victims of whom it is not said whether they were killed or wounded."
    )
    victims_max: People | None = Field(None, description="The same of such victims.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for low, high in _RANGES:
            first, last = getattr(self, low), getattr(self, high)
            if first is not None and last is not None and last < first:
                names = [name.removesuffix("_") for name in (high, low)]
                before = "is less than" if isinstance(last, int) else "lies before"
                raise ValueError(f"{names[0]} ({last}) {before} {names[1]} ({first})")
        return self

    def people(self, kind: str) -> tuple[int | None, int | None]:
        """Return the least and the most casualties of a kind that were asked for."""
        return getattr(self, f"{kind}_min"), getattr(self, f"{kind}_max")

    def wanted(self) -> dict[str, list[str]]:
        """Return the values to look for, by parameter."""
        return {name: getattr(self, name) for name in FIELDS}

    def unwanted(self) -> dict[str, list[str]]:
        """Return the values to leave out, by parameter."""
        return {name: getattr(self, f"{name}_not") for name in FIELDS}


class QueryParams(FilterParams):
    """What is looked for: the words, how they may be written, and the filters."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True, json_schema_extra=_as_taken
    )

    q: str = Field(
        min_length=1,
        max_length=LONGEST,
        description='Words, "a phrase", "a b"~5 (near, in any order), -word (without), a OR b, word* (begins so).',
        examples=["ادلب"],
    )
    op: Literal["or", "and"] = Field("or", description="`and`: only paragraphs with all words.")
    match: Level = Field(LOOSEST, description="The loosest level of spelling that still counts as the same word.")
    forms_not: Values = Field([], description="Spellings to leave out, from `/v1/forms`: paragraphs that hold one.")
    mode: Literal["keyword"] = Field("keyword", description="How to search.")


class SearchParams(QueryParams):
    """Everything that a search can be asked."""

    mode: Literal["keyword", "semantic", "hybrid"] | None = Field(  # type: ignore[assignment]
        None,
        description="By words (`keyword`), by meaning (`semantic`) or by both (`hybrid`). Not given: by words; a query without "
        "Arabic letters by both, where that is switched on.",
    )
    best_sentence: bool = Field(
        default=True, description="Of paragraphs found by meaning alone, show the sentence nearest to the query."
    )
    sort: Literal["relevance", "newest", "oldest"] = Field(
        "relevance", description="The order of hits. By date, reports without one stand last."
    )
    group: Literal["none", "report", "story"] = Field(
        "none",
        description="`report`: one hit a report, with its best three paragraphs inside; `story`: one for all near copies.",
    )
    facets: Facets = Field(
        [], description="What to count values of, each without its own filter; several by commas or repeated."
    )
    context: int = Field(0, ge=0, le=3, description="Neighbouring paragraphs on each side of a hit.")
    fields_: Fields = Field(
        [],
        alias="fields",
        description="What a hit carries beside its `id`; all where none is named. By commas or repeated.",
    )
    size: int = Field(10, ge=1, le=100, description="Hits on a page.")
    cursor: str | None = Field(None, max_length=2000, description="`next_cursor` of the page before.")
    snippet: int = Field(
        300, ge=0, le=10_000, description="Longest `highlight` in characters; 0 for the whole paragraph."
    )
    explain: bool = Field(
        default=False, description="Show the request as sent to the engine, where the server allows it."
    )


class NamedQuery(SearchParams):
    """A search of a batch: a name, and the parameters of a search."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME, description="By which its answer is told; given once.")
    mode: Literal["keyword"] | None = Field(None, description="A batch searches by words.")


class BatchParams(BaseModel):
    """A batch of searches. Each is checked for itself, so that a wrong one does not spoil the others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    queries: list[Any] = Field(
        min_length=1, max_length=MOST_QUERIES, description="The searches, answered in this order."
    )


class ValuesParams(FilterParams):
    """Which paragraphs the values are counted of."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True)

    size: int = Field(1000, ge=1, le=5000, description="Values at most, the most frequent first.")


class ExportParams(QueryParams):
    """A search of which every hit is wanted."""

    snippet: int = Field(
        300, ge=0, le=10_000, description="Longest `highlight` in characters; 0 for the whole paragraph."
    )


class CsvParams(ExportParams):
    """A search whose hits are wanted as a table."""

    raw: bool = Field(default=False, description="Leave cells as they are, also those that a spreadsheet would run.")


class FeedParams(QueryParams):
    """A search whose newest paragraphs are wanted. In the order of time nothing lifts those with all words: so `and`."""

    op: Literal["or", "and"] = Field("and", description="`or`: also paragraphs with only one of the words.")
    size: int = Field(30, ge=1, le=100, description="Entries of the feed.")


class EvidenceParams(QueryParams):
    """A search whose hits are wanted as evidence."""

    size: int = Field(100, ge=1, le=1000, description="Hits in the archive, the best first.")


class WriteParams(BaseModel):
    """How reports are to be loaded."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    collection: str = Field(
        DEFAULT_COLLECTION, pattern=COLLECTION_PATTERN, description="Collection of the reports that name none."
    )


class SimilarParams(FilterParams):
    """What similar paragraphs can be asked: how many, and from where."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True)

    size: int = Field(10, ge=1, le=100, description="Similar paragraphs at most.")


class ReportParams(BaseModel):
    """What a report can be asked: a query whose words are marked in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str | None = Field(None, min_length=1, max_length=LONGEST, description="A query whose words are marked.")
    match: Level = Field(LOOSEST, description="The loosest level of spelling that is marked.")


class VerifyParams(BaseModel):
    """A quotation to look for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quote: str = Field(min_length=1, max_length=LONGEST_QUOTE, description="The quotation, as it was published.")


class FormsParams(BaseModel):
    """A query whose spellings in the corpus are asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str = Field(min_length=1, max_length=LONGEST, description="A query, as for a search.")
    match: Ladder = Field(LOOSEST, description="The loosest level of spelling that is reached.")
    collection: Values = Field([], description="Collections to count in; all where none is named.")


class ChangesParams(BaseModel):
    """From where on changes are told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    changed_since: Moment | None = Field(
        None, description="A moment with its zone, such as 2026-11-01T00:00:00Z; not given: from the beginning."
    )
    cursor: str | None = Field(None, max_length=2000, description="`next_cursor` of the answer before.")
    size: int = Field(100, ge=1, le=1000, description="Changes on a page.")


class SuggestParams(BaseModel):
    """What was typed so far."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_as_taken)

    q: str = Field(min_length=1, max_length=LONGEST, description="What was typed so far; its last word is completed.")
    size: int = Field(8, ge=1, le=20, description="Suggestions at most.")
    collection: Values = Field([], description="Collections to complete from; all where none is named.")


class CitationParams(BaseModel):
    """How a paragraph is to be cited."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    style: Literal["bibtex", "ris", "csl-json"] = Field(description="The format of the reference.")
    v: str | None = Field(
        None, pattern=r"^[0-9a-fA-F]{8,64}$", description="First digits of the `content_hash` that is expected."
    )


class ParagraphParams(BaseModel):
    """What a paragraph can be asked: to be of a certain text, and to bring its neighbours."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    v: str | None = Field(
        None, pattern=r"^[0-9a-fA-F]{8,64}$", description="First digits of the `content_hash` that is expected."
    )
    context: int = Field(1, ge=0, le=3, description="Neighbouring paragraphs on each side.")
