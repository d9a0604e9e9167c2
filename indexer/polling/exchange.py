"""What the parts of polling hand each other; also what goes to the process that fetches, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field


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


@dataclass(slots=True)
class Fetched:
    """What came of it. `status` is 0 where there was no answer, `fault` says in words what went wrong.

    `wait` are the seconds that the server wants to be left alone for, `file` is where the feed was written to.
    """

    url: str
    status: int = 0
    file: str = ""
    etag: str = ""
    modified: str = ""
    charset: str = ""
    wait: float = 0.0
    moved: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """How servers are asked: as whom, and which networks may be asked that are not public."""

    agent: str
    networks: list[str] = field(default_factory=list)
