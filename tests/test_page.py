"""The search page and the documentation, in a real browser, against a real API over the sample corpus."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import address, asked, launched, picture, settled, with_facets
from conftest import Rasd, serving, wait_for_corpus
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from analyzers.normalize import normalize
from analyzers.proclitics import attached
from api.modules import MODULES, SELDOM, VERSION, WIDGET, sent
from bench.reliability.edge_documents import documents, loaded
from bench.reliability.edge_texts import FORMULAS, MARKUP

IDLIB = "ادلب"
# Two words that no paragraph holds both of; two that few do.
APART, TOGETHER = "ضحيان سنجار", "ضحيان التحالف"
# A report of the corpus, and phrases that only it has, from its paragraphs 4 and 6.
REPORT = "syria-idlib-sochi-2018-"
# A name that others stand for; a word that looser levels would mix with another.
NAMED, CAPPED = "سوريا", "علي"
CROSSING, BLOODSHED = '"عودة حركة العبور"', '"يحقن الدماء"'
SEARCH = "**/v1/search"
WORD = r"[\p{L}\p{M}\p{N}]"


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One browser for the module. For the session it would keep an event loop running under the tests that follow."""
    with launched(chromium_path) as opened:
        yield opened


class Visit(NamedTuple):
    """A page, every request that it made, and what the browser complained of."""

    page: Page
    requests: list[tuple[str, str]]
    complaints: list[str]

    def forgive(self, *texts: str) -> None:
        """Drop complaints that a test provoked, each of which must be there."""
        for text in texts:
            meant = [complaint for complaint in self.complaints if text in complaint]
            assert meant, f"{text!r} is not among {self.complaints}"
            for complaint in meant:
                self.complaints.remove(complaint)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A profile that nobody has used."""
    with browser.new_context(viewport={"width": 1200, "height": 800}) as opened:
        opened.set_default_timeout(10_000)
        yield opened


def answered(route: Route) -> dict:
    """Return what the API answers."""
    return route.fetch(post_data=json.dumps(asked(route))).json()


@pytest.fixture
def visit(context: BrowserContext) -> Iterator[Visit]:
    """A page, not yet at any address; a complaint of the browser that a test does not forgive fails the test."""
    visited = Visit(context.new_page(), [], [])
    page = visited.page
    page.on("request", lambda request: visited.requests.append((request.method, request.url)))
    # A breach of the policy is an error of the console too.
    page.on("console", lambda told: told.type in {"error", "warning"} and visited.complaints.append(told.text))
    page.on("pageerror", lambda error: visited.complaints.append(str(error)))
    page.on("dialog", lambda dialog: (visited.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    yield visited
    assert visited.complaints == []


@pytest.fixture
def page(visit: Visit) -> Page:
    """The page of the visit."""
    return visit.page


def search(page: Page, base: str, q: str = IDLIB, **place: str) -> None:
    """Open a search by its address."""
    page.goto(address(base, q=q, **place))
    settled(page, q)


def opened(page: Page, base: str) -> None:
    """Open the first page and wait until one can type."""
    page.goto(address(base))
    expect(page.locator("#q")).to_be_focused()


def ids(page: Page) -> list[str]:
    """Return the ids of the hits, in order."""
    return page.eval_on_selector_all("li[data-id]", "items => items.map(item => item.dataset.id)")


def number(text: str) -> int:
    """Return the number at the head of a text as people see it."""
    return int(text.split(maxsplit=1)[0].replace(",", ""))


def told(page: Page, base: str, q: str, **others: object) -> dict:
    """Return what the API answers to a query."""
    return page.request.post(f"{base}/v1/search", data={"q": q, **others}).json()


def counts(page: Page) -> list[str]:
    """Return the counts at the levels, strictest first."""
    return page.locator(".row bdi").all_inner_texts()


def marks(page: Page, within: str = "rasd-results") -> list[list[str]]:
    """Return for every mark in an element the character before it, its text, and the character after it."""
    return page.evaluate(
        """within => [...CSS.highlights.get("rasd")]
            .filter(({ startContainer }) => startContainer.getRootNode().host?.localName === within)
            .map(range => {
                const { data } = range.startContainer;
                return [data[range.startOffset - 1] ?? "", String(range), data[range.endOffset] ?? ""];
            })""",
        within,
    )


def problem(status: int, **more: object) -> Callable[[Route], None]:
    """Return an answer for `page.route`: a problem as the API tells it."""
    body = {"type": "about:blank", "title": "T", "status": status, "detail": f"told {status}", "instance": "/", **more}
    return lambda route: route.fulfill(status=status, content_type="application/problem+json", body=json.dumps(body))


def every_page(page: Page, q: str = IDLIB) -> None:
    """Press "more" until there is no more."""
    more = page.locator("[part=more]")
    while more.count():
        before = len(ids(page))
        more.click()
        expect(page.locator("li[data-id]").nth(before)).to_be_visible(timeout=30_000)
        settled(page, q)


def accessible(page: Page) -> list[str]:
    """Return what axe-core finds wrong."""
    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    return [f"{told['id']}: {[node['html'] for node in told['nodes']]}" for told in found.response["violations"]]


# What is found


def test_typing_finds_without_a_key_more(page: Page, page_server: str) -> None:
    """Results come while one types; the box has the focus from the beginning."""
    opened(page, page_server)
    page.keyboard.type(IDLIB, delay=20)
    settled(page, IDLIB)
    assert len(ids(page)) == 10
    assert page.locator("[part=summary] strong").inner_text().split()[0] == counts(page)[-1]


def test_a_mark_is_a_whole_word_that_meets_the_query(page: Page, page_server: str) -> None:
    """Over all pages of results no mark begins or ends inside a word, and each folds to the word that was typed."""
    search(page, page_server)
    every_page(page)
    found = marks(page)
    forms = set(attached(normalize(IDLIB)))
    assert len(found) >= len(ids(page)) > 10
    assert {normalize(text) for _, text, _ in found} <= forms
    assert len({text for _, text, _ in found}) > 2
    inside = page.evaluate("([edges, word]) => edges.filter(c => new RegExp(word, 'u').test(c))", [_edges(found), WORD])
    assert inside == []


def _edges(found: list[list[str]]) -> list[str]:
    return [character for before, _, after in found for character in (before, after)]


def test_words_are_in_no_request_address(visit: Visit, page_server: str) -> None:
    """A search, its next page and a report with its marks put the words into no address; the page's own has them after #."""
    page = visit.page
    page.goto(address(page_server))
    page.locator("#q").fill(IDLIB)
    settled(page, IDLIB)
    assert page.url == f"{page_server}/#q={quote(IDLIB)}"
    every_page(page)
    page.locator("[part=link]").nth(1).click()
    expect(page.locator("dialog .paragraph").first).to_be_visible()
    assert [url for _, url in visit.requests if IDLIB in unquote(url.partition("#")[0])] == []
    assert {method for method, url in visit.requests if url.endswith("/v1/search")} == {"POST"}


