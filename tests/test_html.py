"""Pages: the main text with its kinds is kept, what surrounds it is dropped and counted, and they say what they are."""

from __future__ import annotations

import re

import pytest
from arabic_pages import A1, A2, B1, PAGES
from hypothesis import given
from hypothesis import strategies as st

from indexer.readers.blocks import blocks_of, blocks_of_piece, parse
from indexer.readers.given import Given, Refused
from indexer.readers.sources import find_sources, read


def read_page(folder, html, name="a.html", encoding="utf-8"):
    """Write a page and read it."""
    (folder / name).write_bytes(html if isinstance(html, bytes) else html.encode(encoding))
    (item,) = read(find_sources([folder / name])[0])
    return item


def parts(record):
    """Return (kind, text) of a record's paragraphs."""
    return [("body", part) if isinstance(part, str) else (part["kind"], part["text"]) for part in record["paragraphs"]]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page(tmp_path, page):
    """Of each kind of page every block of the report is kept, in order and with its kind, and nothing else."""
    item = read_page(tmp_path, page.html)
    assert isinstance(item, Given)
    kept = [part for part in parts(item.record) if part[1] != page.title]
    assert [part for part in kept if part in page.kept] == page.kept
    assert not {text for _, text in kept} & set(page.dropped)
    assert item.findings.dropped >= len(page.dropped) // 2


@pytest.mark.parametrize("page", [page for page in PAGES if page.title], ids=lambda page: page.name)
def test_what_a_page_says_of_itself(tmp_path, page):
    """Title, author, outlet and date are taken from where the page says them."""
    record = read_page(tmp_path, page.html).record
    assert record["title"] == page.title
    assert record["language"] == "ar"
    for field in ("author", "source", "published"):
        if told := getattr(page, field):
            assert record[field] == told


DATED = (
    "<html><head>{head}</head><body><article><h1>عنوان</h1>{body}<p>"
    + A1
    + "</p><p>"
    + A2
    + "</p></article></body></html>"
)


@pytest.mark.parametrize(
    ("head", "body", "published"),
    [
        (
            "<meta property='article:published_time' content='2019-04-19T14:30:00+03:00'>",
            "",
            "2019-04-19T14:30:00+03:00",
        ),
        ("<meta name='DC.Date.Issued' content='2019-04-19'>", "", "2019-04-19"),
        (
            '<script type="application/ld+json">{"@graph":[{"@type":"WebSite"},{"datePublished":"2019-04-19"}]}</script>',
            "",
            "2019-04-19",
        ),
        (
            '<script type="application/ld+json">{not json</script>',
            "<time>١٩ نيسان ٢٠١٩، ٢:٣٠ م</time>",
            "2019-04-19T14:30:00",
        ),
        ("", "<span itemprop='datePublished' content='2019-04-19'>أمس</span>", "2019-04-19"),
        ("", "<div class='post-date'>الجمعة 19 كانون الثاني/يناير 2019</div>", "2019-01-19"),
        ("<meta name='date' content='03/04/2019'>", "<time>3 نيسان 2019</time>", "2019-04-03"),
        ("", "<time>14 شعبان 1440</time><div class='date'>20 نيسان 2019</div>", "2019-04-20"),
        ("", "<time>14 شعبان 1440</time><div class='date'>أمس</div>", "2019-04-19"),
    ],
)
def test_the_date_of_a_page(tmp_path, head, body, published):
    """The most explicit date that can be read with certainty is the one that counts."""
    assert read_page(tmp_path, DATED.format(head=head, body=body)).record["published"] == published


def test_a_template_in_another_language(tmp_path):
    """A template that says English of an Arabic page is not believed; a language in Arabic letters is."""
    html = DATED.format(head="", body="")
    assert "language" not in read_page(tmp_path, html.replace("<html>", "<html lang='en-US'>")).record
    assert read_page(tmp_path, html.replace("<html>", "<html lang='fa'>")).record["language"] == "fa"


def test_a_logo_is_no_headline(tmp_path):
    """An h1 that is the name of the outlet is not taken for the title."""
    head = "<meta property='og:site_name' content='عنوان'><meta property='og:title' content='قافلة تصل إلى إدلب'>"
    assert read_page(tmp_path, DATED.format(head=head, body="")).record["title"] == "قافلة تصل إلى إدلب"


def test_a_date_that_is_not_certain(tmp_path):
    """A date with an order that is not certain is kept as it is written, and said."""
    item = read_page(tmp_path, DATED.format(head="<meta name='date' content='03/04/2019'>", body=""))
    assert item.record["published_text"] == "03/04/2019"
    assert "published" not in item.record
    assert item.findings.remarks == (
        "published: '03/04/2019' may be day 3 of month 4, or day 4 of month 3; kept as it is written",
    )
    item = read_page(tmp_path, DATED.format(head="", body="<time>14 شعبان 1440</time>"))
    assert item.findings.remarks == (
        "published: '14 شعبان 1440' is taken as 2019-04-19 by the calendar of Umm al-Qura, or a day beside it",
    )


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/news/1", "https://example.org/news/1"),
        ("https://example.org/", None),
        ("javascript:x", None),
        ("/news/1", None),
    ],
)
def test_the_address_of_a_page(tmp_path, url, kept):
    """A canonical address identifies a page; the front page's, which many sites write into every page, does not."""
    item = read_page(tmp_path, DATED.format(head=f"<link rel='canonical' href='{url}'>", body=""))
    assert item.record.get("url") == kept


