"""The lexicon: its tables are whole, its names are found in a text, and it is read again without a restart."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections import Counter

import pytest

from analyzers.lexicon import default_lexicon, form_of, read_lexicon
from analyzers.normalize import fold_exact, normalize
from analyzers.overrides import stem_overrides
from analyzers.stemmer import stem
from analyzers.tables import COLUMNS, FOLDER, listed, read_table
from api.lexicon import LexiconWatch
from settings import read_settings

OF_THE_WARS = {"SY", "YE", "IQ", "PS", "LB", "LY", "SD"}


@pytest.mark.parametrize("table", COLUMNS)
def test_each_table_is_whole(table):
    """A table has its columns, no cell too many or too few, no outer white space, and a source or reason in each row."""
    rows = read_table(table)
    assert rows
    for row in rows:
        assert tuple(row) == COLUMNS[table]
        assert all(value is not None and value == value.strip() for value in row.values()), row
        assert row.get("source") or row.get("reason"), row


def test_promised_numbers():
    """There are 400 places of the seven countries, 150 groups and institutions, and the names of all twelve months."""
    places = [row for row in read_table("places") if row["country"] in OF_THE_WARS and row["kind"] != "country"]
    assert len(places) >= 400
    assert {row["country"] for row in places} == OF_THE_WARS
    assert len(read_table("actors")) >= 150
    assert [int(row["number"]) for row in read_table("months")] == list(range(1, 13))


def test_ids_are_unique():
    """No two entries share an id."""
    counts = Counter(entry.id for entry in default_lexicon().entries)
    assert [id_ for id_, count in counts.items() if count > 1] == []


def test_no_spelling_is_there_twice():
    """A spelling that the fold makes equal to another of its row is left out: it would only widen the query."""
    for row in read_table("places"):
        forms = [form_of(name) for name in (row["name"], *listed(row["spellings"]))]
        assert len(set(forms)) == len(forms), row["id"]
    for row in read_table("actors"):
        forms = [form_of(name) for name in (row["label"], *listed(row["aliases"]))]
        assert len(set(forms)) == len(forms), row["id"]


def test_positions_are_on_earth():
    """Latitude and longitude are both there and in range, or both left out."""
    for row in read_table("places"):
        assert bool(row["lat"]) == bool(row["lon"]), row["id"]
        if row["lat"]:
            assert -90 <= float(row["lat"]) <= 90
            assert -180 <= float(row["lon"]) <= 180


FOUND = [
    ("قصف على خان شيخون", {"sy-khan-shaykhun"}),
    ("في ريف إدلب", {"sy-idlib"}),
    ("نزوح من دير الزور إلى الرقة", {"sy-deir-ez-zor", "sy-raqqa"}),
    ("وبالموصل وسنجار", {"iq-mosul", "iq-sinjar"}),
    ("عقد اجتماع طويل أمس", set()),
]


@pytest.mark.parametrize(("text", "ids"), FOUND)
def test_names_are_found_in_a_text(text, ids):
    """Names are found with their proclitics, the longest first, and ordinary words are none."""
    lexicon = default_lexicon()
    assert {entry.id for found in lexicon.find(form_of(text)) for entry in found.entries} == ids


def test_collisions_are_real():
    """Each collision says which rule makes the two words equal at the level behind its cap."""
    for row in read_table("collisions"):
        assert row["cap"] in {"exact", "letters", "clitics"}, row
        assert row["word"] == fold_exact(row["word"])
        assert row["word"] != row["other"]


def test_overrides_are_kept(rasd):
    """The engine gives each overridden word, with every proclitic, the stem that the table says."""
    rasd.make_indices()
    forms = sorted(stem_overrides())
    assert len(forms) > 50
    for start in range(0, len(forms), 500):
        part = forms[start : start + 500]
        tokens = rasd.analyze(analyzer="rasd_stem", text="\n".join(part))
        assert [token["token"] for token in tokens] == [stem(form) for form in part]


def test_a_table_is_read_again(tmp_path):
    """A row that is written into a table is used without a restart; a table that cannot be read changes nothing."""
    for table in FOLDER.glob("*.tsv"):
        shutil.copy(table, tmp_path)
    watch = LexiconWatch(read_settings(lexicon_dir=tmp_path))
    assert watch.current.find(["قريهجديده"]) == []
    places = tmp_path / "places.tsv"
    row = "xx-new\tSY\tvillage\tقرية جديدة\tقريهجديده\tNew Village\t\t\tOCHA\t\n"
    places.write_text(places.read_text(encoding="utf-8") + row, encoding="utf-8")
    asyncio.run(watch.refresh())
    assert [entry.id for entry in watch.current.find(["قريهجديده"])[0].entries] == ["xx-new"]
    places.write_text("nonsense\n", encoding="utf-8")
    asyncio.run(watch.refresh())
    assert watch.current.find(["قريهجديده"]) != []


def test_arabic_columns_are_arabic():
    """No Latin letter has slipped into an Arabic name, and no haraka into the tables."""
    for row in read_table("places"):
        for name in (row["name"], *listed(row["spellings"])):
            assert re.fullmatch(r"[\u0621-\u064a\u0671-\u06d3\s]+", name), (row["id"], name)
            assert normalize(name)


def test_reading_is_repeatable():
    """Two readings of the same tables are the same lexicon."""
    assert read_lexicon(FOLDER).entries == default_lexicon().entries


def test_a_name_is_held_once():
    """What may follow a name's first word is one table for the word with each of its proclitics: each process holds them."""
    by_first = default_lexicon()._by_first  # noqa: SLF001  (what is held is seen nowhere else)
    assert by_first["ادلب"] is by_first["وبادلب"]
    assert len(set(map(id, by_first.values()))) * 4 < len(by_first)
