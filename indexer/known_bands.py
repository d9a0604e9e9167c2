"""Which bands the stored reports have: a report that shares none of them is nobody's near copy, and is not searched for.

Most reports are like no other, and the search that says so was a third of what a post of one paragraph cost the engine. The
bands are kept in a Bloom filter: it never misses one that is stored, and what it takes for stored by mistake is searched
for as before. B. H. Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970.
"""

from __future__ import annotations

from typing import Any

from rbloom import Bloom

from indexer.engine import WritingEngine
from indexer.fingerprint import BANDS, Fingerprint, stored_fingerprint

Json = dict[str, Any]

MOST = 20_000_000
"""Bands that the filter is made for, those of half a million reports. Of a fifth more it would spare hardly a search."""
MISTAKEN = 0.005
"""The share of bands that it takes for stored by mistake when it is as full as that. Both make it 28 MB."""
WORTH_READING = 16
"""Reports whose signatures are read for the price of a search, on the safe side: a search takes the engine 1.0 ms, the bands of
a signature 26 µs. So they are read once a load has had that part of them to search for."""
PAGE = 1000


class KnownBands:
    """The bands of every report in an index of reports, once it is worth to know them."""

    def __init__(self, engine: WritingEngine, reports: str) -> None:
        self._engine = engine
        self._reports = reports
        self._stored: Bloom | None = None
        self._taken = 0

    def renew(self, stored: int) -> None:
        """Read what the index holds, where that costs less than to go on searching. It holds so many reports, all visible."""
        is_worth_it = 0 < stored <= self._taken * WORTH_READING and stored * BANDS <= MOST * 1.2
        if self._stored is None and is_worth_it:
            signed = {"query": {"exists": {"field": "signature"}}, "_source": False, "docvalue_fields": ["signature"]}
            bands = Bloom(MOST, MISTAKEN)
            for page in self._engine.pages(self._reports, signed, PAGE):
                for hit in page:
                    bands.update(stored_fingerprint(hit["fields"]["signature"][0]).bands())
            self._stored = bands

    def add(self, fingerprint: Fingerprint) -> None:
        """Take in the bands of a report that is stored, or about to be."""
        self._taken += 1
        if self._stored is not None:
            self._stored.update(fingerprint.bands())

    def may_hold(self, fingerprint: Fingerprint) -> bool:
        """Tell whether a stored report may share a band with this one, so that it is worth a search."""
        return self._stored is None or any(map(self._stored.__contains__, fingerprint.bands()))
