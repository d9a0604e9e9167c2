"""`python -m engine` as a user types it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from engine_nodes import command_line, engine, environment, stopped_node

from engine.clock import ticks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from engine import LocalNode

# Counts its signals, and ends a moment after the first: a second one would be counted too.
SERVER = """
import signal, sys, time
got = []
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda number, _: got.append(number))
print("ready", flush=True)
while not got:
    time.sleep(0.02)
time.sleep(0.3)
print(*[signal.Signals(number).name for number in got], flush=True)
sys.exit(7)
"""


@pytest.fixture(scope="module")
def node() -> Iterator[LocalNode]:
    """Give a node of our own, with an empty data folder."""
    with stopped_node() as stopped:
        yield stopped


@pytest.fixture
def stopped(node: LocalNode) -> LocalNode:
    """Give the node of this module, not running."""
    node.stop()
    return node


def opened(node: LocalNode, *command: str) -> subprocess.Popen[str]:
    """Start `python -m engine run -- COMMAND` in a process group of its own, as a shell does."""
    arguments = command_line("run", "--", *command)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(arguments, env=environment(node), text=True, process_group=0, **pipes)


def test_status_of_a_node_that_does_not_run(stopped: LocalNode) -> None:
    """Exit code 3 and one sentence."""
    status = engine(stopped, "status")
    assert (status.returncode, status.stdout) == (3, "")
    assert status.stderr == "The node does not run.\n"


def test_start_status_stop(stopped: LocalNode) -> None:
    """The node outlives the command that started it; status prints where it is; stop says whether there was one."""
    assert engine(stopped, "start").returncode == 0
    running = stopped.running()
    status = engine(stopped, "status")
    assert status.returncode == 0
    for told in (running.url, str(running.pid), running.version, str(stopped.folder)):
        assert told in status.stdout
    inside = engine(stopped, "run", "--", sys.executable, "-c", "raise SystemExit(5)")
    assert inside.returncode == 5
    assert stopped.running() == running, "a node that was running before stays"
    assert "was stopped" in engine(stopped, "stop").stderr
    assert "does not run" in engine(stopped, "stop").stderr


@pytest.mark.parametrize(
    ("send", "sent", "got"),
    [(os.killpg, signal.SIGINT, "SIGINT"), (os.kill, signal.SIGHUP, "SIGTERM")],
    ids=["Ctrl-C", "closed terminal"],
)
def test_run_passes_a_signal_on_and_then_stops_the_node(
    stopped: LocalNode, send: Callable[[int, int], None], sent: int, got: str
) -> None:
    """The command gets the signal once, though Ctrl-C goes to a whole group; its exit code is ours; no node is left."""
    with opened(stopped, sys.executable, "-c", SERVER) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        assert stopped.running()
        send(process.pid, sent)
        assert process.communicate(timeout=60)[0] == f"{got}\n"
    assert process.returncode == 7
    assert stopped.running() is None
    assert not (stopped.folder / "pid").exists()


def test_sigterm_while_the_node_starts_leaves_no_node(stopped: LocalNode) -> None:
    """`run` that is ended before its command began ends the node that it was starting."""
    with opened(stopped, sys.executable, "-c", "print('never')") as process:
        assert any((stopped.folder / "pid").exists() for _ in ticks(20))
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=60)[0] == ""
    assert process.returncode == 128 + signal.SIGTERM
    assert stopped.running() is None
    assert not (stopped.folder / "pid").exists()


def test_run_starts_no_node_where_another_engine_is_named(stopped: LocalNode) -> None:
    """With RASD_OPENSEARCH_URL the local node is not wanted; the command runs all the same."""
    process = subprocess.run(
        command_line("run", "--", sys.executable, "-c", "raise SystemExit(6)"),
        env={**environment(stopped), "RASD_OPENSEARCH_URL": "http://127.0.0.1:9"},
        capture_output=True,
        check=False,
    )
    assert (process.returncode, process.stderr) == (6, b"")


def test_errors_are_one_message_without_a_traceback(stopped: LocalNode, tmp_path: Path) -> None:
    """A wrong setting, a folder that is a file, a command that is not there: exit code 1 and what would be right."""
    file = tmp_path / "file"
    file.write_text("")
    for setting, value, told in [("RASD_HEAP", "much", "heap"), ("RASD_DATA_DIR", str(file), "RASD_DATA_DIR is")]:
        environ = {**environment(stopped), setting: value}
        process = subprocess.run(
            command_line("start"), env=environ, capture_output=True, text=True, check=False, timeout=60
        )
        assert process.returncode == 1
        assert told in process.stderr
        assert "Traceback" not in process.stderr
