"""The key pair that evidence is signed with: Ed25519, in a file that only its owner reads."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from api.errors import BadKey
from settings import Settings


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that signatures are checked with."""

    key: Ed25519PublicKey

    @classmethod
    def read(cls, pem: bytes) -> PublicKey:
        """Return the key of a PEM; BadKey where there is none, or it is of another kind."""
        try:
            key = load_pem_public_key(pem)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise BadKey("this is no public key in PEM; /v1/evidence/key of the server has one") from error
        if not isinstance(key, Ed25519PublicKey):
            raise BadKey("this is a public key of another kind; evidence is signed with Ed25519")
        return cls(key)

    @property
    def pem(self) -> bytes:
        """The key as PEM."""
        return self.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the key's 32 bytes, in hexadecimal."""
        return hashlib.sha256(self.key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()

    def signed(self, signature: bytes, content: bytes) -> bool:
        """Tell whether a signature of some content was made with the private key of this one."""
        try:
            self.key.verify(signature, content)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """The private key."""

    key: Ed25519PrivateKey

    @classmethod
    def of(cls, settings: Settings) -> Signer:
        """Return the signer of a server, whose key is made where there is none yet. Raises BadKey."""
        path = settings.evidence_key_file
        try:
            if not path.exists():
                _make(path)
            return cls.read(path)
        except OSError as error:
            raise BadKey(
                f"{path}: {error.strerror}; RASD_EVIDENCE_KEY names a file that can be read, or made on first use"
            ) from error

    @classmethod
    def read(cls, path: Path) -> Signer:
        """Return the signer whose key is in a file; BadKey where others can read it, or it is none."""
        if path.stat().st_mode & 0o077:
            raise BadKey(f"{path} can be read by others: chmod 600 it, or make another key if they may have")
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise BadKey(f"{path} holds no private key in PEM without a password") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise BadKey(f"{path} holds a key of another kind; evidence is signed with Ed25519")
        return cls(key)

    @property
    def public(self) -> PublicKey:
        """The key that others check with."""
        return PublicKey(self.key.public_key())

    def sign(self, content: bytes) -> bytes:
        """Return the signature of some content, 64 bytes."""
        return self.key.sign(content)


def _make(path: Path) -> None:
    """Write a new key. Of several processes that do so at once, one wins, and the others use its key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    written = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(written, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(beside, path)
        except FileExistsError:
            return
    finally:
        beside.unlink()
