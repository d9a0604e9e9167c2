"""The settings of the node as a dict, as `opensearch.yml`, and as a running node has them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from engine_nodes import ask, stopped_node

from engine.configuration import hardened_settings, place_settings, render
from engine.modules import MODULES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A node whose data folder has a space and Arabic letters in its name."""
    with stopped_node("بيانات الرصد") as node:
        yield node.start().url


def get(url: str, path: str) -> Any:
    """Return an answer that must be 200."""
    status, answer = ask(url, "GET", path)
    assert status == 200, answer
    return answer


def test_rendered_settings_are_json_values(tmp_path: Path) -> None:
    """Each line is a key and a JSON value, which YAML reads as the same: paths may hold spaces and Arabic letters."""
    settings = place_settings("node", tmp_path / "بيانات الرصد", 9213, 0)
    lines = [line.split(": ", 1) for line in render(settings).splitlines()]
    assert {key: json.loads(value) for key, value in lines} == settings
    assert "بيانات الرصد" in render(settings)


def test_the_hardened_settings_are_live(url: str) -> None:
    """The running node has every hardened setting with the value that it was given."""
    told = get(url, "/_cluster/settings?include_defaults=true&flat_settings=true")
    live = told["defaults"] | told["persistent"] | told["transient"]
    assert {key: live.get(key) for key in hardened_settings()} == {
        key: as_told(value) for key, value in hardened_settings().items()
    }


def as_told(value: Any) -> Any:
    """Return a setting's value as OpenSearch tells it: as text, and the one list as a list."""
    if value == "none":
        return ["none"]
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_java_was_told_its_limits(url: str) -> None:
    """The heap, the stack of 4 MB and the depth of requests reached Java."""
    (node,) = get(url, "/_nodes/jvm")["nodes"].values()
    assert {"-Xmx512m", "-Xss4m", "-Dopensearch.xcontent.depth.max=100"} <= set(node["jvm"]["input_arguments"])
    assert node["jvm"]["mem"]["heap_max_in_bytes"] == 512 * 1024**2


def test_every_module_is_loaded(url: str) -> None:
    """The node runs exactly the modules and plugins that were put together, k-NN among them."""
    (node,) = get(url, "/_nodes/plugins")["nodes"].values()
    names = {module["name"] for module in node["modules"] + node["plugins"]}
    assert names == {module.folder.split("/")[-1] for module in MODULES}


def test_the_node_listens_on_loopback_alone(url: str) -> None:
    """HTTP and transport are bound to 127.0.0.1 and to nothing else."""
    (node,) = get(url, "/_nodes/http,transport")["nodes"].values()
    bound = node["http"]["bound_address"] + node["transport"]["bound_address"]
    assert {address.rpartition(":")[0] for address in bound} == {"127.0.0.1"}


# Far more than the queries that are built here; 33 is the first that is refused.
DEEP_ENOUGH = 30


def nested(depth: int) -> str:
    """Return a search whose query is `depth` times a `bool` within a `bool`; as text, for Python has a depth too."""
    return '{"query":' + '{"bool":{"must":[' * depth + '{"match_all":{}}' + "]}}" * depth + "}"


def test_a_query_nested_400_deep_is_refused_and_the_node_lives(url: str) -> None:
    """Under Java's own limits 335 nested clauses ended the node with a StackOverflowError; now it answers 400."""
    assert ask(url, "POST", "/_search", nested(400))[0] == 400
    assert ask(url, "POST", "/_search", nested(DEEP_ENOUGH))[0] == 200
    assert get(url, "/_cluster/health")["status"] == "green"


def test_an_index_is_never_made_by_accident(url: str) -> None:
    """Writing to a name that does not exist is refused."""
    assert ask(url, "PUT", "/typo/_doc/1", {"text": "x"})[0] == 404


def test_scripts_scrolls_and_expensive_queries_are_refused(url: str) -> None:
    """What could hold the node up is refused: scripts, scrolls, and queries that read every term."""
    assert ask(url, "PUT", "/limits", {"mappings": {"properties": {"word": {"type": "keyword"}}}})[0] == 200
    script = {"script_fields": {"one": {"script": "1"}}}
    assert ask(url, "POST", "/limits/_search", script)[0] == 400
    assert ask(url, "POST", "/limits/_search?scroll=1m", {})[0] == 429
    for query in ({"regexp": {"word": "a.*b"}}, {"prefix": {"word": "a"}}, {"wildcard": {"word": "*a"}}):
        assert ask(url, "POST", "/limits/_search", {"query": query})[0] == 400
    assert ask(url, "DELETE", "/lim*")[0] == 400


def test_arabic_analysis_and_vectors_work(url: str) -> None:
    """An index with the Arabic analyzer and a vector field is made, written and searched; Thai no longer stops it."""
    fields = {
        "text": {"type": "text", "analyzer": "arabic"},
        "vector": {"type": "knn_vector", "dimension": 2, "method": {"name": "hnsw", "engine": "lucene"}},
    }
    body = {"settings": {"index.knn": True}, "mappings": {"properties": fields}}
    assert ask(url, "PUT", "/both", body)[0] == 200
    for number, (text, vector) in enumerate([("قصف على المدينة", [1.0, 0.0]), ("هدوء", [0.0, 1.0])]):
        written = ask(url, "PUT", f"/both/_doc/{number}?refresh=true", {"text": text, "vector": vector})
        assert written[0] == 201, written
    for query in ({"match": {"text": "مدينه"}}, {"knn": {"vector": {"vector": [0.9, 0.1], "k": 1}}}):
        answer = ask(url, "POST", "/both/_search", {"query": query})[1]
        assert [hit["_id"] for hit in answer["hits"]["hits"]] == ["0"], answer
