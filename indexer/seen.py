"""Which reports a load has taken, and where. A load may have millions, so they are in a file that ends with it."""

from __future__ import annotations

import sqlite3

CACHE = 8 * 1024
"""Kilobytes of the database that are held in memory."""


class Seen:
    """Places by report id. Close it at the end."""

    def __init__(self) -> None:
        # Without a name it is a temporary file, which is no more once it is closed, however the process ends.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute(f"PRAGMA cache_size = -{CACHE}")
        self._database.execute("CREATE TABLE seen (key INTEGER PRIMARY KEY, place TEXT NOT NULL)")
        # One transaction, never committed: without it every report would be one of its own.
        self._database.execute("BEGIN")

    def close(self) -> None:
        """Forget everything."""
        self._database.close()

    def add(self, report_id: str, place: str) -> None:
        """Remember where a report was read."""
        self._database.execute("INSERT OR REPLACE INTO seen VALUES (?, ?)", (_key(report_id), place))

    def place(self, report_id: str) -> str:
        """Return where this load has read a report, empty where it has not."""
        row = self._database.execute("SELECT place FROM seen WHERE key = ?", (_key(report_id),)).fetchone()
        return str(row[0]) if row else ""


def _key(report_id: str) -> int:
    """Return a number of 64 bits: an id ends in 16 hex digits that are its own."""
    return int.from_bytes(bytes.fromhex(report_id[-16:]), "big", signed=True)
