"""The widget in pages of others: from another origin, twice, in a frame, under a strict policy, in parts, with facets."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote

import pytest
from browser import launched, with_facets
from conftest import CHECKOUT
from playwright.sync_api import Browser, Page, Route, expect

from analyzers.normalize import normalize
from api.modules import WIDGET

IDLIB = "ادلب"
FOUND = {"ادلب", "بادلب", "لادلب", "وادلب", "وبادلب"}
STRICT = "default-src 'none'; script-src {0}; connect-src {0}; style-src 'self'; require-trusted-types-for 'script'"
SOURCE = WIDGET / "rasd-search.js"
EMBED = (CHECKOUT / "docs" / "embed.md").read_text(encoding="utf-8")


class Newsroom(BaseHTTPRequestHandler):
    """Pages of another origin: the example of the docs, and whatever body a test asks for."""

    rasd = ""

    def do_GET(self) -> None:
        """Answer with a file of docs/examples, or a page whose body is in the address."""
        path, _, query = self.path.partition("?")
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        if path == "/page":
            script = f'<script type="module" src="{self.rasd}/widget/rasd-search.js"></script>'
            body = f'<!doctype html><html lang="ar" dir="rtl"><title>t</title>{script}<h1>h</h1><main>{asked["body"]}</main>'
        else:
            file = CHECKOUT / "docs" / "examples" / path.strip("/")
            body = (
                file.read_text(encoding="utf-8").replace("http://127.0.0.1:8000", self.rasd) if file.is_file() else ""
            )
        self.send_response(200)
        self.send_header("Content-Type", "text/css" if path.endswith(".css") else "text/html; charset=utf-8")
        if "strict" in asked:
            self.send_header("Content-Security-Policy", STRICT.format(self.rasd))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_arguments: object) -> None:
        """Write no line to the terminal."""


@pytest.fixture(scope="module")
def newsroom(page_server: str) -> Iterator[str]:
    """The base URL of a server of another origin."""
    handler = type("Handler", (Newsroom,), {"rasd": page_server})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One browser for the module."""
    with launched(chromium_path) as opened:
        yield opened


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of; a test that provokes something forgets it."""
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    """A page of a fresh profile; what the browser complains of fails the test."""
    with browser.new_context(viewport={"width": 1200, "height": 900}) as context:
        page = context.new_page()
        page.on("console", lambda told: told.type in {"error", "warning"} and complaints.append(told.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.route("**/v1/search", with_facets)
        yield page
        page.unroute_all(behavior="ignoreErrors")
    assert complaints == []


def opened(page: Page, newsroom: str, body: str, **more: str) -> None:
    """Open a page of the newsroom with a body."""
    extra = "".join(f"&{name}={value}" for name, value in more.items())
    page.goto(f"{newsroom}/page?body={body.replace('#', '%23').replace('&', '%26')}{extra}")


def typed(page: Page, words: str, number: int = 0) -> None:
    """Type into a box of the page."""
    page.locator("rasd-box input").nth(number).fill(words)


def marked(page: Page) -> list[str]:
    """Return what is marked, in all elements of the page."""
    return page.evaluate("[...CSS.highlights.get('rasd')].map(String)")


def hits(page: Page, number: int = 0) -> list[str]:
    """Return the ids of the hits in one of the page's results."""
    items = page.locator("rasd-results").nth(number).locator("li[data-id]")
    expect(items.first).to_be_visible()
    return items.evaluate_all("items => items.map(item => item.dataset.id)")


def test_the_example_works_from_another_origin(page: Page, newsroom: str) -> None:
    """Served from another port, docs/examples/embed.html finds بإدلب when ادلب is typed, and each mark is a whole word."""
    page.goto(f"{newsroom}/embed.html")
    typed(page, IDLIB)
    assert len(hits(page)) == 10
    assert len(marked(page)) >= 10
    assert {normalize(word) for word in marked(page)} <= FOUND
    page.locator("[part=link]").first.click()
    expect(page.locator("dialog .paragraph").first).to_be_visible()


