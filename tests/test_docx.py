"""Word documents: paragraphs with their kinds, tables, text boxes, footnotes, and changes as if accepted."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from report_files import document

from indexer.readers.given import Given, Refused
from indexer.readers.sources import find_sources, read

W = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"


def read_docx_of(folder, content):
    """Write a document and read it."""
    (folder / "a.docx").write_bytes(content)
    (item,) = read(find_sources([folder / "a.docx"])[0])
    return item


def parts(record):
    """Return (kind, text) of a record's paragraphs."""
    return [("body", part) if isinstance(part, str) else (part["kind"], part["text"]) for part in record["paragraphs"]]


def with_body(content, xml, extra=None):
    """Put XML in front of a document's own paragraphs, and further parts beside it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                data = data.replace(b"<w:body>", b"<w:body>" + xml.encode())
            if extra and name in extra:
                data = re.sub(*extra[name], data)
            new.writestr(name, data)
    return stream.getvalue()


def test_a_document(tmp_path):
    """The styles say the kinds, a table gives a paragraph a row, and the file says who wrote it."""
    made = document(
        "قافلة مساعدات",
        [
            "وصلت القافلة.",
            ("Heading 1", "طرق مغلقة"),
            ("Quote", "كنا ننتظر."),
            ("List Bullet", "بند أول"),
            ("Caption", "شاحنات"),
            [["المحافظة", "القتلى"], ["إدلب", "47"]],
            "وانتهى الخبر.",
        ],
    )
    item = read_docx_of(tmp_path, made)
    assert (item.record["title"], item.record["author"]) == ("قافلة مساعدات", "سلمى الحسن")
    assert parts(item.record) == [
        ("body", "وصلت القافلة."),
        ("heading", "طرق مغلقة"),
        ("quote", "كنا ننتظر."),
        ("list", "بند أول"),
        ("caption", "شاحنات"),
        ("table", "المحافظة | القتلى"),
        ("table", "إدلب | 47"),
        ("body", "وانتهى الخبر."),
    ]


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<w:p><w:r><w:t>قصف </w:t></w:r><w:ins w:id='1'><w:r><w:t>عنيف</w:t></w:r></w:ins></w:p>", "قصف عنيف"),
        ("<w:p><w:r><w:t>قصف</w:t></w:r><w:del w:id='1'><w:r><w:delText>خفيف</w:delText></w:r></w:del></w:p>", "قصف"),
        ("<w:p><w:moveFrom w:id='1'><w:r><w:t>قديم</w:t></w:r></w:moveFrom><w:r><w:t>قصف</w:t></w:r></w:p>", "قصف"),
        ("<w:p><w:hyperlink><w:r><w:t>رابط</w:t></w:r></w:hyperlink></w:p>", "رابط"),
        ("<w:p><w:r><w:t>سطر</w:t><w:br/><w:t>وسطر</w:t></w:r></w:p>", "سطر\nوسطر"),
        ("<w:sdt><w:sdtContent><w:p><w:r><w:t>حقل</w:t></w:r></w:p></w:sdtContent></w:sdt>", "حقل"),
        ("<w:p><w:r><w:txbxContent><w:p><w:r><w:t>إطار</w:t></w:r></w:p></w:txbxContent></w:r></w:p>", "إطار"),
    ],
)
def test_what_a_paragraph_holds(tmp_path, xml, text):
    """Inserted text is read and deleted text is not; links, fields and text boxes are read too."""
    record = read_docx_of(tmp_path, with_body(document("", ["آخر"]), xml)).record
    assert parts(record) == [("body", text), ("body", "آخر")]


def test_nested_tables(tmp_path):
    """A table that lays out a page, or holds another, gives its paragraphs, and none of them twice."""
    inner = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>داخل</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    cell = f"<w:tc><w:p><w:r><w:t>خارج</w:t></w:r></w:p>{inner}<w:p/></w:tc>"
    record = read_docx_of(tmp_path, with_body(document("", ["آخر"]), f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>")).record
    assert [text for _, text in parts(record)] == ["خارج", "داخل", "آخر"]


def test_nothing_of_a_document_is_lost(tmp_path):
    """The title and the paragraphs, joined, are all the text that the file holds."""
    texts = [f"فقرة {number} عن المدينة" for number in range(200)]
    item = read_docx_of(tmp_path, document("عنوان", texts))
    assert [text for _, text in parts(item.record)] == texts


def test_running_heads_are_dropped(tmp_path):
    """What stands in the head and foot of every page is boilerplate, and counted."""
    import docx

    made = docx.Document(io.BytesIO(document("عنوان", ["نص"])))
    made.sections[0].header.paragraphs[0].text = "سري"
    stream = io.BytesIO()
    made.save(stream)
    item = read_docx_of(tmp_path, stream.getvalue())
    assert (parts(item.record), item.findings.dropped) == ([("body", "نص")], 1)


def test_broken_documents(tmp_path, monkeypatch):
    """A document that is cut off, lacks a part, declares entities or unpacks to too much is refused with a reason."""
    whole = document("عنوان", ["نص"])
    assert read_docx_of(tmp_path, whole[:-200]).reason.startswith("a broken .zip, .docx or .xlsx: ")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert read_docx_of(tmp_path, stream.getvalue()).reason.startswith("a broken .docx: ")
    entity = with_body(whole, "<w:p><w:r><w:t>&lol;</w:t></w:r></w:p>")
    assert isinstance(read_docx_of(tmp_path, entity), Refused | Given)
    from indexer.readers import docx as reader

    monkeypatch.setattr(reader, "LARGEST", 1000)
    assert "a document may have 1,000" in read_docx_of(tmp_path, whole).reason
