"""Keys and private collections for tests, written as the command line writes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx2

from analyzers.names import ACCESS_ID
from api.keyring import Access
from api.keys import NewKey, Right, new_key


def access_of(rasd):
    """Return who may what, as the state index says it."""
    response = httpx2.get(f"{rasd.settings.opensearch_url}/{rasd.aliases.state}/_doc/{ACCESS_ID}", timeout=30)
    return Access.read(response.json()["_source"]["body"] if response.status_code == 200 else None)


def write_access(rasd, access):
    """Store who may what."""
    url = f"{rasd.settings.opensearch_url}/{rasd.aliases.state}/_doc/{ACCESS_ID}"
    assert httpx2.put(url, json={"body": access.stored()}, timeout=30).status_code in {200, 201}


def grant(rasd, right, *collections, days=1, revoked=False):
    """Make a key and return it as its holder sends it; `days` may lie in the past."""
    now = datetime.now(UTC)
    token, key = new_key(NewKey(f"{right} for a test", Right(right), frozenset(collections), 1), now)
    key = replace(key, expires=now + timedelta(days=days), revoked=now if revoked else None)
    write_access(rasd, access_of(rasd).with_key(key))
    return token


def hide(rasd, *collections):
    """Mark collections as private."""
    write_access(rasd, replace(access_of(rasd), private=frozenset(collections)))


def bearer(token):
    """Return the header that a key is sent in."""
    return {"Authorization": f"Bearer {token}"} if token else {}
