"""What can go wrong while reading. These know nothing of HTTP; `api.problems` maps them to status and shape."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a request: the field, and what would be right."""

    field: str
    message: str


class BadRequest(Exception):
    """The request asks for something that cannot be done as asked."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.message}" for fault in faults))
        self.faults = list(faults)


class NotAllowed(Exception):
    """The request asks for something that this server does not give to this caller."""


class NoKey(Exception):
    """There is no key where one is wanted, or one that is good for nothing; whether it ever was is not said."""

    def __init__(self, message: str, *, given: bool) -> None:
        super().__init__(message)
        self.given = given


class TooMany(Exception):
    """A client asks more than its share; `headers` say when it may again."""

    def __init__(self, message: str, headers: dict[str, str]) -> None:
        super().__init__(message)
        self.headers = headers


class TooLarge(Exception):
    """A body, or a line of it, is larger than this server takes."""


class TooSlow(Exception):
    """A body did not come to its end."""


class WrongType(Exception):
    """A body is of a kind that cannot be read here."""


class ClientGone(Exception):
    """The client went away before its answer was ready."""


class NotFound(Exception):
    """There is no such paragraph or report."""


class Gone(Exception):
    """What was asked for was there and is no more; `successor` is the path of what took its place, if anything did."""

    def __init__(self, message: str, successor: str | None = None) -> None:
        super().__init__(message)
        self.successor = successor


class Conflict(Exception):
    """What is asked for and what the index holds do not go together; the message says what would make them."""


class EngineDown(Exception):
    """The engine cannot be reached, or is not ready to answer."""


class EngineBusy(EngineDown):
    """Too many searches are under way, and too many wait already."""


class ExportsTaken(EngineDown):
    """As many exports as this server makes at once are under way."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} exports are under way, and no more at once: try again when one is done")


class CutOff(Exception):
    """An answer that was begun cannot be brought to its end."""


class BadKey(Exception):
    """The key of evidence is not there, is no key, or can be read by others."""


class EngineSlow(Exception):
    """The engine did not answer in time, or only in part."""


class EngineFault(Exception):
    """The engine refused a request that we built: a fault of ours, to be mended here."""


class IndexMissing(EngineDown):
    """There is no such index: nothing was loaded yet, or it was replaced."""

    def __init__(self) -> None:
        super().__init__("there is no index yet: load reports first")


class WriterBusy(EngineDown):
    """Another request is writing, and has not come to its end in time."""

    def __init__(self) -> None:
        super().__init__("another load is running: send it again later")


class WritingStopped(EngineDown):
    """Writing began and did not come to its end."""

    def __init__(self) -> None:
        super().__init__(
            "writing stopped before its end, and the server's log says why; what was written stays, and the same request "
            "again does what is left"
        )


class StateChanged(EngineFault):
    """Somebody else changed the same document of the state at the same moment."""
