"""The node's life: started once, found again, killed, recovered, stopped."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from engine_nodes import ask, command_line, engine, environment, open_folder, stopped_node
from engine_repository import prepared_home

from engine import LocalNode, NodeError
from engine.account import make_folder, node_account, pick_folder
from engine.archive import Archive
from engine.clock import ticks
from engine.java import mark
from engine.ports import ANY, chosen_port
from engine.process import Process, has_argument
from engine.readiness import RECOVERING, wait_until_ready
from settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine import Running

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to run the node as someone else")


@pytest.fixture(scope="module")
def node() -> Iterator[LocalNode]:
    """A node for this module; whoever stops it starts it again."""
    with stopped_node() as stopped:
        yield stopped


@pytest.fixture
def running(node: LocalNode) -> Running:
    """Give the node of this module, running."""
    return node.start()


@pytest.fixture
def idle() -> Iterator[LocalNode]:
    """Give another node, which was never started."""
    with stopped_node() as stopped:
        yield stopped


def is_alive(pid: int) -> bool:
    """Whether the process is there and is OpenSearch."""
    return has_argument(pid, "org.opensearch.bootstrap.OpenSearch")


def wait_for(pid_file: Path) -> int:
    """Return the pid as soon as the node's process is there."""
    for _ in ticks(20):
        if pid_file.is_file() and pid_file.read_text().strip():
            return int(pid_file.read_text())
    raise AssertionError(f"{pid_file} was not written")


def test_two_starts_at_once_give_one_node(idle: LocalNode) -> None:
    """Two processes that start the node at the same moment both succeed, and one node runs."""
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: engine(idle, "start"), range(2))
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    said = first.stderr + second.stderr
    assert said.count("Starting OpenSearch") == 1
    assert said.count("already running") == 1
    assert "Waiting for another process" in said


def test_a_second_start_is_the_same_node(node: LocalNode, running: Running) -> None:
    """A start while the node runs says so and gives the same process."""
    said: list[str] = []
    assert LocalNode(node.settings, said.append).start() == running
    assert said == [f"The node is already running at {running.url}"]


def test_the_node_file_leads_the_api_to_the_node(node: LocalNode, running: Running) -> None:
    """The settings, which the API and the indexer read, name the address at which the node answers."""
    assert node.settings.opensearch_urls() == [running.url] == [node.url]
    assert ask(running.url, "GET", "/")[1]["version"]["number"] == running.version


@as_root
def test_root_runs_the_node_as_nobody(running: Running) -> None:
    """OpenSearch refuses root, so the process belongs to the user nobody and to no group of root's."""
    account = node_account()
    assert account is not None
    status = Path(f"/proc/{running.pid}/status").read_text()
    rows = dict(line.split(":", 1) for line in status.splitlines())
    assert rows["Uid"].split() == [str(account.uid)] * 4
    assert rows["Gid"].split() == [str(account.gid)] * 4
    assert rows["Groups"].split() == []


def test_the_node_is_in_a_session_of_its_own(running: Running) -> None:
    """Ctrl-C and a closed terminal reach the session that the node was started from, which it is not in."""
    assert os.getsid(running.pid) != os.getsid(0)


def test_a_killed_node_starts_again_with_its_data_at_the_same_address(node: LocalNode, running: Running) -> None:
    """After kill -9 what was acknowledged is there, and a running API finds the node under the URL that it had."""
    assert ask(running.url, "PUT", "/kept")[0] == 200
    assert ask(running.url, "PUT", "/kept/_doc/1", {"word": "سلام"})[0] == 201
    os.kill(running.pid, signal.SIGKILL)
    assert any(not is_alive(running.pid) for _ in ticks(10))
    assert node.running() is None
    again = node.start()
    assert (again.url, again.pid == running.pid) == (running.url, False)
    assert ask(again.url, "GET", "/kept/_doc/1")[1]["_source"] == {"word": "سلام"}


