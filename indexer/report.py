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
LONGEST_DATE = 40
MOST_FAULTS = 5
"""Faults of one record that its refusal names. A record of a million unknown fields wants no message of that length."""


def _repaired(value: object) -> object:
    return repair(value) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_repaired)]
# Constraints come first: after a validator they would count "items" in their messages.
Title = Annotated[str, StringConstraints(max_length=LONGEST_TITLE), BeforeValidator(_repaired)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000), BeforeValidator(_repaired)
]
Names = Annotated[list[Name], Field(fail_fast=True)]
Kind = Literal["caption", "quote", "heading", "list", "table", "body"]
LAST_PAGE = 100_000


class GivenParagraph(BaseModel):
    """A paragraph as given: a bare string is a paragraph of the body."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Text
    kind: Kind = "body"
    page: Annotated[int, Field(ge=1, le=LAST_PAGE)] | None = None


def _paragraph(value: object) -> object:
    if isinstance(value, dict):
        _forbid(value, GivenParagraph)
    return {"text": value} if isinstance(value, str) else value


def _forbid(record: dict[str, object], model: type[BaseModel]) -> None:
    """Refuse a record with many unknown fields. By itself the model would hold an error for each: 540 MB for half a million."""
    unknown = [name for name in record if name not in model.model_fields]
    if len(unknown) > MOST_FAULTS:
        raise ValueError(
            f"{', '.join(name[:100] for name in unknown[:MOST_FAULTS])}: unknown fields; known are "
            f"{', '.join(model.model_fields)}; and {len(unknown) - MOST_FAULTS:,} more"
        )


class Report(BaseModel):
    """A report as given. `text` is split at its line ends; `paragraphs` are taken as they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Name | None = None
    collection: Annotated[str, StringConstraints(pattern=COLLECTION_PATTERN)] = DEFAULT_COLLECTION
    title: Title | None = None
    text: Text | None = None
    paragraphs: (
        Annotated[
            list[Annotated[GivenParagraph, BeforeValidator(_paragraph)]],
            Field(max_length=MOST_PARAGRAPHS, fail_fast=True),
        ]
        | None
    ) = None
    source: Name | None = None
    author: Name | None = None
    url: Name | None = None
    published: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_DATE)] | None = None
    published_text: Name | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = None
    places: Names = []
    actors: Names = []
    tags: Names = []

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
        return [_stripped(part) for part in given if part.text.strip()]

    def texts(self) -> list[str]:
        """Return the title, where there is one, and the text of each paragraph."""
        return [text for text in (self.heading(), *(part.text for part in self.body())) if text]

    def content_hash(self) -> str:
        """Return 64 hex digits that change when anything that is kept of the report changes.

        Fields that came later count only where they have a value, so that reports loaded before stay what they are.
        """
        told = self.model_dump()
        for name in ("author", "published_text"):
            if told[name] is None:
                del told[name]
        for part in told["paragraphs"] or ():
            if part["page"] is None:
                del part["page"]
        return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _stripped(part: GivenParagraph) -> GivenParagraph:
    text = part.text.strip()
    return part if text == part.text else part.model_copy(update={"text": text})


def _lines(text: str) -> list[GivenParagraph]:
    return [GivenParagraph(text=line) for line in text.split("\n")]


def read_report(record: object, collection: str) -> Report:
    """Check one record; `collection` is for those that name none. Raises BadReport with the first faults."""
    if not isinstance(record, dict):
        raise BadReport(f"a record is a JSON object with title, text or paragraphs, not {type(record).__name__}")
    try:
        _forbid(record, Report)
        return Report.model_validate({"collection": collection, **record})
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        more = [f"and {len(faults) - MOST_FAULTS:,} more"] if len(faults) > MOST_FAULTS else []
        raise BadReport("; ".join([*(_fault(fault) for fault in faults[:MOST_FAULTS]), *more])) from error
    except ValueError as error:
        raise BadReport(str(error)) from error


def _fault(fault: Any) -> str:
    """Say one validation error as `field: what is wrong`, with the legal fields where the field is unknown."""
    where = ".".join(str(part) for part in fault["loc"])[:100]
    if fault["type"] == "extra_forbidden" and len(fault["loc"]) == 1:
        return f"{where}: unknown field; known are {', '.join(Report.model_fields)}"
    message = re.sub(r"^Value error, ", "", fault["msg"])
    return f"{where}: {message}" if where else message


def repaired_in(record: object) -> int:
    """Return how many harmful code points of a record's texts `read_report` replaces."""
    if isinstance(record, str):
        return harmful_count(record)
    if isinstance(record, dict):
        return sum(repaired_in(part) for part in record.values())
    return sum(repaired_in(part) for part in record) if isinstance(record, list) else 0
