"""What is searched for is in no log, metric or error (H18)."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from urllib.parse import quote

import httpx2

from bench.reliability.checks import Seen
from bench.reliability.edge_clients import ask, client_of, search
from bench.served import served
from settings import Settings

CANARY = "كناريذهبي"
LATIN = "goldencanary"
CRASH = f"""
import api.search
def crash(self, *given, **more):
    raise ValueError("{CANARY} {LATIN} " + str(given))
searching = api.search.Searcher.search
async def sometimes(self, params, scope):
    return crash(self, params) if "crash" in params.q else await searching(self, params, scope)
api.search.Searcher.search = sometimes
"""
"""What makes a search crash whose words hold `crash`, with the words in the text of the exception."""
TALKING = """
import logging, api.log, uvicorn, api.__main__
api.log._without_text = lambda logger, name, line: line
made = uvicorn.Config
uvicorn.Config = lambda app, **options: made(app, **{**options, "access_log": True})
"""
"""What leaves the access log on and the texts of exceptions in the logs."""


def words_in_logs(own: Settings, pid: int, count: int, chance: random.Random, prelude: str = "") -> Seen:
    """Search for canaries, with line ends and escapes, at INFO and DEBUG, until answers, refusals, silence and crashes."""
    found: list[str] = []
    asked = 0
    logs = own.data_dir / "node" / "logs"
    for level in ("info", "debug"):
        with (
            served(own, CRASH + prelude, {"LOG_LEVEL": level, "RATE_LIMIT": "off"}) as api,
            client_of(api.url) as client,
        ):
            said = []
            for number in range(count):
                asked += 1
                said.append(_canary_request(client, number, chance))
            os.kill(pid, signal.SIGSTOP)
            try:
                said += [search(client, f"{CANARY} {LATIN}").body]
            finally:
                os.kill(pid, signal.SIGCONT)
            said.append(ask(client, "GET", "/metrics").body)
            time.sleep(0.3)
            text = api.told()
            found += [f"log at {level}"] * _sings(text)
            found += ["answer"] * sum(_sings(body.decode("utf-8", "replace")) for body in said)
            unread = [line for line in text.splitlines() if line.startswith("{") and not line.endswith("}")]
            found += ["a line that was broken"] * len(unread)
    files = [path for path in logs.rglob("*") if path.is_file()] if logs.is_dir() else []
    found += [path.name for path in files if _sings(path.read_text(encoding="utf-8", errors="replace"))]
    figure = (
        f"{asked:,} searches for canaries at INFO and DEBUG, answered, refused, timed out and crashed: {len(found)} seen in "
        f"logs, metrics, errors and {len(files)} log files of the node {sorted(set(found))[:3]}"
    )
    return Seen(figure, not found)


def _canary_request(client: httpx2.Client, number: int, chance: random.Random) -> bytes:
    """Send a request that holds the canaries and return its error, b"" where it is an answer, which may echo them."""
    words = f"{CANARY}{chance.choice(('', chr(10), chr(13) + chr(10), chr(27) + '[31m', ' '))} {LATIN}"
    requests: list[Callable[[], object]] = [
        lambda: ask(client, "GET", "/v1/search", params={"q": words}),
        lambda: search(client, words),
        lambda: search(client, words, size=0),
        lambda: search(client, f"{words} crash"),
        lambda: ask(client, "GET", "/v1/search", params={"q": f'"{words}', "match": words}),
        lambda: ask(client, "GET", "/v1/search.csv", params={"q": words}),
        lambda: ask(client, "GET", "/v1/suggest", params={"q": words}),
        lambda: ask(client, "GET", "/v1/verify", params={"quote": words}),
        lambda: ask(client, "GET", "/v1/forms", params={"q": words * 100}),
        lambda: ask(client, "POST", "/v1/search", content=f'{{"q": "{LATIN}'.encode()),
        lambda: search(client, words, **{"from": words}),
    ]
    told = requests[number % len(requests)]()
    return told.body if told.status >= 400 else b""  # type: ignore[attr-defined]


def _sings(text: str) -> bool:
    lowered = text.lower()
    escaped = CANARY.encode("ascii", "backslashreplace").decode()
    return any(word.lower() in lowered for word in (CANARY, LATIN, quote(CANARY), escaped))
