"""The lock file of the node's files, and how they are fetched."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import pytest
import stamina
from engine_repository import CUT, Repository, prepared_home

from engine import NodeError
from engine.download import Downloader
from engine.jars import checksum, read_jars, server_version
from settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SMALL = [jar for jar in read_jars() if jar.size < 60_000][:10]


@pytest.fixture(scope="module")
def home() -> Path:
    """The home that the node really uses, put together if it is not."""
    return prepared_home()


@pytest.fixture
def repository(home: Path) -> Repository:
    """Give a repository with every file of the lock file."""
    return Repository(home)


def test_lock_file_names_each_file_once() -> None:
    """Every row has a path of its own, a SHA-256, a size, and versions that fit each other."""
    jars = read_jars()
    assert len(jars) == len({jar.path for jar in jars}) == 98
    assert all(re.fullmatch(r"[0-9a-f]{64}", jar.sha256) and jar.size > 0 for jar in jars)
    plugin = next(jar for jar in jars if jar.artifact == "opensearch-knn")
    assert plugin.version == f"{server_version()}.0"
    assert {jar.version for jar in jars if jar.group == "org.opensearch.plugin"} == {server_version(), plugin.version}


def test_version_stands_in_the_lock_file_alone() -> None:
    """No module of the engine repeats the version, so an upgrade is one new lock file."""
    for module in (CHECKOUT / "engine").glob("*.py"):
        assert server_version() not in module.read_text(encoding="utf-8"), module.name


def test_no_module_names_a_host() -> None:
    """Where the files come from is jgo's knowledge; the code holds no address but loopback."""
    for module in (CHECKOUT / "engine").iterdir():
        if module.is_file():
            hosts = re.findall(r"https?://([\w.-]+)", module.read_text(encoding="utf-8"))
            assert set(hosts) <= {"127.0.0.1"}, module.name


def test_home_holds_exactly_the_files_of_the_lock_file(home: Path) -> None:
    """Each file that was fetched has the SHA-256 and the size of its row."""
    for jar in read_jars():
        path = home / jar.path
        assert (checksum(path), path.stat().st_size) == (jar.sha256, jar.size)


def test_files_are_fetched(repository: Repository, tmp_path: Path) -> None:
    """Files end up in their folders, checked, and nothing else is left."""
    with repository.served() as there:
        Downloader(tmp_path, there).fetch(SMALL)
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()} == {
        jar.path for jar in SMALL
    }
    assert all(checksum(tmp_path / jar.path) == jar.sha256 for jar in SMALL)


def once(wrong: bytes) -> Callable[[int, bytes], bytes]:
    """Return an answer that is wrong the first time."""
    return lambda times, content: wrong if times == 1 else content


@pytest.mark.parametrize("wrong", [b"not a jar", b"", CUT + b"half a jar"], ids=["other", "empty", "cut off"])
def test_a_wrong_file_is_fetched_again(repository: Repository, tmp_path: Path, wrong: bytes) -> None:
    """What is not the file of the lock file, or only its first half, is thrown away and asked for once more."""
    jar = SMALL[0]
    repository.answers[jar.filename] = once(wrong)
    with repository.served() as there, stamina.set_testing(testing=True, attempts=2):
        Downloader(tmp_path, there).fetch([jar])
    assert repository.asked[jar.filename] == 2
    assert checksum(tmp_path / jar.path) == jar.sha256


def test_a_file_that_stays_wrong_is_an_error(repository: Repository, tmp_path: Path) -> None:
    """After the second wrong file the user reads which SHA-256 came and which is right, and nothing is kept."""
    jar = SMALL[0]
    repository.answers[jar.filename] = lambda _times, _content: b"not a jar"
    came = hashlib.sha256(b"not a jar").hexdigest()
    with repository.served() as there, pytest.raises(NodeError, match=f"(?s){came}.*{jar.sha256}"):
        Downloader(tmp_path, there).fetch([jar])
    assert repository.asked[jar.filename] == 2
    assert not (tmp_path / jar.path).exists()


def test_a_network_that_is_down_is_an_error_that_keeps_what_came(repository: Repository, tmp_path: Path) -> None:
    """The user is told to start again; a second try asks only for what is missing."""
    lost = SMALL[-1]
    repository.answers[lost.filename] = lambda times, content: content if times > 2 else None
    with repository.served() as there, stamina.set_testing(testing=True, attempts=2):
        with pytest.raises(NodeError, match="Start again when that is put right"):
            Downloader(tmp_path, there).fetch(SMALL)
        missing = [jar for jar in SMALL if not (tmp_path / jar.path).exists()]
        Downloader(tmp_path, there).fetch(missing)
    assert lost in missing
    assert all(checksum(tmp_path / jar.path) == jar.sha256 for jar in SMALL)
