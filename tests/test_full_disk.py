"""A disk that is nearly full: writing waits or ends with a clear error, searches go on, nothing acknowledged is lost."""

from __future__ import annotations

import json
import threading
import time
from contextlib import closing

import pytest
from click.testing import CliRunner
from conftest import Client, serving

from indexer import engine as door
from indexer.__main__ import main
from indexer.commands import LoadOptions, load
from indexer.engine import WritingEngine

WORD = "هدنة"
BLOCK = "index.blocks.read_only_allow_delete"


@pytest.fixture
def full(new_rasd, tmp_path):
    """A Rasd with a report, whose indices are closed for writing as the engine closes them when the disk is nearly full."""
    with new_rasd() as rasd:
        rasd.load(written(tmp_path / "first.jsonl", 1))
        # The engine looks at the disk every ten seconds, and opens what it finds closed without need. Right after that it is
        # not going to for as long: a test in which it did saw a load that went through.
        close(rasd)
        until = time.monotonic() + 15
        while is_closed(rasd) and time.monotonic() < until:
            time.sleep(0.1)
        close(rasd)
        yield rasd
        close(rasd, None)


def written(path, count):
    """Write so many reports into a file."""
    lines = [json.dumps({"id": f"{path.stem}-{number}", "text": f"{WORD} {number}"}) for number in range(count)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def close(rasd, value="true"):
    """Set the block of the flood stage, or take it away."""
    rasd.ask("PUT", f"/{rasd.settings.index}-*/_settings", {BLOCK: value})


def is_closed(rasd):
    """Tell whether any index has the block."""
    told = rasd.ask("GET", f"/{rasd.settings.index}-*/_settings?flat_settings=true")
    return any(index["settings"].get(BLOCK) == "true" for index in told.values())


def test_a_load_waits_for_space_and_goes_on(full, tmp_path):
    """Searches are answered while writing is refused; once there is space the same load ends, and all of it is there."""
    file = written(tmp_path / "more.jsonl", 50)
    told = []
    with closing(WritingEngine(full.settings)) as engine:
        loading = threading.Thread(
            target=lambda: told.append(load(engine, full.settings, [file], LoadOptions("default")))
        )
        with serving(full.settings) as url:
            client = Client(url)
            with client.http:
                loading.start()
                # The first request of a load, its mark, is sent four times within 1.4 seconds at least.
                until = time.monotonic() + 0.7
                while time.monotonic() < until:
                    assert client.search(WORD)["total"]["value"] == 1
                assert not told
                close(full, None)
                loading.join(60)
                assert told[0].clean
                assert told[0].paragraphs == 50
    assert full.engine.count(full.aliases.paragraphs) == 51


def test_a_load_that_waits_in_vain_says_why(full, tmp_path, monkeypatch):
    """What the terminal is told is that the disk is nearly full, not that the engine cannot be reached."""
    monkeypatch.setattr(door, "ATTEMPTS", 2)
    monkeypatch.setattr(door, "ASKS", 2)
    file = written(tmp_path / "more.jsonl", 50)
    environment = {"RASD_OPENSEARCH_URL": full.settings.opensearch_url, "RASD_INDEX": full.settings.index}
    result = CliRunner().invoke(main, ["load", str(file)], env=environment)
    assert result.exit_code == 1
    assert "its disk is nearly full" in result.stderr
    assert "RASD_OPENSEARCH_URL" not in result.stderr
