"""Who the node runs as: OpenSearch refuses root, so for root it is `nobody`, and folders must be open to that user."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine.errors import NodeError

UNPRIVILEGED = "nobody"
CACHE_FOR_ROOT = Path("/var/cache/rasd")
DATA_FOR_ROOT = Path("/var/lib/rasd")


@dataclass(frozen=True, slots=True)
class Account:
    """The user and group that the node runs as."""

    uid: int
    gid: int

    def switch(self) -> dict[str, Any]:
        """Arguments for `subprocess` that make a process run as this account and no other."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_enter(self, folder: Path) -> bool:
        """Ask the system whether this account gets through to `folder` and may list it."""
        question = ["test", "-r", str(folder), "-a", "-x", str(folder)]
        return subprocess.run(question, **self.switch(), check=False, timeout=10).returncode == 0

    def own(self, folder: Path) -> None:
        """Hand `folder` and everything in it to this account."""
        for place in [folder, *folder.rglob("*")]:
            os.chown(place, self.uid, self.gid, follow_symlinks=False)


def node_account() -> Account | None:
    """Return `nobody` for root, `None` for everyone else: the node then runs as who started it."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(UNPRIVILEGED)
    except KeyError as error:
        raise NodeError(
            f"OpenSearch refuses root, and there is no user {UNPRIVILEGED!r} to run it as; add one."
        ) from error
    return Account(entry.pw_uid, entry.pw_gid)


def pick_folder(wanted: Path, for_root: Path, account: Account | None) -> Path:
    """Return `wanted`, or where the account cannot get into it a folder below `for_root` of its own.

    The home of root is closed to others on most systems: jars and a JRE in there gave ClassNotFoundException.
    """
    wanted = wanted.resolve()
    there = next(folder for folder in (wanted, *wanted.parents) if folder.exists())
    if account is None or account.can_enter(there):
        return wanted
    return for_root / sha256(os.fsencode(wanted)).hexdigest()[:12]


def make_folder(folder: Path, account: Account | None) -> None:
    """Make `folder` and what is missing above it; with an account open to all, also under a umask of 077."""
    for missing in [place for place in (*reversed(folder.parents), folder) if not place.exists()]:
        missing.mkdir(exist_ok=True)
        if account:
            missing.chmod(0o755)
