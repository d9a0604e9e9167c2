"""PDFs of three kinds of program: letters in the order in which they are read, lines joined, the page on each paragraph."""

from __future__ import annotations

import pytest
from report_files import backward_pdf, new_pdf, shaped, shaped_pdf, visual_pdf

from indexer.readers import pdf
from indexer.readers.given import Given, Refused
from indexer.readers.pdf_glyphs import Glyph, Line, PageLines, _mirror_if_crossed, _rows
from indexer.readers.pdf_paragraphs import paragraphs_of
from indexer.readers.sources import find_sources, read

TITLE = "هدوء حذر في معرة النعمان"
P1 = (
    "شهدت مدينة معرة النعمان في ريف إدلب صباح الخميس قصفا بالطيران الحربي أدى إلى مقتل 12 مدنيا (بينهم 3 أطفال) وإصابة "
    "العشرات، وفق ما ذكرت فرق الدفاع المدني التي هرعت إلى المكان وواصلت البحث تحت الأنقاض حتى المساء."
)
P2 = (
    "وقالت منظمة Human Rights Watch إن الغارة الثانية وقعت عند الساعة 14:30 يوم 19/04/2019، بينما كان المسعفون ينقلون الجرحى "
    "إلى مستشفى الأمل. ولا تزال الاتصالات مقطوعة في البلدة، واللاجئون ينتظرون فتح الطريق نحو المخيمات الحدودية."
)
P3 = "كَتَبَ الشاهدُ: «رأيتُ الطائرةَ تُلقي قذيفتين» وأضاف أن الأهالي يبحثون عن المفقودين."
P4 = (
    "جُمهورِيّةُ مِصرَ العَرَبيّةِ هي دولة عربية تقع في الركن الشمالي الشرقي من قارة أفريقيا، جُمهوريّةُ مِصرَ رسميًا، يُدرَس تاريخُها في "
    "المدارسِ والجامعاتِ، وفي كُلّيّةِ الآدابِ."
)
P5 = "بلغ إِجمالِيّ الخسائر في البلدة أكثر مما قيل، وغيّر ذلك الحساب الأول الذي نشر صباحًا."


def read_pdf_of(folder, content):
    """Write a PDF and read it."""
    (folder / "a.pdf").write_bytes(content)
    (item,) = read(find_sources([folder / "a.pdf"])[0])
    return item


def told(item):
    """Return (page, kind, text) of each paragraph."""
    return [(part["page"], part["kind"], part["text"]) for part in item.record["paragraphs"]]


def test_a_shaped_pdf(tmp_path):
    """What a shaping engine drew comes out letter by letter: ligatures, harakat, brackets, numbers and Latin words in order."""
    item = read_pdf_of(tmp_path, shaped_pdf(TITLE, [[P1, P2], [P3]]))
    assert item.record["title"] == TITLE
    assert told(item) == [(1, "body", P1), (1, "body", P2), (2, "body", P3)]


def test_marks_far_from_the_base_line(tmp_path):
    """A haraka that stands far under or over its letter begins no line of its own: a vocalised paragraph stays one."""
    item = read_pdf_of(tmp_path, shaped_pdf("", [[P4, P1]]))
    assert told(item) == [(1, "body", P4), (1, "body", P1)]


def test_marks_before_the_first_letter(tmp_path):
    """The last haraka of a line stands first in the file, far below the next one: both belong to the letters between them."""
    item = read_pdf_of(tmp_path, shaped_pdf("", [["هَدَمَ بَعضَ بَيَاضِ", P1]]))
    assert told(item) == [(1, "body", "هَدَمَ بَعضَ بَيَاضِ"), (1, "body", P1)]


def glyph(text, left, base, size=12.0):
    """Return a glyph of a width of six points."""
    return Glyph(text, left, left + 6.0, base, size)


