"""Writing over HTTP: the indexer's own command as a child process, fed with the body of the request.

So that what comes in over HTTP goes the very way of `python -m indexer load`, and reading and writing share no code.
docs/decisions says why not a second loader, and why not a queue.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any

import orjson
from pydantic import SecretStr

from api.errors import WriterBusy, WritingStopped
from api.scope import Scope
from settings import Settings

Json = dict[str, Any]

PATIENCE = 30.0
"""Seconds that a request waits for the one before it. One load writes at a time: the counts of the spellings are kept up
by differences, which two at once would lose."""
GRACE = 5.0
"""Seconds that a child has, once interrupted, to count what it wrote."""


LAST_LINE = 1000


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What the child said: a line of JSON a report, kept in a file, and the counts of its last line."""

    file: IO[bytes]
    done: Json

    def lines(self) -> list[Json]:
        """Return all outcomes, in the order of the reports."""
        self.file.seek(0)
        told = [orjson.loads(line) for line in self.file]
        return sorted((shown(line) for line in told if "done" not in line), key=lambda line: int(line["line"]))


def _read(file: IO[bytes]) -> Outcomes:
    """Return what a child said; WritingStopped where it did not come to its end."""
    length = file.seek(0, os.SEEK_END)
    file.seek(max(0, length - LAST_LINE))
    last = file.read().rstrip(b"\n").rpartition(b"\n")[2]
    told = orjson.loads(last) if last.startswith(b'{"done"') else {}
    if not told:
        raise WritingStopped
    return Outcomes(file, told)


def _takedown(file: IO[bytes]) -> Json:
    """Return the one line that a takedown says; WritingStopped where it said none."""
    file.seek(0)
    if not (line := file.readline()):
        raise WritingStopped
    told: Json = orjson.loads(line)
    return told


def shown(outcome: Json) -> Json:
    """Return an outcome as an answer shows it: the number of its line for the place."""
    return {"line": int(outcome["place"].rpartition(":")[2]), **{n: v for n, v in outcome.items() if n != "place"}}


class Writer:
    """Runs the indexer's commands, one at a time. `close` ends the one that runs."""

    def __init__(self, settings: Settings) -> None:
        self._environment = {**os.environ, **environment_of(settings)}
        self._turn = asyncio.Lock()
        self._running: asyncio.subprocess.Process | None = None

    async def load(self, lines: AsyncIterator[bytes], collection: str, scope: Scope) -> Outcomes:
        """Load NDJSON and return what became of each report; the caller closes the file.

        Raises WriterBusy where another load does not end, WritingStopped where this one did not come to its end.
        Cancelled, because nobody waits for it any more, it ends the child: what was loaded until then stays.
        """
        arguments = ["load", "-", "--json-outcomes", "--replace", "--collection", collection, *bounds_of(scope)]
        file = tempfile.TemporaryFile()  # noqa: SIM115  (handed on)
        try:
            async with self._child(arguments, file) as child:
                await _feed(child, lines)
                await child.wait()
            return await asyncio.to_thread(_read, file)
        except BaseException:
            file.close()
            raise

    async def delete(self, report_id: str) -> Json:
        """Take a report down and return what became of it; the caller has made sure that it may.

        Raises WriterBusy and WritingStopped as `load` does. The same again does what is left.
        """
        with tempfile.TemporaryFile() as file:
            async with self._child(["delete", "--json", "--", report_id], file) as child:
                await child.communicate()
            return await asyncio.to_thread(_takedown, file)

    @asynccontextmanager
    async def _child(self, arguments: list[str], output: IO[bytes]) -> AsyncIterator[asyncio.subprocess.Process]:
        """Run the indexer in its turn. Whatever happens, it is gone at the end."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._turn.acquire()
        except TimeoutError:
            raise WriterBusy from None
        try:
            # A session of its own: Ctrl-C in the terminal is for the server, which lets what is under way come to its end.
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "indexer",
                *arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=output,
                env=self._environment,
                start_new_session=True,
            )
            self._running = child
            try:
                yield child
            finally:
                await asyncio.shield(_end(child))
                self._running = None
        finally:
            self._turn.release()

    async def close(self) -> None:
        """End what runs: the server stops."""
        if self._running:
            await _end(self._running)


async def _feed(child: asyncio.subprocess.Process, lines: AsyncIterator[bytes]) -> None:
    """Hand a body on as it comes, no faster than it is taken."""
    pipe = child.stdin
    if pipe is None:
        raise WritingStopped
    # A child that has ended takes nothing more; what it said tells why.
    with suppress(BrokenPipeError, ConnectionResetError):
        async for part in lines:
            pipe.write(part)
            await pipe.drain()
        pipe.close()
        await pipe.wait_closed()


async def _end(child: asyncio.subprocess.Process) -> None:
    """End a child as Ctrl-C does, which lets it count what it wrote; kill it where that takes too long."""
    if child.returncode is not None:
        return
    with suppress(ProcessLookupError):
        child.send_signal(signal.SIGINT)
    try:
        async with asyncio.timeout(GRACE):
            await child.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()


def bounds_of(scope: Scope) -> list[str]:
    """Return the options that keep a load to the collections of a key."""
    if scope.only is not None:
        return [part for name in sorted(scope.only) for part in ("--only-collection", name)]
    return [part for name in sorted(scope.hidden) for part in ("--not-collection", name)]


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the environment in which a child has the same settings; the engine's address is the one for writing.

    Passwords go this way and never by arguments, which every user of the machine can read.
    """
    values = {name: getattr(settings, name) for name in type(settings).model_fields}
    if values["opensearch_write_url"]:
        values["opensearch_url"] = values["opensearch_write_url"]
    values["opensearch_write_url"] = None
    return {f"RASD_{name.upper()}": _written(value) for name, value in values.items()}


def _written(value: object) -> str:
    if value is None:
        return ""  # read as not set
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
