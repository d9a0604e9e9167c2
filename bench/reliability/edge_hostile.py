"""H1 to H12: hostile queries, requests and documents; what comes out is an answer, a refusal, and never markup."""

from __future__ import annotations

import csv
import html
import io
import json
import random
import re
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from urllib.parse import urlsplit

import httpx2
import orjson
from lxml import etree

from bench.reliability.checks import Seen
from bench.reliability.edge_clients import Told, ask, client_of, search, shown, slowest, statuses
from bench.reliability.edge_stage import PATIENT, WORD, Json, load_records
from bench.reliability.edge_texts import FORMULAS, MARKUP, any_string, hostile_text, token_of
from bench.served import served
from indexer.engine import WritingEngine
from indexer.repair import repair
from settings import Settings

UNHURRIED = {"RATE_LIMIT": "off", **PATIENT}
LIMIT = 20.0
"""Seconds for any of these requests; on a quiet machine the slowest takes less than one."""
FINE = {200, 400, 404, 405, 408, 413, 414, 415, 422, 431}


def posted(client: httpx2.Client, q: str) -> Told:
    """Search by a body whose escapes carry any string, half a surrogate pair too."""
    body = json.dumps({"q": q}).encode()
    return ask(client, "POST", "/v1/search", content=body, headers={"Content-Type": "application/json"})


def judged(own: Settings, ask_all: Callable[[httpx2.Client], list[Told]], allowed: Iterable[int]) -> Seen:
    """Ask a server of its own and judge: only these statuses, every error a problem, no request that the engine refused."""
    with served(own, environment=UNHURRIED) as api, client_of(api.url) as client:
        told = ask_all(client)
        counted = ask(client, "GET", "/metrics").body.decode()
        alive = search(client, WORD).status == 200
    refused = [
        line for line in counted.splitlines() if line.startswith("rasd_engine_requests_total") and '"ok"' not in line
    ]
    odd = [one for one in told if one.status not in set(allowed) or (one.status >= 400 and not one.is_a_problem)]
    figure = (
        f"{len(told):,} requests: {shown(statuses(told))}; {len(odd)} others; {len(refused)} kinds of requests that the "
        f"engine refused; the slowest {slowest(told) * 1000:.0f} ms"
    )
    return Seen(figure, not odd and not refused and alive and slowest(told) <= LIMIT)


def any_strings(own: Settings, count: int, chance: random.Random) -> Seen:
    """Search for strings of every category of Unicode, with operators and quotes."""
    strings = [any_string(chance) for _ in range(count)]
    return judged(own, lambda client: [posted(client, q) for q in strings], {200, 422})


def floods(own: Settings, scale: int) -> Seen:
    """Search for floods: of words, parentheses, quotes, exclusions, wildcards, marks."""
    queries = [
        *(" ".join(f"كلمه{number}" for number in range(words)) for words in (64, 65, 257, 1025, 50 * scale)),
        *(opening * depth + WORD for opening in '("«-+!' for depth in (17, 400, 990, scale)),
        *("NOT " * depth + WORD for depth in (17, 200, scale)),
        *(f"{WORD}{mark * length}" for mark in "\u064b\u0640\u0301\u200d*~" for length in (990, 10 * scale)),
        *("ـ " * 490 + WORD, " ".join(["*"] * 400), " ".join(f"*{letter}*" for letter in "ابتثجح" * 30)),
        *(
            " OR ".join(f"*{letter}{other}*" for letter in "ابتثجح" for other in "ابتث"),
            "/.*قصف.*/",
            "قصف~2",
            "?" * 900,
        ),
        *(" ".join(["اق*"] * 5), " ".join(f"قص{letter}*" for letter in "ابتثج"), "*", "**", '"*"', '"قص*"~20'),
    ]

    def asked(client: httpx2.Client) -> list[Told]:
        search(client, WORD)
        told = [posted(client, q) for q in queries]
        substrings = [search(client, q[:1000], match="substring") for q in queries[:40]]
        return [*told, *substrings]

    return judged(own, asked, {200, 413, 422})


NUMBERS = (
    "-1",
    "0",
    "101",
    "1.5",
    "1e3",
    "9" * 400,
    "10**9",
    "0x10",
    "NaN",
    "Infinity",
    "١٠",
    "",
    " ",
    "null",
    "1;2",
    "\x00",
)


