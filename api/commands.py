"""The commands of `python -m api` beside serving: keys and private collections."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import click
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from analyzers.names import ACCESS_ID, COLLECTION_PATTERN, KEY_USE_ID
from api.engine import ReadingEngine
from api.errors import EngineDown, EngineFault, EngineSlow
from api.keyring import Access
from api.keys import Key, NewKey, Right, new_key
from api.metrics import Metrics
from settings import Settings, read_settings

Json = dict[str, Any]
Answer = TypeVar("Answer")

DAYS = 90
MOST_PRIVATE = 1000
"""Collections that can be private: every search names them."""


def checked_settings() -> Settings:
    """Return the settings; what is wrong with them is said, without a traceback."""
    try:
        return read_settings()
    except ValidationError as error:
        faults = "; ".join(f"RASD_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors())
        raise click.ClickException(faults) from error


def _with_engine(work: Callable[[ReadingEngine], Awaitable[Answer]]) -> Answer:
    """Run something with the engine, and turn what can go wrong into a message and exit code 1."""
    settings = checked_settings()

    async def run() -> Answer:
        engine = ReadingEngine(settings, Metrics())
        try:
            await engine.make_state()
            return await work(engine)
        finally:
            await engine.close()

    try:
        return asyncio.run(run())
    except (EngineDown, EngineSlow, EngineFault) as error:
        raise click.ClickException(str(error)) from error


def _change(change: Callable[[Access], Access]) -> None:
    def changed(body: Json | None) -> Json:
        return change(Access.read(body)).stored()

    _with_engine(lambda engine: engine.change_state(ACCESS_ID, changed))


def _collections(_context: click.Context, _parameter: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if not re.fullmatch(COLLECTION_PATTERN, name):
            raise click.BadParameter("write 1 to 64 of a-z, 0-9, - and _, beginning with a letter or digit")
    return names


@click.group()
def keys() -> None:
    """Make, list and revoke keys."""


@keys.command()
@click.option("--name", required=True, help="Who or what it is for, as the list shows it.")
@click.option("--right", type=click.Choice([right.value for right in Right]), required=True)
@click.option(
    "--collection", "collections", multiple=True, callback=_collections, help="Bind it to collections; repeatable."
)
@click.option("--expires", "days", type=click.IntRange(1, 3650), default=DAYS, show_default=True, metavar="DAYS")
def create(name: str, right: str, collections: tuple[str, ...], days: int) -> None:
    """Make a key and show it, this one time."""
    asked = NewKey(name, Right(right), frozenset(collections), days)
    token, key = new_key(asked, datetime.now(UTC))
    _change(lambda access: access.with_key(key))
    click.echo(
        f"{key.id}: {name}, {right}, {_bound(key)}, good until {key.expires:%Y-%m-%d}. Not shown again:", err=True
    )
    click.echo(token)


@keys.command("list")
def list_keys() -> None:
    """List the keys, without their secrets."""

    async def read(engine: ReadingEngine) -> tuple[Access, Json]:
        return Access.read(await engine.state(ACCESS_ID)), await engine.state(KEY_USE_ID) or {}

    access, uses = _with_engine(read)
    table = Table("id", "name", "right", "collections", "created", "state", "last used")
    now = datetime.now(UTC)
    for key in sorted(access.keys.values(), key=lambda key: key.created):
        created = f"{key.created:%Y-%m-%d}"
        table.add_row(key.id, key.name, key.right, _bound(key), created, _state(key, now), uses.get(key.id, "never"))
    Console(soft_wrap=True, markup=False).print(table)


@keys.command()
@click.argument("key_id", metavar="ID")
def revoke(key_id: str) -> None:
    """Take a key back; it is good for nothing within a second."""

    def revoked(access: Access) -> Access:
        key = access.keys.get(key_id)
        if key is None:
            raise click.ClickException(f"there is no key {key_id}; `python -m api keys list` shows them")
        return access.with_key(replace(key, revoked=key.revoked or datetime.now(UTC).replace(microsecond=0)))

    _change(revoked)
    click.echo(f"{key_id}: revoked")


@click.group()
def collections() -> None:
    """Say which collections are private."""


@collections.command()
@click.argument("names", nargs=-1, required=True, callback=_collections, metavar="NAME...")
def private(names: tuple[str, ...]) -> None:
    """Keep collections for keys that are bound to them, and admin keys."""

    def hidden(access: Access) -> Access:
        together = access.private | set(names)
        if len(together) > MOST_PRIVATE:
            raise click.ClickException(f"{MOST_PRIVATE:,} collections can be private; put reports together in fewer")
        return replace(access, private=together)

    _change(hidden)
    click.echo(f"private: {', '.join(names)}")


@collections.command()
@click.argument("names", nargs=-1, required=True, callback=_collections, metavar="NAME...")
def public(names: tuple[str, ...]) -> None:
    """Open collections to whoever may read."""
    _change(lambda access: replace(access, private=access.private - set(names)))
    click.echo(f"public: {', '.join(names)}")


@collections.command("list")
def list_collections() -> None:
    """List the collections that are private."""
    access = Access.read(_with_engine(lambda engine: engine.state(ACCESS_ID)))
    click.echo("\n".join(sorted(access.private)) or "no collection is private")


def _bound(key: Key) -> str:
    return ", ".join(sorted(key.collections)) or "all"


def _state(key: Key, now: datetime) -> str:
    if key.revoked:
        return f"revoked {key.revoked:%Y-%m-%d}"
    return f"until {key.expires:%Y-%m-%d}" if key.is_good(now) else f"expired {key.expires:%Y-%m-%d}"
