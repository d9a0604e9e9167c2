"""What the server counts, for Prometheus: by route and outcome, never by what somebody searched for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import start_http_server
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """The counts of one application; each has a registry of its own, so that several can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self._requests = Counter(
            "rasd_requests",
            "Answers, by route, method and status.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "rasd_request_seconds", "Time to an answer.", ["route"], buckets=_SECONDS, registry=self.registry
        )
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._engine = Counter(
            "rasd_engine_requests", "Requests to the engine, by outcome.", ["outcome"], registry=self.registry
        )
        self._engine_seconds = Histogram(
            "rasd_engine_request_seconds", "Time of an engine request.", buckets=_SECONDS, registry=self.registry
        )
        self._waiting = Gauge("rasd_engine_waiting", "Requests that wait for their turn.", registry=self.registry)
        self._paragraphs = Gauge("rasd_paragraphs", "Paragraphs in the corpus.", registry=self.registry)

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an answer. `route` is the template of the address (`/v1/reports/{report_id}`), never the address."""
        requests, times = self._counted(route, method, status)
        requests.inc()
        times.observe(seconds)

    def _counted(self, route: str, method: str, status: int) -> tuple[Counter, Histogram]:
        """Return what counts such answers. Finding it by its labels takes longer than counting."""
        key = route, method, status
        if key not in self._known:
            self._known[key] = self._requests.labels(route, method, str(status)), self._seconds.labels(route)
        return self._known[key]

    @contextmanager
    def engine_request(self) -> Iterator[None]:
        """Count a request to the engine and its time; an exception is its outcome, by name."""
        started, outcome = perf_counter(), "ok"
        try:
            yield
        except BaseException as error:
            outcome = type(error).__name__
            raise
        finally:
            self._engine.labels(outcome).inc()
            self._engine_seconds.observe(perf_counter() - started)

    def watch(self, waiting: Callable[[], float], paragraphs: Callable[[], float]) -> None:
        """Read these two whenever somebody asks."""
        self._waiting.set_function(waiting)
        self._paragraphs.set_function(paragraphs)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)

    @contextmanager
    def served_apart(self, port: int | None) -> Iterator[None]:
        """Serve the metrics on a port of their own on loopback while the context lasts; None serves nothing."""
        if port is None:
            yield
            return
        server, thread = start_http_server(port, addr="127.0.0.1", registry=self.registry)
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
