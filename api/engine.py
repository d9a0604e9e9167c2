"""The reading door: the only module of the API that knows opensearch-py. Short time limits, and no search is sent twice.

Only where a node takes no connection, so that nothing was sent, is the next one asked.

Every error of the client leaves here as one of `api.errors`, without the engine's text: it can hold the words that
somebody searched for. Whatever reads reports, paragraphs or forms must say for whom: the scope is put in here, once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import orjson
from aiohttp import ClientConnectorError
from opensearchpy import AIOHttpConnection, AsyncOpenSearch, RoundRobinSelector
from opensearchpy.exceptions import ConnectionError as ClientConnectionError
from opensearchpy.exceptions import ConnectionTimeout, NotFoundError, SerializationError, TransportError
from opensearchpy.serializer import JSONSerializer

from analyzers.mappings import index_body, version_of
from analyzers.names import VECTOR, Aliases
from api.deadline import left_of, within
from api.errors import EngineDown, EngineFault, EngineSlow, IndexMissing, StateChanged
from api.metrics import Metrics
from api.scope import Scope, bounded, unbounded
from api.turns import Turns
from settings import Settings
from settings.engine_errors import LOST, causes

Json = dict[str, Any]

CONNECTIONS = 32
AT_ONCE = 4
"""Searches of one request that the engine runs at a time: a batch of a hundred leaves room for the others who search."""
ASIDE = 5.0
"""Seconds after which a node that took no connection, or did not answer in time, is tried again; longer each time that it
takes none. What it costs then is nothing, or one search."""
LONGEST_ASIDE = 2
"""Doublings of it at most: a node that is back is used again within 20 seconds."""
SILENT = 0.75
"""Part of the time limit after which a node without an answer is silent: by then the engine itself has stopped the search."""
STEPS_TO_SEND = 2
"""Turns of the event loop in which whoever gets the turn takes it and writes its request: it goes first. Else the engine has
nothing to do while an answer is made of what it just gave: a tenth of the time with 32 connections on two cores."""
WAITING_EACH = 8
"""Requests that wait for each that is under way."""
_DAMAGED = "the engine's answer came damaged"
_TIMEOUTS = {"time_exceeded_exception", "task_cancelled_exception", "timeout_exception"}


class _Node(AIOHttpConnection):
    """A node, which remembers that it was silent. The client itself puts aside only those that refuse or break off."""

    silent_until = 0.0

    async def perform_request(self, *asked: Any, **how: Any) -> Any:
        """Send one request. One that had waited for its turn has little time left: who did not answer it is not silent yet."""
        sent = time.monotonic()
        try:
            return await super().perform_request(*asked, **how)
        except ConnectionTimeout:
            now = time.monotonic()
            if now - sent > SILENT * self.timeout:
                self.silent_until = now + ASIDE
            raise


class _Answering(RoundRobinSelector):
    """Takes turns among the nodes that are not silent: one that is frozen or cut off would cost every third search."""

    def select(self, connections: Sequence[Any]) -> Any:
        """Return one of the nodes; of all, where all are silent."""
        now = time.monotonic()
        return super().select([node for node in connections if node.silent_until <= now] or connections)


class _FastJson(JSONSerializer):
    """Bodies to the engine by orjson, in a twentieth of the time; what that refuses (half a surrogate) as before.

    Answers are read by the standard library: of Arabic text orjson reads no faster.
    """

    def dumps(self, data: Any) -> Any:
        if isinstance(data, str | bytes):
            return data
        try:
            return orjson.dumps(data)
        except TypeError:
            return super().dumps(data)


class ReadingEngine:
    """The engine as the API uses it. Opened once when the server starts, closed when it stops."""

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self._settings = settings
        self._metrics = metrics
        self._turns = Turns(settings.concurrency, WAITING_EACH * settings.concurrency)
        self._aliases = Aliases(settings.index)
        self._urls = settings.opensearch_urls()
        self._client = self._connect()

    def _connect(self) -> AsyncOpenSearch:
        ca: Json = {"ca_certs": str(self._settings.opensearch_ca)} if self._settings.opensearch_ca else {}
        return AsyncOpenSearch(
            hosts=self._urls,
            timeout=self._settings.read_timeout,
            max_retries=0,
            pool_maxsize=CONNECTIONS,
            connection_class=_Node,
            selector_class=_Answering,
            dead_timeout=ASIDE,
            timeout_cutoff=LONGEST_ASIDE,
            serializer=_FastJson(),
            **ca,
        )

    @property
    def waiting(self) -> int:
        """Requests that wait for their turn."""
        return self._turns.waiting

    async def close(self) -> None:
        """Close the connections."""
        await _close(self._client)

    async def follow(self) -> None:
        """Connect anew where the local node has moved: the API may have been started before it."""
        urls = self._settings.opensearch_urls()
        if urls != self._urls:
            old, self._urls = self._client, urls
            self._client = self._connect()
            await _close(old)

    def one_answer(self) -> AbstractContextManager[None]:
        """Give all that is asked inside the time of one request together: who waits for the answer does not care how many."""
        return within(self._settings.read_timeout)

    async def search(self, index: str, body: Json, scope: Scope) -> Json:
        """Run one search: `body` with the scope and a time limit put in. An answer from a part of the shards is an error."""
        return await self._search(f"/{index}", self._within(index, body, scope))

    def _within(self, index: str, body: Json, scope: Scope) -> Json:
        return bounded(body, scope.form_clauses() if index == self._aliases.forms else scope.clauses())

    async def _search(self, where: str, body: Json) -> Json:
        """Run one search whose body is within a scope already."""
        cancel_after = _milliseconds(self._settings.read_timeout)
        path = f"{where}/_search?allow_partial_search_results=false&cancel_after_time_interval={cancel_after}"
        answer = await self._ask("POST", path, {**body, "timeout": _milliseconds(self._settings.search_timeout)})
        found = _whole(answer)
        if isinstance(found, Exception):
            raise found
        return found

    async def searches(self, queries: list[tuple[str, Json]], scope: Scope) -> list[Json]:
        """Run several searches in one request; any that fails or is partial is an error of all."""
        found = []
        for answer in await self.attempts(queries, scope, self._settings.read_timeout):
            if isinstance(answer, Exception):
                raise answer
            found.append(answer)
        return found

    async def attempts(self, queries: list[tuple[str, Json]], scope: Scope, seconds: float) -> list[Json | Exception]:
        """Run several searches in one request, within so many seconds; one that fails is its error, the others stand."""
        timeout = _milliseconds(self._settings.search_timeout)
        lines = [
            line
            for index, body in queries
            for line in (
                {"index": index, "allow_partial_search_results": False},
                {**self._within(index, body, scope), "timeout": timeout},
            )
        ]
        path = f"/_msearch?cancel_after_time_interval={_milliseconds(seconds)}&max_concurrent_searches={AT_ONCE}"
        content = b"".join(orjson.dumps(line) + b"\n" for line in lines)
        answers = await self._ask("POST", path, content, seconds)
        return [_whole(answer) for answer in _part(answers, "responses")]

    async def documents(
        self, index: str, ids: list[str], scope: Scope, fields: Sequence[str] = (), *, with_vector: bool = False
    ) -> dict[str, Json]:
        """Return the sources of the paragraphs or reports that exist in a scope, or only some fields, by id, as of now."""
        only = "" if with_vector else f"?_source_excludes={VECTOR}"
        if fields:
            only = f"?_source={','.join((*fields, 'collection'))}"
        answer = await self._ask("POST", f"/{index}/_mget{only}", {"ids": ids})
        found = {told["_id"]: told["_source"] for told in _existing(answer) if told["found"]}
        return {name: source for name, source in found.items() if scope.sees(source.get("collection"))}

    async def state(self, document_id: str) -> Json | None:
        """Return what the state index holds under an id, None where there is nothing."""
        found = await self._stored(document_id)
        return found["_source"]["body"] if found["found"] else None

    async def _stored(self, document_id: str) -> Json:
        # No client waits for it, or a client that would take a turn of its own right after: it takes none.
        answer = await self._ask_now("POST", f"/{self._aliases.state}/_mget", {"ids": [document_id]}, self._left())
        return _existing(answer)[0]

    async def change_state(self, document_id: str, change: Callable[[Json | None], Json]) -> None:
        """Replace what the state index holds under an id; StateChanged where another did so at the same moment."""
        path = f"/{self._aliases.state}/_doc/{document_id}"
        now = await self._stored(document_id)
        body = change(now["_source"]["body"] if now["found"] else None)
        unchanged = (
            f"if_seq_no={now['_seq_no']}&if_primary_term={now['_primary_term']}" if now["found"] else "op_type=create"
        )
        _part(await self._ask_now("PUT", f"{path}?{unchanged}&require_alias=true", {"body": body}), "result")

    async def merge_state(self, document_id: str, changes: Json) -> None:
        """Put fields into what the state index holds under an id."""
        path = f"/{self._aliases.state}/_update/{document_id}?require_alias=true&retry_on_conflict=3"
        _part(await self._ask_now("POST", path, {"doc": {"body": changes}, "doc_as_upsert": True}), "result")

    async def make_state(self) -> None:
        """Make the state index where there is none: keys may be wanted before the first load."""
        if not await self.indices([self._aliases.state]):
            body = index_body("state", replicas=self._settings.replicas)
            name = self._aliases.concrete("state", f"{datetime.now(UTC):%Y%m%dt%H%M%S%f}", version_of("state"))
            await self._ask("PUT", f"/{name}", {**body, "aliases": {self._aliases.state: {}}})

    async def indices(self, names: list[str]) -> Json:
        """Return what the engine says of the indices behind some aliases, in which those that exist are keys."""
        told = await self._ask("GET", f"/{','.join(names)}?ignore_unavailable=true&flat_settings=true")
        if not all(isinstance(index, dict) and "aliases" in index for index in told.values()):
            raise EngineDown(_DAMAGED)
        return told

    async def check_shards(self, names: list[str]) -> None:
        """Raise EngineDown where a shard of some aliases is not there: a node that was killed reads it again, for a while."""
        # Not by the health of the cluster: a user who may only read is not told that.
        await self._search(f"/{','.join(names)}", {"size": 0, "track_total_hits": False})

    async def _ask(
        self,
        method: str,
        path: str,
        body: Json | bytes | None = None,
        seconds: float | None = None,
        steps: int = STEPS_TO_SEND,
    ) -> Json:
        async with self._turns.turn(self._left(seconds)) as left:
            answer = await self._ask_now(method, path, body, left)
            another_waits = self._turns.waiting > 0
        if another_waits:
            for _ in range(steps):
                await asyncio.sleep(0)
        return answer

    def _left(self, seconds: float | None = None) -> float:
        """Return what a request may take of the time that the answer has left; raise EngineSlow where it has none."""
        left = left_of(seconds or self._settings.read_timeout)
        if left <= 0:
            raise EngineSlow("the engine took too long for all that this answer needs")
        return left

    async def _ask_now(
        self, method: str, path: str, body: Json | bytes | None = None, seconds: float | None = None
    ) -> Json:
        with self._metrics.engine_request(), _translated():
            return await self._on_a_node(method, path, body, seconds)

    async def _on_a_node(self, method: str, path: str, body: Json | bytes | None, seconds: float | None) -> Json:
        """Ask one node. Where it takes no connection nothing was sent, and the next one is asked, each of them once."""
        for left in reversed(range(len(self._urls))):
            try:
                answer: object = await self._client.transport.perform_request(method, path, body=body, timeout=seconds)
            except ClientConnectionError as error:
                if not (left and isinstance(error.info, ClientConnectorError)):
                    raise
            else:
                if not isinstance(answer, dict):
                    raise EngineDown(_DAMAGED)
                return answer
        raise AssertionError("the last node's answer is returned or raised")


async def _close(client: AsyncOpenSearch) -> None:
    """Close a client. By itself it leaves open what it had with nodes that were put aside."""
    for node in getattr(client.transport.connection_pool, "orig_connections", ()):
        await node.close()
    await client.close()


def _existing(answer: Json) -> list[Json]:
    """Return what was asked for by id; IndexMissing where there is no index to ask, EngineDown where it is not there yet."""
    docs: list[Json] = _part(answer, "docs")
    kinds = {kind for told in docs if "error" in told for kind in causes(told["error"])}
    if kinds & LOST:
        raise EngineDown("the engine is reading an index again, or has lost a node")
    if kinds:
        raise IndexMissing
    return docs


def _part(answer: Json, name: str) -> Any:
    """Return a part that every answer of the engine has: without it, it is another's (a gateway that is being mended)."""
    if name not in answer:
        raise EngineDown(_DAMAGED)
    return answer[name]


