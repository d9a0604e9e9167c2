"""The command line: exit codes, what stands on which stream, and no traceback for what a user can do wrong."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys

import pytest
from click.testing import CliRunner

from analyzers.mappings import ANALYZER_VERSION, INDEX_KINDS
from indexer import engine as door
from indexer.__main__ import main
from indexer.indices import Indices
from indexer.load import Loader
from settings import CHECKOUT


@pytest.fixture
def environment(rasd):
    """The environment in which a command finds the module's engine and prefix."""
    return {"RASD_OPENSEARCH_URL": rasd.settings.opensearch_url, "RASD_INDEX": rasd.settings.index}


@pytest.fixture
def run(environment):
    """A function that runs one command and returns its result; an exception that leaves it is a failure of the test."""

    def command(*arguments, **changed):
        result = CliRunner().invoke(main, list(map(str, arguments)), env={**environment, **changed})
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return command


def write(path, *records):
    """Write records as lines; text stands as it is."""
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_clean_load(run, tmp_path):
    """A load of which nothing is refused ends with 0 and one line on standard output, and says the same twice."""
    path = write(tmp_path / "a.jsonl", {"id": "clean", "title": "عنوان", "text": "نص"}, {"id": "clean-2", "text": "نص"})
    for expected in (
        "2 reports: 2 created, 0 replaced, 0 unchanged, 0 refused (3 paragraphs written)\n",
        "2 reports: 0 created, 0 replaced, 2 unchanged, 0 refused (0 paragraphs written)\n",
    ):
        result = run("load", path)
        assert (result.exit_code, result.stdout, result.stderr) == (0, expected, "")


def test_a_load_with_a_refusal(run, tmp_path):
    """A load of which something is refused ends with 1, and says on standard error which line and why."""
    result = run("load", write(tmp_path / "a.jsonl", {"id": "refused", "text": "نص"}, "لا شيء", {"id": "[b]x[/b]"}))
    assert result.exit_code == 1
    assert result.stdout == "3 reports: 1 created, 0 replaced, 0 unchanged, 2 refused (1 paragraphs written)\n"
    assert result.stderr == (
        "refused a.jsonl:2: not JSON: Expecting value at character 1\n"
        "refused a.jsonl:3: there is no text: give title, text or paragraphs\n"
    )


def test_many_refusals(run, tmp_path):
    """The first refusals are shown and all are counted."""
    result = run("load", write(tmp_path / "a.jsonl", *["لا"] * 150))
    assert result.exit_code == 1
    assert result.stdout.startswith("150 reports: 0 created, 0 replaced, 0 unchanged, 150 refused")
    shown = result.stderr.splitlines()
    assert [line.split(":")[1] for line in shown[:-1]] == [str(number) for number in range(1, 21)]
    assert shown[-1] == "refused more; all are counted, the first are shown"


def test_a_terminal_gets_no_control_characters(run, tmp_path):
    """A file name or a field that holds what moves the cursor of a terminal is shown without it."""
    record = {"id": "e", "text": "نص", "\x1b[2J\x07": 1}
    result = run("load", write(tmp_path / "\x1b[31m[red]a.jsonl", record))
    assert result.exit_code == 1
    assert "refused \ufffd[31m[red]a.jsonl:1: \ufffd[2J\ufffd: unknown field" in result.stderr
    assert "\x1b" not in result.output


def test_the_collection_option(run, rasd, tmp_path):
    """`--collection` is for the records that name none."""
    records = {"id": "one", "text": "نص"}, {"id": "two", "text": "نص", "collection": "own"}
    assert run("load", write(tmp_path / "a.jsonl", *records), "--collection", "given").exit_code == 0
    query = {"query": {"terms": {"collection": ["given", "own"]}}}
    hits = rasd.ask("POST", f"/{rasd.aliases.paragraphs}/_search", query)["hits"]["hits"]
    assert {hit["_id"][:3]: hit["_source"]["collection"] for hit in hits} == {"one": "given", "two": "own"}


