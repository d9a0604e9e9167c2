"""The writing door: the only module of the indexer that knows opensearch-py. Long time limits, and retries by stamina.

Every error of the client leaves here as one of `indexer.errors`, without the client's text: it can hold parts of a
document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
import stamina
from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConnectionError as ClientConnectionError
from opensearchpy.exceptions import ImproperlyConfigured, OpenSearchException, SSLError, TransportError

from indexer.errors import EngineBusy, EngineConflict, EngineFull, EngineRefused, EngineUnavailable
from settings import Settings
from settings.engine_errors import names_lost_node

Json = dict[str, Any]

ATTEMPTS = 8
"""Times that a bulk request is sent before it is given up."""
ASKS = 4
"""Times that anything else is asked; where there is no engine, this is some three seconds."""
REQUEST_BYTES = 10 * 1024 * 1024
"""Bytes of one bulk request: half of what the node's `http.max_content_length` takes."""
ACTION_BYTES = 2 * REQUEST_BYTES
"""Bytes of one action. A request is one action at least, and the node closes the connection on a larger one."""
FULL = "cluster_block_exception"
"""Type of the error by which a node whose disk is nearly full refuses a write (429)."""
_ANSWERED = {"filter_path": "errors,items.*.status,items.*.error.type"}
"""What is read of an answer to a bulk request: all of it would be a third of the work on our side."""
CONFLICT = "a newer version of this report has been written meanwhile"
"""Reason of a write that came too late."""
KEEP_ALIVE = "5m"
"""For which a point in time is kept after each page."""
PARAGRAPHS_A_PAGE = 2000
"""Paragraphs of the records that are read at a time: some 2 MB of them mostly, 24 where each is as long as may be."""
PATIENCE = 120.0
"""Seconds over which writing is tried again before it is given up."""


@dataclass(frozen=True, slots=True)
class Action:
    """One line of a bulk request: `index` with a document or `delete`, under an external version where it has one."""

    index: str
    id: str
    version: int | None
    document: Json | bytes | None = None
    """As JSON, rendered already, or none to delete."""

    def render(self) -> Rendered:
        """Return the action as NDJSON. `external_gte`: sent again after a lost answer, it does not conflict."""
        head: Json = {"_index": self.index, "_id": self.id}
        if self.version is not None:
            head |= {"version": self.version, "version_type": "external_gte"}
        if self.document is None:
            return Rendered(self, orjson.dumps({"delete": head}) + b"\n")
        document = self.document if isinstance(self.document, bytes) else orjson.dumps(self.document)
        return Rendered(self, b"".join((orjson.dumps({"index": head}), b"\n", document, b"\n")))


@dataclass(frozen=True, slots=True)
class Rendered:
    """An action and its lines of a bulk request."""

    action: Action
    body: bytes


