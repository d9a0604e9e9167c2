"""Hostile files: cut off, bytes turned over, formats mixed up. Every one ends in records, refusals or skips."""

from __future__ import annotations

import random

import mixed_folder
import pytest

from indexer.readers import sources
from indexer.readers.given import Given, Refused, Skipped
from indexer.readers.sources import find_sources, read

FILES = {name.split("/")[0] + name[name.index(".") :]: content for name, content, _ in mixed_folder.good()}
"""One file of each format, by folder and suffix."""


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file(tmp_path, name):
    """A file that is cut off or has bytes turned over raises nothing and is never passed over in silence."""
    rng = random.Random(name)  # noqa: S311  (the same damage in every run)
    content = FILES[name]
    damaged = [content[: len(content) * share // 10] for share in (1, 4, 7, 9)]
    for _ in range(8):
        bytes_ = bytearray(content)
        for _ in range(rng.choice((1, 3, 30))):
            bytes_[rng.randrange(len(bytes_))] = rng.randrange(256)
        damaged.append(bytes(bytes_))
    path = tmp_path / f"a{name[name.index('.') :]}"
    for data in damaged:
        path.write_bytes(data)
        items = list(read(find_sources([path])[0]))
        assert all(isinstance(item, Given | Refused | Skipped) for item in items)
        assert items or not data.strip()


@pytest.mark.parametrize(
    "suffix", [".txt", ".pdf", ".html", ".json", ".jsonl", ".csv", ".xml", ".zip", ".gz", ".warc", ".docx", ""]
)
def test_noise_by_any_name(tmp_path, suffix):
    """Random bytes under any name are refused or skipped with a reason."""
    rng = random.Random(suffix)  # noqa: S311  (the same noise in every run)
    path = tmp_path / f"a{suffix}"
    for start in (
        b"",
        b"PK\x03\x04",
        b"%PDF-1.4\n",
        b"\x1f\x8b\x08\x00",
        b"WARC/1.0\r\n",
        b"<?xml version='1.0'?><rss>",
        b"[{",
        b"<html>",
    ):
        path.write_bytes(start + rng.randbytes(3000))
        items = list(read(find_sources([path])[0]))
        assert items
        assert all(isinstance(item, Given | Refused | Skipped) for item in items)


def test_a_fault_of_a_reader_is_a_refusal(tmp_path, monkeypatch):
    """Whatever a parser raises is one refusal with the kind of the fault, and what came before it stands."""

    def faulty(source):
        yield Given(source.place, {"text": "نص"}, source.root, 0)
        raise RecursionError

    monkeypatch.setattr(sources, "_reader", lambda _name: faulty)
    (tmp_path / "a.txt").write_text("نص", encoding="utf-8")
    items = list(read(find_sources([tmp_path / "a.txt"])[0]))
    assert [type(item) for item in items] == [Given, Refused]
    assert items[1].reason == "the reader of this format failed at it: RecursionError"


def test_readers_go_to_other_processes(tmp_path):
    """A source and what is read of it can be sent to another process and back."""
    import pickle

    (tmp_path / "a.html").write_text(mixed_folder.page(1), encoding="utf-8")
    (source,) = find_sources([tmp_path / "a.html"])
    items = list(pickle.loads(pickle.dumps(read))(pickle.loads(pickle.dumps(source))))  # noqa: S301  (our own)
    assert pickle.loads(pickle.dumps(items)) == items  # noqa: S301


def test_a_load_of_lines_imports_no_parser():
    """Loading lines of JSON imports none of the parsers of other formats, so that it starts at once."""
    import subprocess
    import sys

    from conftest import CHECKOUT

    heavy = ["trafilatura", "lxml", "pypdfium2", "docx", "openpyxl", "feedparser", "warcio", "ftfy", "ijson"]
    code = (
        "import sys, indexer.__main__, indexer.commands, indexer.readers.jsonl, indexer.readers.text\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=CHECKOUT).stdout
    assert told == "[]\n"
