"""A report: the record that a user gives, checked, and what is kept of it."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from analyzers.names import COLLECTION_PATTERN, DEFAULT_COLLECTION
from indexer.errors import BadReport
from indexer.repair import harmful_count, repair

MOST_PARAGRAPHS = 50_000
"""Paragraphs of one report. A longer one is a collection of reports and wants to be given as such."""

LONGEST_TITLE = 2000


def _repaired(value: object) -> object:
    return repair(value) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_repaired)]
Name = Annotated[
    str, BeforeValidator(_repaired), StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)
]
Kind = Literal["caption", "quote", "heading", "body"]


class GivenParagraph(BaseModel):
    """A paragraph as given: a bare string is a paragraph of the body."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Text
    kind: Kind = "body"


def _paragraph(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


class Report(BaseModel):
    """A report as given. `text` is split at its line ends; `paragraphs` are taken as they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Name | None = None
    collection: Annotated[str, StringConstraints(pattern=COLLECTION_PATTERN)] = DEFAULT_COLLECTION
    title: Annotated[Text | None, Field(max_length=LONGEST_TITLE)] = None
    text: Text | None = None
    paragraphs: Annotated[
        list[Annotated[GivenParagraph, BeforeValidator(_paragraph)]] | None, Field(max_length=MOST_PARAGRAPHS)
    ] = None
    source: Name | None = None
    url: Name | None = None
    published: Annotated[str, StringConstraints(strip_whitespace=True)] | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = None
    places: list[Name] = []
    actors: list[Name] = []
    tags: list[Name] = []

    @model_validator(mode="after")
    def _one_body(self) -> Report:
        if self.text is not None and self.paragraphs is not None:
            raise ValueError("give either text or paragraphs, not both")
        if not self.body() and not self.heading():
            raise ValueError("there is no text: give title, text or paragraphs")
        return self

    def heading(self) -> str:
        """Return the title without outer white space, empty where there is none."""
        return " ".join((self.title or "").split("\n")).strip()

    def body(self) -> list[GivenParagraph]:
        """Return the paragraphs below the title, without the empty ones, outer white space taken off."""
        given = self.paragraphs if self.paragraphs is not None else _lines(self.text or "")
        stripped = (part.model_copy(update={"text": part.text.strip()}) for part in given)
        return [part for part in stripped if part.text]

    def content_hash(self) -> str:
        """Return 64 hex digits that change when anything that is kept of the report changes."""
        return hashlib.sha256(orjson.dumps(self.model_dump(), option=orjson.OPT_SORT_KEYS)).hexdigest()


def _lines(text: str) -> list[GivenParagraph]:
    return [GivenParagraph(text=line) for line in text.split("\n")]


def read_report(record: object, collection: str) -> Report:
    """Check one record; `collection` is for those that name none. Raises BadReport with every fault that was found."""
    if not isinstance(record, dict):
        raise BadReport(f"a record is a JSON object with title, text or paragraphs, not {type(record).__name__}")
    try:
        return Report.model_validate({"collection": collection, **record})
    except ValidationError as error:
        raise BadReport("; ".join(_fault(fault) for fault in error.errors(include_url=False))) from error


def _fault(fault: Any) -> str:
    """Say one validation error as `field: what is wrong`, with the legal fields where the field is unknown."""
    where = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden" and len(fault["loc"]) == 1:
        return f"{where}: unknown field; known are {', '.join(Report.model_fields)}"
    message = re.sub(r"^Value error, ", "", fault["msg"])
    return f"{where}: {message}" if where else message


def repaired_in(record: dict[str, Any]) -> int:
    """Return how many harmful code points of a record's texts `read_report` replaces."""
    return sum(_repaired_in(value) for value in record.values())


def _repaired_in(value: object) -> int:
    if isinstance(value, str):
        return harmful_count(value)
    if isinstance(value, dict):
        return sum(_repaired_in(part) for part in value.values())
    return sum(_repaired_in(part) for part in value) if isinstance(value, list) else 0