def test_stop_ends_the_process_and_keeps_the_data(node: LocalNode, running: Running) -> None:
    """After a stop nothing of the node runs and no file says that it does; a second stop finds nothing to do."""
    assert node.stop()
    assert not is_alive(running.pid)
    assert not node.settings.node_file.exists()
    assert node.running() is None
    assert not node.stop()
    assert any((node.folder / "data").iterdir())
    with pytest.raises(NodeError, match="does not run"):
        _ = node.url


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    """Another program, which got a pid that a node had once."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_a_recycled_pid_is_nobody_s_node_and_is_never_killed(
    node: LocalNode, running: Running, bystander: subprocess.Popen[bytes]
) -> None:
    """Files of a dead node that name the pid of another program: no node runs, a start makes one, that program lives."""
    told = node.settings.node_file.read_text()
    node.stop()
    node.settings.node_file.write_text(told.replace(str(running.pid), str(bystander.pid)))
    (node.folder / "pid").write_text(f"{bystander.pid}\n")
    assert node.running() is None
    assert not node.stop()
    node.settings.node_file.write_text(told.replace(str(running.pid), str(bystander.pid)))
    assert node.start().pid != bystander.pid
    assert bystander.poll() is None


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"pid": 1}', '{"url": "http://127.0.0.1:1", "pid": "x"}'])
def test_a_damaged_node_file_means_that_no_node_runs(idle: LocalNode, damaged: str) -> None:
    """Half a file, or one of another version, is no obstacle."""
    idle.settings.node_file.parent.mkdir()
    idle.settings.node_file.write_text(damaged)
    assert idle.running() is None


def test_the_node_of_another_folder_is_not_ours(node: LocalNode, running: Running, idle: LocalNode) -> None:
    """A checkout that was copied while its node ran does not stop the other one's node."""
    idle.settings.data_dir.mkdir()
    idle.settings.node_file.write_text(node.settings.node_file.read_text())
    assert idle.running() is None
    assert not idle.stop()
    assert is_alive(running.pid)


def test_a_starter_killed_while_starting_is_no_obstacle(idle: LocalNode) -> None:
    """The node that it left, of which no node.json tells, is ended, and the next start gives one that works."""
    process = subprocess.Popen(command_line("start"), env=environment(idle), stderr=subprocess.DEVNULL)
    orphan = wait_for(idle.folder / "pid")
    process.kill()
    process.wait()
    assert is_alive(orphan)
    assert not idle.settings.node_file.exists()
    assert idle.start().pid != orphan
    assert not is_alive(orphan)


def test_a_node_that_dies_while_starting_shows_its_last_lines() -> None:
    """The error holds what Java said, and nothing is left running."""
    with open_folder() as folder:
        node = LocalNode(read_settings(data_dir=folder / "data", heap="1m"))
        with pytest.raises(NodeError, match=r"(?s)ended while it was starting.*console\.log.*Too small maximum heap"):
            node.start()
        assert node.running() is None
        assert not node.stop()


def test_a_node_that_is_not_ready_in_time_shows_its_last_lines_and_is_ended(idle: LocalNode) -> None:
    """A start that takes too long is an error with the log, and its process does not stay."""
    process = Process(idle.folder / "pid", mark(idle.folder))
    with pytest.raises(NodeError, match=r"(?s)not ready after \d+ s: it does not answer.*node\.log"):
        idle.start(limit=0.1)
    assert process.pid() is None
    assert not idle.settings.node_file.exists()


@pytest.fixture
def archive(idle: LocalNode) -> Archive:
    """An archive of our own, with a copy of the home that it belongs to, for the node `idle`."""
    account = node_account()
    home = prepared_home()
    cache = idle.settings.data_dir.parent / "cache"
    shutil.copytree(home, cache / "engine" / home.name)
    idle.settings = idle.settings.model_copy(update={"cache_dir": cache})
    return Archive(cache / "engine" / home.name, account)


def test_a_damaged_archive_of_classes_stops_no_start(idle: LocalNode, archive: Archive) -> None:
    """A file that is no archive costs a second or two, and is gone afterwards so that the next stop writes a new one."""
    archive.flags()
    archive.file.write_bytes(os.urandom(100_000))
    assert idle.start()
    assert not archive.file.exists()


