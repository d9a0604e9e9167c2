"""Any string, floods, numbers and bytes as a query (H1 to H6)."""

from __future__ import annotations

import json
import random
import re
import socket
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from urllib.parse import urlsplit

import httpx2

from bench.reliability.checks import Seen
from bench.reliability.edge_clients import Told, ask, client_of, percentile, search, shown, slowest, statuses
from bench.reliability.edge_stage import PATIENT, WORD
from bench.reliability.edge_texts import any_string
from bench.served import served
from settings import Settings

UNHURRIED = {"RATE_LIMIT": "off", **PATIENT}
LIMIT = 20.0
"""Seconds for any of these requests; on a quiet machine the slowest takes less than one."""
FINE = {200, 400, 404, 405, 408, 413, 414, 415, 422, 431}


def posted(client: httpx2.Client, q: str) -> Told:
    """Search by a body whose escapes carry any string, half a surrogate pair too."""
    body = json.dumps({"q": q}).encode()
    return ask(client, "POST", "/v1/search", content=body, headers={"Content-Type": "application/json"})


def judged(
    own: Settings, ask_all: Callable[[httpx2.Client], list[Told]], allowed: Iterable[int], prelude: str = ""
) -> Seen:
    """Ask a server of its own and judge: only these statuses, every error a problem, no request that the engine refused."""
    with served(own, prelude, UNHURRIED) as api, client_of(api.url) as client:
        told = ask_all(client)
        counted = ask(client, "GET", "/metrics").body.decode()
        alive = search(client, WORD).status == 200
        log = api.told()
    refused = [
        line for line in counted.splitlines() if line.startswith("rasd_engine_requests_total") and '"ok"' not in line
    ]
    odd = [one for one in told if one.status not in set(allowed) or (one.status >= 400 and not one.is_a_problem)]
    if odd:
        print(f"the first of them: {odd[0].body[:300]!r}; the log: {log[-1000:]!r}", file=sys.stderr)
    figure = (
        f"{len(told):,} requests: {shown(statuses(told))}; {len(odd)} others; {len(refused)} kinds of requests that the "
        f"engine refused; the slowest {slowest(told) * 1000:.0f} ms"
    )
    return Seen(figure, not odd and not refused and alive and slowest(told) <= LIMIT)


def any_strings(own: Settings, count: int, chance: random.Random, prelude: str = "") -> Seen:
    """Search for strings of every category of Unicode, with operators and quotes."""
    strings = [any_string(chance) for _ in range(count)]
    return judged(own, lambda client: [posted(client, q) for q in strings], {200, 422}, prelude)


def patterns(count: int, chance: random.Random) -> list[str]:
    """Return queries that would be patterns in some language: wildcards at each end, regular expressions, edits."""
    words = ("قصف", "ادلب", "حلب", "ا", "ال", "مدني")
    shapes = (
        "*{}*",
        "*{}",
        "{}*",
        "?{}?",
        "{}~",
        "{}~2",
        "/.*{}.*/",
        "/[{}]+/",
        '"*{}* {}"',
        '"{} {}"~9',
        "{}^9",
        "[{} TO {}]",
    )

    def pattern() -> str:
        shape = chance.choice(shapes)
        return shape.format(*(chance.choice(words) for _ in range(shape.count("{}"))))

    return [chance.choice((" ", " OR ")).join(pattern() for _ in range(chance.randrange(1, 8))) for _ in range(count)]


DEAR = 11
"""Times the p99 of a plain search that a pattern may take: 300 and 27 ms on the machine of the design trial."""


def floods(own: Settings, scale: int, chance: random.Random, prelude: str = "", times: float = DEAR) -> Seen:
    """Search for floods: of words, parentheses, quotes, exclusions, wildcards, marks; and for patterns, timed against words."""
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

    timed: dict[str, list[Told]] = {"plain": [], "patterns": []}

    def asked(client: httpx2.Client) -> list[Told]:
        for q in patterns(scale // 10, chance):
            timed["plain"].append(search(client, f"{WORD} مدني"))
            timed["patterns"].append(posted(client, q))
        told = [posted(client, q) for q in queries]
        substrings = [search(client, q[:1000], match="substring") for q in queries[:40]]
        return [*timed["patterns"], *told, *substrings]

    seen = judged(own, asked, {200, 413, 422}, prelude)
    plain, most = percentile(timed["plain"], 0.99), slowest(timed["patterns"])
    figure = f"{seen.figure}; of {len(timed['patterns'])} patterns {most * 1000:.0f} ms, {most / plain:.1f} times a word's p99"
    return Seen(figure, seen.kept and most <= times * plain)


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


def numbers(own: Settings, prelude: str = "") -> Seen:
    """Ask for pages, sizes and places that are none."""

    def asked(client: httpx2.Client) -> list[Told]:
        search(client, WORD)
        names = ("size", "snippet", "context", "page", "from", "cursor", "offset")
        return [ask(client, "GET", "/v1/search", params={"q": WORD, name: text}) for name in names for text in NUMBERS]

    return judged(own, asked, {200, 422}, prelude)


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


def bad_unicode(own: Settings, count: int, chance: random.Random, prelude: str = "") -> Seen:
    """Send bytes that are no text, in addresses, headers and bodies."""
    requests = [bad_bytes(chance) for _ in range(count)]
    return judged(own, lambda client: [raw(str(client.base_url), request) for request in requests], FINE, prelude)


AS_TYPED = """
import api.search
made = api.search.search_body
api.search.search_body = lambda params, *more: {
    **made(params, *more), "query": {"query_string": {"query": params.q, "fields": ["text"]}}
}
"""
"""What passes the words on as they were typed, to the engine's own language for queries."""
UNCHECKED = """
import api.params
api.params.SearchParams.model_fields["size"].metadata.clear()
api.params.SearchParams.model_rebuild(force=True)
"""
"""What takes any number for a size."""
REPEATING = """
import api.problems
api.problems._message = str
told = api.problems._fault
api.problems._fault = lambda error, request: told({**error, "msg": f"{error['msg']}: {error['input']}"}, request)
"""
"""What repeats in an error what was sent, as frameworks do."""
