"""From bytes to text: what is certain is read, what is not is refused with the byte."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.readers.encodings import Undecodable, decode
from indexer.readers.mojibake import mend, mend_record
from indexer.readers.sources import find_sources, read

TEXT = "شهدت مدينة إدلب صباح اليوم هدوءا حذرا، وعاد بعض الأهالي إلى بيوتهم في الأحياء الشرقية."


@pytest.mark.parametrize(
    ("codec", "told"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16LE (by its bytes)"),
        ("utf-16-be", "UTF-16BE (by its bytes)"),
        ("utf-32", "UTF-32"),
        ("cp1256", "windows-1256 (by its letters)"),
        ("iso8859-6", "ISO-8859-6 (by its letters)"),
    ],
)
@pytest.mark.parametrize("text", [TEXT, TEXT[:24], f"UN report: {TEXT}\r\n{TEXT}"])
def test_arabic_in_each_encoding(codec, told, text):
    """Arabic of some words is read in every encoding that people have it in, and the decision is named."""
    decoded = decode(text.encode(codec))
    assert (decoded.text, decoded.told) == (text, told)


def test_real_reports(shared_data):
    """Of real paragraphs cut to sixty letters none is read in the wrong encoding, and hardly one is refused."""
    lines = (shared_data / "syrian-archive-ar/paragraphs.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"][:60] for line in lines[::5]]
    refused = 0
    for text in texts:
        for codec in ("cp1256", "iso8859-6"):
            data = text.encode(codec, "ignore")
            try:
                assert decode(data).text == data.decode(codec)
            except Undecodable:
                refused += 1
    assert refused <= len(texts) // 50


@pytest.mark.parametrize(
    ("data", "declared", "told"),
    [
        (TEXT.encode("cp1256"), "windows-1256", "windows-1256 (declared)"),
        (TEXT.encode("cp1256"), "'Windows-1256'", "windows-1256 (declared)"),
        ("عنوان".encode("cp1256"), "windows-1256", "windows-1256 (declared)"),
        (TEXT.encode("cp1256"), "windows-1252", "windows-1256 (by its letters)"),
        (TEXT.encode("cp1256"), "utf-8", "windows-1256 (by its letters)"),
        (TEXT.encode("cp1256"), "no-such-charset", "windows-1256 (by its letters)"),
        (TEXT.encode("cp1256"), "rot13", "windows-1256 (by its letters)"),
        (TEXT.encode("cp1256"), "base64", "windows-1256 (by its letters)"),
        (TEXT.encode(), "windows-1256", "UTF-8"),
        ("Déjà vu à Genève".encode("latin-1"), "iso-8859-1", "iso-8859-1 (declared)"),
    ],
)
def test_what_is_declared(data, declared, told):
    """A declaration is believed where it fits the bytes and the letters; UTF-8 that is valid needs none."""
    assert decode(data, declared).told == told


@pytest.mark.parametrize(
    ("text", "codec"), [("Il a été dit à l’école — déjà", "cp1252"), ("A “quoted” word – and more of it", "cp1252")]
)
def test_latin_text(text, codec):
    """French, and quotation marks in English, read the same in the western and in the Arabic code page."""
    assert decode(text.encode(codec)).text == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (TEXT.encode()[:31] + b"\xda" + TEXT.encode()[31:], "not UTF-8, though nearly: byte 0xda at 31"),
        (TEXT.encode()[:-2], "not UTF-8, though nearly: byte 0xd8 at "),
        ("عنوان".encode("cp1256"), "not UTF-8 (byte 0xda at 0), and too short to tell windows-1256 from ISO-8859-6"),
        ("привет мир как дела".encode("cp1251"), "not UTF-8 (byte 0xef at 0), nor Arabic or French in"),
        (bytes(range(256)), "no text: byte 0x00 at 0"),
        (b"abc\x01\xff", "no text: byte 0x01 at 3"),
        (b"\xff\xfea", "not UTF-16, which its first bytes say: byte 0x61 at "),
        (b"\xef\xbb\xbf\xff", "not UTF-8, which its first bytes say: byte 0xff at "),
    ],
)
def test_what_is_refused(data, reason):
    """One broken byte, too few letters, another language: refused with the position, for a guess would spoil the text."""
    with pytest.raises(Undecodable) as refusal:
        decode(data)
    assert str(refusal.value).startswith(reason)


@given(st.binary(max_size=300))
def test_any_bytes(data):
    """Whatever the bytes, they are a text or are refused with a reason."""
    with contextlib.suppress(Undecodable):
        assert isinstance(decode(data).text, str)


def as_1252(data):
    """Read bytes as browsers read windows-1252: what it does not know comes through."""
    return "".join(
        bytes([byte]).decode("cp1252") if byte not in b"\x81\x8d\x8f\x90\x9d" else chr(byte) for byte in data
    )


@pytest.mark.parametrize("text", [TEXT, "سلام", "قصف على مدينة حلب (12 غارة)؟", "أطفال ولاجئون، كَتَبَ"])
def test_text_that_was_encoded_twice(text):
    """UTF-8 that was read as windows-1256 or windows-1252 comes out whole, line by line, and other lines stand."""
    assert (
        mend(text.encode().decode("cp1256", "surrogateescape") if "ُ" in text else text.encode().decode("cp1256"))
        == text
    )
    assert mend(as_1252(text.encode())) == text
    assert mend(f"سطر سليم\n{text.encode().decode('cp1256')}") == f"سطر سليم\n{text}"


@pytest.mark.parametrize("text", [TEXT, "طبقة ظهرت، طعام ظالم", "Ünïcödé", "Ø", "طط ظظ", "été à l'école", ""])
def test_text_that_is_whole(text):
    """Real text, with the letters that such damage is made of too, is left as it is."""
    assert mend(text) == text


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.csv", "a.xml", "a.jsonl"])
def test_files_that_were_encoded_twice(tmp_path, name):
    """Text that was encoded twice comes out whole from a file of each kind, also where Latin-1 makes م hold a line end."""
    text = "شهدت مدينة حماة صباح اليوم هدوءا تاما"
    contents = {
        "a.txt": f"{text}\n{text}",
        "a.html": f"<html><body><article><h1>{text}</h1><p>{text}</p></article></body></html>",
        "a.csv": f"id,title,text\n1,{text},{text}\n",
        "a.xml": f"<rss version='2.0'><channel><item><title>{text}</title><description>{text}</description></item></channel>"
        "</rss>",
        "a.jsonl": json.dumps({"id": "1", "title": text, "paragraphs": [text]}, ensure_ascii=False),
    }
    for codec in ("latin-1", "cp1256"):
        (tmp_path / name).write_bytes(contents[name].encode().decode(codec).encode())
        (item,) = read(find_sources([tmp_path / name])[0])
        assert item.record["title"] == text
        assert item.findings.mended > 0


def test_a_record_is_mended_everywhere():
    """Every string of a record is looked at, and counted once where it was mended."""
    broken = "سلام عليكم".encode().decode("cp1256")
    record = {"title": broken, "paragraphs": [broken, {"text": broken, "kind": "quote"}, "سليم"], "n": 1}
    whole = {
        "title": "سلام عليكم",
        "paragraphs": ["سلام عليكم", {"text": "سلام عليكم", "kind": "quote"}, "سليم"],
        "n": 1,
    }
    assert mend_record(record) == (whole, 3)
