"""Which reports a load has taken, and where: some hundred bytes a report, for a load may have millions."""

from __future__ import annotations

import re

_NUMBERED = re.compile(r"(.*):(\d{1,12})", re.DOTALL)
_LINE_BITS = 40


class Seen:
    """Places by report id. An id ends in 16 hex digits that are unique; a place is `file:line` or `file`."""

    def __init__(self) -> None:
        self._places: dict[int, int] = {}
        self._files: dict[str, int] = {}
        self._names: list[str] = []

    def add(self, report_id: str, place: str) -> None:
        """Remember where a report was read."""
        numbered = _NUMBERED.fullmatch(place)
        name, line = (numbered[1], int(numbered[2]) + 1) if numbered else (place, 0)
        file = self._files.setdefault(name, len(self._names))
        if file == len(self._names):
            self._names.append(name)
        self._places[_key(report_id)] = file << _LINE_BITS | line

    def place(self, report_id: str) -> str:
        """Return where this load has read a report, empty where it has not."""
        packed = self._places.get(_key(report_id))
        if packed is None:
            return ""
        name, line = self._names[packed >> _LINE_BITS], packed & ((1 << _LINE_BITS) - 1)
        return f"{name}:{line - 1}" if line else name


def _key(report_id: str) -> int:
    return int(report_id[-16:], 16)