def test_a_strict_policy_is_enough(page: Page, newsroom: str) -> None:
    """Under a policy without inline styles, inline scripts and untrusted HTML everything works, with no complaint."""
    opened(page, newsroom, "<rasd-search></rasd-search>", strict="1")
    typed(page, f"{IDLIB} زرافةةة")
    expect(page.locator("[part=help]")).to_be_visible()
    assert marked(page)
    assert page.locator("[part=input]").evaluate("input => getComputedStyle(input).fontSize") == "20px"
    assert page.locator("[part=bars] i").first.evaluate("bar => bar.clientHeight") > 0


def test_without_ranges_marks_are_whole_words(page: Page, newsroom: str) -> None:
    """A browser without the Custom Highlight API gets <mark>, around whole words even where an offset is inside of one."""
    page.add_init_script("delete globalThis.Highlight")
    opened(page, newsroom, "<rasd-search></rasd-search>")
    typed(page, IDLIB)
    hits(page)
    tags = page.locator("rasd-results mark").all_inner_texts()
    assert len(tags) >= 10
    assert {normalize(word) for word in tags} <= FOUND
    widened = page.evaluate(
        """async base => {
            const { Marks } = await import(`${base}/widget/rasd-search.js`).then(() => import(`${base}/widget/marks.js`));
            const p = document.createElement("p");
            p.append(...new Marks().marked("وإلى بإدلب، ثم", [{ utf16_start: 6, utf16_end: 8 }]));
            return p.innerHTML;
        }""",
        page.evaluate("new URL(document.querySelector('script').src).origin"),
    )
    assert widened == "وإلى <mark>بإدلب</mark>، ثم"


def test_two_searches_in_a_page(page: Page, newsroom: str) -> None:
    """Two searches are apart; the first has the address, a second may have names of its own in it, and no id is there twice."""
    opened(
        page,
        newsroom,
        "<rasd-search></rasd-search><rasd-search hash=b lang=en></rasd-search><rasd-search></rasd-search>",
    )
    typed(page, IDLIB)
    first = hits(page)
    typed(page, "هدنة", 1)
    second = hits(page, 1)
    typed(page, "حلب", 2)
    third = hits(page, 2)
    assert first != second != third != first
    assert hits(page) == first
    assert unquote(page.url.partition("#")[2]) == f"q={IDLIB}&b.q=هدنة"
    page.reload()
    assert (hits(page), hits(page, 1)) == (first, second)
    expect(page.locator("rasd-box input").nth(2)).to_have_value("")
    page.keyboard.press("Control+k")
    expect(page.locator("rasd-box input").first).to_be_focused()


def test_in_a_frame_without_an_origin(page: Page, newsroom: str, page_server: str) -> None:
    """In a sandboxed frame, which has no origin, no storage and no history, a search finds and opens a report."""
    inside = f"<script type=module src={page_server}/widget/rasd-search.js></script><rasd-search></rasd-search>"
    opened(page, newsroom, f'<iframe width=900 height=700 sandbox="allow-scripts" srcdoc="{inside}"></iframe>')
    frame = page.frame_locator("iframe")
    frame.locator("rasd-box input").fill(IDLIB)
    expect(frame.locator("li[data-id]")).to_have_count(10)
    frame.locator("[part=link]").first.click()
    expect(frame.locator("dialog .paragraph").first).to_be_visible()


def test_parts_work_alone(page: Page, newsroom: str, page_server: str) -> None:
    """Parts anywhere in a page with one name are one search; it takes the attributes of the first."""
    body = (
        f"<rasd-box endpoint={page_server} lang=fr size=3 name=a filter=collection=syria></rasd-box>"
        "<rasd-results name=a></rasd-results><rasd-levels name=a></rasd-levels><rasd-results name=b></rasd-results>"
    )
    opened(page, newsroom, body)
    typed(page, IDLIB)
    assert len(hits(page)) == 3
    expect(page.locator("[part=summary]").first).to_contain_text("paragraphes")
    expect(page.locator("rasd-results").nth(1).locator("li[data-id]")).to_have_count(0)
    assert set(page.locator("[part=provenance] bdi:nth-of-type(3)").all_inner_texts()) <= {"syria"}
    page.locator("input[value=exact]").check()
    expect(page.locator("[part=badge] summary").first).to_have_text("Exact")
    page.locator("[part=link]").first.click()
    expect(page.locator("dialog .paragraph").first).to_be_visible()


