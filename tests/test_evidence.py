"""Evidence over HTTP and on the command line: made from a search, checked against the corpus of today."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest
from click.testing import CliRunner
from conftest import Client, serving

from api.__main__ import main
from api.answers import EvidenceKey, EvidenceVerdict
from indexer.takedown import take_down


@pytest.fixture
def shown(new_rasd, tmp_path):
    """A Rasd of three reports with a key of its own, and a client."""
    with new_rasd(data_dir=tmp_path / "data") as rasd:
        write(rasd, tmp_path, a="قصف أول", b="قصف ثان", c="قصف ثالث")
        with serving(rasd.settings) as url:
            client = Client(url)
            with client.http:
                yield rasd, client, tmp_path


def write(rasd, folder, **texts):
    """Load reports by id."""
    lines = [json.dumps({"id": name, "text": text}) for name, text in texts.items()]
    (folder / "r.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert rasd.load(folder / "r.jsonl").clean


def evidence(client, **asked):
    """Return an archive of a search."""
    answer = client.http.post("/v1/evidence", json={"q": "قصف", **asked})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip"), answer.text
    return answer.content


def verdict(client, archive):
    """Return what the server says of an archive."""
    answer = client.http.post("/v1/evidence/verify", content=archive, headers={"Content-Type": "application/zip"})
    assert answer.status_code == 200, answer.text
    EvidenceVerdict.model_validate(answer.json())
    return answer.json()


def test_what_is_in_it(shown):
    """The archive holds the hits with the hashes of their texts, the query, and the versions of corpus and analysis."""
    _, client, _ = shown
    with zipfile.ZipFile(io.BytesIO(evidence(client, size=2))) as archive:
        hits = [json.loads(line) for line in archive.read("hits.ndjson").splitlines()]
        manifest, query = json.loads(archive.read("manifest.json")), json.loads(archive.read("query.json"))
    assert len(hits) == 2
    for hit in hits:
        assert hashlib.sha256(hit["text"].encode()).hexdigest() == hit["content_hash"]
        assert client.http.get(hit["permalink"]).status_code == 200
    assert (query["q"], query["match"]) == ("قصف", "variants")
    assert (manifest["found"], manifest["hits"], manifest["complete"]) == (3, 2, False)
    assert manifest["analyzer_version"] in manifest["corpus"]["version"]
    assert manifest["asked_at"] <= manifest["created_at"]


def test_checked_later(shown):
    """Untouched evidence says of each paragraph whether the corpus still has it: the same, changed or gone."""
    rasd, client, folder = shown
    archive = evidence(client)
    key = client.get("/v1/evidence/key").json()
    EvidenceKey.model_validate(key)
    told = verdict(client, archive)
    assert (told["verdict"], told["signed_by"], told["trusted"]) == (
        "untouched",
        key["fingerprint"],
        key["fingerprint"],
    )
    assert told["corpus"] == {"same": 3, "changed": [], "gone": []}
    ids = {hit["text"]: hit for hit in client.search("قصف")["hits"]}
    write(rasd, folder, b="قصف معدل")
    take_down(rasd.engine, rasd.settings, [ids["قصف ثالث"]["report_id"]])
    assert verdict(client, archive)["corpus"] == {
        "same": 1,
        "changed": [ids["قصف ثان"]["id"]],
        "gone": [ids["قصف ثالث"]["id"]],
    }


def test_changed_evidence(shown):
    """A changed text is noticed and its file is named; the corpus is not asked what it has of a forgery."""
    _, client, _ = shown
    told = verdict(client, evidence(client).replace("قصف أول".encode(), "قصف آخر".encode()))
    assert told["verdict"] in {"changed", "unreadable"}
    assert told["corpus"] is None
    assert verdict(client, b"x")["verdict"] == "unreadable"
    assert client.http.post("/v1/evidence/verify").status_code == 422
    large = client.http.post("/v1/evidence/verify", content=b"0" * (33 * 2**20))
    assert large.status_code == 413
    assert "33,554,432 bytes" in large.json()["detail"]
    assert client.http.post("/v1/evidence", json={"q": "قصف", "size": 1001}).status_code == 422


def test_on_the_command_line(shown):
    """`verify-evidence` says the same, by the server's own key or by one that is named, and its exit code is the verdict."""
    rasd, client, folder = shown
    file = folder / "evidence.zip"
    file.write_bytes(evidence(client))
    environment = {
        "RASD_OPENSEARCH_URL": rasd.settings.opensearch_url,
        "RASD_INDEX": rasd.settings.index,
        "RASD_DATA_DIR": str(rasd.settings.data_dir),
    }

    def run(*arguments, **changed):
        return CliRunner().invoke(main, ["verify-evidence", *map(str, arguments)], env={**environment, **changed})

    told = run(file)
    assert (told.exit_code, told.output.splitlines()[0]) == (0, "untouched: every byte is as it was signed")
    assert "in the corpus: 3 the same, 0 changed, 0 gone" in told.output
    key = folder / "key.pem"
    key.write_text(client.get("/v1/evidence/key").json()["pem"], encoding="utf-8")
    elsewhere = {"RASD_DATA_DIR": str(folder / "elsewhere"), "RASD_OPENSEARCH_URL": "http://127.0.0.1:9"}
    told = run(file, "--key", key, **elsewhere)
    assert (told.exit_code, "the corpus was not asked" in told.output) == (0, True)
    told = run(file, **elsewhere)
    assert (told.exit_code, told.output.splitlines()[0][:12]) == (1, "other signer")
    file.write_bytes(file.read_bytes()[:-1])
    assert run(file).exit_code == 1
    assert run(file, "--key", file).exit_code == 1


def test_a_key_that_cannot_be_used(shown):
    """Where the key can be read by others the server signs nothing, and its answer names no path."""
    rasd, client, _ = shown
    evidence(client)
    rasd.settings.evidence_key_file.chmod(0o644)
    answer = client.http.post("/v1/evidence", json={"q": "قصف"})
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert str(rasd.settings.data_dir) not in answer.text
