"""An evidence file: a zip whose every byte follows from what is in it, with a manifest that is signed.

Checking it makes the zip again from its files and compares: so a change is noticed wherever it is, in the zip's own
structure too. The files are stored and not compressed, as compressors differ.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import orjson

from api.errors import BadKey
from api.signing import PublicKey, Signer

Json = dict[str, Any]

FORMAT = "rasd-evidence-1"
MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
PUBLIC_KEY = "public-key.pem"
MOST_FILES = 32
MOST_BYTES = 64 * 2**20
"""Bytes that an archive may unpack to: what is checked was sent by anyone."""

_MADE = (1980, 1, 1, 0, 0, 0)
_BROKEN = (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError, RuntimeError, OverflowError)


class Verdict(StrEnum):
    """What became of an evidence file."""

    UNTOUCHED = "untouched"
    REPACKED = "repacked"
    OTHER_SIGNER = "other signer"
    CHANGED = "changed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Checked:
    """A checked evidence file: what became of it, of each of its files, who signed it, and what it says."""

    verdict: Verdict
    files: dict[str, str] = field(default_factory=dict)
    """`untouched`, `changed`, `missing` or `added`, by name."""
    signer: str | None = None
    """The fingerprint of the key that the manifest was signed with, where that key is known."""
    manifest: Json = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)


def pack(files: dict[str, bytes], facts: Json, signer: Signer) -> bytes:
    """Return an archive of files, of which the manifest says the hashes besides some facts."""
    listed = {name: {"sha256": _sha256(content), "bytes": len(content)} for name, content in sorted(files.items())}
    signed_by = {"algorithm": "Ed25519", "fingerprint": signer.public.fingerprint}
    manifest = orjson.dumps(
        {"format": FORMAT, **facts, "signed_by": signed_by, "files": listed}, option=orjson.OPT_INDENT_2
    )
    return _zip({**files, MANIFEST: manifest, SIGNATURE: signer.sign(manifest), PUBLIC_KEY: signer.public.pem})


def check(archive: bytes, trusted: PublicKey) -> Checked:
    """Check an archive against a key that is trusted. Never raises: what cannot be read has a verdict too."""
    try:
        contents = _unzip(archive)
        manifest = orjson.loads(contents[MANIFEST])
        listed = {str(name): str(told["sha256"]) for name, told in manifest["files"].items()}
        signer = _signer(contents, trusted)
    except (*_BROKEN, KeyError, TypeError, AttributeError):
        return Checked(Verdict.UNREADABLE)
    files = dict(_states(contents, listed))
    return Checked(_verdict(archive, contents, files, signer, trusted), files, signer, manifest, contents)


def _verdict(
    archive: bytes, contents: dict[str, bytes], files: dict[str, str], signer: str | None, trusted: PublicKey
) -> Verdict:
    if signer is None or set(files.values()) != {"untouched"}:
        return Verdict.CHANGED
    if signer != trusted.fingerprint:
        return Verdict.OTHER_SIGNER
    if contents[PUBLIC_KEY] != trusted.pem:
        return Verdict.CHANGED
    return Verdict.UNTOUCHED if _zip(contents) == archive else Verdict.REPACKED


def _signer(contents: dict[str, bytes], trusted: PublicKey) -> str | None:
    """Return whose signature the manifest has: that of the trusted key, else of the key that lies beside it."""
    manifest, signature = contents[MANIFEST], contents[SIGNATURE]
    if trusted.signed(signature, manifest):
        return trusted.fingerprint
    with suppress(BadKey):
        other = PublicKey.read(contents[PUBLIC_KEY])
        if other.signed(signature, manifest):
            return other.fingerprint
    return None


def _states(contents: dict[str, bytes], listed: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, expected in listed.items():
        if name not in contents:
            yield name, "missing"
        else:
            yield name, "untouched" if _sha256(contents[name]) == expected else "changed"
    for name in contents.keys() - listed.keys() - {MANIFEST, SIGNATURE, PUBLIC_KEY}:
        yield name, "added"


def _zip(files: dict[str, bytes]) -> bytes:
    """Return a zip of files that is the same for the same files, wherever and whenever it is made."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _MADE)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return written.getvalue()


def _unzip(archive: bytes) -> dict[str, bytes]:
    """Return the files of a zip. ValueError where it holds more than an archive of ours ever does, or a name twice."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        entries = opened.infolist()
        names = {entry.filename for entry in entries}
        too_large = sum(entry.file_size for entry in entries) > MOST_BYTES
        if len(entries) > MOST_FILES or len(names) != len(entries) or too_large:
            raise ValueError("not an archive of ours")
        return {entry.filename: _read(opened, entry) for entry in entries}


def _read(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with opened.open(entry) as file:
        content = file.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise ValueError("an entry is not as long as it says")
    return content


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
