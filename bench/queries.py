"""The queries that are measured: those of seeds/judgements.tsv, each at its level, and the same as the engine gets them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import orjson

from bench.traffic import Target
from settings import Settings

JUDGEMENTS = Path(__file__).parent.parent / "seeds" / "judgements.tsv"
Json = dict[str, Any]


def judged_queries() -> list[Json]:
    """Return the parameters of each different query of the judgements."""
    with JUDGEMENTS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        asked = dict.fromkeys((row["query"], row["match"]) for row in rows)
    return [{"q": q, "match": match} for q, match in asked]


@dataclass(frozen=True, slots=True)
class Pair:
    """The same searches twice: as they are asked of the API, and as it asks the engine."""

    api: Target
    engine: Target


def paired(url: str, settings: Settings, searches: Sequence[Json]) -> Pair:
    """Return the searches as pairs. Those of which the API must ask the engine twice are left out: there is no such body."""
    api, engine = [], []
    with httpx2.Client(timeout=30) as client:
        for params in searches:
            body = _engine_body(client, url, params)
            if body:
                api.append(orjson.dumps(params))
                engine.append(orjson.dumps(body))
    path = f"{settings.index}/_search?allow_partial_search_results=false&cancel_after_time_interval=2500ms"
    return Pair(Target(f"{url}/v1/search", api), Target(f"{settings.opensearch_urls()[0]}/{path}", engine))


def _engine_body(client: httpx2.Client, url: str, params: Json) -> Json | None:
    answer = client.post(f"{url}/v1/search", json={**params, "explain": True}).raise_for_status().json()
    if "suggestions" in answer or any("complete" in word for word in answer["query"]["words"]):
        return None
    body: Json = answer["query"]["engine"]
    return {name: part for name, part in body.items() if name != "explain"} | {"timeout": "2000ms"}


def typed(searches: Sequence[Json], shortest: int = 2) -> Iterator[Json]:
    """Yield what is asked for completions while the queries are typed, letter by letter, up to the end of a word."""
    for params in searches:
        word = params["q"].strip('"').split()[0]
        yield from ({"q": word[:end]} for end in range(shortest, len(word) + 1))