def test_a_hit_says_where_it_stands(page: Page, page_server: str) -> None:
    """A hit has its source, its date in both names of the month, its collection, its kind and its permalink."""
    search(page, page_server, CROSSING)
    foot = page.locator(f"li[data-id^={REPORT}] .foot")
    (hit,) = told(page, page_server, CROSSING)["hits"]
    for said in (hit["source"], "18 أيلول/سبتمبر 2018", hit["collection"]):
        expect(foot.get_by_text(said, exact=True)).to_be_visible()
    link = foot.locator("[part=permalink]").get_attribute("href")
    assert page.request.get(link).json()["permalink"] in link
    search(page, page_server, '"حافلات خضراء تنقل"')
    expect(page.locator(".foot b").first).to_have_text("تعليق صورة")


def test_what_a_text_names_narrows_the_search(page: Page, page_server: str) -> None:
    """How many dead and which days a text names can be asked for, stand in the address, are chips, and are on each hit."""
    search(page, page_server, "قتلوا")
    page.locator("[part=filters]").evaluate("filters => { filters.open = true; }")
    page.get_by_label("القتلى، على الأقل").fill("1000")
    page.keyboard.press("Enter")
    expect(page.locator("[part=chip]")).to_have_text("القتلى، على الأقل: 1000 ×")
    assert "dead_min=1000" in page.url
    settled(page, "قتلوا")
    hits = page.locator("li[data-id]")
    assert 0 < hits.count() == told(page, page_server, "قتلوا", dead_min=1000)["total"]["any"]
    expect(hits.first.locator("[part=figures]")).to_have_text(re.compile(r"^القتلى: .*\d,\d{3}"))
    page.get_by_label("القتلى، على الأقل").fill("-5")
    page.keyboard.press("Tab")
    assert "dead_min=1000" in page.url
    page.locator("[part=chip]").click()
    expect(page.locator("[part=chip]")).to_have_count(0)
    page.get_by_label("تواريخ من").fill("2013-08-01")
    page.get_by_label("إلى", exact=True).fill("2013-08-31")
    page.keyboard.press("Tab")
    expect(page.locator("[part=chip]")).to_contain_text("1 آب/أغسطس 2013 – 31 آب/أغسطس 2013")
    assert "mentions_from=2013-08-01&mentions_to=2013-08-31" in page.url


def test_the_level_of_a_hit_explains_itself(page: Page, page_server: str) -> None:
    """What a level means is hidden, opens by the keyboard or a click, and goes with Esc or when the focus leaves."""
    search(page, page_server)
    label, tip = page.locator("[part=badge] summary").first, page.locator("[part=badge] > span").first
    expect(tip).to_be_hidden()
    label.focus()
    page.keyboard.press("Enter")
    expect(tip).to_contain_text("الكلمة كما كُتبت")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    label.click()
    expect(tip).to_be_visible()
    page.keyboard.press("Tab")
    expect(tip).to_be_hidden()


def test_nothing_found_says_in_what(page: Page, page_server: str) -> None:
    """A word that is nowhere: nothing in so many paragraphs from day to day, and at which level."""
    search(page, page_server, "زرافةةة", match="exact")
    notice = page.locator("[part=help]")
    corpus = told(page, page_server, "زرافةةة")["corpus"]
    for said in (
        "لا فقرة فيها «زرافةةة»",
        f"بُحث في: {corpus['paragraphs']:,}",
        f"{corpus['reports']:,}",
        "مطابقة تامة",
    ):
        expect(notice).to_contain_text(said)
    dates = notice.locator("time")
    assert [date.get_attribute("datetime") for date in dates.all()] == [corpus["from"], corpus["to"]]
    expect(notice).to_contain_text("«زرافةةة» ليست في التقارير")
    expect(notice.locator(":is(a, button)")).to_have_count(0)


def test_no_paragraph_with_all_words_is_said(page: Page, page_server: str) -> None:
    """Where no paragraph holds all words, the page says so above those that hold some, and how many these are."""
    search(page, page_server, APART)
    expect(page.locator("[part=help]")).to_contain_text("لا فقرة فيها كل الكلمات")
    some = told(page, page_server, APART)["total"]["any"]
    expect(page.locator("[part=summary]")).to_contain_text(f"كلمة منها على الأقل: {some}")
    assert len(ids(page)) == min(some, 10)


def test_hits_with_some_words_stand_below_a_line(page: Page, page_server: str) -> None:
    """Hits with all the words come first; a line says where those with some begin."""
    search(page, page_server, TOGETHER)
    whole = number(counts(page)[-1])
    parts = page.eval_on_selector_all("[part=list] > li", "items => items.map(item => item.part.value)")
    assert 0 < whole < len(parts) - 1
    assert parts.index("divider") == whole


def test_words_left_out_are_said(page: Page, page_server: str) -> None:
    """A function word beside another word is not searched for, and the page says so."""
    search(page, page_server, "من هدنة")
    expect(page.locator("[part=note]")).to_contain_text("لم يُبحث عن «من»")


# What helps


def words_told(page: Page, base: str, q: str) -> list[dict]:
    """Return what the API says of each word of a query."""
    return told(page, base, q)["query"]["words"]


def test_other_names_are_said(page: Page, page_server: str) -> None:
    """What a name was also searched by stands above the results, each name by itself, and not at a stricter level."""
    search(page, page_server, NAMED)
    (word,) = words_told(page, page_server, NAMED)
    assert word["variants"]
    line = page.locator("[part=note]")
    assert line.locator("bdi").all_inner_texts() == word["variants"]
    expect(line).to_have_text(f"بُحث أيضًا عن: {'، '.join(word['variants'])}")
    assert normalize("سورية") in map(normalize, word["variants"])
    page.get_by_label("الجذع").check()
    expect(line).to_have_count(0)


