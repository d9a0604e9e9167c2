"""The application: opened once with its engine, closed in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version

from fastapi import FastAPI
from starlette.middleware import Middleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api import modules, pages, problems
from api.access import Rules
from api.batch import Batcher
from api.changes import ChangesReader
from api.corpus import Corpus
from api.cors import Cors
from api.documents import Reader
from api.engine import ExportingEngine, ReadingEngine
from api.evidence import Witness
from api.export import Exporter
from api.feeds import Feeder
from api.forms import FormsReader
from api.gate import Gate
from api.guard import Guard
from api.keyring import Keyring
from api.lexicon import LexiconWatch
from api.meaning import Meaning
from api.metrics import Metrics
from api.observed import Observed
from api.openapi import documented
from api.patience import Patience
from api.quota import Quota
from api.routes import ROUTERS
from api.search import Searcher
from api.shortcut import Shortcut
from api.similar import Similar
from api.suggest import Suggester
from api.values import ValuesReader
from api.verify import Verifier
from api.writer import Writer
from embedder.choice import open_embedder
from settings import Settings

_DESCRIPTION = "Full-text search over Arabic conflict reporting. Every error is `application/problem+json`."


def create_app(settings: Settings) -> FastAPI:
    """Return the application. It starts without the engine, and finds it when it comes.

    Raises EmbedderError where the settings name an embedder that this machine does not have.
    """
    routers = [*ROUTERS, pages.pages, modules.router]
    rules = Rules(routers)
    metrics = Metrics()
    app = FastAPI(
        title="Rasd",
        version=version("rasd"),
        description=_DESCRIPTION,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(ProxyHeadersMiddleware, trusted_hosts=settings.proxies),
            Middleware(Observed, metrics=metrics),
            Middleware(Guard, rules=rules, seconds=settings.request_timeout),
            Middleware(Patience),
            Middleware(Cors, rules=rules, origins=settings.origins, require_key=settings.require_key),
            Middleware(Gate, rules=rules, require_key=settings.require_key, quota=Quota(settings)),
            Middleware(Shortcut, rules=rules),
        ],
    )
    app.state.settings = settings
    app.state.metrics = metrics
    app.state.embedder = open_embedder(settings, settings.embedder_timeout)
    for router in routers:
        app.include_router(router)
    pages.mount(app)
    problems.install(app, routers)
    documented(app, rules, require_key=settings.require_key)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    metrics: Metrics = app.state.metrics
    engine = ReadingEngine(settings, metrics)
    corpus = Corpus(engine, settings)
    app.state.engine = engine
    app.state.corpus = corpus
    app.state.keyring = keyring = Keyring(engine, require_key=settings.require_key)
    lexicon = LexiconWatch(settings)
    meaning = Meaning(app.state.embedder, corpus)
    app.state.searcher = Searcher(engine, corpus, lexicon, meaning, settings)
    app.state.batcher = Batcher(app.state.searcher, engine, settings)
    app.state.values = ValuesReader(engine, lexicon, settings)
    app.state.reader = Reader(engine, lexicon, settings)
    app.state.forms = FormsReader(engine, lexicon, settings.index)
    app.state.suggester = Suggester(engine, lexicon, settings.index)
    exporting = ExportingEngine(settings, metrics)
    app.state.exporter = Exporter(exporting, lexicon, settings)
    app.state.feeder = Feeder(engine, corpus, lexicon, settings)
    app.state.witness = Witness(engine, corpus, lexicon, settings)
    app.state.changes = ChangesReader(engine, settings)
    app.state.similar = Similar(engine, settings)
    app.state.verifier = Verifier(engine, corpus, settings.index)
    app.state.writer = writer = Writer(settings)
    # Whoever may ask for metrics is told of what whoever has no key may see.
    metrics.watch(lambda: engine.waiting, lambda: corpus.told(keyring.public(corpus.collections))["paragraphs"])
    watch = asyncio.gather(corpus.watch(), lexicon.watch(), keyring.watch())
    try:
        with metrics.served_apart(settings.metrics_port):
            yield
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch
        await keyring.close()
        await writer.close()
        meaning.close()
        await engine.close()
        await exporting.close()
