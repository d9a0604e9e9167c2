"""Tables: one report a row, the columns by a known header or by the command."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from click.testing import CliRunner
from report_files import workbook

from indexer.__main__ import main
from indexer.readers.given import Asked, Given, Refused
from indexer.readers.sources import find_sources, read

ACLED = (
    "event_id_cnty,event_date,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,actor2,country,admin1,admin2,admin3,"
    "location,source,notes,fatalities\n"
    'SYR123,19 April 2019,Political violence,Battles,Armed clash,Group A,"B; C",,Syria,Idlib,Harim,,Sarmada,SHAAM; SOHR,'
    '"On 19 April 2019, groups clashed\nin سرمدا.",3\n'
)
UCDP = (
    "id,year,conflict_name,dyad_name,side_a,side_b,source_article,source_office,source_date,source_headline,where_coordinates,"
    "where_description,adm_1,adm_2,country,date_start,date_end,best\n"
    "244657,2019,Syria: Government,Gov - X,Government of Syria,X,Reuters 2019-04-20,Reuters,2019-04-20,Shelling in Idlib,"
    "Maarat,Maarat town,Idlib,Maarat district,Syria,2019-04-19 00:00:00.000,2019-04-19 00:00:00.000,5\n"
)


def read_file(folder, name, content, columns=()):
    """Write a table and read it."""
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read(find_sources([folder / name], Asked(columns))[0]))


def test_acled(tmp_path):
    """ACLED's columns are known: the notes are the text, the day of the event is the date, places and actors are taken."""
    (item,) = read_file(tmp_path, "acled.csv", ACLED)
    assert item.record == {
        "id": "SYR123",
        "source": "SHAAM; SOHR",
        "published": "2019-04-19",
        "places": ["Sarmada", "Harim", "Idlib", "Syria"],
        "actors": ["Group A", "B", "C"],
        "tags": ["Political violence", "Battles", "Armed clash"],
        "paragraphs": ["On 19 April 2019, groups clashed", "in سرمدا."],
    }
    assert (item.place, item.path) == ("acled.csv:2", None)
    assert item.findings.remarks == ("columns not taken: fatalities",)


@pytest.mark.parametrize("name", ["ged.csv", "ged.tsv"])
def test_ucdp_ged(tmp_path, name):
    """The columns of UCDP's georeferenced events are known too."""
    (item,) = read_file(tmp_path, name, UCDP.replace(",", "\t") if name == "ged.tsv" else UCDP)
    assert item.record["title"] == "Shelling in Idlib"
    assert item.record["paragraphs"] == ["Reuters 2019-04-20", "Maarat town"]
    assert item.record["actors"] == ["Government of Syria", "X"]
    assert (item.record["id"], item.record["source"]) == ("244657", "Reuters")
    assert item.record["published"].startswith("2019-04-19")


def test_a_table_of_our_own_fields(tmp_path):
    """A header of a record's own fields needs nothing more; lists are separated by a semicolon."""
    text = "id;title;text;places;author;published\n1;عنوان;نص;إدلب|حلب;سلمى;١٩ نيسان ٢٠١٩\n"
    (item,) = read_file(tmp_path, "a.csv", text)
    expected = {"id": "1", "title": "عنوان", "places": ["إدلب", "حلب"], "author": "سلمى", "published": "2019-04-19"}
    assert item.record == {**expected, "paragraphs": ["نص"]}


def test_columns_by_the_command(tmp_path):
    """`--columns` says which column is which field, several make one, and the row's number can be the id."""
    text = "Headline,Body,Body 2,Extra\nعنوان,أول,ثان,x\n"
    columns = (("title", "headline"), ("text", "Body+Body 2"), ("id", "#"))
    (item,) = read_file(tmp_path, "a.csv", text, columns)
    assert item.record == {"id": "a.csv:2", "title": "عنوان", "paragraphs": ["أول", "ثان"]}
    assert item.findings.remarks == ("columns not taken: Extra",)


