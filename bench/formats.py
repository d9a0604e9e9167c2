"""The reports that loading is measured with, as files of each format: the known texts again and again, each with a number."""

from __future__ import annotations

import csv
import gzip
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import docx
import fontpkg
import openpyxl
import orjson
from feedgenerator import Rss201rev2Feed
from fpdf import FPDF

from bench.speed import texts

A_REPORT = 20
"""Paragraphs of a report. Where a format has titles, the first of them is the title."""

Reports = Iterable[list[str]]


def reports(total: int) -> Iterator[list[str]]:
    """Yield reports of 20 paragraphs, so many paragraphs in all."""
    known = [" ".join(text.split()) for text in texts()]  # one line each, for text files
    for start in range(0, total, A_REPORT):
        yield [f"{known[number % len(known)]} {number % 1000}" for number in range(start, start + A_REPORT)]


def write_jsonl(folder: Path, made: Reports) -> None:
    """Write one file, a record a line."""
    with (folder / "corpus.jsonl").open("wb") as file:
        for number, paragraphs in enumerate(made):
            record = {"id": f"bench-{number}", "published": f"20{10 + number % 15}-01-01", "paragraphs": paragraphs}
            file.write(orjson.dumps(record) + b"\n")


def write_txt(folder: Path, made: Reports) -> None:
    """Write a file for each report."""
    for number, paragraphs in enumerate(made):
        (folder / f"bench-{number}.txt").write_text("\n".join(paragraphs), encoding="utf-8")


def _rows(made: Reports) -> Iterator[list[str]]:
    yield ["id", "title", "text"]
    for number, (title, *rest) in enumerate(made):
        yield [str(number), title, "\n".join(rest)]


def _write_csv(folder: Path, made: Reports) -> None:
    with (folder / "bench.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_rows(made))


def _write_xlsx(folder: Path, made: Reports) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in _rows(made):
        sheet.append(row)
    book.save(folder / "bench.xlsx")


def _page(paragraphs: list[str]) -> str:
    title, *rest = paragraphs
    body = "".join(f"<p>{text}</p>" for text in rest)
    return f"<html lang=ar><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"


def _write_html(folder: Path, made: Reports) -> None:
    for number, paragraphs in enumerate(made):
        (folder / f"bench-{number}.html").write_text(_page(paragraphs), encoding="utf-8")


def _write_warc(folder: Path, made: Reports) -> None:
    with (folder / "bench.warc.gz").open("wb") as file:
        for number, paragraphs in enumerate(made):
            answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + _page(paragraphs).encode()
            head = (
                f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/{number}\r\n"
                "WARC-Date: 2019-04-19T14:30:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
                f"Content-Length: {len(answer)}\r\n\r\n"
            )
            file.write(gzip.compress(head.encode() + answer + b"\r\n\r\n"))


def _write_rss(folder: Path, made: Reports) -> None:
    feed = Rss201rev2Feed(title="الرصد", link="https://example.org", description="الرصد", language="ar")
    for number, (title, *rest) in enumerate(made):
        body = "".join(f"<p>{text}</p>" for text in rest)
        feed.add_item(title=title, link=f"https://example.org/{number}", description=body)
    with (folder / "bench.rss").open("w", encoding="utf-8") as file:
        feed.write(file, "utf-8")


def _write_telegram(folder: Path, made: Reports) -> None:
    texts_of_all = (text for paragraphs in made for text in paragraphs)
    plain = {"type": "message", "date": "2019-04-19T14:30:00", "date_unixtime": "1555673400", "from": "الرصد"}
    messages = [{"id": number, **plain, "text": text} for number, text in enumerate(texts_of_all)]
    export = {"name": "الرصد", "type": "public_channel", "id": 77, "messages": messages}
    (folder / "result.json").write_bytes(orjson.dumps(export, option=orjson.OPT_INDENT_2))


def _write_docx(folder: Path, made: Reports) -> None:
    for number, (title, *rest) in enumerate(made):
        document = docx.Document()
        document.add_heading(title, 0)
        for text in rest:
            document.add_paragraph(text)
        document.save(str(folder / f"bench-{number}.docx"))


def _write_pdf(folder: Path, made: Reports) -> None:
    for number, paragraphs in enumerate(made):
        pdf = FPDF()
        pdf.add_page()
        pdf.add_font("plex", "", str(fontpkg.path("IBM Plex Sans Arabic")))
        pdf.set_font("plex", size=12)
        pdf.set_text_shaping(use_shaping_engine=True, direction="rtl", script="arab", language="ara")
        for text in paragraphs:
            pdf.multi_cell(0, 7, text, align="R", new_x="LMARGIN", new_y="NEXT")
            pdf.ln(5)
        pdf.output(str(folder / f"bench-{number}.pdf"))


def _write_zip(folder: Path, made: Reports) -> None:
    with zipfile.ZipFile(folder / "bench.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number, paragraphs in enumerate(made):
            archive.writestr(f"bench-{number}.txt", "\n".join(paragraphs))


Writer = Callable[[Path, Reports], None]
FORMATS: dict[str, Writer] = {".jsonl": write_jsonl, ".txt": write_txt}
"""Those that have a goal."""
OTHERS: dict[str, Writer] = {
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
    ".rss": _write_rss,
    "Telegram": _write_telegram,
    ".html": _write_html,
    ".warc.gz": _write_warc,
    ".docx": _write_docx,
    ".pdf": _write_pdf,
    ".zip of .txt": _write_zip,
}
"""Those that are reported."""
