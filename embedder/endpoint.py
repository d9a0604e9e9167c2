"""Any endpoint that speaks OpenAI's embeddings interface: a server of yours, or a service that is paid for."""

from __future__ import annotations

import hashlib
import math
from typing import Any

import orjson
import urllib3

from embedder.errors import EmbedderDown, EmbedderError
from embedder.identity import Identity
from embedder.interface import Vector
from settings import Settings

BATCH = 32
"""Texts of one request."""
DIGITS = 6
CONNECTIONS = 16

Json = dict[str, Any]


class Endpoint:
    """The endpoint. It is not asked before the first text, so a server starts while it is down."""

    def __init__(self, settings: Settings, timeout: float) -> None:
        self._url = str(settings.embedder)
        self._model = settings.embedder_model
        self._query_prefix = settings.embedder_query_prefix
        self._passage_prefix = settings.embedder_passage_prefix
        self._identity = endpoint_identity(settings)
        key = settings.embedder_key
        self._headers = {"Content-Type": "application/json"}
        if key:
            self._headers["Authorization"] = f"Bearer {key.get_secret_value()}"
        self._pool = urllib3.PoolManager(maxsize=CONNECTIONS, timeout=urllib3.Timeout(total=timeout), retries=False)

    @property
    def identity(self) -> Identity:
        """The model: its dimension is known from the first answer on."""
        return self._identity

    def query(self, text: str) -> Vector:
        """Return the vector of a query."""
        return self._ask([self._query_prefix + text])[0]

    def passages(self, texts: list[str]) -> list[Vector]:
        """Return the vectors of passages, by requests of a few at a time."""
        asked = [self._passage_prefix + text for text in texts]
        return [vector for start in range(0, len(asked), BATCH) for vector in self._ask(asked[start : start + BATCH])]

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def _ask(self, texts: list[str]) -> list[Vector]:
        body = orjson.dumps(
            {"model": self._model, "input": [_sent(text) for text in texts], "encoding_format": "float"}
        )
        try:
            # No redirects: the key would go along, to wherever they lead.
            answer = self._pool.request("POST", self._url, body=body, headers=self._headers, redirect=False)
        except urllib3.exceptions.HTTPError:
            raise EmbedderDown("the embedding endpoint cannot be reached or did not answer in time") from None
        if answer.status == 429 or answer.status >= 500:
            raise EmbedderDown(f"the embedding endpoint is not ready (status {answer.status})")
        if answer.status != 200:
            raise EmbedderError(
                f"the embedding endpoint refused the request (status {answer.status}): check RASD_EMBEDDER, "
                "RASD_EMBEDDER_MODEL and RASD_EMBEDDER_KEY"
            )
        vectors = _read(answer.data, len(texts))
        self._learn(len(vectors[0]))
        return vectors

    def _learn(self, dimension: int) -> None:
        """Take the length of vectors from the first answer; another one later is another model under the same name."""
        known = self._identity
        if known.dimension is None:
            self._identity = Identity(known.name, known.revision, dimension)
        elif known.dimension != dimension:
            raise EmbedderError(
                f"the embedding endpoint answers vectors of {dimension} numbers, and before of {known.dimension}: "
                "it serves another model now"
            )


def endpoint_identity(settings: Settings) -> Identity:
    """Return the model that an endpoint is said to serve; what is put before texts is part of what vectors mean."""
    prefixes = f"{settings.embedder_query_prefix}\0{settings.embedder_passage_prefix}"
    told = "" if prefixes == "\0" else hashlib.sha256(prefixes.encode()).hexdigest()[:8]
    revision = "-".join(part for part in (settings.embedder_revision, told) if part)
    return Identity(str(settings.embedder_model), revision, None)


def _sent(text: str) -> str:
    """Return a text that is UTF-8 in any case."""
    return text.encode("utf-8", "replace").decode()


def _read(content: bytes, expected: int) -> list[Vector]:
    """Return the vectors of an answer, each of length 1. Raises EmbedderError for anything else than it should be."""
    try:
        rows = sorted(orjson.loads(content)["data"], key=lambda row: row["index"])
        vectors = [_unit([float(value) for value in row["embedding"]]) for row in rows]
    except (ValueError, KeyError, TypeError, ZeroDivisionError):
        raise EmbedderError("the embedding endpoint answered something else than embeddings") from None
    if len(vectors) != expected or len({len(vector) for vector in vectors}) != 1:
        raise EmbedderError("the embedding endpoint answered other vectors than were asked for")
    return vectors


def _unit(vector: Vector) -> Vector:
    length = math.sqrt(sum(value * value for value in vector))
    if not math.isfinite(length):
        raise ValueError(length)
    return [round(value / length, DIGITS) for value in vector]