@pytest.mark.parametrize(
    ("lines", "texts"),
    [
        ([["قُ", "لْ"], ["هُ", "وَ"]], ["قُلْ", "هُوَ"]),
        ([["ك", "ت"], ["مُ", "دَ"], ["د", "س"]], ["كت", "مُدَ", "دس"]),
        ([["حُ"], ["ن", "ص"]], ["حُ", "نص"]),
    ],
)
def test_lines_of_letters_with_their_marks(lines, texts):
    """A letter in one shape with its haraka stands where a letter stands: lines of such are lines, and take in no other."""
    glyphs = [
        glyph(text, 100.0 - 6.0 * place, 700.0 - 20.0 * number)
        for number, line in enumerate(lines)
        for place, text in enumerate(line)
    ]
    assert ["".join(each.text for each in row) for row in _rows(glyphs)] == texts


def test_glyphs_whose_letters_the_file_does_not_tell(tmp_path):
    """The number of such a glyph is no letter of the word that it stands in; how many there were is said."""
    item = read_pdf_of(tmp_path, shaped_pdf("", [[P5]]))
    assert told(item) == [(1, "body", P5)]
    assert [remark for remark in item.findings.remarks if "does not tell" in remark]


def test_a_pdf_of_presentation_forms(tmp_path):
    """Presentation forms in visual order become letters in the order in which they are read."""
    plain = P3.translate(dict.fromkeys(range(0x64B, 0x653)))
    item = read_pdf_of(tmp_path, visual_pdf([P1, P2, plain]))
    assert [text for _, _, text in told(item)] == [P1, P2, plain]


def test_letters_that_were_placed_the_wrong_way(tmp_path):
    """A page whose letters run from left to right, as programs without Arabic place them, is turned around."""
    text = "قصفت الطائرة المدينة القديمة والبلدة المجاورة صباح الجمعة"
    (part,) = told(read_pdf_of(tmp_path, backward_pdf([text])))
    assert part[2] == text


def test_no_presentation_form_is_left(tmp_path):
    """Not one presentation form is left in what is read."""
    item = read_pdf_of(tmp_path, visual_pdf([P1]))
    assert any("\ufe70" <= char <= "\ufefc" for char in shaped(P1))
    assert not any("\ufb50" <= char <= "\ufefc" for _, _, text in told(item) for char in text)


def test_nothing_of_a_pdf_is_lost(tmp_path):
    """The paragraphs, joined, hold every letter that was put in, and no other."""
    words = [f"كلمة{number}" for number in range(300)]
    pages = [[" ".join(words[start : start + 50])] for start in range(0, 300, 50)]
    item = read_pdf_of(tmp_path, shaped_pdf("", pages))
    assert " ".join(text for _, _, text in told(item)).split() == " ".join(words).split()


def test_running_heads_are_dropped(tmp_path):
    """A line that stands at the edge of every page, but for its number, is boilerplate and counted."""
    texts = [P1, P2, P3, "القتلى: 4 والجرحى: 5."]
    item = read_pdf_of(tmp_path, shaped_pdf("", [[text] for text in texts], head="التقرير السنوي 2019، صفحة"))
    assert item.findings.dropped == 4
    assert [(page, text) for page, _, text in told(item)] == list(enumerate(texts, start=1))


def test_a_form_on_every_page(tmp_path):
    """Lines that are alike on every page but for what was filled in are no running heads."""
    pages = [[f"القتلى: {number * 7}", f"الجرحى: {number * 5}"] for number in range(1, 5)]
    item = read_pdf_of(tmp_path, shaped_pdf("", pages))
    assert item.findings.dropped == 0
    assert [text for _, _, text in told(item)] == [text for page in pages for text in page]


def test_a_paragraph_over_two_pages(tmp_path):
    """A paragraph that goes on over the end of a page is one, with the page that it begins on; a sentence's end ends it."""
    words = " ".join(f"كلمة{number}" for number in range(700))
    item = read_pdf_of(tmp_path, shaped_pdf("", [[words, P2]]))
    assert [(page, text) for page, _, text in told(item)] == [(1, words), (2, P2)]
    item = read_pdf_of(tmp_path, shaped_pdf("", [[P1], [P2]]))
    assert [(page, text) for page, _, text in told(item)] == [(1, P1), (2, P2)]