def test_many_other_names_open_on_a_click(page: Page, page_server: str) -> None:
    """Six names are shown; the others are counted and open on a click. With two names each line has the typed word."""
    q = f"داعش {NAMED}"
    search(page, page_server, q)
    many, few = (word["variants"] for word in words_told(page, page_server, q))
    lines = page.locator("[part=note]")
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text("بُحث مع «داعش» أيضًا عن:")
    expect(lines.last).to_contain_text(f"بُحث مع «{NAMED}» أيضًا عن: {few[0]}")
    hidden = lines.first.get_by_text(many[-1], exact=True)
    expect(lines.first.get_by_text(many[5], exact=True)).to_be_visible()
    expect(hidden).to_be_hidden()
    lines.first.get_by_text(f"وغيرها ({len(many) - 6})").click()
    expect(hidden).to_be_visible()


def test_words_of_one_name_share_its_other_names(page: Page, page_server: str) -> None:
    """A name of two words has its other names once."""
    search(page, page_server, "تنظيم الدولة")
    expect(page.locator("[part=note]")).to_have_count(1)
    expect(page.locator("[part=note]")).to_contain_text("بُحث أيضًا عن:")


def test_a_capped_word_says_so(page: Page, page_server: str) -> None:
    """A word that looser levels would mix with another was kept apart from it, and a link searches for both."""
    search(page, page_server, CAPPED)
    (word,) = words_told(page, page_server, CAPPED)
    note = page.locator("[part=note]")
    expect(note).to_contain_text(f"لم تُخلط «{CAPPED}» بكلمة أخرى تلتبس بها.")
    few = number(counts(page)[-1])
    note.get_by_role("link", name=f"ابحث عن «{word['looser']}»").click()
    settled(page, word["looser"])
    assert number(counts(page)[-1]) > few
    expect(page.locator("#q")).to_have_value(word["looser"])
    expect(page.locator("[part=note]")).to_have_count(0)


def test_a_word_capped_beyond_the_level_is_no_news(page: Page, page_server: str) -> None:
    """At the level that the word is capped at, nothing was kept apart, and nothing is said."""
    search(page, page_server, CAPPED, match="exact")
    expect(page.locator("[part=note]")).to_have_count(0)
    search(page, page_server, CAPPED, match="letters")
    expect(page.locator("[part=note]")).to_have_count(1)


def test_another_keyboard_leads_to_results(page: Page, page_server: str) -> None:
    """Arabic typed on a Latin keyboard: nothing is found, and a link to what the keys mean finds so many paragraphs."""
    search(page, page_server, "hgrwt", match="letters")
    help_ = page.locator("[part=help]")
    expect(help_).to_contain_text("«hgrwt» ليست في التقارير.")
    ((reading,),) = (word["readings"] for word in told(page, page_server, "hgrwt")["suggestions"]["words"])
    expect(help_.locator("li p")).to_have_text(f"على لوحة مفاتيح أخرى: القصف ({reading['count']})")
    help_.get_by_role("link", name="القصف").click()
    settled(page, "القصف")
    expect(page.locator("#q")).to_have_value("القصف")
    assert number(counts(page)[-1]) >= reading["count"] > 0
    assert "match" not in page.url


def test_latin_letters_are_read_as_arabic(page: Page, page_server: str) -> None:
    """A word in Latin letters has the words of the reports that it may spell, with their paragraphs."""
    search(page, page_server, "hudna")
    (word,) = told(page, page_server, "hudna")["suggestions"]["words"]
    read = "، ".join(f"{reading['text']} ({reading['count']})" for reading in word["readings"])
    expect(page.locator("[part=help] li p")).to_have_text(f"بأحرف عربية: {read}")


def test_a_near_word_replaces_the_one_that_is_nowhere(page: Page, page_server: str) -> None:
    """A form near to a word that is nowhere is a link to the query with that form in its place."""
    q = f"{IDLIB} حلبب"
    search(page, page_server, q)
    help_ = page.locator("[part=help]")
    expect(help_.locator("li p")).to_contain_text("أقرب ما فيها: حلب")
    help_.get_by_role("link", name="حلب", exact=True).click()
    settled(page, f"{IDLIB} حلب")
    expect(page.locator("#q")).to_have_value(f"{IDLIB} حلب")


def test_a_nonsense_word_beside_a_real_one(page: Page, page_server: str) -> None:
    """Above the paragraphs with some words stand which word is nowhere, and how many the other has, as a link to them."""
    search(page, page_server, "ضحيان زرافةةة")
    items = page.locator("[part=help] li")
    assert items.all_inner_texts() == ["ضحيان: فقرتان", "«زرافةةة» ليست في التقارير."]
    items.first.get_by_role("link").click()
    settled(page, "ضحيان")
    assert len(ids(page)) == 2
    expect(page.locator("[part=help]")).to_have_count(0)


def test_looser_levels_that_find_more_are_links(visit: Visit, page_server: str) -> None:
    """Of the looser levels those that find more are links with their counts, and no request more counts them."""
    page = visit.page
    search(page, page_server, "idlib", match="exact")
    page.wait_for_timeout(200)
    assert [url for _, url in visit.requests if url.endswith("/v1/search")] == [f"{page_server}/v1/search"]
    found = counts(page)
    assert found[:-1] == ["0"] * 4
    expect(page.locator("[part=help] li").last).to_have_text(f"بدرجة أوسع: أسماء أخرى ({found[-1]})")
    page.locator("[part=help]").get_by_role("link", name="أسماء أخرى").click()
    expect(page.locator("[part=summary] strong")).to_contain_text(found[-1])
    assert page.url == address(page_server, q="idlib")
    search(page, page_server, "إدلبي", match="letters")
    page.locator("[part=help]").get_by_role("link", name="الجذع").click()
    expect(page.locator("[part=summary] strong")).to_contain_text(counts(page)[3])
    assert page.url.endswith("&match=stem")


# The address


def test_the_address_shows_the_same(page: Page, page_server: str) -> None:
    """An address that is opened anew, or sent to somebody, shows the same results at the same level."""
    search(page, page_server, match="letters")
    expect(page.locator(".row bdi").last).not_to_be_empty()
    before = ids(page), counts(page)
    page.reload()
    settled(page, IDLIB)
    expect(page.locator(".row bdi").last).not_to_be_empty()
    assert (ids(page), counts(page)) == before
    expect(page.locator("#q")).to_have_value(IDLIB)
    expect(page.locator("input[value=letters]")).to_be_checked()


