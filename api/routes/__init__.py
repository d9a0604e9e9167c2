"""The addresses under /v1 and /health, a module a topic. Each does one call and renders what comes back."""

from __future__ import annotations

from api.routes import documents, health, metrics, quotations, search, words, writing

ROUTERS = [
    search.router,
    words.router,
    quotations.router,
    documents.router,
    writing.router,
    health.router,
    metrics.router,
]
"""In the order of the interactive documentation."""
