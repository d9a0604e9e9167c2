"""From files to records as given: each bad line is refused with its number, and the next is read."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import IndexerError
from indexer.readers import jsonl, text
from indexer.readers.given import Given, Refused, Skipped
from indexer.readers.sniffing import KNOWN
from indexer.readers.sources import find_sources, read


def read_bytes(folder, name, content):
    """Write a file and read it."""
    (folder / name).write_bytes(content)
    return list(read(find_sources([folder / name])[0]))


def told(items):
    """Say what was read, without roots and sizes: records, and the beginning of each refusal."""
    return [(item.place, item.record if isinstance(item, Given) else item.reason) for item in items]


@pytest.mark.parametrize(
    ("content", "record"),
    [
        ("عنوان\nأول\nثان", {"title": "عنوان", "paragraphs": ["أول", "ثان"]}),
        ("\n \n عنوان \n\n\nأول\n", {"title": "عنوان", "paragraphs": ["أول"]}),
        ("\ufeffعنوان\r\nأول\r\n", {"title": "عنوان", "paragraphs": ["أول"]}),
        ("عنوان\u2029أول\u2028ثان\rثالث", {"title": "عنوان", "paragraphs": ["أول", "ثان", "ثالث"]}),
        ("عنوان", {"title": "عنوان", "paragraphs": []}),
        ("ا" * 2001 + "\nأول", {"paragraphs": ["ا" * 2001, "أول"]}),
        ("عنوان\nأ\x00ب", {"title": "عنوان", "paragraphs": ["أ\x00ب"]}),
        (" \n", {"paragraphs": []}),
    ],
)
def test_a_text_file(tmp_path, content, record):
    """The first line that is not empty is the title, unless it is as long as a paragraph; each further one is a paragraph."""
    (item,) = read_bytes(tmp_path, "a.txt", content.encode())
    assert (item.place, item.path, item.record) == ("a.txt", "a.txt", record)
    assert (item.root, item.size) == (str(tmp_path), len(content.encode()))


@given(st.text(st.sampled_from("ابجد\n\r\t \u2028\x0b12.،") | st.characters(exclude_categories=["Cs", "Cc"])))
def test_a_text_file_loses_nothing(text):
    """The title and the paragraphs, joined, are the text, but for white space."""
    with tempfile.TemporaryDirectory() as folder:
        items = read_bytes(Path(folder), "a.md", f"س{text}".encode())
    (item,) = items
    record = item.record
    assert "".join("".join([record.get("title", ""), *record["paragraphs"]]).split()) == "".join(f"س{text}".split())


def test_a_text_file_that_is_not_utf8(tmp_path):
    """A text file in another encoding is read where its letters tell which; one of a few letters is refused with the byte."""
    (item,) = read_bytes(tmp_path, "a.txt", "هدوء حذر في إدلب".encode("cp1256"))
    assert (item.record["title"], item.findings.encoding) == ("هدوء حذر في إدلب", "windows-1256 (by its letters)")
    items = read_bytes(tmp_path, "a.txt", "عنوان".encode("cp1256"))
    assert told(items) == [
        ("a.txt", "not UTF-8 (byte 0xda at 0), and too short to tell windows-1256 from ISO-8859-6"),
    ]


def test_a_text_file_that_is_too_large(tmp_path, monkeypatch):
    """A text file over the limit is refused unread, one of just that size is taken."""
    monkeypatch.setattr(text, "LARGEST", 10)
    assert told(read_bytes(tmp_path, "a.txt", b"0123456789")) == [
        ("a.txt", {"title": "0123456789", "paragraphs": []}),
    ]
    assert told(read_bytes(tmp_path, "a.txt", b"0123456789a")) == [
        ("a.txt", "the file has 11 bytes; a text file may have 10"),
    ]


def test_lines_of_json(tmp_path):
    """Each line that is not empty is a record with the number of its line, also the last one without a line end."""
    content = '\ufeff{"id": "أ"}\n\n  \r\n{"id": "ب"}\r\n[1]\n"نص"'.encode()
    items = read_bytes(tmp_path, "a.jsonl", content)
    assert told(items) == [
        ("a.jsonl:1", {"id": "أ"}),
        ("a.jsonl:4", {"id": "ب"}),
        ("a.jsonl:5", [1]),
        ("a.jsonl:6", "نص"),
    ]
    assert all(item.path is None for item in items)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"id": "a"', "not JSON: Expecting ',' delimiter at character 12"),
        (b"no", "not JSON: Expecting value at character 1"),
        (b'{"id": 1} {"id": 2}', "not JSON: Extra data at character 11"),
        (b'{"id": "\xda"}', "not UTF-8: byte 0xda at 8"),
        (b'{"id": "\xed\xa0\x80"}', "not UTF-8: byte 0xed at 8"),
        ("نص".encode("utf-16"), "not UTF-8: byte 0xff at 0"),
        (b"[" * 100_000, "not JSON: "),
        (b"9" * 5000, "not JSON: "),
    ],
)
def test_a_bad_line_among_good_ones(tmp_path, line, reason):
    """A line that is no JSON in UTF-8 is refused by its number, and the lines around it are read."""
    items = read_bytes(tmp_path, "a.jsonl", b'{"id": 1}\n' + line + b'\n{"id": 3}\n')
    assert [item.place for item in items] == ["a.jsonl:1", "a.jsonl:2", "a.jsonl:3"]
    assert isinstance(items[1], Refused)
    assert items[1].reason.startswith(reason)
    assert [items[0].record, items[2].record] == [{"id": 1}, {"id": 3}]


def test_a_lone_surrogate_is_read(tmp_path):
    """A lone surrogate, written as an escape, is read and left to the repair."""
    assert told(read_bytes(tmp_path, "a.jsonl", rb'{"id": "\ud800"}')) == [("a.jsonl:1", {"id": "\ud800"})]


@pytest.mark.parametrize("length", [50, 51, 60, 100, 101, 102, 1000])
def test_a_line_that_is_too_long(tmp_path, monkeypatch, length):
    """A line over the limit is refused by its number, whatever its length, and the next is read whole."""
    monkeypatch.setattr(jsonl, "LONGEST_LINE", 50)
    content = b'{"id": 1}\n' + b'"' + b"x" * (length - 1) + b'\n{"id": 3}'
    assert told(read_bytes(tmp_path, "a.jsonl", content)) == [
        ("a.jsonl:1", {"id": 1}),
        ("a.jsonl:2", "the line is longer than 50 bytes"),
        ("a.jsonl:3", {"id": 3}),
    ]


def test_the_longest_line(tmp_path, monkeypatch):
    """A line of just the limit is read, and a last line that is too long ends the file."""
    monkeypatch.setattr(jsonl, "LONGEST_LINE", 12)
    content = b'{"id": "1"}\n' + b"x" * 13
    assert told(read_bytes(tmp_path, "a.jsonl", content)) == [
        ("a.jsonl:1", {"id": "1"}),
        ("a.jsonl:2", "the line is longer than 12 bytes"),
    ]


def test_an_empty_file_of_lines(tmp_path):
    """A file of lines that has none holds no record and no fault; one of no byte at all is skipped and counted."""
    assert read_bytes(tmp_path, "a.jsonl", b"") == [Skipped("a.jsonl", "empty file")]
    assert read_bytes(tmp_path, "a.jsonl", b"\xef\xbb\xbf") == [Skipped("a.jsonl", "file without a report")]


def test_the_files_of_a_folder(tmp_path):
    """Of a folder and what is below it every file is read, refused or skipped, each with its name, in order."""
    for name in ("b.TXT", "a.jsonl", "below/c.ndjson", "below/d.md", ".hidden/e.txt", ".f.txt", "empty/g.pdf", "h.xyz"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}" if "n" in name[-6:] else "نص", encoding="utf-8")
    (tmp_path / "i.jpg").write_bytes(b"\xff\xd8\xff\xe0JFIF")
    (tmp_path / "Thumbs.db").write_bytes(b"\xd0\xcf")
    (tmp_path / "page_files").mkdir()
    (tmp_path / "page_files/s.css").write_text("a{}", encoding="utf-8")
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "round").symlink_to(tmp_path)
    sources = find_sources([tmp_path])
    items = [item for source in sources for item in read(source)]
    assert [(type(item).__name__, item.place, getattr(item, "reason", "")) for item in items] == [
        ("Skipped", ".f.txt", "hidden"),
        ("Skipped", ".hidden/e.txt", "hidden"),
        ("Skipped", "Thumbs.db", "left there by a system"),
        ("Given", "a.jsonl:1", ""),
        ("Given", "b.TXT", ""),
        ("Given", "below/c.ndjson:1", ""),
        ("Given", "below/d.md", ""),
        ("Refused", "empty/g.pdf", f"no format that is known here (.pdf); known are {', '.join(KNOWN)}"),
        ("Skipped", "gone.txt", "no regular file"),
        ("Refused", "h.xyz", f"no format that is known here (.xyz); known are {', '.join(KNOWN)}"),
        ("Skipped", "i.jpg", "picture"),
        ("Skipped", "page_files/s.css", "part of a web page"),
        ("Skipped", "round", "no regular file"),
    ]
    assert {source.root for source in sources} == {str(tmp_path)}


def test_a_file_that_is_named(tmp_path, monkeypatch):
    """A file's root is its folder, however it was named, so that its identity does not change with the working folder."""
    (tmp_path / "below").mkdir()
    (tmp_path / "below/a.txt").write_text("نص", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "below")
    for named in (tmp_path / "below/a.txt", tmp_path / "below/../below/a.txt", tmp_path.__class__("a.txt")):
        (source,) = find_sources([named])
        assert (source.below, source.root) == ("a.txt", str(tmp_path / "below"))


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["missing"], "missing: there is no such file or folder"),
        (["empty"], "there is nothing to load in .*empty: it holds no file"),
    ],
)
def test_paths_with_nothing_to_load(tmp_path, names, message):
    """A path that is not there or without files is an error that names it."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(IndexerError, match=message):
        find_sources([tmp_path / name for name in names])


def test_a_file_that_cannot_be_read(tmp_path):
    """A file that vanishes or is closed to us is one refusal, and not the end of the load."""
    (tmp_path / "a.txt").write_text("نص", encoding="utf-8")
    (tmp_path / "b.jsonl").write_text("{}", encoding="utf-8")
    sources = find_sources([tmp_path])
    for source in sources:
        source.path.unlink()
    refusals = [item for source in sources for item in read(source)]
    assert told(refusals) == [
        ("a.txt", "the file cannot be read: No such file or directory"),
        ("b.jsonl", "the file cannot be read: No such file or directory"),
    ]


def test_a_file_name_that_is_not_utf8(tmp_path):
    """A file name in another encoding becomes a name that can be written, and two such names stay two."""
    for name in (b"\xda.txt", b"\xdb.txt"):
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:  # noqa: PTH118, PTH123  (a name in bytes)
            file.write(b"x")
    items = [item for source in find_sources([tmp_path]) for item in read(source)]
    assert [item.path for item in items] == [r"\xda.txt", r"\xdb.txt"]
    assert json.dumps([item.place for item in items]).isascii()