def test_a_free_port_is_taken_again_and_a_taken_one_is_not() -> None:
    """The last port is used where it can be; where another program has it, or none is known, any port will do."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert chosen_port(port) == ANY
    assert chosen_port(port) == port
    assert [chosen_port(last) for last in (None, "9200", 0, 70_000)] == [ANY] * 4


@as_root
def test_folders_that_nobody_may_not_enter_get_a_place_of_their_own(tmp_path: Path) -> None:
    """Root's closed folders are replaced, each by another one; open ones are used as they are."""
    account = node_account()
    (tmp_path / "closed").mkdir(mode=0o700)
    places = {pick_folder(tmp_path / "closed" / name, Path("/var/lib/rasd"), account) for name in ("a", "b")}
    assert {place.parent for place in places} == {Path("/var/lib/rasd")}
    assert len(places) == 2
    with open_folder() as folder:
        assert pick_folder(folder / "new" / "one", Path("/var/lib/rasd"), account) == folder / "new" / "one"


@as_root
def test_folders_made_for_the_node_are_open_to_it_under_any_umask() -> None:
    """A root with umask 077 does not lock out the user that the node runs as."""
    account = node_account()
    before = os.umask(0o077)
    try:
        with open_folder() as folder:
            make_folder(folder / "new" / "one", account)
            assert account is not None
            assert account.can_enter(folder / "new" / "one")
    finally:
        os.umask(before)


def test_waiting_ends_at_its_limit() -> None:
    """The clock looks at once, and one last time when the limit has passed."""
    started = time.monotonic()
    assert len(list(ticks(0.0))) == 1
    assert list(ticks(0.12))[-1] >= 0.12
    assert time.monotonic() - started < 1


@pytest.fixture
def red(running: Running) -> Iterator[Running]:
    """Give the node of this module while one of its indices has a shard that is nowhere."""
    nowhere = {"settings": {"index.routing.allocation.require._name": "nobody", "number_of_replicas": 0}}
    ask(running.url, "PUT", "/nowhere?wait_for_active_shards=0&timeout=1s", nowhere)
    yield running
    for path in ("/nowhere", "/slow", "/_snapshot/slow"):
        ask(running.url, "DELETE", path)


def begin_a_slow_restore(url: str) -> None:
    """Let a node copy two megabytes, in some fourteen seconds."""
    settings = {"location": "slow", "max_restore_bytes_per_sec": "150kb"}
    assert ask(url, "PUT", "/_snapshot/slow", {"type": "fs", "settings": settings})[0] == 200
    assert ask(url, "PUT", "/slow", {"mappings": {"enabled": False}})[0] == 200
    lines = "".join(f'{{"index":{{}}}}\n{{"noise":"{secrets.token_hex(5000)}"}}\n' for _ in range(300))
    assert ask(url, "POST", "/slow/_bulk", lines)[1]["errors"] is False
    body = {"indices": "slow", "include_global_state": False}
    assert ask(url, "PUT", "/_snapshot/slow/one?wait_for_completion=true", body)[0] == 200
    assert ask(url, "DELETE", "/slow")[0] == 200
    assert ask(url, "POST", "/_snapshot/slow/one/_restore", {"indices": "slow"})[0] == 200


@pytest.mark.parametrize("goes_on", [False, True], ids=["nothing goes on", "shards are being recovered"])
def test_a_red_node_is_waited_for_as_long_as_something_goes_on(node: LocalNode, red: Running, *, goes_on: bool) -> None:
    """The limit counts from the last that was recovered; who is told of an index that is damaged is told to lose nothing."""
    limit, told = 4.0, []
    if goes_on:
        begin_a_slow_restore(red.url)
    started = time.monotonic()
    with pytest.raises(NodeError, match="red and nothing goes on") as raised:
        wait_until_ready(Process(node.folder / "pid", mark(node.folder)), node.folder, limit, told.append)
    assert (time.monotonic() - started > 10) == goes_on
    assert told == [RECOVERING] * goes_on
    assert "put the folder data aside" in str(raised.value)
