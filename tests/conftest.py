"""What the tests share: a real node for the whole run, an index prefix for each module, a real server over it."""

from __future__ import annotations

import json
import os
import random
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx2
import pytest
import uvicorn
from engine_nodes import open_folder
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from analyzers.mappings import INDEX_KINDS
from analyzers.names import Aliases
from api.app import create_app
from api.connection import connection_within
from engine.node import LocalNode
from indexer.commands import LoadOptions, load
from indexer.engine import WritingEngine
from indexer.indices import Indices
from indexer.summary import Summary
from settings import Settings, read_settings

CHECKOUT = Path(__file__).parent.parent
SHARED = CHECKOUT.parent / "shared" / "data"
SEEDS = CHECKOUT / "seeds"

# Time limits per example fail on a busy machine and say nothing about the code.
hypothesis_settings.register_profile("rasd", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
hypothesis_settings.load_profile("rasd")


def missing(what: str) -> None:
    """Skip a test that lacks something of this machine; in CI nothing may be lacking."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}, and CI skips nothing")
    pytest.skip(what)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real reports beside the checkout."""
    if not SHARED.is_dir():
        missing("there is no ../shared/data with real reports")
    return SHARED


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser that pages are tested in."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        missing("there is no Chromium")
    return str(path)


@pytest.fixture(scope="session")
def node_settings() -> Iterator[Settings]:
    """Settings of the node that the run has for itself: its own data, a small heap, the shared cache of jars."""
    with open_folder() as folder:
        yield read_settings(data_dir=folder / "data", heap="512m", opensearch_url=None)


@pytest.fixture(scope="session")
def node(node_settings: Settings) -> Iterator[LocalNode]:
    """A real OpenSearch node, started for this run and stopped with it."""
    local = LocalNode(node_settings)
    local.start()
    yield local
    local.stop()


@pytest.fixture(scope="session")
def on_node(node: LocalNode, node_settings: Settings) -> Settings:
    """Settings that name the run's node by its address, for the checks of bench/reliability."""
    return read_settings(**{**node_settings.model_dump(), "opensearch_url": node.url})


@pytest.fixture
def chance() -> random.Random:
    """A generator whose seed is printed, so that a failure can be seen again: RASD_SEED=... makes it the same."""
    seed = int(os.environ.get("RASD_SEED", secrets.randbelow(2**31)))
    print(f"RASD_SEED={seed}")  # noqa: T201  (pytest shows it where a test fails)
    return random.Random(seed)  # noqa: S311  (the same faults again are wanted, not secrets)


class Rasd:
    """One Rasd on the run's node under an index prefix of its own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.aliases = Aliases(settings.index)
        self.engine = WritingEngine(settings)

    def load(self, *paths: Path, collection: str = "default", replace: bool = False) -> Summary:
        """Load files in place."""
        return load(self.engine, self.settings, list(paths), LoadOptions(collection, replace_other_roots=replace))

    def make_indices(self) -> None:
        """Make the indices without loading anything."""
        Indices(self.engine, self.settings).ensure()

    def ask(self, method: str, path: str, body: object = None) -> dict:
        """Ask the engine directly, past both doors."""
        url = f"{self.settings.opensearch_url}{path}"
        response = httpx2.request(method, url, json=body, timeout=30)
        assert response.status_code == 200, response.text
        return response.json()

    def analyze(self, **body: object) -> list[dict]:
        """Return the tokens that the paragraphs' analysis makes of `text` (one text or several)."""
        return self.ask("POST", f"/{self.aliases.paragraphs}/_analyze", body)["tokens"]

    def remove(self) -> None:
        """Delete every index of the prefix."""
        for kind in INDEX_KINDS:
            for name in self.engine.indices(self.aliases.concrete_pattern(kind)):
                self.engine.delete_index(name)
        self.engine.close()


@pytest.fixture(scope="session")
def new_rasd(node: LocalNode, node_settings: Settings) -> Callable[..., AbstractContextManager[Rasd]]:
    """A function that opens a Rasd under a fresh prefix and removes it at the end of the `with`."""

    @contextmanager
    def open_rasd(**overrides: object) -> Iterator[Rasd]:
        values = {"opensearch_url": node.url, "index": f"t{secrets.token_hex(5)}", "corpus_refresh": 0.1, **overrides}
        # Read anew and not copied: a copy would carry along what the first one has worked out, such as its zone.
        rasd = Rasd(read_settings(**{**node_settings.model_dump(), **values}))
        try:
            yield rasd
        finally:
            rasd.remove()

    return open_rasd


@pytest.fixture(scope="module")
def rasd(new_rasd: Callable[..., AbstractContextManager[Rasd]]) -> Iterator[Rasd]:
    """An empty Rasd for a module."""
    with new_rasd() as opened:
        yield opened


@contextmanager
def serving(settings: Settings, **options: object) -> Iterator[str]:
    """Serve the API on a free port of loopback and yield its base URL."""
    protocol = connection_within(settings.request_timeout)
    quiet = {"log_level": "warning", "access_log": False, "proxy_headers": False, **options}
    config = uvicorn.Config(create_app(settings), host="127.0.0.1", port=0, http=protocol, **quiet)
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)


