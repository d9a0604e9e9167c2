"""The parameters of a search, the same for the address of a GET and the JSON body of a POST."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from analyzers.levels import LADDER, LOOSEST, Level
from analyzers.names import KINDS
from api.filters import FIELDS
from api.parser import LONGEST

MOST_VALUES = 100
LONGEST_QUOTE = 2000


def _listed(value: object) -> object:
    """Take a single value for a list of one, as an address does."""
    return [value] if isinstance(value, str) else value


Values = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=1000)]], BeforeValidator(_listed), Field(max_length=MOST_VALUES)
]
Kinds = Annotated[
    list[Literal["title", "caption", "quote", "heading", "body"]],
    BeforeValidator(_listed),
    Field(max_length=len(KINDS)),
]


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
    kind: Kinds = Field([], description="Kinds of paragraph: title, caption, quote, heading, body.")
    kind_not: Kinds = Field([], description="Kinds of paragraph to leave out.")
    report_id: Values = Field([], description="Reports to search in.")
    report_id_not: Values = Field([], description="Reports to leave out.")
    from_: Day | None = Field(None, alias="from", description="First day of publication, such as 2019-04-01.")
    to: Day | None = Field(None, description="Last day of publication, included.")
    undated: Literal["include", "exclude"] | None = Field(
        None, description="Reports without a date. Not given: left out where `from` or `to` is given, else included."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_ and self.to and self.to < self.from_:
            raise ValueError(f"to ({self.to}) lies before from ({self.from_})")
        return self

    def wanted(self) -> dict[str, list[str]]:
        """Return the values to look for, by parameter."""
        return {name: getattr(self, name) for name in FIELDS}

    def unwanted(self) -> dict[str, list[str]]:
        """Return the values to leave out, by parameter."""
        return {name: getattr(self, f"{name}_not") for name in FIELDS}


class SearchParams(FilterParams):
    """Everything that a search can be asked."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True)

    q: str = Field(
        min_length=1,
        max_length=LONGEST,
        description='Words, "a phrase", "a b"~5 (near, in any order), -word (without), a OR b.',
        examples=["ادلب"],
    )
    op: Literal["or", "and"] = Field("or", description="`and`: only paragraphs with all words.")
    match: Level = Field(LOOSEST, description="The loosest level of spelling that still counts as the same word.")
    forms_not: Values = Field([], description="Spellings to leave out, from `/v1/forms`: paragraphs that hold one.")
    mode: Literal["keyword"] = Field("keyword", description="How to search.")
    size: int = Field(10, ge=1, le=100, description="Hits on a page.")
    cursor: str | None = Field(None, max_length=2000, description="`next_cursor` of the page before.")
    snippet: int = Field(
        300, ge=0, le=10_000, description="Longest `highlight` in characters; 0 for the whole paragraph."
    )
    explain: bool = Field(
        default=False, description="Show the request as sent to the engine, where the server allows it."
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


class SuggestParams(BaseModel):
    """What was typed so far."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str = Field(min_length=1, max_length=LONGEST, description="What was typed so far; its last word is completed.")
    size: int = Field(8, ge=1, le=20, description="Suggestions at most.")
    collection: Values = Field([], description="Collections to complete from; all where none is named.")


class ParagraphParams(BaseModel):
    """What a paragraph can be asked: to be of a certain text, and to bring its neighbours."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    v: str | None = Field(
        None, pattern=r"^[0-9a-fA-F]{8,64}$", description="First digits of the `content_hash` that is expected."
    )
    context: int = Field(1, ge=0, le=3, description="Neighbouring paragraphs on each side.")
