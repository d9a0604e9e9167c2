"""The indices behind the aliases: made, checked, swapped in one call, and the old ones deleted later.

An index without its alias is deleted only if it says of itself (in the `_meta` of its mapping) that it was begun and never
put into use, or that another has taken its place long enough ago. Anything else may be all that is left of a corpus.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from analyzers.mappings import BOUNDED, INDEX_KINDS, index_body, version_of
from analyzers.names import Aliases
from indexer.dates import engine_date
from indexer.engine import WritingEngine
from indexer.errors import EngineConflict, IndexerError
from settings import Settings

KNN_PLUGIN = "opensearch-knn"
FIRST_STAMP = "00000000t000000"
"""Stands for the moment in the name of the first state index, which two processes would else make twice."""
FIRST_STATE = f"{FIRST_STAMP}-{version_of('state')}"
"""How that name ends. Where it has lost its alias, it gets it back."""

KEPT = timedelta(minutes=10)
"""How long an index stays after another has taken its place: who reads it from a point in time reads it to the end. The
longest point in time, five minutes, may have been opened in the very moment of the swap, and be renewed once."""
BEGUN = "begun"
"""Mark of an index that was made to be filled and swapped in, and is not in use yet."""
REPLACED = "replaced_at"
"""Mark of an index that was in use: the moment at which another took its place."""

_STAMP = "%Y%m%dt%H%M%S%f"

Json = dict[str, Any]


class Indices:
    """All indices of one Rasd."""

    def __init__(self, engine: WritingEngine, settings: Settings) -> None:
        self.engine = engine
        self.settings = settings
        self.aliases = Aliases(settings.index)

    def ensure(self) -> None:
        """Make the indices that do not exist yet; refuse to write into one that was made by other rules."""
        if self.current("reports") and not self.current("paragraphs"):
            self.refuse_lost("paragraphs")
            raise IndexerError(
                f"the alias {self.aliases.paragraphs} is gone, its reports are still stored: run `python -m indexer rebuild`"
            )
        self.make_missing()
        for kind in INDEX_KINDS:
            self._check_version(kind)
        self._bound()

    def make_missing(self) -> None:
        """Make the indices that do not exist yet, empty and behind their aliases."""
        for kind in INDEX_KINDS:
            if self.current(kind) is None:
                self._refuse_stray(kind)
                self.create(kind, stamp(), alias=True)

    def make_state(self) -> None:
        """Make the state index where there is none. Two processes may do so at once: its first one has a fixed name."""
        if self.current("state") is not None:
            return
        self._refuse_stray("state")
        try:
            self.create("state", FIRST_STAMP, alias=True)
        except EngineConflict:
            name = self.aliases.concrete("state", FIRST_STAMP, version_of("state"))
            if name in self.replaced():
                # Its successor is lost. What it held itself is old: keys that were revoked since, say.
                self.create("state", stamp(), alias=True)
                return
            # Another process was faster, or the alias was taken away by hand.
            self.engine.move_aliases([{"add": {"index": name, "alias": self.aliases.state}}])

    def _refuse_stray(self, kind: str) -> None:
        """An index that has the alias's own name was made by a write past the alias; ours could never take its place."""
        name = self.aliases.of(kind)
        if name in self.engine.indices(name):
            raise IndexerError(f"{name} is an index and not an alias: it was not made by Rasd; delete or rename it")
        self.refuse_lost(kind)

    def refuse_lost(self, kind: str) -> None:
        """An index that was in use and lost its alias still holds what it held: an empty one in its place would hide that."""
        alias = self.aliases.of(kind)
        for name, told in self._all(kind).items():
            was_in_use = not {BEGUN, REPLACED} & marks(told).keys() and not name.endswith(FIRST_STATE)
            if was_in_use and not told["aliases"] and self.current(kind) is None:
                raise IndexerError(
                    f"the alias {alias} is gone, and its index {name} is still there: point the alias to it again, or "
                    "delete the index if it is not wanted any more; nothing was changed"
                )

    def _bound(self) -> None:
        """Give indices in use that were made before there were such bounds those that can be given to any."""
        aliases = ",".join(map(self.aliases.of, INDEX_KINDS))
        wanted = {f"index.{setting}": value for setting, value in BOUNDED.items()}
        for name, told in self.engine.indices(aliases, only="*.settings.*translog*").items():
            if not wanted.items() <= told["settings"].items():
                self.engine.set_index(name, BOUNDED)

    def _check_version(self, kind: str) -> None:
        name = self.current(kind)
        if name and self.is_old(kind):
            raise IndexerError(
                f"{name} was made by other rules ({self.made_by(name)}; these are {version_of(kind)}): "
                "run `python -m indexer rebuild`"
            )

    def is_old(self, kind: str) -> bool:
        """Tell whether the index in use was made by other rules than those of this version."""
        name = self.current(kind)
        return name is not None and self.made_by(name) != version_of(kind)

    def made_by(self, name: str) -> str:
        """Return the version of the rules that an index was made by."""
        return str(marks(self.engine.indices(name)[name]).get("version", "unknown"))

    def current(self, kind: str) -> str | None:
        """Return the index that a kind's alias points to, None where there is none."""
        alias = self.aliases.of(kind)
        names = [name for name, told in self.engine.indices(alias).items() if alias in told["aliases"]]
        if len(names) > 1:
            raise IndexerError(f"the alias {alias} points to {', '.join(sorted(names))}; it must point to one index")
        return names[0] if names else None

    def create(self, kind: str, made_at: str, *, alias: bool = False) -> str:
        """Create an index of a kind and return its name; without its alias it is one that is still to be filled."""
        body = index_body(
            kind,
            shards=self.settings.shards,
            replicas=self.settings.replicas if alias else 0,
            knn=KNN_PLUGIN in self.engine.plugins(),
        )
        if alias:
            body["aliases"] = {self.aliases.of(kind): {}}
        else:
            body["settings"]["index"]["refresh_interval"] = "-1"
            body["mappings"]["_meta"][BEGUN] = True
        name = self.aliases.concrete(kind, made_at, version_of(kind))
        self.engine.create_index(name, body)
        return name

    def finish(self, name: str) -> None:
        """End the filling of an index: everything visible, replicas and refreshing as they are for searching."""
        self.engine.refresh(name)
        self.engine.set_index(name, {"refresh_interval": None, "number_of_replicas": self.settings.replicas})

    def swap(self, new: dict[str, str]) -> list[str]:
        """Point each kind's alias to its new index, all in one call, and return the indices that it pointed to before.

        These stay for `KEPT`. Deleting within the alias call made 1,823 of 34,874 searches fail in a trial, two calls
        8,188; this order none. They are marked first: killed before the call, an index in use has a mark that
        nothing heeds; marked afterwards, one that readers still hold would be without.
        """
        old = {kind: name for kind in new if (name := self.current(kind))}
        for name in old.values():
            self._mark(name, **{REPLACED: engine_date(datetime.now(UTC))})
        actions: list[Json] = [
            {"remove": {"index": name, "alias": self.aliases.of(kind)}} for kind, name in old.items()
        ]
        actions += [{"add": {"index": name, "alias": self.aliases.of(kind)}} for kind, name in new.items()]
        self.engine.move_aliases(actions)
        for name in new.values():
            self._mark(name)
        return list(old.values())

    def mark_begun(self, names: list[str]) -> None:
        """Mark indices that came into being elsewhere as not in use yet: `swap` takes the mark off."""
        for name in names:
            self._mark(name, **{BEGUN: True})

    def _mark(self, name: str, **mark: str | bool) -> None:
        """Give an index a mark in place of those that it has; without one it is an index in use."""
        told = marks(self.engine.indices(name)[name])
        kept = {field: value for field, value in told.items() if field not in {BEGUN, REPLACED}}
        self.engine.put_mapping(name, {"_meta": {**kept, **mark}})

    def drop(self, names: list[str]) -> None:
        """Delete indices by name."""
        for name in names:
            self.engine.delete_index(name)

    def clear_away(self) -> None:
        """Delete what is not needed any more: what a killed rebuild began, and what was replaced longer than `KEPT` ago.

        Call it while the writing lock is held: nobody else is filling an index then.
        """
        for name, told in self._all(*INDEX_KINDS).items():
            mark = marks(told)
            if told["aliases"]:
                if {BEGUN, REPLACED} & mark.keys():  # killed just before or after the swap
                    self._mark(name)
            elif mark.get(BEGUN) or _is_over(mark.get(REPLACED)):
                self.engine.delete_index(name)

    def orphans(self) -> list[str]:
        """Return indices of ours that no alias points to: what a rebuild that was killed left behind."""
        found = self._all(*INDEX_KINDS).items()
        return sorted(name for name, told in found if not told["aliases"] and REPLACED not in marks(told))

    def replaced(self) -> dict[str, str]:
        """Return the indices that were in use before a swap and are not deleted yet, and when that was."""
        found = self._all(*INDEX_KINDS).items()
        return {name: at for name, told in found if not told["aliases"] and (at := marks(told).get(REPLACED))}

    def _all(self, *kinds: str) -> dict[str, Json]:
        """Return what the engine says of every index that was made here, whether an alias points to it or not."""
        found = self.engine.indices(
            ",".join(map(self.aliases.concrete_pattern, kinds)), only="*.aliases,*.mappings._meta"
        )
        return {
            name: told for name, told in found.items() if any(self.aliases.is_concrete(kind, name) for kind in kinds)
        }


def marks(told: Json) -> Json:
    """Return what an index says of itself, from what the engine says of it."""
    return dict(told.get("mappings", {}).get("_meta", {}))


def _is_over(replaced_at: str | None) -> bool:
    return replaced_at is not None and datetime.now(UTC) - datetime.fromisoformat(replaced_at) >= KEPT


def made_at(name: str) -> datetime | None:
    """Return the moment that the name of an index holds, None where it holds none."""
    told = re.search(r"-(\d{8}t\d{12})-[0-9a-f]{8}$", name)
    return datetime.strptime(told[1], _STAMP).replace(tzinfo=UTC) if told else None


def stamp() -> str:
    """Return the present moment as index names hold it: `20261125t101530123456`, in UTC."""
    return datetime.now(UTC).strftime(_STAMP)