class Client:
    """A client of the API that keeps tests short."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.http = httpx2.Client(base_url=base_url, timeout=30)

    def get(self, path: str, **params: object) -> httpx2.Response:
        """Get an address; a parameter `from_` is sent as `from`."""
        return self.http.get(path, params={name.rstrip("_"): value for name, value in params.items()})

    def search(self, q: str, **params: object) -> dict:
        """Return the answer of a search that must succeed."""
        response = self.get("/v1/search", q=q, **params)
        assert response.status_code == 200, response.text
        return response.json()

    def ids(self, q: str, **params: object) -> list[str]:
        """Return the ids of a search's first hundred hits, in order."""
        return [hit["id"] for hit in self.search(q, size=100, **params)["hits"]]


@contextmanager
def client_over(
    new_rasd: Callable[..., AbstractContextManager[Rasd]], folder: Path, records: list[dict]
) -> Iterator[tuple[Rasd, Client]]:
    """Load a few records, as a file of a folder, into a Rasd of their own, and serve it to a client."""
    (folder / "r.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    with new_rasd() as rasd:
        rasd.load(folder)
        with serving(rasd.settings) as url:
            client = Client(url)
            with client.http:
                yield rasd, client


@pytest.fixture(scope="session")
def seeded(new_rasd: Callable[..., AbstractContextManager[Rasd]]) -> Iterator[Rasd]:
    """A Rasd that holds the sample corpus, to be read and not written."""
    with new_rasd(explain=True) as opened:
        assert opened.load(*sorted(SEEDS.glob("*.jsonl"))).clean
        yield opened


@pytest.fixture(scope="session")
def page_server(seeded: Rasd) -> Iterator[str]:
    """The base URL of an API over the sample corpus."""
    with serving(seeded.settings) as url:
        wait_for_corpus(url)
        yield url


@pytest.fixture(scope="session")
def seeds(page_server: str) -> Iterator[Client]:
    """A client of the API over the sample corpus."""
    client = Client(page_server)
    with client.http:
        yield client


@pytest.fixture
def client(rasd: Rasd) -> Iterator[Client]:
    """A client of an API over the module's own Rasd."""
    with serving(rasd.settings) as url:
        opened = Client(url)
        with opened.http:
            yield opened


def wait_for_corpus(url: str) -> None:
    """Wait until the API has read what the corpus holds."""
    for _ in range(100):
        answer = httpx2.get(f"{url}/v1/search", params={"q": "سلام"}).json()
        if answer.get("corpus", {}).get("version"):
            return
        time.sleep(0.05)
    raise AssertionError("the API has not read the corpus")
