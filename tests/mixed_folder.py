"""A folder as an investigator has it: every format and encoding, misnamed, packed and nested, and some of it broken."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from report_files import (
    atom,
    document,
    json_feed,
    new_pdf,
    rss,
    shaped_pdf,
    telegram,
    visual_pdf,
    warc,
    workbook,
    zipped,
)

LETTERS = "بتثجحخدذرز"
BODY = "شهدت المدينة صباح اليوم هدوءا حذرا وعاد بعض الأهالي إلى بيوتهم في الأحياء الشرقية"
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256", "iso8859-6")


def word(number: int) -> str:
    """Return the one word that only the file of that number has."""
    return "ضغط" + "".join(LETTERS[int(digit)] for digit in f"{number:03}")


def sentence(number: int) -> str:
    """Return a text with the word of a number."""
    return f"{BODY} {word(number)} ثم انتهى الخبر"


def page(number: int, charset: str = "utf-8") -> str:
    """Return a page with a text in it and a menu around it."""
    return (
        f"<!doctype html><html lang='ar'><head><meta charset='{charset}'><title>خبر</title></head><body>"
        "<nav><ul><li><a href='/'>الرئيسية</a></li></ul></nav>"
        f"<article><h1>خبر من المدينة</h1><p>{sentence(number)}.</p><p>{BODY}.</p></article></body></html>"
    )


def good(start: int = 0) -> Iterator[tuple[str, bytes, int]]:
    """Yield name, content and number of each file that can be read; each holds one report with its own word."""
    number = start
    for make, count in MAKERS:
        for turn in range(count):
            number += 1
            name, content = make(number, turn)
            yield name, content if isinstance(content, bytes) else content.encode(), number


def _text(number: int, turn: int) -> tuple[str, bytes]:
    return f"text/{number}.txt", f"عنوان الخبر\r\n{sentence(number)}".encode(ENCODINGS[turn % len(ENCODINGS)])


def _twice(number: int, turn: int) -> tuple[str, bytes]:
    data = f"عنوان\n{sentence(number)}".encode()
    codec = ("cp1256", "latin-1")[turn % 2]
    return f"twice/{number}.txt", data.decode(codec).encode()


def _html(number: int, turn: int) -> tuple[str, bytes]:
    charset, codec = (
        ("utf-8", "utf-8"),
        ("windows-1256", "cp1256"),
        ("iso-8859-6", "iso8859-6"),
        ("utf-16", "utf-16"),
    )[turn % 4]
    return f"pages/{number}.{('html', 'htm', 'php', 'txt')[turn % 4]}", page(number, charset).encode(codec)


def _shaped(number: int, turn: int) -> tuple[str, bytes]:
    return f"pdf/{number}.{('pdf', 'pdf', 'txt')[turn % 3]}", shaped_pdf("عنوان", [[sentence(number), BODY]])


def _visual(number: int, _turn: int) -> tuple[str, bytes]:
    return f"pdf/{number}.pdf", visual_pdf([sentence(number), BODY])


def _docx(number: int, turn: int) -> tuple[str, bytes]:
    parts = ([sentence(number)], [("List Bullet", sentence(number))], [[["أ", "ب"], ["ج", sentence(number)]]])[turn % 3]
    return f"office/{number}.docx", document("عنوان", parts)


def _xlsx(number: int, _turn: int) -> tuple[str, bytes]:
    return f"office/{number}.xlsx", workbook({"Reports": [["id", "text"], [f"x{number}", sentence(number)]]})


def _csv(number: int, turn: int) -> tuple[str, bytes]:
    separator = ",;\t|"[turn % 4]
    text = f"id{separator}title{separator}text\r\nc{number}{separator}عنوان{separator}{sentence(number)}\r\n"
    codec = ("utf-8", "utf-8-sig", "utf-16", "cp1256", "iso8859-6")[turn % 5]
    return f"tables/{number}.{'tsv' if separator == chr(9) else 'csv'}", text.encode(codec)


def _acled(number: int, _turn: int) -> tuple[str, bytes]:
    return (
        f"tables/{number}.csv",
        f"event_id_cnty,event_date,notes\nSYR{number},19 April 2019,{sentence(number)}\n".encode(),
    )


def _lines(number: int, turn: int) -> tuple[str, bytes]:
    record = json.dumps({"id": f"l{number}", "text": sentence(number)}, ensure_ascii=turn % 2 == 0)
    return f"json/{number}.{('jsonl', 'ndjson')[turn % 2]}", f"{record}\n".encode()


def _json(number: int, turn: int) -> tuple[str, bytes]:
    record = {"id": f"j{number}", "text": sentence(number)}
    return f"json/{number}.json", json.dumps((record, [record])[turn % 2]).encode(("utf-8", "utf-16")[turn // 2 % 2])


def _telegram(number: int, _turn: int) -> tuple[str, bytes]:
    return f"telegram/{number}/result.json", telegram([(number, sentence(number)), {"id": 0, "type": "service"}])


def _feed(number: int, turn: int) -> tuple[str, bytes]:
    make, name = ((rss, "rss.xml"), (atom, "atom.xml"), (json_feed, "feed.json"))[turn % 3]
    return f"feeds/{number}.{name}", make(
        [(f"https://example.org/feed/{number}", "عنوان", f"<p>{sentence(number)}</p>")]
    )


def _warc(number: int, turn: int) -> tuple[str, bytes]:
    answers = [(f"https://example.org/warc/{number}", "text/html; charset=windows-1256", page(number).encode("cp1256"))]
    return f"crawls/{number}.{('warc', 'warc.gz')[turn % 2]}", warc(answers, packed=turn % 2 == 1)


def _archive(number: int, turn: int) -> tuple[str, bytes]:
    text, html = f"عنوان\n{sentence(number)}".encode(), page(number).encode()
    kinds = (
        ("zip", zipped({"a.txt": text})),
        ("zip", zipped({"inner.zip": zipped({"a.html": html}), "x.png": b"\x89PNG"})),
        ("tar", _tarred({"a.html": html})),
        ("tar.gz", gzip.compress(_tarred({"a.txt": text}))),
        ("txt.gz", gzip.compress(text)),
        ("txt.bz2", bz2.compress(text)),
        ("txt.xz", lzma.compress(text)),
    )
    name, content = kinds[turn % len(kinds)]
    return f"packed/{number}.{name}", content


def _tarred(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


MAKERS = (
    (_text, 42), (_twice, 4), (_html, 24), (_shaped, 6), (_visual, 3), (_docx, 15), (_xlsx, 8), (_csv, 20), (_acled, 3),
    (_lines, 14), (_json, 12), (_telegram, 8), (_feed, 18), (_warc, 10), (_archive, 21),
)  # fmt: skip


def broken() -> dict[str, tuple[bytes, str, str]]:
    """Return the files that cannot be read: content, the place that is named, and how its reason begins."""
    text, row = sentence(0).encode(), json.dumps({"id": "x", "text": sentence(0)})
    protected = new_pdf()
    protected.text(20, 20, "secret")
    protected.set_encryption("a", "b")
    encrypted = bytearray(zipped({"a.txt": text}))
    with zipfile.ZipFile(io.BytesIO(encrypted)) as archive:
        encrypted[archive.infolist()[0].header_offset + 6] |= 1
    encrypted[encrypted.index(b"PK\x01\x02") + 8] |= 1
    deep = zipped({"a.txt": text})
    for level in range(4):
        deep = zipped({f"{level}.zip": deep})
    files = {
        "one-byte.txt": (text[:9] + b"\xda" + text[9:], "", "not UTF-8, though nearly: byte 0xda at 9"),
        "binary.txt": (bytes(range(256)) * 4, "", "no text: byte 0x00 at 0"),
        "too-short.txt": ("عنوان".encode("cp1256"), "", "not UTF-8 (byte 0xda at 0), and too short to tell"),
        "garbage.pdf": (b"%PDF-1.7\nnonsense", "", "a broken PDF: it cannot be opened"),
        "protected.pdf": (bytes(protected.output()), "", "protected by a password"),
        "scanned.pdf": (bytes(new_pdf().output()), "", "1 page without a text"),
        "cut.docx": (document("عنوان", ["نص"])[:-300], "", "a broken .zip, .docx or .xlsx"),
        "unknown.xlsx": (workbook({"S": [["A", "B"], ["1", "2"]]}), "!S", "its columns are not known (a, b)"),
        "unknown.csv": (b"A,B\n1,2\n", "", "its columns are not known (a, b)"),
        "byte.csv": (b"id,text\n1,x\n2,\xff\xd8\x00\n", "", "no text: byte 0x00 at "),
        "cut.json": (f"[{row[:-4]}".encode(), "", "not JSON: "),
        "line.jsonl": (b'{"id": "x"\n', ":1", "not JSON: "),
        "field.jsonl": (b'{"id": "x", "txt": "y"}\n', ":1", "txt: unknown field"),
        "cut.xml": (rss([("https://example.org/0", "عنوان", "نص")])[:100], "", "a broken feed from the beginning"),
        "sitemap.xml": (b"<?xml version='1.0'?><urlset/>", "", "XML of a kind that is not known here (<urlset>)"),
        "entities.xml": (b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss version='2.0'/>", "", "the feed declares entities"),
        "cut.zip": (zipped({"a.txt": text})[:-30], "", "a broken .zip, .docx or .xlsx"),
        "encrypted.zip": (bytes(encrypted), "/a.txt", "it is encrypted"),
        "deep.zip": (deep, "/3.zip/2.zip/1.zip", "an archive inside 3 others"),
        "cut.txt.gz": (gzip.compress(text * 9)[:-20], "/cut.txt", "it cannot be unpacked to its end"),
        "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "", "an old Office file"),
        "rich.rtf": (b"{\\rtf1 x}", "", "rich text: save it as .docx"),
        "packed.rar": (b"Rar!\x1a\x07\x00", "", "a RAR archive"),
        "what.xyz": (b"something", "", "no format that is known here (.xyz)"),
        "empty.html": (b"<html><body> </body></html>", "", "there is no text: give title, text or paragraphs"),
    }
    return {
        f"broken/{name}": (content, f"broken/{name}{place}", reason) for name, (content, place, reason) in files.items()
    }


OTHERS = {
    ".hidden/a.txt": b"x",
    "pages/1_files/a.css": b"a{}",
    "pages/1_files/b.png": b"\x89PNG\r\n",
    "Thumbs.db": b"\xd0\xcf",
    "none.txt": b"",
}
"""Files that are skipped."""


def make(folder: Path) -> dict[str, int]:
    """Make the folder, and return the number of each file that can be read."""
    numbers = {}
    for name, content, number in good():
        _write(folder / name, content)
        numbers[name] = number
    for name, (content, _, _) in broken().items():
        _write(folder / name, content)
    for name, content in OTHERS.items():
        _write(folder / name, content)
    return numbers


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
