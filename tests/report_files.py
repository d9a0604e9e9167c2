"""Makes files of the formats that are read: PDFs of three kinds, documents, workbooks, web archives."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import docx
import fontpkg
import openpyxl
from docx.enum.style import WD_STYLE_TYPE
from fpdf import FPDF

WIDTH = 170
"""Millimetres of a line on a page of a PDF."""

_FORMS = {}


def _forms():
    """Return the four shapes of each Arabic letter: isolated, final, initial, medial."""
    import unicodedata

    if not _FORMS:
        for point in (*range(0xFE80, 0xFEF5), 0xFEF5, 0xFEF7, 0xFEF9, 0xFEFB, 0xFEF6, 0xFEF8, 0xFEFA, 0xFEFC):
            shape, *letters = unicodedata.decomposition(chr(point)).split()
            _FORMS.setdefault("".join(chr(int(letter, 16)) for letter in letters), {})[shape.strip("<>")] = chr(point)
    return _FORMS


def shaped(text):
    """Return text as presentation forms, joined as they are written; lam and alef become one form."""
    forms = _forms()
    units, position = [], 0
    while position < len(text):
        pair = text[position : position + 2]
        units.append(pair if len(pair) == 2 and pair in forms else text[position])
        position += len(units[-1])
    pieces = []
    for place, unit in enumerate(units):
        before, after = units[place - 1 : place] if place else [], units[place + 1 : place + 2]
        joins_before = bool(before) and "initial" in forms.get(before[0], {}) and "final" in forms.get(unit, {})
        joins_after = bool(after) and "initial" in forms.get(unit, {}) and "final" in forms.get(after[0], {})
        shape = ("medial" if joins_after else "final") if joins_before else ("initial" if joins_after else "isolated")
        pieces.append(forms.get(unit, {}).get(shape, unit))
    return "".join(pieces)


def wrapped(pdf, text):
    """Cut a text into lines that fit the width of a page."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        lines = [*lines, word] if pdf.get_string_width(shaped(longer)) > WIDTH else [*lines[:-1], longer]
    return lines


def new_pdf(size=12):
    """Return a PDF with one page and an Arabic font."""
    pdf = FPDF()
    pdf.add_page()
    pdf.add_font("plex", "", str(fontpkg.path("IBM Plex Sans Arabic")))
    pdf.set_font("plex", size=size)
    return pdf


def shaped_pdf(title, pages, head=""):
    """Return a PDF as a shaping engine writes it: glyphs from left to right with the letters that they stand for."""
    pdf = new_pdf()
    pdf.set_text_shaping(use_shaping_engine=True, direction="rtl", script="arab", language="ara")
    for number, paragraphs in enumerate(pages, start=1):
        if number > 1:
            pdf.add_page()
        if head:
            pdf.set_font("plex", size=9)
            pdf.cell(0, 6, f"{head} {number}", align="R", new_x="LMARGIN", new_y="NEXT")
        if title and number == 1:
            pdf.set_font("plex", size=20)
            pdf.multi_cell(0, 12, title, align="R", new_x="LMARGIN", new_y="NEXT")
            pdf.ln(6)
        pdf.set_font("plex", size=12)
        for text in paragraphs:
            pdf.multi_cell(0, 7, text, align="R", new_x="LMARGIN", new_y="NEXT")
            pdf.ln(5)
    return bytes(pdf.output())


def visual_pdf(paragraphs):
    """Return a PDF as old programs write it: presentation forms, each line turned around, placed at the right margin."""
    pdf = new_pdf()
    top = 20
    for text in paragraphs:
        for line in wrapped(pdf, text):
            form = visual(line)
            pdf.text(190 - pdf.get_string_width(form), top, form)
            top += 7
        top += 6
    return bytes(pdf.output())


