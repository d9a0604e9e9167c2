"""A name for a process that no other process ever has, so that its end can be told on the same machine."""

from __future__ import annotations

from pathlib import Path

_PROC = Path("/proc")
_START_TIME = 19
"""Its place in `/proc/PID/stat` behind the name, which may hold spaces: field 22."""


def process_name(pid: int) -> str:
    """Return boot, namespace, number and start of a running process; empty where the system tells none of these (no Linux).

    The number alone is given again, and two containers on one host may both have it.
    """
    try:
        start = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[_START_TIME]
        return f"{_here()} {pid} {start}"
    except OSError:
        return ""


def is_gone(name: str) -> bool:
    """Tell whether a process is known to have ended: it was one of this machine, and no process has its name any more."""
    try:
        here = _here()
    except OSError:
        return False
    if not name.startswith(f"{here} "):
        return False
    return process_name(int(name.split()[-2])) != name


def _here() -> str:
    boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    return f"{boot} {(_PROC / 'self/ns/pid').readlink()}"
