"""Keys: how they are made, read and compared. Pure; where they are kept is `api.keyring`."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Self

Json = dict[str, Any]

ID_LENGTH = 8
SECRET_BYTES = 32
_TOKEN = re.compile(r"rasd_(?P<id>[a-z0-9]{8})_(?P<secret>[A-Za-z0-9_-]{43})")
_NO_HASH = "0" * 64


class Right(StrEnum):
    """What a key lets its holder do; each right holds those before it."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """The place in the order of rights."""
        return list(Right).index(self)


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is kept: of the secret only its SHA-256, which 256 random bits make enough."""

    id: str
    name: str
    right: Right
    hash: str
    created: datetime
    expires: datetime
    collections: frozenset[str] = frozenset()
    revoked: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        """Tell whether the key is neither revoked nor past its day."""
        return self.revoked is None and now < self.expires

    def stored(self) -> Json:
        """Return the key as the state index holds it."""
        return {
            "name": self.name,
            "right": self.right.value,
            "hash": self.hash,
            "created": self.created.isoformat(),
            "expires": self.expires.isoformat(),
            "collections": sorted(self.collections),
            "revoked": self.revoked.isoformat() if self.revoked else None,
        }

    @classmethod
    def read(cls, key_id: str, stored: Json) -> Self:
        """Return the key that `stored` holds; KeyError, TypeError or ValueError where it is none."""
        return cls(
            id=key_id,
            name=stored["name"],
            right=Right(stored["right"]),
            hash=stored["hash"],
            created=datetime.fromisoformat(stored["created"]),
            expires=datetime.fromisoformat(stored["expires"]),
            collections=frozenset(stored["collections"]),
            revoked=datetime.fromisoformat(stored["revoked"]) if stored["revoked"] else None,
        )


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a new key is asked to be."""

    name: str
    right: Right
    collections: frozenset[str]
    days: int


def new_key(asked: NewKey, now: datetime) -> tuple[str, Key]:
    """Return the key as it is shown, once, and as it is kept."""
    alphabet = string.ascii_lowercase + string.digits
    key_id = "".join(secrets.choice(alphabet) for _ in range(ID_LENGTH))
    token = f"rasd_{key_id}_{secrets.token_urlsafe(SECRET_BYTES)}"
    now = now.astimezone(UTC).replace(microsecond=0)
    expires = now + timedelta(days=asked.days)
    return token, Key(key_id, asked.name, asked.right, hash_of(token), now, expires, asked.collections)


def hash_of(token: str) -> str:
    """Return the 64 hex digits that are kept of a key."""
    return hashlib.sha256(token.encode()).hexdigest()


def holder(token: str, keys: Mapping[str, Key], now: datetime) -> Key | None:
    """Return the key that a token is, None where it is none, or is good no more.

    An id that is not there is compared too: how long the answer takes does not say whether it is.
    """
    found = _TOKEN.fullmatch(token)
    key = keys.get(found["id"]) if found else None
    same = hmac.compare_digest(hash_of(token), key.hash if key else _NO_HASH)
    return key if key and same and key.is_good(now) else None
