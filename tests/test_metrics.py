"""Metrics and logs: what happened is counted and told, and what somebody searched for is in neither."""

from __future__ import annotations

import json
import signal
import socket

import httpx2
from prometheus_client.parser import text_string_to_metric_families
from test_serve import served

CANARY = "كناريا"


def counted(text, name):
    """Return the samples of a metric, by their labels."""
    families = text_string_to_metric_families(text)
    return {
        tuple(sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
        if sample.name == name
    }


def test_requests_are_counted_by_route(seeds):
    """An answer counts under the template of its address, never under the address, and the engine's requests beside it."""
    seeds.search(CANARY)
    seeds.get(f"/v1/reports/{CANARY}")
    seeds.get(f"/{CANARY}")
    told = seeds.get("/metrics").text
    requests = counted(told, "rasd_requests_total")
    assert requests[("method", "GET"), ("route", "/v1/search"), ("status", "200")] >= 1
    assert requests[("method", "GET"), ("route", "/v1/reports/{report_id}"), ("status", "404")] >= 1
    assert requests[("method", "GET"), ("route", "unknown"), ("status", "404")] >= 1
    assert counted(told, "rasd_engine_requests_total")[("outcome", "ok"),] >= 2
    assert CANARY not in told


def test_the_corpus_is_a_metric(seeds):
    """The number of paragraphs is there to be watched."""
    paragraphs = seeds.search("ادلب")["corpus"]["paragraphs"]
    assert counted(seeds.get("/metrics").text, "rasd_paragraphs") == {(): paragraphs}


def test_a_port_of_its_own(seeded):
    """With RASD_METRICS_PORT the metrics are there on loopback, and no longer beside the searches."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with served(seeded.settings, METRICS_PORT=str(port)) as (_process, url):
        assert httpx2.get(f"{url}/metrics").status_code == 404
        assert "rasd_requests_total" in httpx2.get(f"http://127.0.0.1:{port}/metrics").text


def test_a_line_a_request_without_its_words(seeded):
    """At DEBUG each request is one JSON line with route, status, time and the id that the client got; no word is in any."""
    with served(seeded.settings, LOG_LEVEL="debug") as (process, url):
        paths = [
            f"/v1/search?q={CANARY}",
            f"/v1/search?q={CANARY}&size=0",
            f"/v1/search?{CANARY}=1",
            f"/v1/reports/{CANARY}",
            f"/v1/search?q={CANARY}%0A%1b[31m",
            f"/v1/verify?quote={CANARY}",
            f"/{CANARY}",
        ]
        answers = [httpx2.get(url + path) for path in paths]
        answers.append(httpx2.post(f"{url}/v1/search", json={"q": CANARY}))
        process.send_signal(signal.SIGTERM)
        lines = [json.loads(line) for line in process.stdout.read().splitlines() if line.startswith("{")]
    told = {line["request"]: line for line in lines if line.get("event") == "answered"}
    assert {answer.headers["x-request-id"]: answer.status_code for answer in answers} == {
        number: line["status"] for number, line in told.items()
    }
    assert all(line["route"].startswith("/") or line["route"] == "unknown" for line in told.values())
    assert all(CANARY not in json.dumps(line, ensure_ascii=False) for line in lines)
    assert all("%D9" not in json.dumps(line).upper() for line in lines)
