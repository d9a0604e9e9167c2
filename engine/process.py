"""A node's process: started so that it outlives its starter, known by its command line, ended by its pid."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from engine.clock import ticks
from engine.errors import NodeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.account import Account

TERM_LIMIT = 30.0
KILL_LIMIT = 10.0
EXEC_LIMIT = 0.2

# The shell writes the pid itself: where the starter is killed at this very moment, the next one still finds the node.
# It ends at once, so the node is nobody's child: it stays when its starter ends, and needs no one to wait for it.
LAUNCH = """
cd "$1" && pid_file="$2" && console="$3" && shift 3 || exit
"$@" >"$console" 2>&1 </dev/null &
echo $! >"$pid_file"
"""


def launch(arguments: Sequence[str], home: Path, folder: Path, account: Account | None) -> None:
    """Start `arguments` in `home`; the pid goes to `folder`/pid, what is printed to `folder`/logs/console.log."""
    # A JVM under LC_ALL=C cannot open a path with an Arabic letter.
    environment = {"LC_ALL": "C.UTF-8", "PATH": os.defpath, "OPENSEARCH_PATH_CONF": str(folder / "config")}
    try:
        shell = subprocess.run(
            ["/bin/sh", "-c", LAUNCH, "sh", home, folder / "pid", folder / "logs" / "console.log", *arguments],
            env=environment,
            check=False,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            umask=0o077,
            **(account.switch() if account else {}),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise NodeError(f"The node's process could not be started in {folder}: {error}") from error
    if shell.returncode:
        raise NodeError(f"The node's process could not be started in {folder}: {shell.stderr.strip()}")


class Process:
    """The process whose pid is in `pid_file`, as long as `mark` is one of its arguments."""

    def __init__(self, pid_file: Path, mark: str) -> None:
        self._pid_file = pid_file
        self._mark = mark

    def pid(self) -> int | None:
        """Return the pid of the living process, `None` where there is none or the pid went to another program."""
        try:
            pid = int(self._pid_file.read_text())
        except (OSError, ValueError):
            return None
        return pid if has_argument(pid, self._mark) else None

    def end(self, term_limit: float = TERM_LIMIT) -> bool:
        """End the process: asked first, killed after `term_limit` seconds. `False` where none was running."""
        pid = self.pid()
        if pid is None:
            return False
        for number, limit in ((signal.SIGTERM, term_limit), (signal.SIGKILL, KILL_LIMIT)):
            _send(pid, number)
            if any(self.pid() is None for _ in ticks(limit)):
                self._pid_file.unlink(missing_ok=True)
                return True
        raise NodeError(f"The node's process {pid} could not be ended; end it and try again.")


def has_argument(pid: int, argument: str) -> bool:
    """Whether the living process `pid` was started with `argument`; false for one that only waits to be collected."""
    if not Path("/proc/self").exists():
        return _is_listed(pid, argument)
    # For a moment in the middle of exec() a process has no command line: a node just started was taken for dead.
    lines = (_command_line(pid) for _ in ticks(EXEC_LIMIT))
    return os.fsencode(argument) in next((line for line in lines if line != [b""]), [])


def _command_line(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return []


def _is_listed(pid: int, argument: str) -> bool:
    """Say the same without /proc, as on macOS, where `ps` tells arguments apart by spaces alone."""
    question = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    listing = subprocess.run(question, capture_output=True, text=True, check=False)
    return f" {argument} " in f"{listing.stdout.strip()} "


def _send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass
    except PermissionError as error:
        raise NodeError(f"The node's process {pid} belongs to another user; that user can stop it.") from error