def _whole(answer: Json) -> Json | Exception:
    """Return the answer of one search, or the error that it is: of several in one request each has its own."""
    try:
        if "error" in answer:
            if answer["status"] == 404:
                return IndexMissing()
            return _meaning(TransportError(answer["status"], answer["error"]["type"], answer))
        if answer["timed_out"] or answer["_shards"]["failed"]:
            return _in_part(answer)
        return unbounded(answer)
    except (KeyError, TypeError):
        return EngineDown(_DAMAGED)


def _in_part(answer: Json) -> EngineSlow:
    """Return the error of a partial answer. It names types of causes and no reason: those quote the query."""
    told = ", ".join(sorted(set(causes(answer["_shards"])))) or "out of time"
    return EngineSlow(f"the engine answered only in part ({told}, after {answer['took']} ms)")


class ExportingEngine(ReadingEngine):
    """The engine as exports use it: a client of its own with long time limits, and points in time."""

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        patient = {"read_timeout": settings.export_timeout, "search_timeout": settings.export_timeout}
        super().__init__(settings.model_copy(update=patient), metrics)
        # A client that reads slowly may take this long over a part before the next page is asked for.
        self._keep_alive = f"{round(settings.export_timeout * 2)}s"

    async def open_point_in_time(self, index: str) -> str:
        """Open a point in time over an index and return its id; it must be closed."""
        await self.follow()
        path = f"/{index}/_search/point_in_time?keep_alive={self._keep_alive}&allow_partial_pit_creation=false"
        # No step between the answer and whoever closes it: who leaves just then would leave it open.
        return str(_part(await self._ask("POST", path, steps=0), "pit_id"))

    async def search_at(self, pit: str, body: Json, scope: Scope) -> Json:
        """Run one search in a point in time of paragraphs or reports, and keep that open; IndexMissing where it is gone."""
        return await self._search(
            "", {**bounded(body, scope.clauses()), "pit": {"id": pit, "keep_alive": self._keep_alive}}
        )

    async def close_point_in_time(self, pit: str) -> None:
        """Close a point in time. One that cannot be closed, as its engine is gone, ends by itself."""
        with suppress(EngineDown, EngineSlow, EngineFault):
            await self._ask_now("DELETE", "/_search/point_in_time", {"pit_id": [pit]})


def _milliseconds(seconds: float) -> str:
    return f"{round(seconds * 1000)}ms"


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the client's exceptions into ours, once, for every call."""
    try:
        yield
    except ConnectionTimeout:
        raise EngineSlow("the engine did not answer in time") from None
    except ClientConnectionError:
        raise EngineDown("the engine cannot be reached") from None
    except SerializationError:
        raise EngineDown(_DAMAGED) from None
    except NotFoundError:
        raise IndexMissing from None
    except TransportError as error:
        raise _meaning(error) from None


def _meaning(error: TransportError) -> Exception:
    """Tell from status and type what an engine error means; a search that ran out of time is a 500 to the engine."""
    kinds = {error.error, *causes(error.info)}
    if "version_conflict_engine_exception" in kinds:
        return StateChanged("it was changed at the same moment: try again")
    if kinds & _TIMEOUTS or error.status_code == 504:
        return EngineSlow("the engine stopped a search that took too long")
    if kinds & LOST or error.status_code in {429, 502, 503}:
        return EngineDown(f"the engine is not ready (status {error.status_code})")
    return EngineFault(f"the engine refused a request (status {error.status_code}, {error.error})")
