"""Archives: every member is read as in a folder, none leads out of it, and bombs stop at a limit."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest
from arabic_pages import A1, A2, PAGES
from report_files import shaped_pdf, warc, zipped

from indexer.readers import archives
from indexer.readers.given import Given, Refused, Skipped
from indexer.readers.sources import find_sources, read

TEXT = "هدوء حذر\nنص الخبر\n".encode()
LINES = b'{"id": "1", "text": "x"}\n{"id": "2", "text": "y"}\n'


def read_archive(folder, name, content):
    """Write an archive and read it."""
    (folder / name).write_bytes(content)
    return list(read(find_sources([folder / name])[0]))


def tarred(members, mode="w"):
    """Return a .tar of contents by name; None is a link to /etc/passwd."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            if content is None:
                info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
                archive.addfile(info)
            else:
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def told(items):
    """Return each item's kind, place, and title, first paragraph or reason."""
    return [(type(item).__name__, item.place) for item in items]


MEMBERS = {
    "a.txt": TEXT,
    "below/b.jsonl": LINES,
    "c.html": PAGES[0].html.encode(),
    ".hidden": b"x",
    "d.jpg": b"\xff\xd8\xff",
}
EXPECTED = [
    ("Given", "x/a.txt"),
    ("Given", "x/below/b.jsonl:1"),
    ("Given", "x/below/b.jsonl:2"),
    ("Given", "x/c.html"),
    ("Skipped", "x/.hidden"),
    ("Skipped", "x/d.jpg"),
]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", zipped(MEMBERS)),
        ("a.tar", tarred(MEMBERS)),
        ("no-name", zipped(MEMBERS)),
        ("a.tar.gz", gzip.compress(tarred(MEMBERS))),
        ("a.tgz", gzip.compress(tarred(MEMBERS))),
        ("a.tar.bz2", bz2.compress(tarred(MEMBERS))),
        ("a.tar.xz", lzma.compress(tarred(MEMBERS))),
    ],
)
def test_the_members_of_an_archive(tmp_path, name, content):
    """Members are read by what they hold, under their names below the archive's."""
    prefix = {
        "a.tar.gz": "a.tar.gz/a.tar",
        "a.tgz": "a.tgz/a.tar",
        "a.tar.bz2": "a.tar.bz2/a.tar",
        "a.tar.xz": "a.tar.xz/a.tar",
    }
    expected = [(kind, place.replace("x/", f"{prefix.get(name, name)}/", 1)) for kind, place in EXPECTED]
    assert told(read_archive(tmp_path, name, content)) == expected


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_file(tmp_path, pack):
    """A file that is packed by itself is read under its own name."""
    items = read_archive(tmp_path, "a.txt.gz", pack(TEXT))
    assert [(item.place, item.path, item.record["title"]) for item in items] == [
        ("a.txt.gz/a.txt", "a.txt.gz/a.txt", "هدوء حذر"),
    ]


def test_archives_inside_archives(tmp_path):
    """Archives are opened inside archives, to a depth, beyond which they are refused by name."""
    content = TEXT
    name = "a.txt"
    for level in range(3):
        content, name = zipped({name: content}), f"{level}.zip"
    assert told(read_archive(tmp_path, "top.zip", content)) == [("Given", "top.zip/1.zip/0.zip/a.txt")]
    (refusal,) = read_archive(tmp_path, "top.zip", zipped({"2.zip": content}))
    assert (refusal.place, refusal.reason) == ("top.zip/2.zip/1.zip/0.zip", "an archive inside 3 others: unpack it")


def test_names_that_lead_elsewhere(tmp_path):
    """A name with `..` or a leading slash, and a link, touch nothing outside: names are never opened."""
    members = {"../../escaped.txt": TEXT, "/etc/absolute.txt": TEXT, "..\\windows.txt": TEXT}
    before = sorted(tmp_path.rglob("*"))
    items = read_archive(tmp_path, "a.zip", zipped(members))
    assert [item.place for item in items] == ["a.zip/escaped.txt", "a.zip/etc/absolute.txt", "a.zip/windows.txt"]
    items = read_archive(tmp_path, "a.tar", tarred({"../up.txt": TEXT, "link": None}))
    assert told(items) == [("Given", "a.tar/up.txt"), ("Skipped", "a.tar/link")]
    assert {path.name for path in tmp_path.rglob("*")} == {path.name for path in before} | {"a.zip", "a.tar"}


def test_a_bomb(tmp_path, monkeypatch):
    """An archive that unpacks to far more than it has stops at the limit, with the member named; what came before is kept."""
    monkeypatch.setattr(archives, "LEAST_ALLOWANCE", 100_000)
    items = read_archive(tmp_path, "a.zip", zipped({"a.txt": TEXT, "bomb.txt": bytes(20_000_000), "z.txt": TEXT}))
    assert told(items) == [("Given", "a.zip/a.txt"), ("Refused", "a.zip/bomb.txt")]
    assert items[1].reason == "it unpacks to more than 50 times the archive: the rest was left in it"
    assert told(read_archive(tmp_path, "b.gz", gzip.compress(bytes(30_000_000)))) == [("Refused", "b.gz/b")]