def test_parts_in_a_layout_of_the_page(page: Page, newsroom: str) -> None:
    """<rasd-search> around parts shows these and no others, and a language that it is given later is spoken."""
    opened(page, newsroom, "<rasd-search><p><rasd-box></rasd-box></p><rasd-results></rasd-results></rasd-search>")
    typed(page, IDLIB)
    hits(page)
    assert page.locator("rasd-box, rasd-levels, rasd-results").count() == 2
    page.locator("rasd-search").evaluate("search => search.setAttribute('lang', 'en')")
    expect(page.locator("[part=summary]")).to_contain_text("paragraphs")
    expect(page.locator("rasd-box input")).to_have_value(IDLIB)


def test_events_report(page: Page, newsroom: str, complaints: list[str]) -> None:
    """What happens is told to the page, with details; a choice that the page prevents opens nothing."""
    opened(page, newsroom, "<rasd-search></rasd-search>")
    page.evaluate(
        """() => {
            globalThis.told = [];
            for (const name of ["search", "results", "error", "select"])
                document.body.parentNode.addEventListener(`rasd:${name}`, event => {
                    const { q, hits, status, id } = event.detail;
                    told.push([name, event.target.localName, q ?? hits?.length ?? status ?? id]);
                    if (name === "select") event.preventDefault();
                });
        }"""
    )
    typed(page, IDLIB)
    chosen = hits(page)[0]
    page.locator("[part=link]").first.click()
    typed(page, "")
    expect(page.locator("li[data-id]")).to_have_count(0)
    page.route("**/v1/search", lambda route: route.abort())
    typed(page, "هدنة")
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.locator("dialog").count() == 0
    me = "rasd-search"
    search = [["search", me, IDLIB], ["results", me, 10], ["select", me, chosen], ["search", me, ""]]
    assert page.evaluate("told") == [*search, ["search", me, "هدنة"], ["error", me, 0]]
    complaints.clear()


def test_facets_narrow(page: Page, newsroom: str) -> None:
    """Facets stand with their counts; one that is ticked is in the request and the address, and its chip takes it away."""
    opened(page, newsroom, "<rasd-search></rasd-search>")
    typed(page, IDLIB)
    before = hits(page)
    value = page.get_by_label("غرفة التحرير")
    expect(page.locator("[part=value]").first).to_have_text("غرفة التحرير9")
    with page.expect_request("**/v1/search") as asked:
        value.check()
    assert asked.value.post_data_json["source"] == ["غرفة التحرير"]
    chip = page.locator("[part=chip]")
    expect(chip).to_contain_text("المصدر: غرفة التحرير")
    expect(value).to_be_checked()
    expect(value).to_be_focused()
    assert hits(page) != before
    assert "source=غرفة التحرير" in unquote(page.url).replace("+", " ")
    assert set(page.locator("[part=provenance] > bdi:first-child").all_inner_texts()) == {"غرفة التحرير"}
    chip.click()
    expect(page.locator("[part=chip]")).to_have_count(0)
    assert hits(page) == before


def test_the_timeline_narrows_by_dragging(page: Page, newsroom: str) -> None:
    """Bars stand from right to left as high as their hits; dragging over some asks for their days; the rest is told."""
    opened(page, newsroom, "<rasd-search></rasd-search>")
    typed(page, IDLIB)
    bars = page.locator("[part=bars] i")
    expect(bars).to_have_count(10)
    boxes = [bar.bounding_box() for bar in bars.all()]
    assert [box["height"] > 0 for box in boxes] == [True, True, *[False] * 5, True, False, True]
    assert boxes[0]["x"] > boxes[9]["x"]
    assert boxes[9]["height"] > boxes[0]["height"] > boxes[1]["height"]
    expect(page.locator("[part=period]")).to_contain_text("وبالسنة وحدها: 2، وبلا تاريخ: 4")
    line = page.locator("[part=bars]").bounding_box()["y"] + 30
    page.mouse.move(boxes[7]["x"] + 5, line)
    page.mouse.down()
    page.mouse.move(boxes[9]["x"] + 5, line, steps=3)
    with page.expect_request("**/v1/search") as asked:
        page.mouse.up()
    told = asked.value.post_data_json
    assert (told["from"], told["to"]) == ("2019-04-01", "2019-06-30")
    expect(page.locator("[part=chip]")).to_contain_text("1 نيسان/أبريل 2019")
    expect(page.locator("[part=period]")).to_contain_text("نيسان/أبريل 2019 – حزيران/يونيو 2019: 11")
    expect(page.locator("[part=bars] .out")).to_have_count(7)


