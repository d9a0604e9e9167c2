"""Documents that were made to do harm (H7, H9, H10, H12)."""

from __future__ import annotations

import csv
import html
import io
import random
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from unittest.mock import patch

import orjson
from lxml import etree

from analyzers import folding
from bench.reliability.checks import Seen
from bench.reliability.edge_clients import ask, client_of, search
from bench.reliability.edge_stage import PATIENT, WORD, Json, load_records
from bench.reliability.edge_texts import FORMULAS, MARKUP, hostile_text, token_of
from bench.served import served
from indexer.engine import WritingEngine
from indexer.repair import repair, storable
from settings import Settings

UNHURRIED = {"RATE_LIMIT": "off", **PATIENT}
LIMIT = 20.0
"""Seconds for any of these requests; on a quiet machine the slowest takes less than one."""


ADDRESSES = ("javascript:alert(1)//", "https://a.example/\"'<b>", "data:text/html,<script>alert(1)</script>")
CONTROLS = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u061c\ufeff\u00ad"
"""Invisible characters."""
POISONED, MARKED, HIDDEN = 0, 120_000, 240_000
"""Numbers from which on the words of documents of each kind count: no two share one."""


def documents(count: int, chance: random.Random, first: int = 0, *, poison: bool = False) -> list[Json]:
    """Return reports of one hostile paragraph each, hostile in its other fields too; the first holds `token_of(first)`."""
    load = f"{chance.getrandbits(32):x}"
    return [
        {
            "id": f"{load}-{number}",
            "title": hostile_text(chance, "عنوان", poison=poison)[:500].strip() or "عنوان",
            "paragraphs": [hostile_text(chance, token_of(first + number), poison=poison)],
            "source": chance.choice((*MARKUP, *FORMULAS)),
            "author": chance.choice((*MARKUP, *FORMULAS)),
            "url": chance.choice(ADDRESSES) + f"{load}-{number}",
            "places": [chance.choice((*MARKUP, *FORMULAS))],
        }
        for number in range(count)
    ]


def loaded(own: Settings, records: list[Json]) -> None:
    """Load records into indices that are there."""
    engine = WritingEngine(own)
    try:
        load_records(engine, own, records)
    finally:
        engine.close()


def poison(own: Settings, count: int, chance: random.Random, mend: Callable[[str], str] = repair) -> Seen:
    """Load documents with halves of surrogate pairs, NUL and other controls: each is found, whole but for U+FFFD."""
    records = documents(count, chance, POISONED, poison=True)
    with patch("indexer.report.repair", mend):
        loaded(own, records)
    odd = []
    with served(own, environment=UNHURRIED) as api, client_of(api.url) as client:
        for number, record in enumerate(records):
            given = str(record["paragraphs"][0])  # type: ignore[index]
            told = search(client, token_of(POISONED + number), match="exact", snippet=0)
            hits = orjson.loads(told.body).get("hits", []) if told.status == 200 else []
            if [hit["text"] for hit in hits] != [repair(given).strip()]:
                odd.append((told.status, given[:40]))
                continue
            pages = [
                ask(client, "GET", f"/v1/paragraphs/{hits[0]['id']}"),
                ask(client, "GET", f"/v1/reports/{hits[0]['report_id']}"),
            ]
            if any(page.status != 200 for page in pages):
                odd.append((pages[0].status, given[:40]))
    return Seen(
        f"{count:,} poisoned documents loaded: {count - len(odd):,} found whole and served, {len(odd)} not", not odd
    )


def as_given(text: str) -> str:
    """Return a text as it is, but for halves of surrogate pairs: those cannot be sent at all."""
    return str(storable(text))


_MARK = re.compile(r"</?mark>")
_RAW = re.compile(r"[<>\"']|&(?!(?:amp|lt|gt|quot|#x27|#39);)")


def marks(own: Settings, count: int, chance: random.Random, prelude: str = "") -> Seen:
    """Find each of many hostile documents by its word: no byte of markup in `highlight` but ours, and exact offsets."""
    records = documents(count, chance, MARKED)
    loaded(own, records)
    unescaped = moved = missed = 0
    with served(own, prelude, UNHURRIED) as api, client_of(api.url) as client:
        for number, record in enumerate(records):
            token, given = token_of(MARKED + number), str(record["paragraphs"][0]).strip()  # type: ignore[index]
            told = search(client, token, match="exact", snippet=0)
            hits = orjson.loads(told.body)["hits"] if told.status == 200 else []
            if [hit["text"] for hit in hits] != [given]:
                missed += 1
                continue
            unescaped += bool(_RAW.search(_MARK.sub("", hits[0]["highlight"])))
            moved += not _exact(hits[0], token)
    figure = (
        f"{count:,} hostile documents, each found by its word: {unescaped} with raw markup in `highlight`, {moved} with a mark "
        f"moved or a text changed, {missed} not found"
    )
    return Seen(figure, not (unescaped or moved or missed))


