"""The writing lock on a real engine, with real processes: one writes, the other says so, and a killed holder blocks nobody."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from indexer import lock as locking
from indexer.commands import rebuild
from indexer.dates import engine_date
from indexer.errors import LockHeld, LockLost
from indexer.indices import Indices
from indexer.lock import LOCK_ID, holder_of, writing_lock
from settings import CHECKOUT

HOLD = """
import sys, time
from indexer.engine import WritingEngine
from indexer.indices import Indices
from indexer.lock import writing_lock
from settings import read_settings
settings = read_settings()
with writing_lock(Indices(WritingEngine(settings), settings), "load"):
    print("held", flush=True)
    time.sleep(600)
"""
WRONG_CLOCK = """
from datetime import datetime, timedelta
from indexer import lock as locking
class Moved(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(minutes={minutes})
locking.datetime = Moved
locking.BEAT = 0.1
"""


@pytest.fixture
def indices(new_rasd):
    """The indices of a Rasd of its own, not made yet."""
    with new_rasd() as opened:
        yield Indices(opened.engine, opened.settings)


def environment(settings):
    """Return the environment in which a process finds the engine and the prefix."""
    return {**os.environ, "RASD_OPENSEARCH_URL": settings.opensearch_url, "RASD_INDEX": settings.index}


def start(settings, *arguments):
    """Start a Python process on the same Rasd."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        env=environment(settings),
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def holder(indices):
    """A process that holds the lock until it is killed."""
    process = start(indices.settings, "-c", HOLD)
    assert process.stdout.readline() == "held\n", process.stderr.read()
    yield process
    process.kill()
    process.communicate()


def age(indices, seconds, **changed):
    """Let the lock's last heartbeat be so long ago, and something of its holder another."""
    found = indices.engine.stored(indices.aliases.state, LOCK_ID)
    then = engine_date(datetime.now(UTC) - timedelta(seconds=seconds))
    document = {"body": {**found.source["body"], **changed}, "changed_at": then}
    indices.engine.put_stored(indices.aliases.state, LOCK_ID, document, found)


def test_the_second_indexer_says_who_writes(indices, holder):
    """While one process writes, each other one ends with 1 and says which process writes, where and since when."""
    indices.make_missing()
    commands = ["load", "seeds"], ["load", "--fresh", "seeds"], ["rebuild"]
    for other in [start(indices.settings, "-m", "indexer", *command) for command in commands]:
        said, error = other.communicate(timeout=60)
        assert (other.returncode, said) == (1, "")
        assert f"another indexer is at work: `load` (process {holder.pid} on " in error
        assert f"has been writing since {datetime.now(UTC):%Y-%m-%d}" in error
    assert indices.engine.count(indices.aliases.paragraphs) == 0
    assert holder.poll() is None


def test_a_killed_holder_is_followed_at_once(indices, holder):
    """After a SIGKILL the next process on the same machine takes the lock at once: the end of its holder is certain."""
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with writing_lock(indices, "rebuild") as lock:
        assert holder_of(indices.engine, indices.aliases.state).token == lock.holder.token
    assert holder_of(indices.engine, indices.aliases.state) is None


def test_a_killed_holder_on_another_machine(indices, holder, monkeypatch):
    """A holder that was killed elsewhere has the lock until its lease is over, and not longer."""
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    age(indices, 0, process="")
    with pytest.raises(LockHeld), writing_lock(indices, "load"):
        pass
    monkeypatch.setattr(locking, "BEAT", 0.1)
    age(indices, locking.LEASE + 1)
    with writing_lock(indices, "rebuild") as lock:
        assert holder_of(indices.engine, indices.aliases.state).token == lock.holder.token


def test_a_killed_holder_frees_the_lock_in_a_minute():
    """The lease, the look whether a clock is wrong and a try of one who waits are less than a minute together."""
    assert locking.LEASE + 2 * locking.BEAT + 1 + locking.ASK_AGAIN + locking.BEAT < 60


def test_patience(indices, holder, monkeypatch):
    """Who has patience waits for the lock, and takes it once its holder is gone."""
    monkeypatch.setattr(locking, "BEAT", 0.1)
    monkeypatch.setattr(locking, "LEASE", 0.5)
    holder.kill()
    holder.wait()
    age(indices, 0, process="")
    with writing_lock(indices, "watch", patience=30):
        assert holder_of(indices.engine, indices.aliases.state).command == "watch"


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_holder_whose_clock_is_wrong_is_alive(indices, monkeypatch, minutes):
    """A heartbeat that comes from a machine with another time is still a heartbeat."""
    monkeypatch.setattr(locking, "BEAT", 0.5)
    process = start(indices.settings, "-c", WRONG_CLOCK.format(minutes=minutes) + HOLD)
    try:
        assert process.stdout.readline() == "held\n", process.stderr.read()
        with pytest.raises(LockHeld), writing_lock(indices, "rebuild"):
            pass
    finally:
        process.kill()
        process.communicate()


def test_who_stood_still_does_not_write(indices, monkeypatch):
    """A process that stood still until another took the lock writes nothing any more."""
    monkeypatch.setattr(locking, "BEAT", 600)
    with writing_lock(indices, "load") as lock:
        indices.ensure()
        found = indices.engine.stored(indices.aliases.state, LOCK_ID)
        other = {**found.source, "body": {**found.source["body"], "token": "other", "command": "rebuild"}}
        indices.engine.put_stored(indices.aliases.state, LOCK_ID, other, found)
        lock._beaten -= locking.LEASE  # noqa: SLF001  (as after so long a standstill)
        with pytest.raises(LockLost, match="now `rebuild`"):
            indices.engine.delete_index(indices.current("forms"))
    assert holder_of(indices.engine, indices.aliases.state).token == "other"
    assert indices.current("forms")


@pytest.mark.parametrize("beat", [0.05, 600.0])
def test_the_lock_outlives_a_move_of_the_state(new_rasd, monkeypatch, tmp_path, beat):
    """A rebuild that makes the state index anew keeps its own lock, and gives it back in the new one."""
    monkeypatch.setattr(locking, "BEAT", beat)
    with new_rasd() as rasd:
        path = tmp_path / "a.jsonl"
        path.write_text(json.dumps({"id": "a", "text": "نص"}), encoding="utf-8")
        rasd.load(path)
        rasd.ask("PUT", f"/{rasd.aliases.state}/_mapping", {"_meta": {"version": "00000000"}})
        assert rebuild(rasd.engine, rasd.settings) == 1
        assert holder_of(rasd.engine, rasd.aliases.state) is None
        assert rasd.load(path).clean


def test_two_first_loads_make_one_state_index(indices):
    """Two processes that find an empty engine at the same moment make one state index."""
    makers = [start(indices.settings, "-m", "indexer", "load", "seeds/yemen.jsonl") for _ in range(2)]
    codes = sorted((process.communicate(timeout=120)[1], process.returncode)[1] for process in makers)
    assert codes in ([0, 1], [0, 0])
    assert len(indices.engine.indices(indices.aliases.state)) == 1
    assert indices.orphans() == []
