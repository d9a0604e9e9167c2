"""Who may do what: the one table of addresses and roles.

`api.gate` admits by it, the OpenAPI document says it, and a test tries every row with every kind of caller. An address
without a row keeps the server from starting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from fastapi import APIRouter
from starlette.routing import Route

from api.keys import Right


class Role(StrEnum):
    """Who an address is for."""

    ANYONE = "anyone"
    """Says nothing of the corpus: open even where reading is closed, and not counted by the rate limit."""
    READER = "reader"
    """Reads the corpus: open, or with `RASD_REQUIRE_KEY=true` for keys with the right `read`."""
    WRITER = "writer"
    """Changes the corpus: always a key with the right `write`."""
    ADMIN = "admin"
    """Always a key with the right `admin`."""


RIGHTS = {Role.READER: Right.READ, Role.WRITER: Right.WRITE, Role.ADMIN: Right.ADMIN}


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for an address: its role, its cost in units of the rate limit, whether its body is a stream."""

    role: Role
    cost: int = 1
    streams: bool = False

    @property
    def writes(self) -> bool:
        """Whether the address changes something, so that no page of another site may call it."""
        return self.role in {Role.WRITER, Role.ADMIN}


ANYONE = Rule(Role.ANYONE, cost=0)

# A new address wants a row here. Costs: 1 for what a page asks while somebody types, 2 for a search, 5 for what brings a
# whole report or compares texts, 20 for what is worth many searches, 100 for a hundred of them.
TABLE: dict[str, Rule] = {
    "GET /": ANYONE,
    "GET /docs": ANYONE,
    "GET /widget/{name}.js": ANYONE,
    "GET /widget/{asked}/{name}.js": ANYONE,
    "GET /health/live": ANYONE,
    "GET /health/ready": ANYONE,
    # Of the corpus it tells what whoever has no key may see.
    "GET /metrics": ANYONE,
    "GET /v1/search": Rule(Role.READER, cost=2),
    "POST /v1/search": Rule(Role.READER, cost=2),
    "POST /v1/search/batch": Rule(Role.READER, cost=100),
    "GET /v1/search.csv": Rule(Role.READER, cost=20),
    "POST /v1/search.csv": Rule(Role.READER, cost=20),
    "GET /v1/search.ndjson": Rule(Role.READER, cost=20),
    "POST /v1/search.ndjson": Rule(Role.READER, cost=20),
    "GET /v1/search.atom": Rule(Role.READER, cost=2),
    "GET /v1/search.feed.json": Rule(Role.READER, cost=2),
    "GET /v1/sources": Rule(Role.READER, cost=2),
    "GET /v1/places": Rule(Role.READER, cost=2),
    "GET /v1/actors": Rule(Role.READER, cost=2),
    "GET /v1/collections": Rule(Role.READER, cost=2),
    "GET /v1/forms": Rule(Role.READER, cost=2),
    "GET /v1/suggest": Rule(Role.READER),
    "POST /v1/suggest": Rule(Role.READER),
    "GET /v1/similar/{paragraph_id}": Rule(Role.READER, cost=5),
    "GET /v1/verify": Rule(Role.READER, cost=5),
    "POST /v1/verify": Rule(Role.READER, cost=5),
    "GET /v1/paragraphs/{paragraph_id}": Rule(Role.READER),
    "GET /v1/paragraphs/{paragraph_id}/citation": Rule(Role.READER),
    "GET /v1/reports/{report_id}": Rule(Role.READER, cost=5),
    "GET /v1/changes": Rule(Role.READER, cost=5),
    "POST /v1/evidence": Rule(Role.READER, cost=20),
    "POST /v1/evidence/verify": Rule(Role.READER, cost=20),
    # A public key, for whoever was handed evidence.
    "GET /v1/evidence/key": ANYONE,
    "POST /v1/reports": Rule(Role.WRITER, cost=20, streams=True),
    "DELETE /v1/reports/{report_id}": Rule(Role.WRITER, cost=20),
}


class NoRule(Exception):
    """An address has no row in the table."""


class Rules:
    """The table as the server uses it: which rule a request falls under."""

    def __init__(self, routers: Iterable[APIRouter], table: Mapping[str, Rule] = TABLE) -> None:
        routes = [route for router in routers for route in router.routes if isinstance(route, Route)]
        named = [(method, route) for route in routes for method in sorted((route.methods or set()) - {"HEAD"})]
        missing = sorted({f"{method} {route.path}" for method, route in named} - set(table))
        if missing:
            raise NoRule(
                f"{', '.join(missing)}: no row in TABLE of api/access.py; write who it is for (Role) and what it costs"
            )
        self._table = table
        self._rules: list[tuple[str, Route, Rule]] = [
            (method, route, table[f"{method} {route.path}"]) for method, route in named
        ]
        # Most requests are for an address without a part that varies, and three layers ask for its rule.
        self._fixed = {
            (method, path): self._first(method, path) for method, path in map(_parted, table) if "{" not in path
        }

    def row(self, method: str, path: str) -> Rule:
        """Return the rule of an address as routes write it, such as `/v1/reports/{report_id}`."""
        return self._table[f"{method} {path}"]

    def rule(self, method: str, path: str) -> Rule | None:
        """Return the rule of an address, None where there is no such address, or not with this method."""
        found = self._found(method, path)
        return found[1] if found else None

    def route(self, method: str, path: str) -> Route | None:
        """Return the route of an address, for whoever counts requests that never came to it."""
        found = self._found(method, path)
        return found[0] if found else None

    def _found(self, method: str, path: str) -> tuple[Route, Rule] | None:
        return self._fixed.get((method, path)) or self._first(method, path)

    def _first(self, method: str, path: str) -> tuple[Route, Rule] | None:
        rules = ((route, rule) for name, route, rule in self._rules if name == method and route.path_regex.match(path))
        return next(rules, None)


def _parted(row: str) -> tuple[str, str]:
    method, _, path = row.partition(" ")
    return method, path