def _exact(hit: Json, token: str) -> bool:
    """Tell whether a hit's marks lead to its word, in both units, and whether its highlight is its text again."""
    text = str(hit["text"])
    units = text.encode("utf-16-le")
    matches: list[dict[str, int]] = hit["matches"]  # type: ignore[assignment]
    if html.unescape(_MARK.sub("", str(hit["highlight"]))) != text or not matches:
        return False
    for match in matches:
        surface = text[match["start"] : match["end"]]
        wide = units[match["utf16_start"] * 2 : match["utf16_end"] * 2].decode("utf-16-le")
        if not surface == wide == str(match["surface"]) == token:
            return False
    return True


UNESCAPED = "import api.snippet\napi.snippet.escape = lambda text: text"
"""What takes out that a highlight is escaped."""


def taken_along(own: Settings, count: int, chance: random.Random, prelude: str = "") -> Seen:
    """Take hostile documents along as a table, lines and feeds: no cell is a formula, every feed is well formed and inert."""
    loaded(own, documents(count, chance))
    with served(own, prelude, UNHURRIED) as api, client_of(api.url) as client:
        table = ask(client, "GET", "/v1/search.csv", params={"q": f"{WORD} عنوان"})
        feeds = [
            ask(client, "GET", "/v1/search.atom", params={"q": word, "op": "or", "size": 100})
            for word in ("عنوان", WORD)
        ]
    rows = list(csv.reader(io.StringIO(table.body.decode("utf-8-sig"))))
    run = sum(_is_run(cell) for row in rows[1:] for cell in row)
    read = [etree.fromstring(feed.body) for feed in feeds if feed.status == 200]
    texts = [element.text or "" for feed in read for element in feed.iter() if element.get("type") == "html"]
    alive = sum(bool(_LIVE.search(text)) for text in texts)
    figure = (
        f"a table of {len(rows) - 1:,} rows: {run} cells that a spreadsheet runs; {len(read)} feeds of {len(texts)} texts of "
        f"HTML: {alive} with live markup"
    )
    return Seen(figure, len(rows) > 1 and not run and bool(texts) and not alive)


def _is_run(cell: str) -> bool:
    """Tell whether a spreadsheet could take a cell for a formula: it is guarded by an apostrophe otherwise."""
    text = cell.lstrip(
        "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c\ufeff\u200b\u200c\u200d \u00ad"
    )
    number = re.fullmatch(r"-?\d+(\.\d+)?", cell)
    return text.startswith(("=", "+", "-", "@", "＝", "\t", "\r")) and not number


UNGUARDED = "import api.cells\napi.cells._is_dangerous = lambda text: False"
"""What writes cells as they are."""
_LIVE = re.compile(r"<(script|img|svg|iframe|a|math)\b", re.IGNORECASE)


def kept_controls() -> AbstractContextManager[object]:
    """Let indices that are made inside the `with` keep invisible characters."""
    marks = tuple(row for row in folding.MARKS if row.source not in CONTROLS)
    return patch.object(folding, "MARKS", marks)


def invisible(own: Settings) -> Seen:
    """Find words that hold invisible characters, by a query with or without them; nothing of them steers the answer's text."""
    words = [token_of(HIDDEN + number) for number in range(len(CONTROLS))]
    stored = [f"{word[:4]}{control}{word[4:]}" for word, control in zip(words, CONTROLS, strict=True)]
    loaded(own, [{"id": f"bidi-{number}", "text": f"نزوح {text} \u202eشمال"} for number, text in enumerate(stored)])
    missed = []
    with served(own, environment=UNHURRIED) as api, client_of(api.url) as client:
        for number, control in enumerate(CONTROLS):
            for q in (words[number], f"{words[number][:6]}{control}{words[number][6:]}"):
                found = orjson.loads(search(client, q, match="exact").body).get("hits", [])
                if [hit["matches"][0]["surface"] for hit in found if hit["matches"]] != [stored[number]]:
                    missed.append(f"U+{ord(control):04X}")
    return Seen(
        f"{2 * len(CONTROLS)} searches over {len(CONTROLS)} invisible characters: {len(missed)} missed {missed[:4]}",
        not missed,
    )
