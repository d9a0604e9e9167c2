"""The lock file of the node's files, how they are fetched, and the home that is made of them."""

from __future__ import annotations

import gc
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import warnings
from collections import Counter
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest
import stamina
from engine_nodes import open_folder

from engine import NodeError
from engine.account import CACHE_FOR_ROOT, node_account, pick_folder
from engine.download import Downloader
from engine.home import Home
from engine.jars import checksum, read_jars, server_version
from settings import CHECKOUT, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from engine.jars import Jar

SMALL = [jar for jar in read_jars() if jar.size < 60_000][:10]
NOWHERE = {"nowhere": "http://127.0.0.1:9"}


class Repository:
    """A Maven repository on loopback, filled from the node's home; `answers` changes what it says for a file name."""

    def __init__(self, home: Path) -> None:
        self.asked: Counter[str] = Counter()
        self.answers: dict[str, Callable[[int, bytes], bytes | None]] = {}
        self.delay = 0.0
        self._paths = {jar.filename: home / jar.path for jar in read_jars()}

    def answer(self, request_path: str) -> bytes | None:
        """Return the file's bytes, `None` for 404."""
        name = request_path.rpartition("/")[2]
        if name not in self._paths:
            return None
        self.asked[name] += 1
        time.sleep(self.delay)
        content = self._paths[name].read_bytes()
        changed = self.answers.get(name)
        return changed(self.asked[name], content) if changed else content

    @contextmanager
    def served(self) -> Iterator[dict[str, str]]:
        """Serve it, and give what a downloader is told."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Answer, self))
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield {"here": f"http://127.0.0.1:{server.server_port}"}
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            with warnings.catch_warnings():
                # jgo leaves the answer of a 404 open; what collects it later would be blamed for it.
                warnings.simplefilter("ignore", ResourceWarning)
                gc.collect()


class Answer(BaseHTTPRequestHandler):
    """One answer of the repository: half of the content where half is given, with the length of the whole."""

    def __init__(self, repository: Repository, *rest: object) -> None:
        self._repository = repository
        super().__init__(*rest)

    def do_GET(self) -> None:
        content = self._repository.answer(self.path)
        self.send_response(200 if content is not None else 404)
        content = content or b""
        half = content.startswith(CUT)
        self.send_header("Content-Length", str(len(content) + 1000 * half))
        self.end_headers()
        self.wfile.write(content.removeprefix(CUT))

    def log_message(self, *_: object) -> None:
        pass


CUT = b"cut here"


@pytest.fixture(scope="module")
def home() -> Path:
    """The home that the node really uses, put together if it is not."""
    cache = pick_folder(read_settings().cache_dir, CACHE_FOR_ROOT, node_account())
    return Home(cache, print).prepare()


@pytest.fixture
def repository(home: Path) -> Repository:
    return Repository(home)


@pytest.fixture(scope="module")
def copied() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


@pytest.fixture
def copy(home: Path, copied: Path) -> Path:
    """A home of our own to damage, the same for all tests of this file: each finds it whole or repairs it."""
    target = copied / "engine" / home.name
    if not target.exists():
        shutil.copytree(home, target)
    return target


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
        with pytest.raises(NodeError, match="Start again when the network is back"):
            Downloader(tmp_path, there).fetch(SMALL)
        missing = [jar for jar in SMALL if not (tmp_path / jar.path).exists()]
        Downloader(tmp_path, there).fetch(missing)
    assert lost in missing
    assert all(checksum(tmp_path / jar.path) == jar.sha256 for jar in SMALL)


def test_a_home_that_is_whole_needs_no_network(copy: Path, copied: Path) -> None:
    """A prepared home is used as it is: nothing is fetched and nothing written."""
    before = (copy / "verified.json").stat().st_mtime_ns
    Home(copied, print, NOWHERE).prepare()
    assert (copy / "verified.json").stat().st_mtime_ns == before


def damage_bytes(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])


def damage_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def damage_all(path: Path) -> None:
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
    arguments = [sys.executable, "-c", PREPARE, str(cache), there["here"]]
    return subprocess.Popen(arguments, cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_two_processes_at_once_fetch_each_file_once(repository: Repository) -> None:
    """The second waits for the first and finds everything there."""
    with open_folder() as cache, repository.served() as there:
        processes = [preparing(cache, there) for _ in range(2)]
        assert [process.wait(60) for process in processes] == [0, 0]
        assert repository.asked == {jar.filename: 1 for jar in read_jars()}
        assert Home(cache, print).is_intact()


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
    return [jar for jar in read_jars() if (home / jar.path).exists()]