def test_the_replace_option(run, tmp_path):
    """`--replace` lets a report take the place of one from another folder, which is refused without it."""
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder / "a.jsonl", {"id": "moved", "text": f"نص {folder}"})
    assert run("load", tmp_path / "one").exit_code == 0
    refused = run("load", tmp_path / "two")
    assert refused.exit_code == 1
    assert "--collection NAME, or with --replace" in refused.stderr
    assert "1 replaced" in run("load", tmp_path / "two", "--replace").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["load"], "Missing argument 'PATH...'"),
        (["load", "x", "--colection", "c"], "No such option"),
        (["load", "x", "--collection", "Two Words"], "write 1 to 64 of a-z, 0-9, - and _"),
        (["load", "x", "--collection", "a\n"], "write 1 to 64 of a-z, 0-9, - and _"),
        (["load", "x", "--collection", "a" * 65], "write 1 to 64 of a-z, 0-9, - and _"),
        (["lod", "x"], "No such command 'lod'"),
        (["rebuild", "x"], "unexpected extra argument"),
    ],
)
def test_wrong_usage(run, arguments, said):
    """A command that is not written right ends with 2 and says what is wrong."""
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing", "there is no such file or folder"),
        ("a.pdf", "refused a.pdf: no format that is known here (.pdf)"),
        ("empty", "there is nothing to load in "),
    ],
)
def test_nothing_to_load(run, tmp_path, name, said):
    """A path with nothing to load ends with 1 and a message that names it."""
    (tmp_path / "a.pdf").write_text("x", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    result = run("load", tmp_path / name)
    assert result.exit_code == 1
    assert said in result.stderr
    assert name in result.stderr


@pytest.mark.parametrize("command", [["load", "seeds"], ["rebuild"], ["status"]])
def test_no_engine(run, monkeypatch, command):
    """Where no engine answers, every command ends with 1, names the address without its password and says what to do."""
    monkeypatch.setattr(door, "ASKS", 1)
    monkeypatch.chdir(CHECKOUT)
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{held.getsockname()[1]}"
        result = run(*command, RASD_OPENSEARCH_URL=f"http://user:secret@{address}")
    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: the engine cannot be reached or did not answer in time; asked: http://{address} "
        "(set RASD_OPENSEARCH_URL, or start the local node: `python -m engine start`)\n"
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"RASD_TIMEZONE": "Nowhere"}, "RASD_TIMEZONE: "),
        ({"RASD_SHARDS": "0"}, "RASD_SHARDS: "),
        ({"RASD_OPENSEARCH_URL": "http://127.0.0.1:port"}, "RASD_OPENSEARCH_URL: "),
    ],
)
def test_wrong_settings(run, changed, said):
    """A setting that is wrong ends with 1 and is named as it is written in the environment."""
    result = run("status", **changed)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert said in result.stderr


def test_a_fresh_load(run, rasd, tmp_path):
    """`--fresh` with a refusal ends with 1 and changes nothing, without one it swaps."""
    run("load", write(tmp_path / "a.jsonl", {"id": "old", "text": "قديم"}))
    before = rasd.engine.count(rasd.aliases.paragraphs)
    refused = run("load", "--fresh", write(tmp_path / "a.jsonl", {"id": "new", "text": "جديد"}, {"id": "bad"}))
    assert refused.exit_code == 1
    assert "refused a.jsonl:2: there is no text" in refused.stderr
    assert "Error: 1 of 2 were refused, so the indices in use were kept as they are" in refused.stderr
    assert rasd.engine.count(rasd.aliases.paragraphs) == before
    result = run("load", "--fresh", write(tmp_path / "a.jsonl", {"id": "new", "text": "جديد"}))
    assert result.exit_code == 0
    assert result.stdout.startswith("1 reports: 1 created, ")
    assert rasd.engine.count(rasd.aliases.paragraphs) == 1


def test_rebuild_and_status(run, rasd, tmp_path):
    """`rebuild` says how many paragraphs it wrote, and `status` is JSON that says what there is."""
    run(
        "load", "--fresh", write(tmp_path / "a.jsonl", {"id": "s", "title": "عنوان", "text": "نص", "published": "2019"})
    )
    result = run("rebuild")
    assert (result.exit_code, result.stdout) == (0, "rebuilt: 2 paragraphs\n")
    told = run("status")
    assert told.exit_code == 0
    status = json.loads(told.stdout)
    assert status["engine"] == {"urls": [rasd.settings.opensearch_url], "version": rasd.engine.version()}
    assert status["analyzer_version"] == ANALYZER_VERSION
    assert {kind: index["documents"] for kind, index in status["indices"].items() if kind != "state"} == {
        "paragraphs": 2,
        "reports": 1,
        "forms": 2,
    }
    assert {kind: index["wants_rebuild"] for kind, index in status["indices"].items()} == dict.fromkeys(
        INDEX_KINDS, False
    )
    assert status["indices"]["paragraphs"]["index"] == Indices(rasd.engine, rasd.settings).current("paragraphs")
    assert status["indices"]["paragraphs"]["version"] == ANALYZER_VERSION
    assert status["left_behind"] == []
    corpus = status["corpus"]
    assert (corpus["paragraphs"], corpus["reports"], corpus["from"]) == (2, 1, "2019-01-01")


def test_status_before_the_first_load(run, new_rasd):
    """Before the first load the status says that there is nothing, and `rebuild` that there is nothing to rebuild."""
    with new_rasd() as rasd:
        told = run("status", RASD_INDEX=rasd.settings.index)
        assert told.exit_code == 0
        status = json.loads(told.stdout)
        assert (status["indices"], status["left_behind"], status["corpus"]) == ({}, [], None)
        result = run("rebuild", RASD_INDEX=rasd.settings.index)
        assert (result.exit_code, result.stderr) == (
            1,
            "Error: there are no stored reports to rebuild from: load some first\n",
        )