def test_the_timeline_narrows_by_the_keyboard(page: Page, newsroom: str) -> None:
    """Each end is a slider with the month as its value; moved back to the ends, nothing is narrowed."""
    opened(page, newsroom, "<rasd-search></rasd-search>")
    typed(page, IDLIB)
    first = page.get_by_role("slider", name="من شهر")
    expect(first).to_have_attribute("aria-valuetext", "أيلول/سبتمبر 2018")
    first.focus()
    with page.expect_request("**/v1/search") as asked:
        first.press("ArrowUp")
    told = asked.value.post_data_json
    assert (told["from"], told["to"]) == ("2018-10-01", "2019-06-30")
    expect(first).to_have_attribute("aria-valuetext", "تشرين الأول/أكتوبر 2018")
    expect(first).to_be_focused()
    expect(page.locator("[part=chip]")).to_be_visible()
    with page.expect_response("**/v1/search"):
        first.press("Home")
    expect(page.locator("[part=chip]")).to_have_count(0)
    assert "from" not in page.url


def test_what_can_be_taken_along(page: Page, newsroom: str, page_server: str) -> None:
    """The export links hold the search as it is narrowed; a hit has its permalink and its citations; what is like it opens."""
    opened(page, newsroom, "<rasd-search></rasd-search>")
    typed(page, IDLIB)
    chosen = hits(page)[0]
    page.get_by_label("غرفة التحرير").check()
    expect(page.locator("[part=chip]")).to_be_visible()
    page.locator(".tools summary").click()
    expect(page.locator("[part=export]")).to_have_count(2)
    csv, atom = (link.get_attribute("href") for link in page.locator("[part=export]").all())
    assert unquote(csv).replace("+", " ") == f"{page_server}/v1/search.csv?q={IDLIB}&source=غرفة التحرير"
    assert atom.startswith(f"{page_server}/v1/search.atom?q=")
    item = page.locator("li[data-id]").first
    item.locator("[part=menu] summary").click()
    expect(item.locator("[part=citation]")).to_have_text(["BibTeX", "RIS", "CSL-JSON"])
    cited = f"{page_server}/v1/paragraphs/{item.get_attribute('data-id')}/citation?style=ris"
    assert item.locator("[part=citation]").nth(1).get_attribute("href") == cited
    everything = page.locator("[part=export], [part=citation], [part=permalink]").evaluate_all(
        "all => all.map(one => one.href)"
    )
    assert [href for href in everything if not page.request.get(href).ok] == []
    like = {"id": "a:1", "report_id": "a", "position": 1, "title": "مثلها", "text": "نص <b>", "source": "س"}
    page.route("**/v1/similar/*", lambda route: route.fulfill(json={"hits": [{**like, "id": chosen}, like]}))
    item.get_by_role("button", name="ما يشبهها").click()
    expect(item.locator("[part=similar] li")).to_have_count(1)
    expect(item.locator("[part=similar] a")).to_have_text("مثلها")
    expect(item.locator("[part=similar]")).to_contain_text("نص <b>")
    item.get_by_role("button", name="ما يشبهها").click()
    expect(item.locator("[part=similar]")).to_have_count(0)


def test_a_mode_is_offered_where_the_server_has_it(page: Page, newsroom: str) -> None:
    """Words, both and meaning can be chosen where the API says that it can; without that nothing is offered."""
    opened(page, newsroom, "<rasd-search></rasd-search>")
    typed(page, IDLIB)
    hits(page)
    assert page.locator("input[name=mode]").count() == 0
    page.route("**/v1/search", _with_modes)
    typed(page, "هدنة")
    expect(page.get_by_label("الكلمات")).to_be_checked()
    with page.expect_request("**/v1/search") as asked:
        page.get_by_label("كلتاهما").check()
    assert asked.value.post_data_json["mode"] == "hybrid"
    assert "mode=hybrid" in page.url
    expect(page.locator("[part=note]").first).to_contain_text("فبُحث بالكلمات وحدها")