def visual(line):
    """Return a line as it is placed from left to right: letters turned around, numbers and Latin words not."""
    import re

    turned = shaped(line)[::-1].translate(str.maketrans("()«»", ")(»«"))
    return re.sub(r"[A-Za-z0-9](?:[A-Za-z0-9.:/ ]*[A-Za-z0-9])?", lambda run: run.group()[::-1], turned)


def backward_pdf(paragraphs):
    """Return a PDF as a program without any Arabic writes it: the letters one after the other from left to right."""
    pdf = new_pdf()
    top = 20
    for text in paragraphs:
        pdf.text(20, top, text)
        top += 14
    return bytes(pdf.output())


def document(title, paragraphs):
    """Return a .docx; a paragraph is a text or (style, text), a list of lists is a table."""
    made = docx.Document()
    made.core_properties.author = "سلمى الحسن"
    if title:
        made.add_heading(title, 0)
    for part in paragraphs:
        if isinstance(part, list):
            table = made.add_table(len(part), len(part[0]))
            for row, cells in zip(table.rows, part, strict=True):
                for cell, text in zip(row.cells, cells, strict=True):
                    cell.text = text
        else:
            style, text = part if isinstance(part, tuple) else (None, part)
            if style and style not in [known.name for known in made.styles]:
                made.styles.add_style(style, WD_STYLE_TYPE.PARAGRAPH)
            made.add_paragraph(text, style=style)
    return saved(made)


def workbook(sheets):
    """Return an .xlsx of sheets by name, each a list of rows."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return saved(made)


def saved(made):
    """Return what an object writes when it is saved."""
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def warc(answers, *, packed=True):
    """Return a web archive of (url, content type, body) or (url, content type, body, status)."""
    records = []
    for url, kind, body, *status in answers:
        http = f"HTTP/1.1 {status[0] if status else '200 OK'}\r\nContent-Type: {kind}\r\n\r\n".encode() + body
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2019-04-19T14:30:00Z\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
        )
        record = head.encode() + http + b"\r\n\r\n"
        records.append(gzip.compress(record) if packed else record)
    return b"".join(records)


def zipped(members):
    """Return a .zip of contents by name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def telegram(messages, name="قناة الرصد"):
    """Return an export of Telegram Desktop with (id, text) or whole messages."""
    plain = {"type": "message", "date": "2019-04-19T14:30:00", "date_unixtime": "1555673400", "from": name}
    made = [
        {"id": message[0], **plain, "text": message[1]} if isinstance(message, tuple) else message
        for message in messages
    ]
    export = {"name": name, "type": "public_channel", "id": 77, "messages": made}
    return json.dumps(export, ensure_ascii=False, indent=1).encode()


def rss(entries, title="وكالة الشمال"):
    """Return an RSS feed of (url, title, html)."""
    items = "".join(
        f"<item><title>{head}</title><link>{url}</link><guid>{url}</guid><pubDate>Fri, 19 Apr 2019 14:30:00 +0300</pubDate>"
        f"<author>سلمى</author><category>إدلب</category><description><![CDATA[{body}]]></description></item>"
        for url, head, body in entries
    )
    channel = f"<channel><title>{title}</title><language>ar</language>{items}</channel>"
    return f"<?xml version='1.0' encoding='UTF-8'?><rss version='2.0'>{channel}</rss>".encode()


def atom(entries):
    """Return an Atom feed of (id, title, html)."""
    items = "".join(
        f"<entry><id>{id_}</id><title>{head}</title><updated>2019-04-19T14:30:00+03:00</updated><author><name>سلمى</name></author>"
        f"<content type='html'>{body.replace('<', '&lt;')}</content></entry>"
        for id_, head, body in entries
    )
    return f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>وكالة الشمال</title>{items}</feed>".encode()


def json_feed(items):
    """Return a JSON Feed of (id, title, html)."""
    made = [
        {"id": id_, "title": head, "content_html": body, "date_published": "2019-04-19T14:30:00+03:00"}
        for id_, head, body in items
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "وكالة الشمال", "items": made}).encode()