def test_status_shows_no_password(run, rasd):
    """The status names the engine without the credentials of its URL."""
    with_password = rasd.settings.opensearch_url.replace("//", "//user:secret@")
    told = run("status", RASD_OPENSEARCH_URL=with_password)
    assert told.exit_code == 0
    assert "secret" not in told.output


def test_ctrl_c(run, tmp_path, monkeypatch):
    """Ctrl-C ends with 130 and a line that says how to go on, and what was loaded by then is counted."""

    def interrupt(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(Loader, "_mark_complete", interrupt)
    result = run("load", write(tmp_path / "a.jsonl", {"id": "interrupted", "text": "نص"}))
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr == "\nstopped: the same command again does what is left\n"
    monkeypatch.undo()
    assert "1 created" in run("load", tmp_path / "a.jsonl").stdout


def test_the_module_is_a_command(environment, tmp_path):
    """`python -m indexer` runs as a process of its own, with its exit code and both streams."""
    path = write(tmp_path / "a.jsonl", {"id": "process", "text": "نص"}, {"id": "bad"})
    done = subprocess.run(
        [sys.executable, "-m", "indexer", "load", str(path)],
        env={**os.environ, **environment},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout, done.stderr
    assert done.stdout == "2 reports: 1 created, 0 replaced, 0 unchanged, 1 refused (1 paragraphs written)\n"
    assert done.stderr == "refused a.jsonl:2: there is no text: give title, text or paragraphs\n"


def test_a_process_without_an_engine(tmp_path):
    """Without an engine the process ends with one line on standard error, and no line for each time that it tried."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}"
        done = subprocess.run(
            [sys.executable, "-m", "indexer", "status"],
            env={**os.environ, "RASD_OPENSEARCH_URL": url},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: the engine cannot be reached")
    assert len(done.stderr.splitlines()) == 1


def test_the_file_of_refusals(run, tmp_path):
    """`--refused` writes each refusal with file, line, reason and what was given; mended, the lines can be loaded."""
    lines = {"id": "fine-1", "text": "نص"}, "لا شيء", {"id": "bad-1"}, {"id": "bad-2", "text": "نص", "extra": 1}
    path, told = write(tmp_path / "a.jsonl", *lines), tmp_path / "refused.ndjson"
    (tmp_path / "b.txt").write_bytes(b"\xff")
    result = run("load", path, tmp_path / "b.txt", "--refused", told)
    assert result.stdout.startswith("5 reports: 1 created, 0 replaced, 0 unchanged, 4 refused")
    rows = [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()]
    assert [(row["file"], row["line"], row.get("raw")) for row in rows] == [
        ("a.jsonl", 2, "لا شيء"),
        ("a.jsonl", 3, '{"id":"bad-1"}'),
        ("a.jsonl", 4, '{"id":"bad-2","text":"نص","extra":1}'),
        ("b.txt", None, None),
    ]
    assert all(row["reason"] for row in rows)
    assert run("load", path, "--refused", tmp_path / "missing" / "file").exit_code == 1
    assert run("load", write(tmp_path / "c.jsonl", lines[0]), "--refused", told).exit_code == 0
    assert told.read_bytes() == b""


def test_all_of_it_in_processes(environment, tmp_path):
    """Standard input, `--columns`, `--details` and `--refused` are the same where processes make the reports ready."""
    details, refused = tmp_path / "details.jsonl", tmp_path / "refused.jsonl"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").write_bytes(b"\x89PNG\r\n")
    write(tmp_path / "in" / "b.jsonl", {"id": "in-processes-b", "text": "نص"}, {"id": "no text"})
    table = "رقم;خبر\nin-processes-1;قصف على ريف حماة\nin-processes-2;\n".encode("cp1256")
    arguments = ["load", "-", tmp_path / "in", "--columns", "id=رقم,text=خبر", "--format", "table", "--name", "t.csv"]
    arguments += ["--details", details, "--refused", refused]
    told = {}
    for processes in ("0", "2"):
        result = CliRunner().invoke(
            main, list(map(str, arguments)), input=table, env={**environment, "RASD_LOAD_PROCESSES": processes}
        )
        assert result.exit_code == 1, result.output
        told[processes] = (result.stdout.splitlines()[1:], details.read_text("utf-8"), refused.read_text("utf-8"))
    assert told["0"] == told["2"]
    notes, lines, rows = told["2"]
    assert [note for note in notes if "windows-1256" in note or "1 picture" in note] == notes[:2]
    told_of = sorted(json.loads(line)["file"] for line in lines.splitlines())
    assert told_of == ["a.png", "b.jsonl", "b.jsonl:2", "t.csv", "t.csv:3"]
    assert [(json.loads(row)["file"], json.loads(row)["line"]) for row in rows.splitlines()] == [
        ("t.csv", 3),
        ("b.jsonl", 2),
    ]