def test_a_pdf_without_a_text(tmp_path):
    """A scanned PDF is refused with what would help; a page without a text among others is said."""
    blank = new_pdf()
    refusal = read_pdf_of(tmp_path, bytes(blank.output()))
    assert refusal.reason == "1 page without a text: pictures of pages want OCR first"
    pdf_file = new_pdf()
    pdf_file.text(20, 20, "Some words of a report")
    pdf_file.add_page()
    assert read_pdf_of(tmp_path, bytes(pdf_file.output())).findings.remarks == ("pages without a text: 2",)


def test_a_latin_pdf(tmp_path):
    """A page in Latin letters is read from left to right."""
    text = "Human rights monitors counted 12 strikes (of 14) on 19/04/2019."
    made = new_pdf()
    made.text(20, 20, text)
    assert [part[2] for part in told(read_pdf_of(tmp_path, bytes(made.output())))] == [text]


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9])
def test_a_broken_pdf(tmp_path, cut):
    """A PDF that breaks off is read as far as it can be repaired, or refused; a protected one is refused as such."""
    content = shaped_pdf(TITLE, [[P1]])
    assert isinstance(read_pdf_of(tmp_path, content[: int(len(content) * cut)]), Refused | Given)
    assert read_pdf_of(tmp_path, b"%PDF-1.7\nnonsense").reason == "a broken PDF: it cannot be opened"


def test_a_protected_pdf(tmp_path):
    """A PDF behind a password is refused as such."""
    made = new_pdf()
    made.text(20, 20, "secret")
    made.set_encryption("a", "b")
    assert read_pdf_of(tmp_path, bytes(made.output())).reason == "protected by a password: save it without one"


def test_too_many_pages(tmp_path, monkeypatch):
    """A PDF of more pages than the limit is refused unread."""
    monkeypatch.setattr(pdf, "MOST_PAGES", 1)
    refusal = read_pdf_of(tmp_path, shaped_pdf("", [["أ"], ["ب"]]))
    assert refusal.reason == "it has 2 pages; a PDF may have 1"


def line(text, left, right, base, size=16.0, first=30.0):
    """Return a line of a page."""
    return Line(text, left, right, base, size, first, is_rtl=True)


def test_lines_become_paragraphs():
    """A line goes on with the next where that one's first word had no room, and not over a gap or a change of size."""
    lines = [
        line("عنوان", 300, 500, 800, size=24),
        line("سطر ممتلئ", 100, 500, 760),
        line("وتتمته.", 400, 500, 740),
        line("فقرة ثانية", 100, 500, 720),
        line("بعد فراغ", 100, 500, 680),
        line("• بند", 100, 500, 660),
        line("• بند آخر", 300, 500, 640),
    ]
    told_parts = [(part.kind, part.text) for part in paragraphs_of([PageLines(1, lines)], 16.0)]
    assert told_parts == [
        ("heading", "عنوان"),
        ("body", "سطر ممتلئ وتتمته."),
        ("body", "فقرة ثانية"),
        ("body", "بعد فراغ"),
        ("list", "• بند"),
        ("list", "• بند آخر"),
    ]


def test_brackets_that_are_crossed():
    """Where a page's brackets close before they open, they are exchanged; where they are right, they stay."""
    crossed = [line("قتل )بينهم 3 أطفال( وأصيب", 0, 1, 1)]
    _mirror_if_crossed(crossed)
    assert crossed[0].text == "قتل (بينهم 3 أطفال) وأصيب"
    _mirror_if_crossed(crossed)
    assert crossed[0].text == "قتل (بينهم 3 أطفال) وأصيب"
