"""A node that can take only a part of what is sent at once: it answers 429, and everything lands."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from pathlib import Path
from unittest import mock

from bench.nodes import own_node
from bench.reliability.checks import Seen
from bench.reliability.killing_proxy import killing_proxy
from bench.reliability.trial import A_REPORT, opened, reports, write_lines
from indexer import engine
from indexer.commands import LoadOptions, load
from indexer.errors import IndexerError
from settings import Settings

PARAGRAPHS = 40_000
LIMIT = "3mb"
"""What the node takes in at once: one request of a load, but not the four that are under way."""


def loaded_under_pressure(
    settings: Settings, chance: random.Random, paragraphs: int = PARAGRAPHS, attempts: int = engine.ATTEMPTS
) -> Seen:
    """Load into a node of its own with next to no room for writes, past a proxy that counts what is sent again."""
    with (
        mock.patch.object(engine, "ATTEMPTS", attempts),
        own_node(settings, {"indexing_pressure.memory.limit": LIMIT}) as own,
        killing_proxy(own.url) as (proxy, url),
        opened(own.settings, opensearch_url=url) as trial,
        tempfile.TemporaryDirectory() as folder,
    ):
        given = paragraphs // (A_REPORT + 1)
        write_lines(Path(folder) / "a.jsonl", reports(chance, given))
        try:
            load(trial.engine, trial.settings, [Path(folder)], LoadOptions("default"))
            end = "to its end"
        except IndexerError:
            end = "the load gave up"
        loaded = len(trial.complete())
    sent = Counter(
        body for told, body in zip(proxy.asked, proxy.bodies, strict=False) if told.startswith("POST /_bulk")
    )
    most, refused = max(sent.values()), proxy.statuses.count(429)
    figure = (
        f"{paragraphs:,} paragraphs into a node that takes {LIMIT} at once: {refused:,} of {sent.total():,} bulk requests "
        f"refused (429), {loaded:,} of {given:,} reports loaded, at most {most} attempts for one request, {end}"
    )
    return Seen(figure, loaded == given and most <= engine.ATTEMPTS and refused > 0)