@dataclass(frozen=True, slots=True)
class Failure:
    """An action that the engine refused for good."""

    action: Action
    reason: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as it was read, with what tells whether it has been written since."""

    source: Json
    seq_no: int
    primary_term: int


class WritingEngine:
    """The engine as the indexer uses it. One instance a command; close it at the end."""

    permit: Callable[[], None] | None = None
    """Asked before anything is written while a lock is held: raises where it was lost."""

    def __init__(self, settings: Settings) -> None:
        urls = settings.opensearch_urls()
        self.addresses = [_without_credentials(url) for url in urls]
        ca = settings.opensearch_ca
        if ca and not ca.is_file():
            raise EngineRefused(f"RASD_OPENSEARCH_CA: there is no file {ca}")
        # One more for the heartbeat of the lock, and one for what is asked meanwhile.
        self.connections = settings.load_connections
        tls: Json = {"ca_certs": str(ca)} if ca else {}
        self._client = OpenSearch(
            hosts=urls, timeout=settings.write_timeout, max_retries=0, pool_maxsize=self.connections + 2, **tls
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def bulk(self, actions: list[Action], *, require_alias: bool = True) -> list[Failure]:
        """Carry out all actions and return those that were refused; what the engine is too busy for is sent again."""
        failures: list[Failure] = []
        for request in _requests(actions):
            if len(request[0].body) > ACTION_BYTES:
                failures.append(Failure(request[0].action, f"it takes more than {ACTION_BYTES:,} bytes: split it"))
                continue
            pending = request
            for attempt in stamina.retry_context(
                on=EngineUnavailable, attempts=ATTEMPTS, timeout=PATIENCE, wait_initial=0.2, wait_max=10.0
            ):
                with attempt:
                    refused, pending = self._bulk_once(pending, require_alias=require_alias)
                    failures += refused
                    if pending:
                        raise EngineBusy(f"the engine is too busy: {len(pending)} of {len(request)} actions are left")
        return failures

    def _bulk_once(self, request: list[Rendered], *, require_alias: bool) -> tuple[list[Failure], list[Rendered]]:
        """Send one bulk request; return what was refused for good and what to send again."""
        self._ask_permit()
        body = b"".join(rendered.body for rendered in request)
        with _translated():
            answer = self._client.bulk(body=body, params={"require_alias": str(require_alias).lower(), **_ANSWERED})
        if not answer["errors"]:
            return [], []
        if all(_error_type(item) == FULL for item in answer["items"]):
            # Nothing of it was taken, so nothing is lost by sending all of it again.
            raise EngineFull
        return _sorted_out(request, answer["items"])

    def documents(self, index: str, ids: list[str], fields: list[str] | None = None) -> dict[str, Json]:
        """Return the sources of the documents that exist, by id, as they are now (not as of the last refresh).

        With `fields` only these of each.
        """
        if not ids:
            return {}
        wanted = f"?_source_includes={','.join(fields)}" if fields else ""
        answer = self._read(f"/{index}/_mget{wanted}", {"ids": ids})
        failed = [found for found in answer["docs"] if "error" in found]
        if failed:
            kind = failed[0]["error"]["type"]
            raise EngineRefused(f"the engine could not read {len(failed)} of {len(ids)} records ({kind})")
        return {found["_id"]: found["_source"] for found in answer["docs"] if found["found"]}

    def put(self, index: str, document_id: str, document: Json) -> None:
        """Write one document and make it visible to searches at once."""
        self._ask("PUT", f"/{index}/_doc/{document_id}?refresh=true&require_alias=true", document)

    def stored(self, index: str, document_id: str) -> Stored | None:
        """Return one document as it is now, None where it is not there."""
        (found,) = self._read(f"/{index}/_mget", {"ids": [document_id]})["docs"]
        if "error" in found:
            raise EngineRefused(f"the engine could not read a document ({found['error']['type']})")
        return Stored(found["_source"], found["_seq_no"], found["_primary_term"]) if found["found"] else None

    def put_stored(self, index: str, document_id: str, document: Json, over: Stored | None) -> Stored:
        """Write one document over the one that was read (None: where none was). Raises EngineConflict otherwise."""
        told = self._ask("PUT", f"/{index}/_doc/{document_id}?require_alias=true&{_condition(over)}", document)
        return Stored(document, told["_seq_no"], told["_primary_term"])

    def delete_stored(self, index: str, document_id: str, over: Stored) -> None:
        """Delete one document if it is still the one that was read. Raises EngineConflict otherwise."""
        self._ask("DELETE", f"/{index}/_doc/{document_id}?{_condition(over)}")

    def search(self, index: str, body: Json) -> Json:
        """Run one search; an answer from a part of the shards is an error."""
        answer: Json = self._ask("POST", f"/{index}/_search?allow_partial_search_results=false", body)
        return answer

    def searches(self, index: str, bodies: list[Json]) -> list[list[Json]]:
        """Run several searches in one request and return the hits of each; an answer from a part of the shards is an error."""
        head = orjson.dumps({"allow_partial_search_results": False})
        lines = b"".join(head + b"\n" + orjson.dumps(body) + b"\n" for body in bodies)
        only = "responses.status,responses.error,responses.hits.hits"
        answer = self._read(f"/{index}/_msearch?filter_path={only}", lines)
        told = answer["responses"]
        if failed := [one for one in told if "error" in one]:
            raise EngineRefused(f"the engine could not answer {len(failed)} of {len(bodies)} searches")
        return [one.get("hits", {}).get("hits", []) for one in told]

    def pages(self, index: str, body: Json, size: int = 200) -> Iterator[list[Json]]:
        """Yield all hits of a search in pages, from one point in time that is closed at the end."""
        with self._point_in_time(index) as search:
            yield from _all_pages(search, body, size)

    def report_pages(self, index: str, body: Json) -> Iterator[list[Json]]:
        """Yield all hits of a search for records of reports, in pages of so many paragraphs together, or one report.

        A page of two hundred books would be a gigabyte for the engine, and longer at work than a point in time is kept.
        """
        with self._point_in_time(index) as search:
            ends = {"query": body.get("query", {"match_all": {}}), "_source": False, "docvalue_fields": ["end"]}
            for page in _all_pages(search, ends, 200):
                for ids in _in_groups(page, PARAGRAPHS_A_PAGE):
                    hits = search({**body, "query": {"ids": {"values": ids}}, "size": len(ids)})
                    if len(hits) != len(ids):
                        raise EngineRefused(f"the engine gave {len(hits)} of {len(ids)} records")
                    yield hits

    @contextmanager
    def _point_in_time(self, index: str) -> Iterator[Callable[[Json], list[Json]]]:
        """Open a point in time and yield what searches in it, by index order; it is closed at the end."""
        pit = self._ask("POST", f"/{index}/_search/point_in_time?keep_alive={KEEP_ALIVE}")["pit_id"]

        def search(body: Json) -> list[Json]:
            whole = {**body, "sort": [{"_shard_doc": "asc"}], "pit": {"id": pit, "keep_alive": KEEP_ALIVE}}
            hits: list[Json] = self._ask("POST", "/_search?allow_partial_search_results=false", whole)["hits"]["hits"]
            return hits

        try:
            yield search
        finally:
            self._ask("DELETE", "/_search/point_in_time", {"pit_id": [pit]})

    def count(self, index: str, query: Json | None = None) -> int:
        """Return how many documents of an index meet a query (all, where none is given)."""
        return int(self._ask("POST", f"/{index}/_count", {"query": query or {"match_all": {}}})["count"])

    def refresh(self, *indices: str) -> None:
        """Make everything written so far visible to searches."""
        self._ask("POST", f"/{','.join(indices)}/_refresh")

    def create_index(self, name: str, body: Json) -> None:
        """Create an index. Raises EngineConflict where there is one of this name."""
        self._ask_permit()
        self._ask("PUT", f"/{name}", body)

    def put_mapping(self, name: str, mapping: Json) -> None:
        """Add fields to the mapping of an index; what it has stays, but for `_meta`, which is replaced."""
        self._ask("PUT", f"/{name}/_mapping", mapping)

    def delete_index(self, name: str) -> None:
        """Delete one index by its whole name."""
        self._ask_permit()
        self._ask("DELETE", f"/{name}")

    def set_index(self, name: str, settings: Json) -> None:
        """Change settings of an index."""
        self._ask("PUT", f"/{name}/_settings", {"index": settings})

    def move_aliases(self, actions: list[Json]) -> None:
        """Carry out alias actions in one call, so that no search sees a step between."""
        self._ask_permit()
        self._ask("POST", "/_aliases", {"actions": actions})

    def indices(self, pattern: str, only: str = "*") -> dict[str, Json]:
        """Return what the engine says of every index that a pattern or an alias names: `aliases`, `mappings`, `settings`.

        `only` leaves out the rest, as `filter_path` does: with its analysis an index takes hundreds of kilobytes.
        """
        path = f"/{pattern}?ignore_unavailable=true&allow_no_indices=true&flat_settings=true&filter_path={only}"
        told: dict[str, Json] = self._ask("GET", path)
        return told

    def has_repository(self, name: str) -> bool:
        """Tell whether the engine has a snapshot repository of this name."""
        return name in self._ask("GET", "/_snapshot")

    def make_repository(self, name: str, body: Json) -> None:
        """Register a snapshot repository; the nodes try to write into it."""
        self._ask("PUT", f"/_snapshot/{name}", body)

    def snapshots(self, repository: str) -> list[Json]:
        """Return what the engine says of every snapshot in a repository, oldest first, those under way too."""
        told: list[Json] = self._ask("GET", f"/_snapshot/{repository}/_all")["snapshots"]
        return sorted(told, key=lambda snapshot: int(snapshot["start_time_in_millis"]))

    def begin_snapshot(self, repository: str, name: str, body: Json) -> None:
        """Begin a snapshot; `snapshots` tells how far it is."""
        self._ask_permit()
        self._ask("PUT", f"/_snapshot/{repository}/{name}", body)

    def delete_snapshot(self, repository: str, name: str) -> None:
        """Delete a snapshot."""
        self._ask("DELETE", f"/_snapshot/{repository}/{name}")

    def begin_restore(self, repository: str, name: str, body: Json) -> None:
        """Begin to bring indices back from a snapshot; `shards` tells how far it is."""
        self._ask_permit()
        self._ask("POST", f"/_snapshot/{repository}/{name}/_restore", body)

    def shards(self, names: list[str]) -> list[dict[str, str]]:
        """Return `prirep`, `state` and `unassigned.reason` of every shard of some indices."""
        told: list[dict[str, str]] = self._ask(
            "GET", f"/_cat/shards/{','.join(names)}?format=json&h=prirep,state,unassigned.reason"
        )
        return told

    def plugins(self) -> set[str]:
        """Return the names of the plugins that the nodes have."""
        told = self._ask("GET", "/_cat/plugins?format=json")
        return {row["component"] for row in told}

    def version(self) -> str:
        """Return the engine's version; raises EngineUnavailable where there is none."""
        return str(self._ask("GET", "/")["version"]["number"])

    def _ask_permit(self) -> None:
        if self.permit:
            self.permit()

    def _read(self, path: str, body: Json | bytes) -> Any:
        """Ask for several documents or searches at once, and again as long as the node has not got their shards."""
        for attempt in stamina.retry_context(
            on=EngineBusy, attempts=None, timeout=PATIENCE, wait_initial=0.2, wait_max=5.0
        ):
            with attempt:
                answer = self._ask("POST", path, body)
                if _is_without_shard(answer):
                    raise EngineBusy(
                        "the engine is reading an index again, as after it was ended in the middle of its work, or has lost "
                        "a node; ask again in a minute"
                    )
                return answer
        raise AssertionError("retry_context ends by returning or raising")

    def _ask(self, method: str, path: str, body: Json | bytes | None = None) -> Any:
        for attempt in stamina.retry_context(
            on=EngineUnavailable, attempts=ASKS, timeout=30.0, wait_initial=0.2, wait_max=3.0
        ):
            with attempt, _translated():
                return self._client.transport.perform_request(method, path, body=body)
        raise AssertionError("retry_context ends by returning or raising")


