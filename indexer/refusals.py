"""The file of refusals (`--refused FILE`): what was not loaded, why, and the line itself, to be mended and given again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

import orjson

from indexer.errors import IndexerError
from indexer.summary import Refusal

_NUMBERED = re.compile(r"(.*):(\d+)", re.DOTALL)


@contextmanager
def refusals_file(path: Path | None) -> Iterator[Callable[[Refusal], None]]:
    """Yield a function that writes one refusal as a line of JSON: `file`, `line`, `reason`, and `raw` where there is one.

    `line` is null for a file that is one report. The file is written anew by each load; empty, it says that nothing was
    refused. Raises IndexerError where it cannot be written.
    """
    if path is None:
        yield lambda _refusal: None
        return
    try:
        with path.open("wb") as file:
            yield partial(_write, file)
    except OSError as error:
        raise IndexerError(f"{path}: the file of refusals cannot be written: {error.strerror}") from error


def _write(file: IO[bytes], refusal: Refusal) -> None:
    numbered = _NUMBERED.fullmatch(refusal.place)
    name, line = (numbered[1], int(numbered[2])) if numbered else (refusal.place, None)
    raw = {} if refusal.raw is None else {"raw": refusal.raw}
    file.write(orjson.dumps({"file": name, "line": line, "reason": refusal.reason, **raw}) + b"\n")
    # Line by line: after a kill the file holds what was refused by then.
    file.flush()