@pytest.mark.parametrize("codec", ["windows-1256", "iso-8859-6", "utf-16"])
def test_the_encoding_of_a_page(tmp_path, codec):
    """A page says its encoding itself."""
    html = DATED.format(head=f"<meta http-equiv='Content-Type' content='text/html; charset={codec}'>", body="")
    item = read_page(tmp_path, html, encoding=codec)
    assert A1 in item.record["paragraphs"]
    assert item.findings.encoding == {"utf-16": "UTF-16"}.get(codec, f"{codec} (declared)")


@pytest.mark.parametrize("name", ["a.txt", "a", "a.json", "page.php"])
def test_a_page_by_another_name(tmp_path, name):
    """A page is taken for one whatever its name."""
    assert read_page(tmp_path, PAGES[0].html, name).findings.format == "html"


def test_a_page_without_a_main_text(tmp_path):
    """Where nothing can be told from what surrounds it, everything is kept, and that is said."""
    item = read_page(tmp_path, "<html><body><footer>قائمة</footer></body></html>")
    assert parts(item.record) == [("body", "قائمة")]
    assert item.findings.remarks == ("no main text could be told from what surrounds it: the whole page was kept",)


def test_a_page_that_is_too_large(tmp_path, monkeypatch):
    """A page over the limit is refused unread."""
    from indexer.readers import html

    monkeypatch.setattr(html, "LARGEST", 100)
    assert isinstance(read_page(tmp_path, PAGES[0].html), Refused)


def test_deep_nesting_and_entities(tmp_path):
    """A page that is nested ten thousand deep or declares entities does not stop the load, and nothing expands."""
    deep = "<div>" * 10_000 + A1 + "</div>" * 10_000
    assert isinstance(read_page(tmp_path, f"<html><body>{deep}</body></html>"), Given | Refused)
    bomb = "<!DOCTYPE html [<!ENTITY a 'xxxxxxxxxx'><!ENTITY b '&a;&a;&a;'><!ENTITY f SYSTEM 'file:///etc/hostname'>]>"
    item = read_page(tmp_path, f"{bomb}<html><body><p>{A1} &b; &f;</p></body></html>")
    assert "xxxxxxxxxxxx" not in str(item.record)


WORDS = st.lists(st.sampled_from(["قصف", "إدلب", "وقال", "12", "UN", "&amp;", "الأهالي"]), min_size=1, max_size=8).map(
    " ".join
)
TAGS = st.sampled_from(
    ["p", "div", "h2", "li", "blockquote", "figcaption", "section", "b", "span", "td", "a", "ul", "table", "tr"]
)
MARKUP = st.recursive(
    WORDS,
    lambda inner: st.builds(lambda tag, made: f"<{tag}>{' '.join(made)}</{tag}>", TAGS, st.lists(inner, max_size=4)),
    max_leaves=20,
)


@given(st.lists(MARKUP, min_size=1, max_size=5).map("<br>".join))
def test_blocks_lose_nothing(markup):
    """The blocks of any markup, joined, are its text: not a word is lost, doubled or moved."""
    tree = parse(f"<html><body>{markup}</body></html>")
    text = re.sub(r"[\s|]+", "", "".join(tree.itertext()))
    assert re.sub(r"[\s|]+", "", "".join(block.text for block in blocks_of(tree))) == text


def test_the_blocks_of_a_piece():
    """A piece of HTML becomes blocks, and plain text lines; a script is none."""
    told = [
        (block.kind, block.text)
        for block in blocks_of_piece("<h2>عنوان</h2>نص <b>عريض</b><script>x</script><ul><li>بند")
    ]
    assert told == [("heading", "عنوان"), ("body", "نص عريض"), ("list", "بند")]
    assert [block.text for block in blocks_of_piece("سطر\nوسطر")] == ["سطر", "وسطر"]
    assert blocks_of_piece("") == []
    assert [block.text for block in blocks_of_piece("قصف &amp; نزوح")] == ["قصف & نزوح"]


def test_a_table_that_lays_out_a_page():
    """A table whose cells hold paragraphs is a layout, one of data gives a paragraph a row."""
    layout = f"<table><tr><td><p>{A1}</p><p>{B1}</p></td><td>جانب</td></tr></table>"
    assert [block.text for block in blocks_of_piece(layout)] == [A1, B1, "جانب"]
    data = "<table><tr><td>إدلب</td><td>47</td></tr><tr><td>حماة</td><td></td></tr></table>"
    assert [(block.kind, block.text) for block in blocks_of_piece(data)] == [("table", "إدلب | 47"), ("table", "حماة")]