def _all_pages(search: Callable[[Json], list[Json]], body: Json, size: int) -> Iterator[list[Json]]:
    after: Json = {}
    while hits := search({**body, **after, "size": size}):
        yield hits
        after = {"search_after": hits[-1]["sort"]}


def _in_groups(page: list[Json], most: int) -> Iterator[list[str]]:
    """Cut a page into groups of reports that have so many paragraphs together at most, or of one report."""
    ids: list[str] = []
    paragraphs = 0
    for hit in page:
        (end,) = hit.get("fields", {}).get("end", [0])
        if ids and paragraphs + end > most:
            yield ids
            ids, paragraphs = [], 0
        ids.append(hit["_id"])
        paragraphs += end
    if ids:
        yield ids


def _is_without_shard(answer: Json) -> bool:
    told = answer.get("docs") or answer.get("responses") or []
    return any(one.get("status") == 503 or names_lost_node(one.get("error")) for one in told)


def _condition(over: Stored | None) -> str:
    return f"if_seq_no={over.seq_no}&if_primary_term={over.primary_term}" if over else "op_type=create"


def _without_credentials(url: str) -> str:
    scheme, _, rest = url.rpartition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if scheme else rest.rpartition("@")[2]


def _requests(actions: list[Action]) -> Iterator[list[Rendered]]:
    """Yield the actions in bulk requests of at most `REQUEST_BYTES`, but for a single larger one."""
    request: list[Rendered] = []
    size = 0
    for rendered in (action.render() for action in actions):
        if request and size + len(rendered.body) > REQUEST_BYTES:
            yield request
            request, size = [], 0
        request.append(rendered)
        size += len(rendered.body)
    if request:
        yield request


