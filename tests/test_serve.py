"""`python -m api`: serves, says where, stops in order."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx2
import pytest
from conftest import CHECKOUT


@contextmanager
def served(settings, **environment):
    """Run `python -m api` over a Rasd's indices and yield the process and its base URL."""
    values = {"OPENSEARCH_URL": settings.opensearch_url, "INDEX": settings.index, "PORT": "0", **environment}
    variables = {**os.environ, "PYTHONUNBUFFERED": "1", **{f"RASD_{name}": value for name, value in values.items()}}
    process = subprocess.Popen(
        [sys.executable, "-m", "api"], cwd=CHECKOUT, env=variables, text=True, stdout=-1, stderr=subprocess.STDOUT
    )
    with process:
        try:
            line = process.stdout.readline()
            yield process, re.search(r"http://[\d.:]+", line)[0]
        finally:
            process.kill()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_stops_in_order(seeded, node, sent):
    """At Ctrl-C or SIGTERM the requests under way are answered whole, and the exit code is 0."""
    engine = node.running().pid
    with served(seeded.settings) as (process, url), ThreadPoolExecutor(8) as pool, httpx2.Client(timeout=30) as client:
        assert client.get(f"{url}/health/live").status_code == 200
        os.kill(engine, signal.SIGSTOP)  # so that the requests are under way for as long as we want
        try:
            asked = [pool.submit(client.get, f"{url}/v1/search", params={"q": "ادلب"}) for _ in range(8)]
            time.sleep(0.4)
            process.send_signal(sent)
            time.sleep(0.4)
        finally:
            os.kill(engine, signal.SIGCONT)
        assert [len(future.result().json()["hits"]) for future in asked] == [10] * 8
        assert process.wait(timeout=20) == 0


def test_answers_are_seldom_held_up_by_the_collector(seeded):
    """A hundred answers bring few of Python's searches for cycles, where nearly each brings one as Python comes."""
    with served(seeded.settings, RATE_LIMIT="off") as (_process, url), httpx2.Client(timeout=30) as client:
        told = [collections(client, url)]
        for _ in range(2):
            for _ in range(100):
                assert client.get(f"{url}/v1/search", params={"q": "سوريا OR في OR من", "size": 50}).status_code == 200
            told.append(collections(client, url))
    assert told[2] - told[1] < 10


def collections(client, url):
    """Return how often Python has searched for cycles among new objects."""
    return float(
        re.search(r'python_gc_collections_total{generation="0"} ([\d.e+]+)', client.get(f"{url}/metrics").text)[1]
    )


def test_words_are_in_no_log(seeded):
    """Neither a search nor a fault writes the words that somebody searched for to the terminal."""
    with served(seeded.settings) as (process, url):
        for path in (
            "/v1/search?q=canary",
            "/v1/search?q=canary&size=0",
            "/v1/search?canary=1",
            "/v1/reports/x?q=canary",
        ):
            httpx2.get(url + path, timeout=30)
        process.send_signal(signal.SIGTERM)
        told = process.stdout.read()
    assert "canary" not in told


def test_a_taken_port_is_said():
    """Where another program has the port, one line says so and how to choose another."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        variables = {**os.environ, "RASD_PORT": str(port)}
        told = subprocess.run(
            [sys.executable, "-m", "api"], check=False, capture_output=True, text=True, env=variables, cwd=CHECKOUT
        )
    assert told.returncode == 1
    assert f"port {port}" in told.stderr
    assert "RASD_PORT" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_wrong_setting_is_said():
    """A setting that cannot be is named, without a traceback."""
    variables = {**os.environ, "RASD_TIMEZONE": "Mars"}
    told = subprocess.run(
        [sys.executable, "-m", "api"], check=False, capture_output=True, text=True, env=variables, cwd=CHECKOUT
    )
    assert (told.returncode, "RASD_TIMEZONE" in told.stderr, "Traceback" in told.stderr) == (1, True, False)
