"""One OpenSearch node on this machine: started, found again, stopped."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine.account import CACHE_FOR_ROOT, DATA_FOR_ROOT, UNPRIVILEGED, make_folder, node_account, pick_folder
from engine.archive import Archive
from engine.clock import ticks
from engine.configuration import LOGGING, hardened_settings, place_settings, render
from engine.document import read_document, write_document, write_text
from engine.errors import NodeEndedError, NodeError
from engine.home import Home
from engine.jars import server_version
from engine.java import command, mark
from engine.lock import held
from engine.ports import chosen_port
from engine.process import Process, launch
from engine.readiness import health, told_port, wait_until_ready

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from settings import Settings

START_LIMIT = 120.0
# A node under load may take its time to answer; after this it hangs, and is started anew.
ANSWER_LIMIT = 15.0
BROKEN_TERM_LIMIT = 5.0


@dataclass(frozen=True, slots=True)
class Running:
    """A node that is ready, as `node.json` tells it; `started` is ISO 8601 in UTC, `folder` holds its data and logs."""

    pid: int
    url: str
    version: str
    started: str
    folder: str


class LocalNode:
    """The node of one data folder. `report` takes what the user should read; `name` is its folder's name in there.

    `more` are settings of this node alone, which win over those of all: of a cluster, or of a test.
    """

    def __init__(self, settings: Settings, report: Callable[[str], None] = lambda _: None, name: str = "node") -> None:
        self.settings = settings
        self.more: dict[str, Any] = {}
        self._report = report
        self._name = name
        self._account = node_account()

    @cached_property
    def folder(self) -> Path:
        """Config, data, logs and pid of this node; the jars are elsewhere, shared by all nodes."""
        return pick_folder(self.settings.data_dir, DATA_FOR_ROOT, self._account) / self._name

    @property
    def url(self) -> str:
        """Where the node answers. Raises NodeError when it does not run."""
        running = self.running()
        if running is None:
            raise NodeError("The node does not run; `python -m engine start` starts it.")
        return running.url

    def running(self) -> Running | None:
        """Return the node that was started here and is still alive, `None` where there is none."""
        told = self.settings.read_node_file()
        try:
            running = Running(**told)
        except TypeError:
            return None
        # A checkout that was copied has the other one's node.json: that node is not ours to stop.
        is_ours = running.folder == str(self.folder) and running.pid == self._process.pid()
        return running if is_ours else None

    def start(self, limit: float = START_LIMIT) -> Running:
        """Start the node, or find it running, and return it once it can be used.

        Raises NodeError, with the last log lines where there are any; also where nothing went on for `limit` seconds. Safe in
        two processes: the second finds the node.
        """
        with self._locked():
            running = self.running()
            if running and self._still_answers(running):
                self._report(f"The node is already running at {running.url}")
                return running
            if self._process.end(BROKEN_TERM_LIMIT):
                self._report("A node that did not get ready, or answers no more, was ended.")
            return self._start_anew(limit)

    def stop(self) -> bool:
        """Stop the node and keep its data; `False` where none was running. Raises NodeError when it does not end."""
        with self._locked():
            was_running = self._process.end()
            self.settings.node_file.unlink(missing_ok=True)
            return was_running

    @property
    def _process(self) -> Process:
        return Process(self.folder / "pid", mark(self.folder))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        folder = self.settings.data_dir.resolve()
        try:
            make_folder(folder, self._account)
            with held(folder / "engine.lock", self._report):
                yield
        except OSError as error:
            told = f"The node's files cannot be used: {error}."
            raise NodeError(f"{told} RASD_DATA_DIR is {folder}; it has to be a folder that you may write.") from error

    def _still_answers(self, running: Running) -> bool:
        return any(health(running.url) for _ in ticks(ANSWER_LIMIT) if self._process.pid())

    def _start_anew(self, limit: float) -> Running:
        self.settings.node_file.unlink(missing_ok=True)
        home = self._home()
        self._report(f"Starting OpenSearch {server_version()} ...")
        archive = Archive(home, self._account)
        try:
            running = self._launch(home, archive.flags(), limit)
        except NodeEndedError as error:
            # Whatever it was, a damaged archive must not be what stops a start.
            self._report(f"{error}\nStarting again without Java's archive of classes ...")
            running = self._launch(home, (), limit)
            archive.drop()
        archive.drop_if_refused(self.folder / "logs" / "console.log")
        return running

    def _launch(self, home: Path, flags: tuple[str, ...], limit: float) -> Running:
        self._write_configuration()
        try:
            launch(command(home, self.folder, self.settings.heap, flags), home, self.folder, self._account)
            return self._remember(wait_until_ready(self._process, self.folder, limit, self._report))
        except BaseException:
            self._process.end(BROKEN_TERM_LIMIT)
            raise

    def _home(self) -> Path:
        cache = pick_folder(self.settings.cache_dir, CACHE_FOR_ROOT, self._account)
        for wanted, used in ((self.settings.cache_dir, cache), (self.settings.data_dir, self.folder.parent)):
            if used != wanted.resolve():
                self._report(f"{UNPRIVILEGED}, who runs the node for root, may not enter {wanted}: {used} is used.")
        return Home(cache, self._report).prepare()

    def _write_configuration(self) -> None:
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)
        for name in ("config", "data", "logs", "snapshots", "tmp"):
            make_folder(self.folder / name, self._account)
        ports = read_document(self.folder / "ports.json")
        for kind in ("http", "transport"):
            (self.folder / "logs" / f"{kind}.ports").unlink(missing_ok=True)
        http_port, transport_port = chosen_port(ports.get("http")), chosen_port(ports.get("transport"))
        place = place_settings(self._name, self.folder, http_port, transport_port)
        self._write("opensearch.yml", render(place | hardened_settings() | self.more))
        self._write("log4j2.properties", LOGGING)
        self._write("jvm.options", "")
        if self._account:
            self._account.own(self.folder)
        self.folder.chmod(0o700)

    def _write(self, name: str, text: str) -> None:
        write_text(self.folder / "config" / name, text)

    def _remember(self, url: str) -> Running:
        ports = {kind: told_port(self.folder, kind) for kind in ("http", "transport")}
        write_document(self.folder / "ports.json", ports)
        pid = self._process.pid()
        if pid is None:
            raise NodeError("The node ended just after it was ready.")
        started = datetime.now(UTC).isoformat(timespec="seconds")
        running = Running(pid, url, server_version(), started, str(self.folder))
        write_document(self.settings.node_file, asdict(running))
        self._report(f"OpenSearch {running.version} answers at {url}")
        return running