def _error_type(item: Json) -> str | None:
    error = next(iter(item.values())).get("error", {}).get("type")
    return str(error) if error else None


def _sorted_out(request: list[Rendered], items: list[Json]) -> tuple[list[Failure], list[Rendered]]:
    failures, busy = [], []
    for rendered, item in zip(request, items, strict=True):
        told = next(iter(item.values()))
        # Too busy, or a shard that is just being moved or started, or whose node was lost.
        if told["status"] in {429, 503} or names_lost_node(told.get("error")):
            busy.append(rendered)
        elif "error" in told:  # a delete of what is not there has the status 404 and no error
            failures.append(Failure(rendered.action, _reason(told)))
    return failures, busy


def _reason(told: Json) -> str:
    kind = told.get("error", {}).get("type", "error")
    if kind == "version_conflict_engine_exception":
        return CONFLICT
    return f"the engine refused a part of it ({kind})"


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the client's exceptions into ours, once, for every call."""
    try:
        yield
    except SSLError as error:
        raise EngineRefused(
            "the engine's certificate is not trusted, or it speaks no TLS: see RASD_OPENSEARCH_CA"
        ) from error
    except ClientConnectionError as error:
        raise EngineUnavailable("the engine cannot be reached or did not answer in time") from error
    except TransportError as error:
        if error.status_code == 429 and error.error == FULL:
            raise EngineFull from error
        if error.status_code in {429, 502, 503, 504} or names_lost_node(error.info):
            raise EngineUnavailable(f"the engine is not ready (status {error.status_code})") from error
        refused = EngineConflict if _is_conflict(error) else EngineRefused
        raise refused(f"the engine refused the request (status {error.status_code}, {error.error})") from error
    except (OpenSearchException, ImproperlyConfigured) as error:
        raise EngineRefused("what answered is not OpenSearch, or nothing was named to ask") from error


def _is_conflict(error: TransportError) -> bool:
    return error.status_code == 409 or error.error == "resource_already_exists_exception"