@pytest.mark.parametrize(
    ("text", "columns", "reason"),
    [
        (
            "Headline,Body\na,b\n",
            (),
            "its columns are not known (headline, body): say which is which, such as --columns",
        ),
        ("Headline,Body\na,b\n", (("title", "Head"),), "there is no column Head; there are Headline, Body"),
        ("title,text\na,b\n", (), "no column is id or url, by which a row is known"),
        ("\n \n", (), "the table has no row"),
    ],
)
def test_a_header_that_is_not_known(tmp_path, text, columns, reason):
    """A table whose columns are not known is one refusal, which says how to tell them."""
    (refusal,) = read_file(tmp_path, "a.csv", text, columns)
    assert refusal.reason.startswith(reason)


def test_rows_with_faults(tmp_path):
    """A row with too many cells is refused by its number, empty rows are passed over, and the others are read."""
    items = read_file(tmp_path, "a.csv", "id,text\n1,أ\n\n2,ب,ج\n3\n4,د\n")
    assert [(item.place, isinstance(item, Given)) for item in items] == [
        ("a.csv:2", True),
        ("a.csv:4", False),
        ("a.csv:5", True),
        ("a.csv:6", True),
    ]
    assert items[1].reason == "the row has 3 cells and the header 2"


@pytest.mark.parametrize("codec", ["cp1256", "utf-8-sig", "utf-16", "iso8859-6"])
def test_a_table_in_another_encoding(tmp_path, codec):
    """A table in any of the encodings is read, as Excel writes them."""
    (item,) = read_file(tmp_path, "a.csv", "id,title\n1,هدوء حذر في مدينة إدلب والقرى المجاورة\n".encode(codec))
    assert item.record["title"] == "هدوء حذر في مدينة إدلب والقرى المجاورة"


def test_a_broken_byte_far_down(tmp_path):
    """A broken byte beyond the part that the encoding is told from is refused by its position, before any row is loaded."""
    good = "id,text\n" + "".join(f"{number},نص عن المدينة\n" for number in range(60_000))
    at = len(good.encode())
    (refusal,) = read_file(tmp_path, "a.csv", good.encode() + b"x,\xda\n")
    assert refusal.reason == f"not UTF-8: byte 0xda at {at + 2}"


def test_a_long_cell(tmp_path):
    """A cell longer than the limit that the csv module has by itself is read whole."""
    (item,) = read_file(tmp_path, "a.csv", f"id,text\n1,{'ا' * 200_000}\n")
    assert len(item.record["paragraphs"][0]) == 200_000


def test_a_workbook(tmp_path):
    """Each sheet of a workbook is a table; days and whole numbers are written as such; an unknown sheet is one refusal."""
    made = workbook(
        {
            "Reports": [
                ["id", "title", "text", "published"],
                [1, "عنوان", "أول\nثان", date(2019, 4, 19)],
                [],
                [2.0, "آخر", "نص", datetime.fromisoformat("2019-04-19T14:30")],
            ],
            "Notes": [["anything"], ["x"]],
            "Empty": [],
        }
    )
    items = read_file(tmp_path, "a.xlsx", made)
    assert [item.record for item in items if isinstance(item, Given)] == [
        {"id": "1", "title": "عنوان", "published": "2019-04-19", "paragraphs": ["أول", "ثان"]},
        {"id": "2", "title": "آخر", "published": "2019-04-19T14:30:00", "paragraphs": ["نص"]},
    ]
    (refusal,) = [item for item in items if isinstance(item, Refused)]
    assert (refusal.place, refusal.reason[:26]) == ("a.xlsx!Notes", "its columns are not known ")
    assert [item.place for item in items[:2]] == ["a.xlsx!Reports:2", "a.xlsx!Reports:4"]


def test_a_workbook_that_unpacks_to_too_much(tmp_path, monkeypatch):
    """A workbook that says that it unpacks to more than the limit is refused unread."""
    from indexer.readers import workbooks

    monkeypatch.setattr(workbooks, "LARGEST", 1000)
    (refusal,) = read_file(tmp_path, "a.xlsx", workbook({"S": [["id", "text"], [1, "نص"]]}))
    assert "a workbook may have 1,000" in refusal.reason


@pytest.mark.parametrize("given", ["titel=Head", "title=", "title", "=x"])
def test_wrong_columns_on_the_command_line(given):
    """`--columns` that names no field or no column ends with 2 and the fields that there are."""
    result = CliRunner().invoke(main, ["load", "x", "--columns", given])
    assert result.exit_code == 2
    assert "FIELD=COLUMN" in result.stderr
