"""A disk that runs full under searches and a load, and has space again (R12)."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.nodes import HEAP, open_folder
from bench.reliability.checks import Seen
from bench.reliability.grounds import UNLIMITED, child, report, word
from bench.reliability.watched import Started, Watched, count_lost, load_until, search_until
from bench.served import served_by
from engine import LocalNode
from settings import read_settings

DISK = "700m"
MARK = "cluster.routing.allocation.disk.watermark"
SMALL = {f"{MARK}.low": "50%", f"{MARK}.high": "60%", f"{MARK}.flood_stage": "70%"}
"""Marks for so small a disk. It is looked at every 10 seconds, so what is left has to be what can be written meanwhile."""
DEFAULTS = {
    f"{MARK}.enable_for_single_data_node": False,
    f"{MARK}.low": "85%",
    f"{MARK}.high": "90%",
    f"{MARK}.flood_stage": "95%",
}
SOON = 30.0
"""Seconds in which writing has to go on once there is space."""
PATIENT = 240.0


class CannotMount(Exception):
    """No file system can be mounted here: not as root, or in a container that may not."""


@contextmanager
def small_disk() -> Iterator[Path]:
    """Give a file system of its own in memory. Raises CannotMount where that is not allowed."""
    with open_folder() as folder:
        place = folder / "disk"
        place.mkdir()
        mount = [_system("mount"), "-t", "tmpfs", "-o", f"size={DISK},mode=755", "tmpfs", str(place)]
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotMount(done.stderr.strip())
        try:
            yield place
        finally:
            subprocess.run([_system("umount"), "--lazy", str(place)], check=True)


def _system(program: str) -> str:
    return shutil.which(program) or program


def fill_disk(chance: random.Random, *, defaults: bool = False) -> Seen:
    """Fill the disk under searches and a load until the indexer gives up, make space, and load again."""
    try:
        with small_disk() as disk:
            node = LocalNode(read_settings(data_dir=disk / "data", heap=HEAP, opensearch_url=None))
            node.more = DEFAULTS if defaults else SMALL
            try:
                return _filled(node, disk, chance, defaults=defaults)
            finally:
                node.stop()
    except CannotMount as error:
        return Seen(f"not measured: no file system can be mounted here ({error})", kept=False)


def _filled(node: LocalNode, disk: Path, chance: random.Random, *, defaults: bool) -> Seen:
    url = node.start().url
    with open_folder() as folder:
        own = {"RASD_OPENSEARCH_URL": url, "RASD_INDEX": "d", "RASD_DATA_DIR": str(folder)}
        started = Started(folder, own)
        started.load_known()
        watched, stop = Watched(), threading.Event()
        with served_by(own | UNLIMITED) as api:
            search = threading.Thread(target=search_until, args=(stop, api.url, chance, watched))
            search.start()
            try:
                loading = threading.Thread(target=load_until, args=(stop, started, watched))
                loading.start()
                time.sleep(3)
                _leave(disk, 0.002 if defaults else 0.25)
                loading.join(PATIENT / 5 if defaults else PATIENT)
                gave_up = not loading.is_alive() and not watched.ended_well
                free = time.monotonic()
                (disk / "ballast").unlink()
                resumed = _written_again(started, free)
            finally:
                stop.set()
                search.join()
                loading.join()
        count_lost(started, watched)
        # The same load again does what is left.
        whole = resumed is not None and not _load(started, started.folder / "given.jsonl")
        return _seen(watched, gave_up=gave_up, resumed=resumed if whole else None)


def _leave(disk: Path, part: float) -> None:
    """Fill the disk until only this part of it is free."""
    usage = shutil.disk_usage(disk)
    with (disk / "ballast").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, int(usage.free - part * usage.total))


def _written_again(started: Started, free: float) -> float | None:
    """Load one new report until it is taken; return the seconds since there was space, None if it never was."""
    new = started.folder / "new.jsonl"
    new.write_text(report(9_000_000, [word(9_000_000)]), encoding="utf-8")
    while time.monotonic() - free < 1.5 * SOON:
        if not _load(started, new):
            return time.monotonic() - free
        time.sleep(0.5)
    return None


def _load(started: Started, file: Path) -> int:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with child("indexer", "load", str(file), settings=started.settings, **quiet) as process:
        return process.wait()


def _seen(watched: Watched, *, gave_up: bool, resumed: float | None) -> Seen:
    bad = watched.answers.total() - watched.answers[200]
    soon = f"{resumed:.0f} s" if resumed else "NOT"
    told = (
        f"{2 * len(watched.acknowledged):,} paragraphs acknowledged before the disk was full, {2 * watched.lost} lost; the "
        f"load {'ended with an error' if gave_up else 'did NOT end'}; {watched.answers.total():,} searches meanwhile, {bad} "
        f"not answered, {len(watched.wrong)} wrong; written again {soon} after there was space"
    )
    whole = bool(watched.acknowledged) and not watched.lost and not bad and not watched.wrong
    return Seen(told, whole and gave_up and resumed is not None and resumed <= SOON)