def test_a_bomb_in_levels(tmp_path, monkeypatch):
    """What is packed inside an archive counts for the outermost one: each level does not start anew."""
    monkeypatch.setattr(archives, "LEAST_ALLOWANCE", 1_000_000)
    inner = zipped({f"{number}.txt": b"a" * 900_000 for number in range(4)})
    items = read_archive(tmp_path, "a.zip", zipped({"inner.zip": inner}))
    assert isinstance(items[-1], Refused)
    assert len(items) <= 3


def test_too_many_members(tmp_path, monkeypatch):
    """An archive of more members than the limit is left at the first one beyond it."""
    monkeypatch.setattr(archives, "MOST_MEMBERS", 3)
    items = read_archive(tmp_path, "a.zip", zipped({f"{number}.txt": TEXT for number in range(10)}))
    assert told(items)[-1] == ("Refused", "a.zip/3.txt")
    assert len(items) == 4


def test_an_encrypted_member(tmp_path):
    """A member behind a password is refused as such, and the others are read."""
    content = bytearray(zipped({"a.txt": TEXT, "b.txt": TEXT}))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = archive.infolist()[0]
    content[info.header_offset + 6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    items = read_archive(tmp_path, "a.zip", bytes(content))
    assert [(item.place, getattr(item, "reason", "")) for item in items] == [
        ("a.zip/a.txt", "it is encrypted"),
        ("a.zip/b.txt", ""),
    ]


def test_a_packed_file_that_was_cut_off(tmp_path):
    """Of a packed file of lines that was cut off, the lines before that are read, and the rest is a refusal."""
    import hashlib

    lines = b"".join(
        b'{"id": "%d", "text": "%s"}\n' % (n, hashlib.sha256(b"%d" % n).hexdigest().encode()) for n in range(5000)
    )
    packed = gzip.compress(lines)
    items = read_archive(tmp_path, "a.jsonl.gz", packed[: len(packed) // 2])
    assert sum(isinstance(item, Given) for item in items) > 1000
    assert items[-1].reason.startswith("it cannot be unpacked to its end (EOFError")


def test_a_damaged_member(tmp_path):
    """A member that is damaged is refused by its name, and the next one is read."""
    content = bytearray(zipped({"a.txt": TEXT * 50, "b.txt": TEXT}))
    content[45] ^= 0xFF
    items = read_archive(tmp_path, "a.zip", bytes(content))
    assert [item.place for item in items if isinstance(item, Given)] == ["a.zip/b.txt"]
    assert [item.place for item in items if isinstance(item, Refused)] == ["a.zip/a.txt"]


PAGE = f"<html><body><article><h1>عنوان</h1><p>{A1}</p><p>{A2}</p></article></body></html>"
ANSWERS = [
    ("https://example.org/1", "text/html; charset=windows-1256", PAGE.encode("cp1256")),
    ("https://example.org/x.png", "image/png", b"\x89PNG"),
    ("https://example.org/gone", "text/html", PAGE.encode(), "404 Not Found"),
    ("https://example.org/2.pdf", "application/pdf", shaped_pdf("", [[A1]])),
]


@pytest.mark.parametrize(("name", "packed"), [("a.warc", False), ("a.warc.gz", True), ("crawl", True)])
def test_a_web_archive(tmp_path, name, packed):
    """Pages and PDFs of a web archive are known by their address and read in the encoding that the server named."""
    items = read_archive(tmp_path, name, warc(ANSWERS, packed=packed))
    given = [item for item in items if isinstance(item, Given)]
    assert [item.record["url"] for item in given[:1]] == ["https://example.org/1"]
    assert given[0].record["paragraphs"] == [A1, A2]
    assert given[0].findings.encoding == "windows-1256 (declared)"
    assert given[1].record["paragraphs"][0]["text"] == A1
    assert [item.reason for item in items if isinstance(item, Skipped)] == [
        "part of a web page",
        "page of a web archive that the server did not give",
    ]


@pytest.mark.parametrize("packed", [True, False])
def test_a_web_archive_that_was_cut_off(tmp_path, packed):
    """Of a web archive that was cut off, the pages before that are read, and half a page is refused."""
    content = warc([(f"https://example.org/{n}", "text/html", PAGE.encode()) for n in range(5)], packed=packed)
    items = read_archive(tmp_path, "a.warc.gz", content[: len(content) * 7 // 10])
    assert [item.record["paragraphs"] for item in items if isinstance(item, Given)] == [[A1, A2]] * 3
    assert isinstance(items[-1], Refused)
