"""The addresses under /v1 and /health, a module a topic. Each does one call and renders what comes back."""

from __future__ import annotations

from api.routes import documents, health, metrics, quotations, search, similar, words

ROUTERS = [
    search.router,
    similar.router,
    words.router,
    quotations.router,
    documents.router,
    health.router,
    metrics.router,
]
"""In the order of the interactive documentation."""
