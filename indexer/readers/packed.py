"""What is packed: how much a file unpacks to, and streams unpacked into files that stop at a limit."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

CHUNK = 1024 * 1024


class TooLarge(Exception):
    """More comes out than may; what came by then is gone."""


def unpacked_size(path: Path, names: str = ".*") -> int:
    """Return the bytes that the members of a .zip unpack to, as they say; more than that is never read of one."""
    with zipfile.ZipFile(path) as archive:
        return sum(member.file_size for member in archive.infolist() if re.fullmatch(names, member.filename))


@contextmanager
def spooled(stream: IO[bytes], most: int) -> Iterator[tuple[Path, int, Exception | None]]:
    """Write a stream into a file of its own and yield that, its size and the fault that ended it early, if one did.

    Raises TooLarge where more than `most` bytes come. The name of the file is ours: no name of an archive is ever used.
    """
    fault: Exception | None = None
    with tempfile.TemporaryDirectory(prefix="rasd-") as folder:
        path = Path(folder) / "content"
        size = 0
        # Where a stream breaks off, `read1` still gives what came before that, and `read` gives nothing.
        read = getattr(stream, "read1", stream.read)
        with path.open("wb") as file:
            try:
                while size <= most and (chunk := read(min(CHUNK, most - size + 1))):
                    size += len(chunk)
                    file.write(chunk)
            except Exception as error:  # noqa: BLE001  (zlib, lzma, bz2 and tarfile each have their own)
                fault = error
        if size > most:
            raise TooLarge
        yield path, size, fault