def test_back_and_forward(page: Page, page_server: str) -> None:
    """Back leads from a search to the one before and then to the first page, however long it was typed at; forward again."""
    opened(page, page_server)
    page.keyboard.type("هد")
    settled(page, "هد")
    page.keyboard.type("نة")
    settled(page, "هدنة")
    page.keyboard.press("Enter")
    settled(page, "هدنة")
    page.locator("#q").fill(IDLIB)
    settled(page, IDLIB)
    page.go_back()
    settled(page, "هدنة")
    expect(page.locator("#q")).to_have_value("هدنة")
    page.go_back()
    expect(page.locator(".intro")).to_be_visible()
    assert page.url == f"{page_server}/"
    page.go_forward()
    settled(page, "هدنة")


def test_an_example_is_a_search(page: Page, page_server: str) -> None:
    """The first page says how large the corpus is; each of its examples finds something with all its words."""
    page.goto(address(page_server))
    expect(page.locator(".extent")).to_contain_text(f"{told(page, page_server, IDLIB)['corpus']['paragraphs']:,}")
    examples = page.locator("[slot] li a").all_inner_texts()
    assert len(examples) == 5
    for example in examples:
        page.locator("[slot] li a", has_text=example).click()
        settled(page, example)
        assert number(counts(page)[-1]) > 0, example
        page.locator("h1 a").click()
        settled(page)


# Levels and languages


def test_a_stricter_level_finds_less_and_keeps_the_counts(visit: Visit, page_server: str) -> None:
    """A stricter level changes what is found and the address; the counts of the looser ones stay, by the one request."""
    page = visit.page
    search(page, page_server)
    visit.requests.clear()
    before = counts(page)
    assert number(before[0]) < number(before[1]) < number(before[2]) <= number(before[3]) <= number(before[4])
    page.get_by_label("مطابقة تامة").check()
    expect(page.locator("[part=summary] strong")).to_contain_text(f"{before[0]} ")
    assert counts(page) == before
    page.wait_for_timeout(100)
    assert [method for method, _ in visit.requests if method == "POST"] == ["POST"]
    assert page.url.endswith("&match=exact")
    assert {text for _, text, _ in marks(page)} == {IDLIB}
    page.reload()
    settled(page, IDLIB)
    expect(page.locator(".row bdi").last).to_have_text(before[4])


def test_english_is_remembered_without_a_cookie(context: BrowserContext, page: Page, page_server: str) -> None:
    """The switch changes language and direction of the page and not of the texts; it holds next time; there is no cookie."""
    search(page, page_server)
    before = ids(page)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    expect(page.locator("[part=summary] strong")).to_contain_text("paragraphs")
    assert ids(page) == before
    assert page.locator("[part=text]").first.evaluate("text => getComputedStyle(text).direction") == "rtl"
    page.reload()
    settled(page, IDLIB)
    expect(page.get_by_role("button", name="Search")).to_be_visible()
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert context.cookies() == []


def test_the_languages_say_the_same_things(page: Page, page_server: str) -> None:
    """Arabic, English and French have the same keys, and in each sentence the same places to fill."""
    page.goto(address(page_server))
    told = page.evaluate(
        """() => Promise.all(["ar", "en", "fr"].map(async name => {
            const told = {};
            const walk = (value, path) => {
                if (Array.isArray(value)) told[path] = typeof value[0] === "string" ? "" : value.length;
                else if (value && typeof value === "object") for (const key in value) walk(value[key], `${path}.${key}`);
                else told[path] = (String(value).match(/\\{\\w+\\}/g) ?? []).sort().join();
            };
            walk((await import(new URL(`${name}.js`, document.querySelector('#widget').src))).STRINGS, "");
            return told;
        }))"""
    )
    arabic, *others = told
    assert [other for other in others if other != arabic] == []


DATES = {
    "2018": "2018",
    "2018-12": "كانون الأول/ديسمبر 2018",
    "2017-03-01": "1 آذار/مارس 2017",
    "2020-06-05T18:20:00+02:00": "5 حزيران/يونيو 2020 · 18:20 UTC+02:00",
    "2020-06-05T23:59:59.5Z": "5 حزيران/يونيو 2020 · 23:59 Z",
    "صيف 2018": "صيف 2018",
    "": "بلا تاريخ",
}


def test_a_date_is_as_precise_as_it_was_given(page: Page, page_server: str) -> None:
    """A month stays a month, a time stays in its zone, an unreadable date stays as it is, none is said to be none."""
    page.goto(address(page_server))
    shown = page.evaluate(
        """async dates => {
            const { dateOf } = await import(new URL("figures.js", document.querySelector("#widget").src));
            const { STRINGS } = await import(new URL("ar.js", document.querySelector("#widget").src));
            return dates.map(date => dateOf(date || null, STRINGS).textContent);
        }""",
        list(DATES),
    )
    assert shown == list(DATES.values())


# What goes wrong


ERRORS = {
    429: "طلبات كثيرة",
    500: "عطل في الخادم",
    503: "محرك البحث غير متاح الآن",
    504: "لم يُجب محرك البحث في وقته",
}


@pytest.mark.parametrize("status", ERRORS)
def test_an_error_is_shown_and_can_be_retried(visit: Visit, page_server: str, status: int) -> None:
    """An error stands in a box of its own with what the server said, never beside results; once it is over, retry works."""
    page = visit.page
    search(page, page_server, "هدنة")
    page.route(SEARCH, problem(status))
    page.locator("#q").fill(IDLIB)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(ERRORS[status])
    expect(alert).to_contain_text(f"told {status}")
    assert (ids(page), "".join(counts(page)), page.locator("[part=summary]").inner_text()) == ([], "", "")
    page.unroute(SEARCH)
    alert.get_by_role("button").click()
    settled(page, IDLIB)
    assert len(ids(page)) == 10
    visit.forgive(str(status))


def test_no_network_is_no_empty_result(visit: Visit, page_server: str) -> None:
    """A request that reaches nobody is told apart from an error of the server."""
    page = visit.page
    page.goto(address(page_server))
    settled(page)
    page.route(SEARCH, lambda route: route.abort())
    page.locator("#q").fill(IDLIB)
    expect(page.get_by_role("alert")).to_contain_text("لا اتصال بالخادم")
    page.unroute(SEARCH)
    page.get_by_role("alert").get_by_role("button").click()
    settled(page, IDLIB)
    visit.forgive("ERR_FAILED")


