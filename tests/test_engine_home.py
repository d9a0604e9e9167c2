"""The node's home: whole, damaged, put together by two processes, or by one that is killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from engine_nodes import open_folder
from engine_repository import Repository, prepared_home

from engine.account import node_account
from engine.home import Home
from engine.jars import checksum, read_jars
from settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from engine.jars import Jar

NOWHERE = {"nowhere": "http://127.0.0.1:9"}


@pytest.fixture(scope="module")
def home() -> Path:
    """The home that the node really uses, put together if it is not."""
    return prepared_home()


@pytest.fixture
def repository(home: Path) -> Repository:
    """Give a repository with every file of the lock file."""
    return Repository(home)


@pytest.fixture(scope="module")
def copied() -> Iterator[Path]:
    """Give a cache folder for the copy of the home."""
    with open_folder() as folder:
        yield folder


@pytest.fixture
def copy(home: Path, copied: Path) -> Path:
    """A home of our own to damage, the same for all tests of this file: each finds it whole or repairs it."""
    target = copied / "engine" / home.name
    if not target.exists():
        shutil.copytree(home, target)
    return target


def test_a_home_that_is_whole_needs_no_network(copy: Path, copied: Path) -> None:
    """A prepared home is used as it is: nothing is fetched and nothing written."""
    before = (copy / "verified.json").stat().st_mtime_ns
    Home(copied, print, NOWHERE).prepare()
    assert (copy / "verified.json").stat().st_mtime_ns == before


def damage_bytes(path: Path) -> None:
    """Change one bit and leave the size."""
    content = path.read_bytes()
    path.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])


def damage_half(path: Path) -> None:
    """Cut the file in half."""
    os.truncate(path, path.stat().st_size // 2)


def damage_all(path: Path) -> None:
    """Delete the file."""
    path.unlink()


@pytest.mark.parametrize("damage", [damage_bytes, damage_half, damage_all], ids=["one bit", "half", "gone"])
def test_a_damaged_jar_is_fetched_again(
    repository: Repository, copy: Path, copied: Path, damage: Callable[[Path], None]
) -> None:
    """A jar of which one bit, half or all is gone is fetched again, it alone, and the home is whole afterwards."""
    jar = next(jar for jar in read_jars() if jar.artifact == "lucene-queryparser")
    damage(copy / jar.path)
    with repository.served() as there:
        Home(copied, print, there).prepare()
    assert checksum(copy / jar.path) == jar.sha256
    assert repository.asked == {jar.filename: 1}
    assert Home(copied, print).is_intact()


def test_a_damaged_jar_of_an_unpacked_plugin_is_unpacked_again(copy: Path, copied: Path) -> None:
    """The plugin's zip is at hand and checked, so no network is needed."""
    jar = next((copy / "plugins/opensearch-knn").glob("opensearch-knn-*.jar"))
    right = checksum(jar)
    damage_half(jar)
    Home(copied, print, NOWHERE).prepare()
    assert checksum(jar) == right


def test_a_damaged_jre_is_copied_again(copy: Path, copied: Path) -> None:
    """A file that the JRE lacks brings a new copy of the JRE, and no network is needed."""
    (copy / "jre/lib/jvm.cfg").unlink()
    Home(copied, print, NOWHERE).prepare()
    assert (copy / "jre/lib/jvm.cfg").is_file()


PREPARE = """
import sys
from pathlib import Path
from engine.home import Home
print(Home(Path(sys.argv[1]), print, {"here": sys.argv[2]}).prepare())
"""


def preparing(cache: Path, there: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a process that prepares a home in `cache`, under the strictest umask."""
    arguments = [sys.executable, "-c", PREPARE, str(cache), there["here"]]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(arguments, cwd=CHECKOUT, umask=0o077, **quiet)


def test_two_processes_at_once_fetch_each_file_once(repository: Repository) -> None:
    """The second waits for the first and finds everything there."""
    with open_folder() as cache, repository.served() as there:
        processes = [preparing(cache, there) for _ in range(2)]
        assert [process.wait(60) for process in processes] == [0, 0]
        assert repository.asked == {jar.filename: 1 for jar in read_jars()}
        assert Home(cache, print).is_intact()
        account = node_account()
        if account:
            assert account.can_enter(Home(cache, print).path / "lib"), "root's umask of 077 locked the node's user out"


def test_a_process_killed_while_downloading_leaves_nothing_that_breaks_the_next(repository: Repository) -> None:
    """The next one goes on with what is missing, and half files and the lock of the dead are no obstacle."""
    repository.delay = 0.05
    with open_folder() as cache, repository.served() as there:
        process = preparing(cache, there)
        target = Home(cache, print).path
        while len(fetched := fetched_jars(target)) < 10:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        repository.delay = 0.0
        assert len(fetched) < len(read_jars())
        repository.asked.clear()
        Home(cache, print, there).prepare()
        assert not repository.asked.keys() & {jar.filename for jar in fetched}
        assert Home(cache, print).is_intact()


def fetched_jars(home: Path) -> list[Jar]:
    """Return the jars that have come."""
    return [jar for jar in read_jars() if (home / jar.path).exists()]
