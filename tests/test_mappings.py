"""The mappings on the engine: strict, with their version, and as wide as the limits say."""

from __future__ import annotations

import os
import subprocess
import sys

import httpx2
import pytest
from conftest import CHECKOUT

from analyzers import folding
from analyzers.mappings import ANALYZER_VERSION, INDEX_KINDS, LONGEST_NORMALIZED, index_body, version_of
from analyzers.names import Aliases


@pytest.fixture(scope="module")
def indices(rasd):
    """What the engine says of the module's indices, by kind."""
    rasd.make_indices()
    return {kind: next(iter(rasd.ask("GET", f"/{rasd.aliases.of(kind)}").values())) for kind in INDEX_KINDS}


def test_each_kind_has_its_alias_and_version(indices, rasd):
    """Each kind stands behind its own alias, and says by which rules it was made."""
    for kind, told in indices.items():
        assert list(told["aliases"]) == [rasd.aliases.of(kind)]
        assert told["mappings"]["_meta"] == {"kind": kind, "version": version_of(kind)}
        assert told["mappings"]["dynamic"] == "strict"


@pytest.mark.parametrize("kind", INDEX_KINDS)
def test_an_unknown_field_is_refused(indices, rasd, kind):
    """A document with a field that the mapping does not name is refused, not guessed at."""
    url = f"{rasd.settings.opensearch_url}/{rasd.aliases.of(kind)}/_doc/x"
    answer = httpx2.put(url, json={"nonsense": 1})
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "strict_dynamic_mapping_exception"


def test_a_vector_field_can_be_added_later(indices, rasd):
    """The paragraphs are made with `index.knn`, and take a vector field of Lucene's own without a rebuild."""
    assert indices["paragraphs"]["settings"]["index"]["knn"] == "true"
    vector = {"type": "knn_vector", "dimension": 4, "method": {"name": "hnsw", "engine": "lucene"}}
    rasd.ask("PUT", f"/{rasd.aliases.paragraphs}/_mapping", {"properties": {"vector": vector}})


def test_the_limits_are_live(indices):
    """Windows and lengths are bounded in the index itself, not only in the API."""
    settings = indices["paragraphs"]["settings"]["index"]
    assert settings["max_result_window"] == "1000"
    assert settings["highlight"]["max_analyzed_offset"] == "100000"
    assert settings["translog"]["durability"].lower() == "request"


def test_a_killed_node_has_little_to_read_again(indices):
    """What is acknowledged and in no segment yet is bounded: until it is read again nobody is answered."""
    assert {told["settings"]["index"]["translog"]["flush_threshold_size"] for told in indices.values()} == {"64mb"}


def test_the_next_load_bounds_that_of_an_older_index_too(new_rasd):
    """An index that was made before is given the bound where it is; how it is searched stays."""
    with new_rasd() as rasd:
        rasd.make_indices()
        path = f"/{rasd.aliases.paragraphs}/_settings"
        rasd.ask("PUT", path, {"index.translog.flush_threshold_size": None})
        rasd.make_indices()
        (told,) = rasd.ask("GET", path).values()
        assert told["settings"]["index"]["translog"]["flush_threshold_size"] == "64mb"


def test_the_longest_normalized_text_is_taken(indices, rasd):
    """A normalized text of the greatest length, in the widest characters, is no immense term."""
    text = "\U00010800" * (LONGEST_NORMALIZED // 2)
    document = {"report_id": "r", "position": 1, "text": "x", "normalized": text}
    url = f"{rasd.settings.opensearch_url}/{rasd.aliases.paragraphs}/_doc/wide?refresh=true"
    assert httpx2.put(url, json=document).status_code == 201


def test_versions_follow_the_rules():
    """Kinds have versions of their own, the paragraphs' is the analyzer version, and the body carries it."""
    versions = {kind: version_of(kind) for kind in INDEX_KINDS}
    assert len(set(versions.values())) == len(versions)
    assert versions["paragraphs"] == ANALYZER_VERSION
    assert index_body("paragraphs")["mappings"]["_meta"]["version"] == ANALYZER_VERSION
    assert "knn" not in index_body("reports", knn=True)["settings"]["index"]


def test_a_rule_changes_the_version(monkeypatch):
    """One more row in the folding table is another version, of what it touches and of nothing else."""
    before = {kind: version_of(kind) for kind in INDEX_KINDS}
    monkeypatch.setattr(folding, "MARKS", (*folding.MARKS, folding.Row("x", "y", "a test")))
    after = {kind: version_of(kind) for kind in INDEX_KINDS}
    assert {kind for kind in INDEX_KINDS if before[kind] != after[kind]} == {"paragraphs", "forms"}


def test_only_our_own_names_are_ours():
    """An alias whose name begins with ours, and its indices, belong to somebody else."""
    aliases = Aliases("rasd")
    assert aliases.is_concrete("paragraphs", aliases.concrete("paragraphs", "20261125t101530123456", "0a1b2c3d"))
    assert not aliases.is_concrete("paragraphs", "rasd-paragraphs-20261125t101530123456-0a1b2c3d-x")
    assert not aliases.is_concrete("paragraphs", "rasd-reports-20261125t101530123456-0a1b2c3d")
    assert not aliases.is_concrete("paragraphs", "*")
    other = Aliases("rasd-paragraphs").concrete("paragraphs", "20261125t101530123456", "0a1b2c3d")
    assert not aliases.is_concrete("paragraphs", other)


def test_the_version_is_the_same_in_every_process():
    """Two processes with other hash seeds give the rules the same version: else each load would ask for a rebuild."""
    code = "from analyzers.mappings import INDEX_KINDS, version_of; print([version_of(kind) for kind in INDEX_KINDS])"
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            text=True,
            cwd=CHECKOUT,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert told == {f"{[version_of(kind) for kind in INDEX_KINDS]}\n"}
