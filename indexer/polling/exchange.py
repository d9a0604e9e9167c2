"""What the parts of polling hand each other; also what goes to the process that fetches, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pydantic import TypeAdapter

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed: its address, and the collection that its reports are of."""

    url: str
    collection: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A feed to ask for; `etag` and `modified` are what the server said of what was got last."""

    url: str
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """How servers are asked: as whom, and which (`host:port`) may be asked though they are not of the public internet."""

    agent: str
    trusted: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Fetched:
    """What came of a feed. `status` is 0 where no server is to blame, as there was no answer; `fault` says what went wrong.

    `came` tells that there is a new feed to read, `wait` are the seconds that the server wants to be left alone for,
    `answered` is the address that answered in the end, `moved` the one that the server says is right from now on.
    """

    url: str
    status: int = 0
    came: bool = False
    etag: str = ""
    modified: str = ""
    charset: str = ""
    wait: float = 0.0
    answered: str = ""
    moved: str = ""
    fault: str = ""


LINE = TypeAdapter(Fetched)
"""Writes what came of a feed as a line of JSON, and reads it."""


def server_of(url: str) -> str:
    """Return the server that an address is of: its host, whose `www.` changes nothing. Raises ValueError."""
    return (urlsplit(url).hostname or "").lower().removeprefix("www.")


def host_and_port(url: str) -> str:
    """Return `host:port` of an address. Raises ValueError."""
    parts = urlsplit(url)
    return f"{(parts.hostname or '').lower()}:{parts.port or _PORTS.get(parts.scheme, 0)}"
