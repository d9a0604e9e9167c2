"""The writing lock: of all indexers on one Rasd only one writes at a time.

The lock is a document of the state index, taken and kept by compare-and-set on `_seq_no`. Its holder writes it anew every
few seconds; a lock whose heartbeat has stopped is free. Without it a load that ran beside a rebuild wrote into the index
that the rebuild was about to replace.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from indexer.dates import engine_date
from indexer.engine import Stored, WritingEngine
from indexer.errors import EngineConflict, EngineUnavailable, IndexerError, LockHeld, LockLost
from indexer.indices import Indices
from indexer.process import is_gone, process_name

LOCK_ID = "writing"
BEAT = 5.0
"""Seconds between two heartbeats."""
LEASE = 30.0
"""Seconds after its last heartbeat at which a lock is free. A holder that could not beat for so long asks before it writes."""
ASK_AGAIN = 1.0
"""Seconds between two tries of somebody who waits."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock: a name for each taking, and for the person at the terminal what, where and since when."""

    token: str
    command: str
    host: str
    pid: int
    process: str
    """Names the process beyond doubt on its machine, empty where the system has no such name."""
    since: str

    def sentence(self) -> str:
        """Say who writes, so that it can be found."""
        since = self.since.replace("T", " ")[:19]
        return f"`{self.command}` (process {self.pid} on {self.host}) has been writing since {since} UTC"


class Lock:
    """One holding of the lock, kept by a thread of its own until it is released."""

    def __init__(self, engine: WritingEngine, alias: str, command: str) -> None:
        now = engine_date(datetime.now(UTC))
        pid = os.getpid()
        self.holder = Holder(uuid.uuid4().hex, command, socket.gethostname(), pid, process_name(pid), now)
        self._engine = engine
        self._alias = alias
        self._at: Stored | None = None
        self._beaten = 0.0
        self._taken_by: Holder | None = None
        self._stop = threading.Event()
        self._one_at_a_time = threading.Lock()
        self._thread = threading.Thread(target=self._keep, name="writing lock", daemon=True)

    def acquire(self) -> None:
        """Take the lock where it is free or its holder is gone; raises LockHeld where somebody writes."""
        found = self._engine.stored(self._alias, LOCK_ID)
        if found and _is_alive(self._engine, self._alias, found):
            raise LockHeld(_holder(found).sentence())
        try:
            self._write(found)
        except EngineConflict as error:
            self._read_after_conflict(error)
        self._thread.start()

    def check(self) -> None:
        """Raise LockLost where somebody else has taken the lock; asked before everything that is written.

        Heartbeats may have stopped without a fault: a laptop was closed, the process was stopped and goes on.
        """
        if time.monotonic() - self._beaten > LEASE / 2:
            self._beat()
        if self._taken_by:
            raise LockLost(f"the writing lock was lost while this process stood still: now {self._taken_by.sentence()}")

    def release(self) -> None:
        """Give the lock back. Where the engine is away it ends by itself, after `LEASE`."""
        self._stop.set()
        self._thread.join()
        if self._taken_by:
            return
        with suppress(IndexerError):
            # Read again: a rebuild that moved the state index has made another document of it.
            found = self._engine.stored(self._alias, LOCK_ID)
            if found and _holder(found).token == self.holder.token:
                self._engine.delete_stored(self._alias, LOCK_ID, found)

    def _keep(self) -> None:
        while not self._stop.wait(BEAT):
            # An engine that is away for a while is not a lost lock: whoever finds it stale has to wait for the engine too.
            with suppress(EngineUnavailable, LockLost):
                self._beat()

    def _beat(self) -> None:
        with self._one_at_a_time:
            if self._taken_by:
                return
            try:
                self._write(self._at)
            except EngineConflict as error:
                with suppress(LockHeld):
                    self._read_after_conflict(error)

    def _write(self, over: Stored | None) -> None:
        document = {"body": asdict(self.holder), "changed_at": engine_date(datetime.now(UTC))}
        started = time.monotonic()
        self._at = self._engine.put_stored(self._alias, LOCK_ID, document, over)
        self._beaten = started

    def _read_after_conflict(self, error: EngineConflict) -> None:
        """Find out whether a conflict is ours: an answer that was lost, or a rebuild that moved the state index."""
        found = self._engine.stored(self._alias, LOCK_ID)
        if found and _holder(found).token == self.holder.token:
            self._at, self._beaten = found, time.monotonic()
            return
        if found is None:
            # It was deleted by hand, or lost with its index: taken again, unless somebody else is faster.
            self._write(None)
            return
        self._taken_by = _holder(found)
        raise LockHeld(self._taken_by.sentence()) from error


def _holder(found: Stored) -> Holder:
    return Holder(**found.source["body"])


def _is_alive(engine: WritingEngine, alias: str, found: Stored) -> bool:
    """Tell whether the holder still beats. Clocks of two machines differ, so a stale time alone proves nothing."""
    if is_gone(_holder(found).process):
        return False
    age = datetime.now(UTC) - datetime.fromisoformat(found.source["changed_at"])
    if timedelta(0) <= age < timedelta(seconds=LEASE):
        return True
    time.sleep(2 * BEAT + 1)
    again = engine.stored(alias, LOCK_ID)
    return again is not None and again.seq_no != found.seq_no


@contextmanager
def writing_lock(indices: Indices, command: str, *, patience: float = 0.0) -> Iterator[Lock]:
    """Hold the lock for the time of a command; `patience` is how many seconds to wait for another holder.

    Raises LockHeld where another indexer writes, and makes the engine refuse to write (LockLost) once the lock is lost.
    """
    indices.make_state()
    lock = Lock(indices.engine, indices.aliases.state, command)
    until = time.monotonic() + patience
    while True:
        try:
            lock.acquire()
            break
        except LockHeld:
            if time.monotonic() >= until:
                raise
            time.sleep(ASK_AGAIN)
            lock = Lock(indices.engine, indices.aliases.state, command)
    indices.engine.permit = lock.check
    try:
        yield lock
    finally:
        indices.engine.permit = None
        lock.release()


def holder_of(engine: WritingEngine, alias: str) -> Holder | None:
    """Return who holds the lock as far as its document says, None where nobody does."""
    found = engine.stored(alias, LOCK_ID)
    return _holder(found) if found else None
