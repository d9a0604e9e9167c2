"""Indices are swapped while people search, and while an export is read."""

from __future__ import annotations

import os
import random
import socket
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from pathlib import Path
from unittest import mock

import httpx2
import orjson

from bench.reliability.checks import Seen
from bench.reliability.trial import Json, Trial, opened, write_lines
from bench.served import served
from indexer import indices
from indexer.commands import LoadOptions, load_fresh, rebuild
from indexer.indices import Indices
from settings import Settings

SEARCHES = int(os.environ.get("RASD_BENCH_SEARCHES", "50000"))
SEARCHERS = 4
WORD = "قصف"
SIZES = (30, 50)
"""Paragraphs of the two corpora that take each other's place."""


def swapped_under_load(settings: Settings, _chance: random.Random, searches: int = SEARCHES) -> Seen:
    """Swap two corpora to and fro, with rebuilds between, while searchers ask as fast as they are answered."""
    seen: Counter[tuple[int, int | None]] = Counter()
    with opened(settings) as trial, tempfile.TemporaryDirectory() as name:
        folders = [_corpus(Path(name) / str(size), size) for size in SIZES]
        _swap_in(trial, folders[0])
        with served(trial.settings) as api, mock.patch.object(indices, "KEPT", timedelta(seconds=2)):
            api.wait_until_ready()
            swaps = 0
            with _searching(api.url, seen):
                while sum(list(seen.values())) < searches:
                    _swap_in(trial, folders[(swaps + 1) % 2]) if swaps % 3 else rebuild(trial.engine, trial.settings)
                    swaps += 1
    other = {told: number for told, number in seen.items() if told not in {(200, size) for size in SIZES}}
    of_them = ", ".join(f"{number:,} × {status} with the total {total}" for (status, total), number in other.items())
    return Seen(
        f"{seen.total():,} searches, {swaps} swaps: {sum(other.values()):,} other answers {of_them}".rstrip(), not other
    )


def swapped_in_two_calls(settings: Settings, chance: random.Random, searches: int = 5000) -> Seen:
    """Do the same with a swap that takes the alias away and gives it in two calls."""

    def swap(self: Indices, new: dict[str, str]) -> list[str]:
        old = {kind: name for kind in new if (name := self.current(kind))}
        move = self.engine.move_aliases
        move([{"remove": {"index": name, "alias": self.aliases.of(kind)}} for kind, name in old.items()])
        move([{"add": {"index": name, "alias": self.aliases.of(kind)}} for kind, name in new.items()])
        return list(old.values())

    with mock.patch.object(Indices, "swap", swap):
        return swapped_under_load(settings, chance, searches)


def _corpus(folder: Path, size: int) -> Path:
    write_lines(folder / "a.jsonl", ({"id": f"{size}-{number}", "text": f"{WORD} {number}"} for number in range(size)))
    return folder


def _swap_in(trial: Trial, folder: Path) -> None:
    load_fresh(trial.engine, trial.settings, [folder], LoadOptions("default"))


class _searching(AbstractContextManager[None]):  # noqa: N801  (used as a function)
    """Searchers in closed loop, each with a connection of its own, until the end of the `with`."""

    def __init__(self, url: str, seen: Counter[tuple[int, int | None]]) -> None:
        self._url = url
        self._seen = seen
        self._one_at_a_time = threading.Lock()
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._search) for _ in range(SEARCHERS)]

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_told: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    def _search(self) -> None:
        with httpx2.Client(base_url=self._url, timeout=30) as client:
            while not self._done.is_set():
                answer = client.get("/v1/search", params={"q": WORD, "size": 1})
                total = answer.json()["total"]["value"] if answer.status_code == 200 else None
                with self._one_at_a_time:
                    self._seen[answer.status_code, total] += 1


_LITTLE_AT_ONCE = [(socket.SOL_SOCKET, socket.SO_RCVBUF, 262144)]


def exported_across_a_swap(
    settings: Settings, _chance: random.Random, paragraphs: int = 10_000, kept: timedelta | None = None
) -> Seen:
    """Begin an export, swap the indices, give the command that deletes what is old, and read the export to its end."""
    late = mock.patch.object(indices, "KEPT", kept) if kept is not None else nullcontext()
    with opened(settings) as trial, tempfile.TemporaryDirectory() as folder:
        write_lines(Path(folder) / "a.jsonl", _long_reports(paragraphs))
        trial.load(folder)
        with served(trial.settings, environment={"EXPORT_TIMEOUT": "120"}) as api:
            api.wait_until_ready()

            def swap() -> None:
                rebuild(trial.engine, trial.settings)
                Indices(trial.engine, trial.settings).clear_away()

            with late:
                lines, was_open = _exported(trial, api.url, swap)
    ids = [line["id"] for line in lines if "id" in line]
    missing, twice = paragraphs - len(set(ids)), len(ids) - len(set(ids))
    end = "to its end" if lines[-1] == {"done": paragraphs} else f"cut off: {lines[-1].get('error', lines[-1])}"
    figure = f"an export of {paragraphs:,} paragraphs across a swap: {missing:,} missing, {twice:,} twice, {end}"
    # An index that was deleted under an export takes the export's point in time with it: that one was not over.
    if not (was_open or missing):
        raise RuntimeError(f"{figure}; it was over before the swap, so that nothing was shown")
    return Seen(figure, not missing and not twice)


def _long_reports(paragraphs: int) -> Iterator[Json]:
    """Yield reports of 16 KB, so that a page of them does not fit into what lies between server and client."""
    tags = ["وسم" * 330 + str(number) for number in range(8)]
    for number in range(paragraphs):
        yield {"id": f"long-{number}", "text": f"{WORD} {number}", "tags": tags}


def _exported(trial: Trial, url: str, swap: Callable[[], None]) -> tuple[list[Json], bool]:
    """Return the lines of an export, and whether its point in time was still open after the swap that fell into it."""
    asked = {"q": WORD, "match": "exact"}
    with (
        httpx2.Client(transport=httpx2.HTTPTransport(socket_options=_LITTLE_AT_ONCE), timeout=300) as client,
        client.stream("GET", f"{url}/v1/search.ndjson", params=asked) as answer,
    ):
        told = answer.iter_lines()
        lines = [next(told)]
        swap()
        was_open = bool(trial.ask("GET", "/_search/point_in_time/_all")["pits"])
        lines += told
    return [orjson.loads(line) for line in lines], was_open
