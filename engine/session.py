"""A command that runs beside the node: signals go on to it, and the node ends with it."""

from __future__ import annotations

import signal
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine.errors import NodeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

    from engine.node import LocalNode

# A terminal that is closed sends SIGHUP, which a server takes for "read your settings again", or dies of.
FORWARDED_AS = {
    signal.SIGINT: signal.SIGINT,
    signal.SIGTERM: signal.SIGTERM,
    signal.SIGHUP: signal.SIGTERM,
}


def run_beside(node: LocalNode, command: Sequence[str]) -> int:
    """Run `command` while `node` runs and return its exit code (128 + n when signal n ended it).

    The node is stopped afterwards if it was started here; where the settings name another engine there is none to
    start. Raises NodeError.
    """
    signals = Signals()
    with signals.caught():
        if node.settings.opensearch_url:
            return signals.run(command)
        before = node.running()
        running = node.start()
        try:
            return signals.run(command)
        finally:
            if before != running:
                signals.ignore()
                node.stop()


class Signals:
    """What happens to SIGINT, SIGTERM and SIGHUP: passed on to the command, and before it runs an end to everything."""

    def __init__(self) -> None:
        self._act: Callable[[int], None] = _leave

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Catch the signals inside the block, and do with them afterwards what was done before."""
        before = {number: signal.signal(number, self._handle) for number in FORWARDED_AS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def run(self, command: Sequence[str]) -> int:
        """Run `command` and pass the signals on to it, also those that come while it is being started."""
        early: list[int] = []
        self._act = early.append
        try:
            # In a group of its own: Ctrl-C reaches a whole group, and a server that gets it twice drops its work.
            child = subprocess.Popen(command, process_group=0)
        except OSError as error:
            raise NodeError(f"{command[0]!r} could not be run: {error}") from error
        with child:
            self._act = child.send_signal
            for number in early:
                child.send_signal(number)
            code = child.wait()
        return code if code >= 0 else 128 - code

    def ignore(self) -> None:
        """Do nothing from now on: the node is being stopped."""
        self._act = lambda _number: None

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        self._act(FORWARDED_AS[signal.Signals(number)])


def _leave(number: int) -> None:
    raise SystemExit(128 + number)