def test_an_answer_that_is_no_json_is_an_error(page: Page, page_server: str) -> None:
    """A gateway that answers 200 with a page of its own is an error and no empty result."""
    page.route(SEARCH, lambda route: route.fulfill(status=200, content_type="text/html", body="<p>Sign in</p>"))
    page.goto(address(page_server, q=IDLIB))
    expect(page.get_by_role("alert")).to_contain_text("عطل في الخادم")


def test_a_query_that_cannot_be_searched_is_explained(visit: Visit, page_server: str) -> None:
    """A query that is refused says why, and offers no retry that would be refused again."""
    page = visit.page
    search(page, page_server, f"-{IDLIB}")
    expect(page.get_by_role("alert")).to_contain_text("لا يمكن البحث بهذه العبارة")
    expect(page.get_by_role("alert")).to_contain_text("write at least one word to search for")
    expect(page.get_by_role("alert").get_by_role("button")).to_have_count(0)
    visit.forgive("422")


@pytest.mark.parametrize("when", ["while typing", "afterwards"])
def test_a_late_answer_is_not_shown(page: Page, page_server: str, when: str) -> None:
    """An answer that comes when the box has other words is never shown: not in the pause of typing, nor after their own."""
    late: list[Route] = []
    page.goto(address(page_server))
    settled(page)
    page.route(SEARCH, lambda route: late.append(route) if "هدنة" in route.request.post_data else route.fallback())
    page.evaluate(_WATCH)
    page.locator("#q").fill("هدنة")
    _until(page, lambda: late)
    page.locator("#q").fill(IDLIB)
    if when == "afterwards":
        settled(page, IDLIB)
    late[0].continue_()
    settled(page, IDLIB)
    page.wait_for_timeout(300)
    seen = page.evaluate("seen")
    assert seen
    assert {normalize(text) for text in seen} <= set(attached(normalize(IDLIB)))


# Every mark that was shown, however shortly.
_WATCH = """() => {
    globalThis.seen = [];
    const results = document.querySelector("rasd-search").shadowRoot.querySelector("rasd-results").shadowRoot;
    const watch = () => seen.push(...[...CSS.highlights.get("rasd")].map(String));
    new MutationObserver(watch).observe(results, { childList: true, subtree: true });
}"""


def test_a_word_typed_back_is_searched(page: Page, page_server: str) -> None:
    """A letter typed and taken back before the pause ends drops the request under way; the word is searched again."""
    held: list[Route] = []
    page.goto(address(page_server))
    settled(page)
    page.route(SEARCH, lambda route: route.fallback() if held else held.append(route))
    page.keyboard.type(IDLIB)
    _until(page, lambda: held)
    page.keyboard.type("x")
    page.keyboard.press("Backspace")
    expect(page.locator("[part=link]").first).to_be_visible()


