"""Java's archive of loaded classes, written when a node stops for the first time.

A start takes 2.7 s with it and 3.8 s without (medians on two cores); the stop that writes it takes 3 s.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from engine.account import make_folder

if TYPE_CHECKING:
    from pathlib import Path

    from engine.account import Account


COMPLAINT = "[cds"


class Archive:
    """The archive of one home. The node writes it, so it lies beside the home, in a folder of the node's user."""

    def __init__(self, home: Path, account: Account | None) -> None:
        self._folder = home.with_name(f"{home.name}.archive")
        self.file = self._folder / "classes.jsa"
        self._account = account

    def flags(self) -> tuple[str, ...]:
        """Return what Java is told: nothing where it may not write, or it would try at every stop (3 s)."""
        make_folder(self._folder, self._account)
        if self._account:
            self._account.own(self._folder)
        if not os.access(self._folder, os.W_OK):
            return ()
        # Java sets aside an archive that is truncated, of another JRE or of other jars, and writes it anew. It looks
        # for flipped bits only when told to, which takes 0.1 s; without that they are loaded as code.
        return ("-XX:+AutoCreateSharedArchive", f"-XX:SharedArchiveFile={self.file}", "-XX:+VerifySharedSpaces")

    def drop_if_refused(self, console: Path) -> None:
        """Delete it when Java complained of it: a file that does not begin as an archive is never written over."""
        if COMPLAINT in console.read_text(encoding="utf-8", errors="replace"):
            self.drop()

    def drop(self) -> None:
        """Delete it; the next stop writes a new one."""
        self.file.unlink(missing_ok=True)