def numbers(own: Settings) -> Seen:
    """Ask for pages, sizes and places that are none."""

    def asked(client: httpx2.Client) -> list[Told]:
        search(client, WORD)
        names = ("size", "snippet", "context", "page", "from", "cursor", "offset")
        return [ask(client, "GET", "/v1/search", params={"q": WORD, name: text}) for name in names for text in NUMBERS]

    return judged(own, asked, {200, 422})


_BYTES = (
    b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xef\xbb\xbf", b"\x80", b"\xe2\x82", b"\xf0\x9f", b"\xfe\xff",
    b"%00", b"%ED%A0%80", b"%C0%AF", b"%FF", b"%", b"%zz", b"%E2%82", b"%F0%9F%98", b"%EF%BB%BF", b"%D8", b"%u0000",
)  # fmt: skip


def bad_bytes(chance: random.Random) -> bytes:
    """Return a request that holds bytes which are no text, in its address, a header or its body; it closes its connection."""
    bad = b"".join(chance.choices(_BYTES, k=chance.randrange(1, 4)))
    place = chance.randrange(5)
    path = (b"/v1/search?q=" + bad, b"/v1/reports/" + bad, b"/" + bad, b"/v1/search?q=x&" + bad + b"=1", b"/v1/search")[
        place
    ]
    close = b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    if place < 4:
        header = b"X-Bad: " + bad.replace(b"\n", b"") + b"\r\n" if chance.random() < 0.3 else b""
        return b"GET " + path + close + header + b"\r\n"
    body = (
        chance.choice((b'{"q": "%b"}', b'{"q": "\\ud800%b"}', b'{"%b": 1}', b"%b", b'{"q": "x", "place": ["%b"]}'))
        % bad
    )
    head = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    return b"POST " + path + close + head + body


def raw(url: str, request: bytes) -> Told:
    """Send bytes on a connection of their own and tell what came back."""
    started = time.perf_counter()
    said = b""
    place = (urlsplit(url).hostname or "", urlsplit(url).port or 0)
    with suppress(OSError), socket.create_connection(place, timeout=20) as connection:
        connection.sendall(request)
        while piece := connection.recv(65536):
            said += piece
    head, _, body = said.partition(b"\r\n\r\n")
    status = int(head[9:12]) if head.startswith(b"HTTP/1.1 ") else 0
    kind = re.search(rb"(?im)^content-type: (.*?)\r?$", head)
    return Told(status, time.perf_counter() - started, body, kind[1].decode("latin-1") if kind else "")


def bad_unicode(own: Settings, count: int, chance: random.Random) -> Seen:
    """Send bytes that are no text, in addresses, headers and bodies."""
    requests = [bad_bytes(chance) for _ in range(count)]
    return judged(own, lambda client: [raw(str(client.base_url), request) for request in requests], FINE)


ADDRESSES = ("javascript:alert(1)//", "https://a.example/\"'<b>", "data:text/html,<script>alert(1)</script>")
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


def poison(own: Settings, count: int, chance: random.Random) -> Seen:
    """Load documents with halves of surrogate pairs, NUL and other controls: each is found, whole but for U+FFFD."""
    records = documents(count, chance, POISONED, poison=True)
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


_LIVE = re.compile(r"<(script|img|svg|iframe|a|math)\b", re.IGNORECASE)


def invisible(own: Settings) -> Seen:
    """Find words that hold invisible characters, by a query with or without them; nothing of them steers the answer's text."""
    controls = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u061c\ufeff\u00ad"
    words = [token_of(HIDDEN + number) for number in range(len(controls))]
    stored = [f"{word[:4]}{control}{word[4:]}" for word, control in zip(words, controls, strict=True)]
    loaded(own, [{"id": f"bidi-{number}", "text": f"نزوح {text} \u202eشمال"} for number, text in enumerate(stored)])
    missed = []
    with served(own, environment=UNHURRIED) as api, client_of(api.url) as client:
        for number, control in enumerate(controls):
            for q in (words[number], f"{words[number][:6]}{control}{words[number][6:]}"):
                found = orjson.loads(search(client, q, match="exact").body).get("hits", [])
                if [hit["matches"][0]["surface"] for hit in found if hit["matches"]] != [stored[number]]:
                    missed.append(f"U+{ord(control):04X}")
    return Seen(
        f"{2 * len(controls)} searches over {len(controls)} invisible characters: {len(missed)} missed {missed[:4]}",
        not missed,
    )
