"""Reads .zip, .tar and .gz (.bz2, .xz): each member is read as if it stood in a folder of that name.

Members are unpacked one after the other into a file with a name of ours, so a member's own name leads nowhere. An archive
with everything that is packed inside it may unpack so many bytes and members and no more.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import IO, cast

from indexer.readers.given import Allowance, Given, Item, Refused, Skipped, Source
from indexer.readers.packed import TooLarge, spooled
from indexer.readers.sources import read
from indexer.readers.warc import read_warc

DEEPEST = 3
"""Archives around a file at most."""
LEAST_ALLOWANCE = 64 * 1024 * 1024
MOST_TIMES = 50
"""Bytes that an archive may unpack: so many times its own, and always the least. Text packs to a tenth, logs to a thirtieth."""
MOST_MEMBERS = 200_000
_OPENERS: tuple[tuple[bytes, Callable[..., IO[bytes]]], ...] = (
    (b"\x1f\x8b", cast("Callable[..., IO[bytes]]", gzip.open)),
    (b"BZh", cast("Callable[..., IO[bytes]]", bz2.open)),
    (b"\xfd7zXZ", cast("Callable[..., IO[bytes]]", lzma.open)),
)
_FAULTS = (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError, KeyError)


def read_zip(source: Source) -> Iterator[Item]:
    """Yield what the members hold; one that is broken or encrypted is refused by its name, and the next is read."""
    with zipfile.ZipFile(source.path) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        yield from _unpacked(source, ((_zip_name(member), _opened(archive, member)) for member in members))


def _opened(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(member)


def _zip_name(member: zipfile.ZipInfo) -> str:
    """Return a member's name; without the mark for UTF-8 Python reads it as cp437, which many programs do not write."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename


def read_tar(source: Source) -> Iterator[Item]:
    """Yield what the members hold. Links and devices are skipped; behind a broken member nothing can be found."""
    try:
        with tarfile.open(source.path, "r:") as archive:
            yield from _unpacked(source, _tar_members(archive))
    except tarfile.TarError as error:
        yield Refused(source.place, f"a broken .tar from here on: {error}")


def _tar_members(archive: tarfile.TarFile) -> Iterator[tuple[str, Callable[[], IO[bytes]] | None]]:
    for member in archive:
        if member.isreg():
            yield member.name, lambda member=member: cast("IO[bytes]", archive.extractfile(member))  # type: ignore[misc]
        elif not member.isdir():
            yield member.name, None


def read_packed(source: Source) -> Iterator[Item]:
    """Yield what a file holds that was packed by itself; of one that was cut off, what came before."""
    with source.path.open("rb") as file:
        head = file.read(8)
    opener = next(opener for magic, opener in _OPENERS if head.startswith(magic))
    if _begins_with_warc(source, opener):
        # Each record is packed by itself there, and the library finds the next one behind a broken one.
        yield from read_warc(source)
        return
    name = source.below.rpartition("/")[2].rpartition(".")[0] or "content"
    name = f"{name}.tar" if source.suffix in {".tgz", ".tbz", ".txz"} else name
    yield from _unpacked(source, [(name, lambda: opener(source.path, "rb"))])


def _begins_with_warc(source: Source, opener: Callable[..., IO[bytes]]) -> bool:
    try:
        with opener(source.path, "rb") as stream:
            return stream.read(5) == b"WARC/"
    except (OSError, EOFError, lzma.LZMAError):
        return False


def _unpacked(source: Source, members: object) -> Iterator[Item]:
    """Yield what each member holds, as long as the archive's allowance lasts."""
    size = source.path.stat().st_size
    allowance = source.allowance or Allowance(LEAST_ALLOWANCE + MOST_TIMES * size, MOST_MEMBERS)
    if source.level >= DEEPEST:
        yield Refused(source.place, f"an archive inside {DEEPEST} others: unpack it", size)
        return
    for name, opened in cast("Iterator[tuple[str, Callable[[], IO[bytes]] | None]]", members):
        member = replace(
            source,
            below=f"{source.below}/{_harmless(name)}",
            named=False,
            format="",
            level=source.level + 1,
            allowance=allowance,
        )
        allowance.members -= 1
        if allowance.members < 0:
            yield Refused(member.place, f"an archive may hold {MOST_MEMBERS:,} files: the rest was left in it")
            return
        if opened is None:
            yield Skipped(member.place, "no regular file")
            continue
        try:
            yield from _member(member, opened, allowance)
        except TooLarge:
            allowance.bytes = 0
            yield Refused(
                member.place, f"it unpacks to more than {MOST_TIMES} times the archive: the rest was left in it"
            )
            return


def _member(member: Source, opened: Callable[[], IO[bytes]], allowance: Allowance) -> Iterator[Item]:
    try:
        with opened() as stream, spooled(stream, allowance.bytes) as (path, size, fault):
            allowance.bytes -= size
            for item in read(replace(member, path=path)) if fault is None or size else ():
                # Of a file that was cut off its records are taken; half a report would pass for a whole one.
                if fault is None or (isinstance(item, Given) and item.path is None):
                    # The bar counts the bytes of the archive, not those that come out of it.
                    yield replace(item, size=0)
            if fault is not None:
                yield Refused(member.place, f"it cannot be unpacked to its end ({type(fault).__name__}: {fault})")
    except _FAULTS as error:
        reason = "it is encrypted" if "encrypted" in str(error) else f"it cannot be unpacked ({type(error).__name__})"
        yield Refused(member.place, reason)


def _harmless(name: str) -> str:
    """Return a member's name without what leads out of a folder: it is shown and makes the id, and is never opened."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."}]
    return "/".join(parts)[:1000].encode("utf-8", "backslashreplace").decode() or "content"
