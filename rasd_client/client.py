"""The client: one method a route, and iterators over what comes in pages or streams."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, Self

import httpx2

from rasd_client.errors import Refused, Unavailable

Json = dict[str, Any]

_LATER = {429, 503, 504}


class Rasd:
    """A connection to one server. `key` is what `python -m api keys create` showed."""

    def __init__(self, url: str, key: str | None = None, timeout: float = 30.0) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx2.AsyncClient(base_url=url.rstrip("/"), headers=headers, timeout=timeout)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def search(self, q: str, **params: Any) -> Json:
        """Return one page. The words go in the body of a POST, and so into no address and no proxy's log."""
        return await self._ask("POST", "/v1/search", json=_named({"q": q, **params}))

    async def hits(self, q: str, **params: Any) -> AsyncIterator[Json]:
        """Yield hits page by page: by relevance the first thousand, by date (`sort="newest"`) all of them."""
        cursor: str | None = None
        while True:
            page = await self.search(q, **params, **({"cursor": cursor} if cursor else {}))
            for hit in page["hits"]:
                yield hit
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def every_hit(self, q: str, **params: Any) -> AsyncIterator[Json]:
        """Yield every hit of a search, however many, in no order; Refused where the server fails midway."""
        named = _named({"q": q, **params})
        async with self._http.stream("GET", "/v1/search.ndjson", params=named) as answer:
            if answer.status_code >= httpx2.codes.BAD_REQUEST:
                await answer.aread()
            _check(answer)
            async for line in answer.aiter_lines():
                told = json.loads(line)
                if "done" in told:
                    return
                if "error" in told:
                    raise Refused(answer.status_code, told["error"] if isinstance(told["error"], dict) else {})
                yield told
        raise Refused(answer.status_code, {"detail": "the stream ended without its last line: some hits are missing"})

    async def batch(self, queries: dict[str, Json]) -> Json:
        """Answer up to 100 named queries in one request; each has its own answer or its own problem."""
        named = [{"name": name, **_named(query)} for name, query in queries.items()]
        return await self._ask("POST", "/v1/search/batch", json={"queries": named})

    async def paragraph(self, paragraph_id: str, v: str | None = None, **params: Any) -> Json:
        """Return one paragraph with its neighbours; with `v`, Refused (410) when its text is no longer that."""
        named = {**params, **({"v": v} if v else {})}
        return await self._ask("GET", f"/v1/paragraphs/{paragraph_id}", params=named)

    async def report(self, report_id: str, **params: Any) -> Json:
        """Return a whole report, with the marks of a query `q` where it is given."""
        return await self._ask("GET", f"/v1/reports/{report_id}", params=params)

    async def suggest(self, q: str, **params: Any) -> Json:
        """Return completions of what is being typed."""
        return await self._ask("GET", "/v1/suggest", params={"q": q, **params})

    async def forms(self, q: str, **params: Any) -> Json:
        """Return every spelling in the corpus that a query reaches."""
        return await self._ask("GET", "/v1/forms", params={"q": q, **params})

    async def verify(self, quote: str, **params: Any) -> Json:
        """Say whether a quotation is in the corpus."""
        return await self._ask("POST", "/v1/verify", json={"quote": quote, **params})

    async def _ask(self, method: str, path: str, **options: Any) -> Json:
        answer = await self._http.request(method, path, **options)
        _check(answer)
        told: Json = answer.json()
        return told


def _named(params: Json) -> Json:
    return {name.rstrip("_"): value for name, value in params.items() if value is not None}


def _check(answer: httpx2.Response) -> None:
    if answer.status_code < httpx2.codes.BAD_REQUEST:
        return
    problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    if answer.status_code in _LATER:
        wait = answer.headers.get("retry-after", "")
        raise Unavailable(answer.status_code, problem, float(wait) if wait.isdecimal() else None)
    raise Refused(answer.status_code, problem)
