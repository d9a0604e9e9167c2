"""What can go wrong while writing, in words for the person at the terminal."""

from __future__ import annotations


class IndexerError(Exception):
    """The command cannot go on. The message says what was wrong and what would be right."""


class EngineUnavailable(IndexerError):
    """The engine cannot be reached or did not answer in time; the same call may succeed later."""


class EngineBusy(EngineUnavailable):
    """The engine was reached and cannot do it yet: it took a part of a bulk request, reads an index again, lost a node."""


class EngineFull(EngineUnavailable):
    """The engine takes no writes as its disk is nearly full; it does again by itself once there is space."""

    def __init__(self) -> None:
        super().__init__(
            "the engine takes no writes: its disk is nearly full; it goes on by itself once there is space, and the same "
            "command again then does what is left"
        )


class EngineRefused(IndexerError):
    """The engine answered that the request itself is wrong."""


class EngineConflict(EngineRefused):
    """The document or index is no longer, or already, what the request took it for (409)."""


class LockHeld(IndexerError):
    """Another indexer writes. The message says which, and since when."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"another indexer is at work: {holder}; only one writes at a time, so nothing was changed")


class LockLost(IndexerError):
    """This process stood still for so long that another one has taken the writing lock."""


class BadReport(Exception):
    """One report cannot be loaded; the load goes on without it. The message is the reason that is shown."""
