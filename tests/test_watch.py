"""Watching a folder, with a real process and a real engine: what comes in can be searched soon, half a file is never read."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from indexer.readers.given import Source
from indexer.summary import Outcome
from indexer.watch import SETTLED, Settling
from settings import CHECKOUT


class Watching:
    """`python -m indexer watch` as a process, with the lines that it has said so far."""

    def __init__(self, settings, folder):
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "indexer", "watch", str(folder)],
            env={**os.environ, "RASD_OPENSEARCH_URL": settings.opensearch_url, "RASD_INDEX": settings.index},
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def wait_for(self, said):
        """Wait until a line with these words was said."""
        for _ in range(1200):
            if any(said in line for line in self.lines):
                return
            assert self.process.poll() is None, self.lines
            time.sleep(0.05)
        raise AssertionError(self.lines)

    def stop(self, sent=signal.SIGINT):
        """Stop it and return its exit code."""
        self.process.send_signal(sent)
        code = self.process.wait(timeout=30)
        self._reader.join()
        return code


@pytest.fixture
def start(new_rasd, tmp_path):
    """A function that starts to watch a folder of its own in a Rasd of its own."""
    started = []
    with new_rasd() as rasd:

        def watching():
            started.append(Watching(rasd.settings, tmp_path))
            started[-1].wait_for("watching ")
            return started[-1]

        watching.rasd = rasd
        yield watching
        for one in started:
            one.process.kill()
            one.process.wait()
            one.process.stdout.close()


def texts(rasd):
    """Return every text that a search finds now."""
    body = {"query": {"match_all": {}}, "size": 100}
    hits = rasd.ask("POST", f"/{rasd.aliases.paragraphs}/_search", body)["hits"]["hits"]
    return sorted(hit["_source"]["text"] for hit in hits)


def test_what_comes_into_a_folder(start, tmp_path):
    """Files that were there, that come and that change can be searched; a broken one is named and stops nothing."""
    (tmp_path / "a.txt").write_text("أول\nنص", encoding="utf-8")
    watching = start()
    watching.wait_for("a.txt: 1 reports: 1 created")
    assert texts(start.rasd) == ["أول", "نص"]
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "broken.txt").write_bytes(b"\xff\xfe\xfa")
    watching.wait_for("refused below/broken.txt: ")
    (tmp_path / "b.jsonl").write_text(json.dumps({"id": "b", "text": "ثان"}), encoding="utf-8")
    watching.wait_for("b.jsonl: 1 reports: 1 created")
    (tmp_path / "a.txt").write_text("أول\nنص جديد", encoding="utf-8")
    watching.wait_for("a.txt: 1 reports: 0 created, 1 replaced")
    assert texts(start.rasd) == ["أول", "ثان", "نص جديد"]
    assert sum("broken" in line for line in watching.lines) == 2  # the refusal and the count, once each
    assert watching.stop() == 0
    assert watching.lines[-1] == "stopped watching"
    # A load of the same folder finds the same ids: nothing is there twice.
    counts = start.rasd.load(tmp_path).counts
    assert (counts[Outcome.UNCHANGED], counts[Outcome.REFUSED], sum(counts.values())) == (2, 1, 3)


def test_it_waits_for_who_writes(start, tmp_path):
    """While another indexer writes it waits, says so once, and loads afterwards what has gathered; SIGTERM ends it in order."""
    from indexer.indices import Indices
    from indexer.lock import writing_lock

    watching = start()
    with writing_lock(Indices(start.rasd.engine, start.rasd.settings), "rebuild"):
        (tmp_path / "a.txt").write_text("أول", encoding="utf-8")
        watching.wait_for("waiting: another indexer is at work: `rebuild`")
    watching.wait_for("a.txt: 1 reports: 1 created")
    assert sum("waiting" in line for line in watching.lines) == 1
    assert watching.stop(signal.SIGTERM) == 0


def test_an_engine_that_is_away(tmp_path):
    """Without an engine it waits and says so, and does not end."""
    from settings import read_settings

    (tmp_path / "a.txt").write_text("أول", encoding="utf-8")
    watching = Watching(read_settings(opensearch_url="http://127.0.0.1:9", index="away"), tmp_path)
    try:
        watching.wait_for("waiting: the engine cannot be reached")
        assert watching.process.poll() is None
    finally:
        watching.process.kill()
        watching.process.wait()
        watching.process.stdout.close()


def test_half_a_file_is_not_read(tmp_path):
    """A file that still grows is not read, one that stands still is read once, and again when it has changed."""
    now = [0.0]
    settling = Settling(lambda: now[0])
    path = tmp_path / "a.txt"
    source = Source(path, str(tmp_path), "a.txt")
    for size in range(1, 8):
        path.write_text("x" * size, encoding="utf-8")
        assert settling.settled([source]) == []
        now[0] += SETTLED - 0.1
    assert settling.is_waiting
    now[0] += SETTLED
    assert settling.settled([source]) == [source]
    settling.loaded([source])
    now[0] += 100
    assert (settling.settled([source]), settling.is_waiting) == ([], False)
    path.write_text("y" * 20, encoding="utf-8")
    assert settling.settled([source]) == []
    now[0] += SETTLED
    assert settling.settled([source]) == [source]
