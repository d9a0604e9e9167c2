"""The addresses under /v1 and /health, a module a topic. Each does one call and renders what comes back."""

from __future__ import annotations

from api.routes import (
    batch,
    changes,
    documents,
    evidence,
    exports,
    feeds,
    health,
    metrics,
    quotations,
    search,
    similar,
    values,
    words,
    writing,
)

ROUTERS = [
    search.router,
    similar.router,
    exports.router,
    feeds.router,
    batch.router,
    values.router,
    words.router,
    quotations.router,
    documents.router,
    evidence.router,
    changes.router,
    writing.router,
    health.router,
    metrics.router,
]
"""In the order of the interactive documentation."""