def _until(page: Page, done: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not done():
        assert time.monotonic() < deadline
        page.wait_for_timeout(20)


def test_a_hostile_report_is_text(page: Page, page_server: str) -> None:
    """Markup in titles, texts, sources, addresses, words, names, even outside the escapes of `highlight`, is shown as text."""
    page.route(SEARCH, _hostile)
    page.goto(address(page_server, q=IDLIB))
    settled(page, IDLIB)
    page.wait_for_timeout(200)
    assert page.locator("rasd-results :is(img, script, iframe)").count() == 0
    expect(page.locator("[part=link]")).to_have_text("<img src=x onerror=alert(1)>")
    assert page.locator("[part=text]").text_content() == HOSTILE
    assert marks(page) == [[" ", IDLIB, "<"]]
    assert page.locator("a[href^=javascript]").count() == 0
    for said in ("<b>name</b>", "<b>word</b>", "<b>OR</b>", "<b>absent</b>", "<img src=x onerror=alert(7)>"):
        expect(page.locator("rasd-results")).to_contain_text(said)


HOSTILE_REPORTS = int(os.environ.get("RASD_HOSTILE_REPORTS", "20"))
"""And as many queries; the long form of H11 has more of them."""


def test_hostile_reports_and_queries(
    page: Page, new_rasd: Callable[..., AbstractContextManager[Rasd]], chance: random.Random
) -> None:
    """Reports of the engine itself, with markup in every field, and queries of the same: nothing of them is run or fetched."""
    words = (*MARKUP, *FORMULAS)
    with new_rasd() as rasd:
        rasd.make_indices()
        loaded(rasd.settings, documents(HOSTILE_REPORTS, chance))
        with serving(rasd.settings) as url:
            wait_for_corpus(url)
            search(page, url, "قصف")
            every_page(page, "قصف")
            assert len(ids(page)) >= HOSTILE_REPORTS / 2
            assert harmful(page) == 0
            for number in range(HOSTILE_REPORTS):
                q = f"قصف {words[number % len(words)]}".strip()
                page.goto(address(url, q=q))
                expect(page.locator("form[aria-busy]")).to_have_count(0)
                assert harmful(page) == 0


def harmful(page: Page) -> int:
    """Return how many elements there are that only a report or a query can have brought."""
    return page.locator(
        "rasd-results :is(img, script, iframe, svg, math, object), a[href^=javascript], a[href^=data], [onerror], [onload]"
    ).count()


HOSTILE = "<img src=x onerror=alert(2)> <b>& ادلب</b><script>alert(3)</script> \u202eabc"


def _hostile(route: Route) -> None:
    answer = answered(route)
    at = HOSTILE.index(IDLIB)
    wrong = [
        None,
        "x",
        7,
        {"utf16_start": -5, "utf16_end": 2},
        {"utf16_start": 3, "utf16_end": 10**9},
        {"utf16_start": 1.5},
    ]
    words = {
        "title": "<img src=x onerror=alert(1)>",
        "kind": "body",
        "text": HOSTILE,
        "matches": [*wrong, {"utf16_start": at, "utf16_end": at + len(IDLIB)}],
    }
    hostile = {"source": "<b>source</b>", "url": "javascript:alert(4)", "collection": "<b>c</b>", "level": "<b>"}
    more = {
        "language": '"><script>',
        "published": "<img src=x onerror=alert(5)>",
        "id": '"><img src=x onerror=alert(6)>',
    }
    capped = {"capped_at": "exact", "looser": "<b>OR</b>"}
    answer["query"]["words"] = [{"word": "<b>word</b>", "forms": [], "variants": ["<b>name</b>"], **capped}]
    near = [{"text": "<img src=x onerror=alert(7)>", "count": 1}]
    absent = {"word": "<b>absent</b>", "count": 0, "nearest": near, "readings": []}
    answer["suggestions"] = {"words": [absent], "levels": {}}
    answer["total"]["value"] = 0
    answer["facets"] = {"source": [{"value": "<b>s</b>", "count": 1}, {"value": "x" * 10**5, "count": "1"}], "month": 7}
    answer["hits"] = [{**answer["hits"][0], **words, **hostile, **more}]
    route.fulfill(json=answer)


WRONG = {
    "nothing": {},
    "a list": [],
    "types": {"hits": {"0": 1}, "total": "many", "levels": [1], "facets": "all", "corpus": 7, "query": None},
    "hits of wrong types": {
        "hits": [
            None,
            1,
            "x",
            {"title": {}, "text": ["x"], "matches": "y", "position": "1", "url": 3, "published": []},
        ],
        "query": {"words": [None, {"variants": "x"}], "left_out": [3]},
        "facets": {
            "source": [None, {"value": {}, "count": "x"}],
            "month": [{"value": "9999999-13", "count": 1}, {"value": "0001-01"}],
        },
        "total": {"value": -1, "any": "x"},
    },
    "endless": {
        "hits": [{"id": "a:1", "report_id": "a", "title": "ا" * 10**6, "text": "ب" * 10**6, "source": "ج" * 10**6}],
        "total": {"value": 1, "any": 1},
    },
}


@pytest.mark.parametrize("told", WRONG.values(), ids=WRONG)
def test_an_answer_of_wrong_types_breaks_nothing(page: Page, page_server: str, told: object) -> None:
    """Whatever the JSON, there is no error in the page, no endless text in it, and the next search works."""
    page.goto(address(page_server))
    settled(page)
    page.route(SEARCH, lambda route: route.fulfill(json=told))
    page.locator("#q").fill("هدنة")
    settled(page, "هدنة")
    length = (
        "document.querySelector('rasd-search').shadowRoot.querySelector('rasd-results').shadowRoot.textContent.length"
    )
    assert page.evaluate(length) < 250_000
    page.unroute(SEARCH)
    page.locator("#q").fill(IDLIB)
    settled(page, IDLIB)
    expect(page.locator("li[data-id]")).to_have_count(10)


# More


def test_more_adds_the_next_page(page: Page, page_server: str) -> None:
    """More adds hits that were not there and gives the first of them the focus, until all are shown."""
    search(page, page_server)
    page.locator("[part=more]").click()
    expect(page.locator("[part=link]").nth(10)).to_be_focused()
    every_page(page)
    shown = ids(page)
    assert len(shown) == len(set(shown)) == number(counts(page)[-1])
    assert (
        page.locator("rasd-results [role=status]").filter(has_text="عُرضت").inner_text()
        == f"عُرضت {len(shown)} من {len(shown)}"
    )


def test_a_cursor_that_is_gone_offers_a_new_search(visit: Visit, page_server: str) -> None:
    """When the corpus was replaced under a list, more says so, keeps what is there, and offers to search again."""
    page = visit.page
    search(page, page_server)
    page.route(SEARCH, problem(410))
    page.locator("[part=more]").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("لم يعد هذا هنا")
    assert len(ids(page)) == 10
    page.unroute(SEARCH)
    alert.get_by_role("button", name="ابحث من جديد").click()
    expect(page.locator("[part=more]")).to_be_visible()
    expect(alert).to_have_count(0)
    assert len(ids(page)) == 10
    visit.forgive("410")


def test_more_can_be_retried(visit: Visit, page_server: str) -> None:
    """When the next page fails, what is there stays, and a retry adds the page."""
    page = visit.page
    search(page, page_server)
    page.route(SEARCH, problem(503))
    page.locator("[part=more]").click()
    retry = page.get_by_role("alert").get_by_role("button")
    expect(retry).to_be_visible()
    assert len(ids(page)) == 10
    page.unroute(SEARCH)
    retry.click()
    expect(page.locator("[part=link]").nth(10)).to_be_focused()
    visit.forgive("503")


# The report


def test_a_report_opens_at_the_hit(page: Page, page_server: str) -> None:
    """The title of a hit opens the whole report with every mark, in view at the paragraph that was hit; Esc closes it."""
    page.set_viewport_size({"width": 1200, "height": 420})
    search(page, page_server, CROSSING)
    hit = page.locator(f"li[data-id^={REPORT}]").first
    position = hit.get_attribute("data-id").rpartition(":")[2]
    link = hit.locator("[part=link]")
    link.click()
    here = page.locator("dialog .at")
    expect(here).to_be_in_viewport()
    expect(here).to_have_attribute("data-at", position)
    inside = page.evaluate(
        "element => [...CSS.highlights.get('rasd')].some(({startContainer}) => element.contains(startContainer))",
        here.element_handle(),
    )
    assert inside
    expect(page.locator("dialog h2")).to_contain_text("منطقة منزوعة السلاح في ادلب")
    assert page.locator("dialog .paragraph").count() > 4
    assert f"&report={REPORT}" in page.url
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    expect(link).to_be_focused()
    expect(page).to_have_url(address(page_server, q=CROSSING))


def test_back_closes_a_report(page: Page, page_server: str) -> None:
    """Back closes a report and forward opens it; once it was closed by its button, back leaves the search."""
    page.goto(address(page_server))
    page.locator("[slot] li a").first.click()
    settled(page, IDLIB)
    before = ids(page)
    page.locator("[part=link]").first.click()
    expect(page.locator("dialog .paragraph").first).to_be_visible()
    page.go_back()
    expect(page.locator("dialog")).to_be_hidden()
    assert ids(page) == before
    page.go_forward()
    expect(page.locator("dialog .paragraph").first).to_be_visible()
    page.get_by_role("button", name="إغلاق").click()
    expect(page.locator("dialog")).to_be_hidden()
    expect(page).to_have_url(address(page_server, q=IDLIB))
    page.go_back()
    expect(page.locator(".intro")).to_be_visible()


def test_the_address_of_a_report(page: Page, page_server: str) -> None:
    """The address of a report opens it over its search; closing it leaves the search."""
    search(page, page_server)
    link = page.locator("[part=link]").first.get_attribute("href")
    page.goto("about:blank")
    page.goto(f"{page_server}/{link}")
    expect(page.locator("dialog .paragraph").first).to_be_visible()
    page.mouse.click(5, 400)
    expect(page.locator("dialog")).to_be_hidden()
    expect(page).to_have_url(f"{page_server}/#q={quote(IDLIB)}")
    assert len(ids(page)) == 10


def test_a_report_that_is_not_there(visit: Visit, page_server: str) -> None:
    """The address of a report that there is not says so, in the place of the report."""
    visit.page.goto(address(page_server, report="no-such-report"))
    expect(visit.page.locator("dialog").get_by_role("alert")).to_contain_text("لا يوجد هذا التقرير")
    visit.forgive("404")


def test_a_report_can_be_retried(visit: Visit, page_server: str) -> None:
    """A report that could not be read is an error with a retry."""
    page = visit.page
    search(page, page_server)
    page.route("**/v1/reports/*", problem(504))
    page.locator("[part=link]").first.click()
    alert = page.locator("dialog").get_by_role("alert")
    expect(alert).to_contain_text("told 504")
    page.unroute("**/v1/reports/*")
    alert.get_by_role("button").click()
    expect(page.locator("dialog .paragraph").first).to_be_visible()
    visit.forgive("504")


# Copying


@pytest.mark.parametrize("clipboard", ["new", "old"])
def test_a_quotation_is_copied_whole(context: BrowserContext, page: Page, page_server: str, clipboard: str) -> None:
    """The whole paragraph is copied, not its snippet, with title, source, date and permalink."""
    if clipboard == "old":
        page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    # The clipboard is the machine's: each way copies another hit.
    search(page, page_server, CROSSING if clipboard == "new" else BLOODSHED)
    hit = page.locator(f"li[data-id^={REPORT}]")
    hit.get_by_role("button", name="انسخ الاقتباس").click()
    expect(page.get_by_role("button", name="نُسخ")).to_be_visible()
    expect(page.locator("rasd-results .unseen[role=status]")).to_have_text("نُسخ")
    link = hit.locator("[part=permalink]").get_attribute("href")
    stored = page.request.get(link).json()
    where = f"{stored['title']}، {stored['source']}، 18 أيلول/سبتمبر 2018"
    assert _pasted(page, link) == f"«{stored['text']}»\n{where}\n{link}\n"


def _pasted(page: Page, link: str) -> str:
    """Return what is in the clipboard, by pasting it where the policy of the page does not reach."""
    page.goto(link)
    page.evaluate("document.body.replaceChildren(document.createElement('textarea'))")
    page.locator("textarea").focus()
    page.keyboard.press("Control+V")
    return page.locator("textarea").input_value()


# For everybody


def test_keyboard_only(page: Page, page_server: str) -> None:
    """From the box to a level, to the results, into a report and out of it, and back to the box, without a mouse."""
    opened(page, page_server)
    page.keyboard.type(IDLIB)
    page.keyboard.press("Enter")
    settled(page, IDLIB)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="ابحث", exact=True)).to_be_focused()
    level = page.locator("input[value=variants]")
    # Past the filters, where there are some.
    while not level.evaluate("level => level.matches(':focus')"):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    expect(page.locator("input[value=stem]")).to_be_checked()
    settled(page, IDLIB)
    page.keyboard.press("Control+k")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("ArrowDown")
    links = page.locator("[part=link]")
    expect(links.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("dialog [part=close]")).to_be_focused()
    expect(page.locator("dialog .paragraph").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#q")).to_have_value(IDLIB)


def test_completions(page: Page, page_server: str) -> None:
    """While one types, completions can be gone through with the arrows; Enter takes one, Esc gives back what was typed."""
    opened(page, page_server)
    page.keyboard.type("هد")
    box, options = page.locator("#q"), page.locator("[role=option]")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator("rasd-box [role=status]")).not_to_be_empty()
    said = options.all_inner_texts()
    assert said == [each["text"] for each in _completions(page, page_server, "هد") if each["text"] != "هد"]
    page.keyboard.press("ArrowDown")
    expect(box).to_have_value(said[0])
    expect(page.locator(f"#{box.get_attribute('aria-activedescendant')}")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(box).to_have_value("هد")
    expect(options).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("ن")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowUp")
    last = options.last.inner_text()
    page.keyboard.press("Enter")
    settled(page, last)
    expect(options).to_have_count(0)


def _completions(page: Page, base: str, q: str) -> list[dict]:
    return page.request.post(f"{base}/v1/suggest", data={"q": q, "size": 6}).json()["suggestions"]


def test_what_happens_is_announced(page: Page, page_server: str) -> None:
    """The counts are a polite status in the page's language."""
    search(page, page_server)
    expect(page.locator("[part=summary]")).to_have_attribute("role", "status")
    expect(page.get_by_role("status").filter(has_text="35 فقرة")).to_have_count(1)


@pytest.mark.parametrize(
    "state",
    [
        "empty",
        "results",
        "some",
        "nothing",
        "names",
        "help",
        "error",
        "report",
        "tip",
        "facets",
        "similar",
        "completions",
    ],
)
def test_accessible(visit: Visit, page_server: str, state: str) -> None:
    """axe-core finds nothing to complain of, in any state of the page, light and dark."""
    _STATES[state](visit.page, page_server)
    for scheme in ("light", "dark"):
        visit.page.emulate_media(color_scheme=scheme)
        assert accessible(visit.page) == [], scheme
    if state == "error":
        visit.forgive("503")


def _fails(page: Page, base: str) -> None:
    page.route(SEARCH, problem(503))
    search(page, base)


def _opens(page: Page, base: str) -> None:
    search(page, base)
    page.locator("[part=link]").first.click()
    expect(page.locator("dialog .at")).to_be_visible()


def _explains(page: Page, base: str) -> None:
    search(page, base)
    page.locator("[part=badge] summary").first.click()


def _narrows(page: Page, base: str) -> None:
    page.route(SEARCH, with_facets)
    search(page, base, source="غرفة التحرير")
    page.locator("[part=filters]").evaluate("filters => { filters.open = true; }")
    expect(page.locator("[part=chip]")).to_be_visible()
    expect(page.locator("[part=value]").first).to_be_visible()
    page.locator(".tools summary").click()
    expect(page.locator("[part=export]").first).to_be_visible()


def _resembles(page: Page, base: str) -> None:
    like = {"id": "a:1", "report_id": "a", "position": 1, "title": "مثلها", "text": "نص", "source": "س"}
    page.route("**/v1/similar/*", lambda route: route.fulfill(json={"hits": [like]}))
    search(page, base)
    page.get_by_role("button", name="ما يشبهها").first.click()
    expect(page.locator("[part=similar] li")).to_be_visible()


def _completes(page: Page, base: str) -> None:
    opened(page, base)
    page.keyboard.type("هد")
    expect(page.locator("[role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")


def _begins(page: Page, base: str) -> None:
    page.goto(address(base))
    expect(page.locator(".extent")).to_be_visible()


_STATES: dict[str, Callable[[Page, str], None]] = {
    "empty": _begins,
    "results": search,
    "some": lambda page, base: search(page, base, f"من {TOGETHER}"),
    "nothing": lambda page, base: search(page, base, "زرافةةة", match="exact"),
    "names": lambda page, base: search(page, base, f"داعش {NAMED} {CAPPED}"),
    "help": lambda page, base: search(page, base, "hgrwt idlib حلبب", match="exact"),
    "error": _fails,
    "report": _opens,
    "tip": _explains,
    "facets": _narrows,
    "similar": _resembles,
    "completions": _completes,
}


@pytest.mark.parametrize("language", ["ar", "en"])
def test_nothing_is_cut_off_on_narrow_screens(page: Page, page_server: str, language: str) -> None:
    """On a phone, and on a desk at 200 and 400 per cent, nothing scrolls sideways: first page, results or report."""
    page.add_init_script(f"localStorage.setItem('rasd-language', '{language}')")
    for state in ("empty", "some", "names", "help", "tip", "facets", "report"):
        _STATES[state](page, page_server)
        for width in (320, 360, 600):
            page.set_viewport_size({"width": width, "height": 700})
            assert page.evaluate(_OVERHANG) <= 0, (state, width)


# By how many pixels something hangs out of the page, the report or the window; and what does.
_OVERHANG = """() => {
    const elements = [];
    const walk = root => root.querySelectorAll("*").forEach(e => (elements.push(e), e.shadowRoot && walk(e.shadowRoot)));
    walk(document);
    const seen = elements.filter(e => e.checkVisibility() && !e.closest(".unseen, nav"));
    const boxes = seen.map(e => e.getBoundingClientRect()).filter(box => box.width > 0);
    const html = document.documentElement;
    return Math.max(html.scrollWidth - html.clientWidth, ...boxes.flatMap(box => [-box.left, box.right - innerWidth]));
}"""


def test_print_shows_the_permalinks(page: Page, page_server: str) -> None:
    """On paper there are the hits with their permalinks written out, and no buttons."""
    search(page, page_server)
    page.emulate_media(media="print")
    expect(page.locator(".actions button").first).to_be_hidden()
    link = page.locator("[part=permalink]").first
    written = link.evaluate("link => getComputedStyle(link, '::after').content")
    assert "attr(href)" in written or link.get_attribute("href") in written


# What it is made of


def test_what_a_search_loads_is_small_and_of_one_house(visit: Visit, page_server: str) -> None:
    """The modules that a search loads are under 20 kB in one gzip, come from this server, and are fetched all at once."""
    visit.page.goto("about:blank")
    begun = time.monotonic()
    visit.page.goto(address(page_server, q=IDLIB))
    visit.page.locator("li[data-id]").first.wait_for()
    print(f"{time.monotonic() - begun:.3f} s from a cold cache to the first results")  # noqa: T201 (to be read with -s)
    settled(visit.page, IDLIB)
    urls = {url for method, url in visit.requests if method == "GET"}
    assert all(url.startswith(page_server) for url in urls)
    modules = sorted(url for url in urls if f"/widget/{VERSION}/" in url)
    assert {url.rpartition("/")[2] for url in modules} == MODULES.keys() - SELDOM
    preloaded = visit.page.eval_on_selector_all(
        "[rel=modulepreload], #widget", "all => all.map(one => one.href ?? one.src)"
    )
    assert sorted(preloaded) == modules
    assert len(gzip.compress(b"".join(visit.page.request.get(url).body() for url in modules))) < 20_000


@pytest.mark.parametrize("path", sorted(WIDGET.glob("*.js")), ids=lambda path: path.name)
def test_a_module_is_sent_without_its_comments(path: Path) -> None:
    """What is sent has the lines of the source where they were, and nothing of a comment."""
    source = path.read_text(encoding="utf-8")
    told = sent(source)
    assert told.count("\n") == source.count("\n")
    assert not re.search(r"/\*\*|\*/|^\s*//|@param|@type", told, re.MULTILINE)


def test_a_version_is_kept_and_others_lead_to_it(page: Page, page_server: str) -> None:
    """The address with the version may be kept for ever; without one, or with another's, it leads there and is asked anew."""
    ask = page.request
    answer = ask.get(f"{page_server}/widget/{VERSION}/rasd-search.js")
    assert (answer.status, answer.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    for other in ("widget/rasd-search.js", "widget/0.0.9/rasd-search.js"):
        led = ask.get(f"{page_server}/{other}", max_redirects=0)
        assert (led.status, led.headers["cache-control"]) == (307, "no-cache")
        assert ask.get(f"{page_server}/{other}").url == answer.url
    assert ask.get(f"{page_server}/widget/rasd-nothing.js").status == 404
    plain = ask.get(answer.url, headers={"Accept-Encoding": "identity"})
    assert plain.body() == answer.body() == MODULES["rasd-search.js"]


def test_docs_render(visit: Visit, page_server: str) -> None:
    """Swagger UI shows every operation of the API, from files of this server only."""
    page = visit.page
    page.goto(f"{page_server}/docs")
    operations = page.locator(".opblock")
    expect(operations.first).to_be_visible()
    paths = page.request.get(f"{page_server}/openapi.json").json()["paths"]
    expect(operations).to_have_count(sum(len(methods) for methods in paths.values()))
    page.locator(".opblock-summary-control").first.click()
    expect(page.locator(".opblock-body").first).to_be_visible()
    assert all(url.startswith((page_server, "data:")) for _, url in visit.requests)


def test_the_picture_can_be_taken_again(browser: Browser, page_server: str, tmp_path: Path) -> None:
    """What takes the README's picture still works, and the picture is light enough for a README."""
    path = tmp_path / "search.png"
    picture(browser, page_server, path)
    assert 20_000 < path.stat().st_size < 300_000