def test_what_is_near_in_meaning_is_said(page: Page, newsroom: str) -> None:
    """Where words of another script are in no report, the page says that what follows is near in meaning, and no word more."""
    opened(page, newsroom, "<rasd-search></rasd-search>")
    page.route("**/v1/search", _by_script)
    typed(page, "air strike")
    expect(page.locator("[part=help]")).to_have_text("لا فقرة فيها هذه الكلمات. ما يلي أقرب الفقرات إليها معنى.")


def _by_script(route: Route) -> None:
    answer = route.fetch(post_data=json.dumps({"q": IDLIB})).json()
    answer["query"] |= {"mode": "hybrid", "mode_chosen_by": "script"}
    answer["total"] = {"value": 0, "relation": "eq", "any": 0}
    word = {"word": "air", "count": 0, "nearest": [], "readings": []}
    answer["suggestions"] = {"words": [word], "levels": dict.fromkeys(answer["levels"], 0)}
    route.fulfill(json=answer)


def _with_modes(route: Route) -> None:
    told = json.loads(route.request.post_data)
    answer = route.fetch(post_data=json.dumps({"q": told["q"]})).json()
    answer["corpus"]["modes"] = ["keyword", "semantic", "hybrid", "telepathy"]
    answer["query"] |= {"mode": told.get("mode", "keyword"), "degraded": "mode" in told}
    route.fulfill(json=answer)


def test_an_older_server_is_asked_without_what_it_refuses(page: Page, newsroom: str, complaints: list[str]) -> None:
    """A server that knows no facets finds all the same, and is asked for them once."""
    asked: list[dict] = []

    def older(route: Route) -> None:
        told = json.loads(route.request.post_data)
        asked.append(told)
        fault = {"status": 422, "detail": "d", "errors": [{"field": "facets", "message": "unknown"}]}
        if "facets" in told:
            route.fulfill(status=422, json=fault)
        else:
            route.continue_()

    page.route("**/v1/search", older)
    opened(page, newsroom, "<rasd-search></rasd-search>")
    typed(page, IDLIB)
    assert len(hits(page)) == 10
    with page.expect_response("**/v1/search"):
        typed(page, "هدنة")
    assert ["facets" in told for told in asked] == [True, False, False]
    complaints.remove("Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)")


def test_the_page_of_docs_tells_the_truth(page: Page, newsroom: str) -> None:
    """docs/embed.md lists the attributes that are observed, the events, the parts and the custom properties that there are."""
    opened(page, newsroom, "<rasd-search></rasd-search>")
    observed = page.evaluate("customElements.whenDefined('rasd-search').then(search => search.observedAttributes)")
    attributes = re.findall(
        r"^\| `(\w+)` \|", EMBED.partition("## Attributes")[2].partition("## Events")[0], re.MULTILINE
    )
    assert sorted(attributes) == sorted([*observed, "autofocus"])
    modules = "".join(path.read_text(encoding="utf-8") for path in WIDGET.glob("*.js"))
    assert set(re.findall(r"^\| `rasd:(\w+)`", EMBED, re.MULTILINE)) == set(re.findall(r'\.tell\("(\w+)"', modules))
    parts = set(re.findall(r"`([a-z]+)`", EMBED.partition("Parts, for `::part()`:")[2].partition("\n\n")[0]))
    given = re.findall(r'part: "([a-z]+)"', modules) + re.findall(r'\bpart\("([a-z]+)"', modules) + ["badge", "menu"]
    assert parts == set(given) - {"box"} | {"box"}
    handed = set(re.search(r"const PARTS =\n(.*?);", modules, re.DOTALL)[1].replace('"', "").replace("+", "").split())
    assert parts - handed == {"facets", "filters", "timeline"}
    assert set(re.findall(r"`(--rasd-[a-z-]+)`", EMBED)) == set(re.findall(r"var\((--rasd-[a-z-]+)", modules))
