"""Which column of a table is which field of a report: as the command says, or as the header of a known table does."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indexer.readers.drafts import Draft, paragraph

FIELDS = ("id", "url", "title", "text", "source", "author", "published", "language", "places", "actors", "tags")
_LISTS = ("places", "actors", "tags")
ROW_NUMBER = "#"
"""In place of a column: the number of the row is the id."""
_SEPARATOR = re.compile(r"\s*[;|؛]\s*")


class UnknownColumns(Exception):
    """The table does not say which column is what; the message says how to tell it."""


@dataclass(frozen=True, slots=True)
class Known:
    """A table that many have: the columns that tell it, and what each field is made of."""

    name: str
    needs: frozenset[str]
    fields: Mapping[str, tuple[str, ...]]


KNOWN = (
    Known(
        "ACLED",
        frozenset({"event_id_cnty", "event_date", "notes"}),
        {
            "id": ("event_id_cnty",),
            "text": ("notes",),
            "source": ("source",),
            "published": ("event_date",),
            "places": ("location", "admin3", "admin2", "admin1", "country"),
            "actors": ("actor1", "assoc_actor_1", "actor2", "assoc_actor_2"),
            "tags": ("disorder_type", "event_type", "sub_event_type", "tags"),
        },
    ),
    Known(
        "UCDP GED",
        frozenset({"side_a", "side_b", "date_start", "source_article"}),
        {
            "id": ("id",),
            "title": ("source_headline",),
            "text": ("source_article", "where_description"),
            "source": ("source_office",),
            "published": ("date_start",),
            "places": ("where_coordinates", "adm_2", "adm_1", "country"),
            "actors": ("side_a", "side_b"),
            "tags": ("conflict_name", "dyad_name"),
        },
    ),
)


@dataclass(frozen=True, slots=True)
class Columns:
    """The places of the columns that each field is made of; `left` are the names of those that no field takes."""

    fields: Mapping[str, tuple[int, ...]]
    numbered: bool
    left: tuple[str, ...]

    def draft(self, cells: Sequence[str], row_id: str) -> Draft:
        """Return the draft of a row; `row_id` is its id where the command asked for the number of the row."""
        draft = Draft(id=row_id if self.numbered else "")
        for field, places in self.fields.items():
            values = [value for place in places if place < len(cells) and (value := cells[place].strip())]
            if field in _LISTS:
                setattr(draft, field, [part for value in values for part in _SEPARATOR.split(value)])
            elif field == "text":
                draft.paragraphs = [paragraph(line) for value in values for line in value.splitlines()]
            else:
                setattr(draft, field, " ".join(values))
        return draft


def columns_of(header: Sequence[str], asked: Sequence[tuple[str, str]]) -> Columns:
    """Return what the columns of a table are, by the command, else by what is known. Raises UnknownColumns."""
    places: dict[str, int] = {}
    for place, name in enumerate(header):
        places.setdefault(_key(name), place)
    wanted = _asked(asked) if asked else _known(places)
    missing = [name for names in wanted.values() for name in names if name != ROW_NUMBER and _key(name) not in places]
    if missing and asked:
        raise UnknownColumns(f"there is no column {', '.join(missing)}; there are {_told(header)}")
    fields = {
        field: tuple(places[_key(name)] for name in names if _key(name) in places) for field, names in wanted.items()
    }
    numbered = wanted.get("id") == (ROW_NUMBER,)
    if not (numbered or fields.get("id") or fields.get("url")):
        raise UnknownColumns(
            "no column is id or url, by which a row is known when it is loaded again: add id=NAME, or id=# for its number, "
            "to --columns"
        )
    taken = {place for members in fields.values() for place in members}
    left = tuple(name for place, name in enumerate(header) if place not in taken and name.strip())
    return Columns({field: members for field, members in fields.items() if members}, numbered, left)


def _asked(asked: Sequence[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    return {field: tuple(part.strip() for part in name.split("+")) for field, name in asked}


def _known(places: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    for table in KNOWN:
        if table.needs <= set(places):
            return dict(table.fields)
    own: dict[str, tuple[str, ...]] = {field: (field,) for field in FIELDS if field in places}
    if "text" in own or "title" in own:
        return own
    raise UnknownColumns(
        f"its columns are not known ({_told(list(places))}): say which is which, such as "
        "--columns title=Headline,text=Body,id=Number"
    )


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _told(header: Sequence[str]) -> str:
    shown = ", ".join(name.strip()[:40] for name in header[:20])
    return f"{shown} and {len(header) - 20} more" if len(header) > 20 else shown
