"""Evidence: what a search found, when and in which corpus, as a signed archive that can be checked years later."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import orjson

from analyzers.mappings import ANALYZER_VERSION
from analyzers.names import Aliases
from api.archive import Checked, Verdict, check, pack
from api.corpus import Corpus
from api.documents import permalink
from api.engine import ReadingEngine
from api.errors import EngineDown, EngineSlow
from api.hits import hit_of, new_reading
from api.lexicon import LexiconWatch
from api.params import EvidenceParams
from api.request import HIT_FIELDS, all_lift_of, highlight, hits_query
from api.scope import Scope
from api.signing import PublicKey, Signer
from api.understanding import Understanding
from settings import Settings

Json = dict[str, Any]

LONGEST_HITS = 24 * 2**20
"""Bytes of hits in one archive; those that would go beyond are left out, and the manifest says that it is not complete."""
HITS = "hits.ndjson"
QUERY = "query.json"
README = "README.txt"

_README = """\
Evidence made by Rasd.

hits.ndjson     the paragraphs that were found, one a line, verbatim, each with the SHA-256 of its text (UTF-8)
query.json      what was searched for
manifest.json   when, in which corpus, and the SHA-256 of each file
manifest.sig    the Ed25519 signature of manifest.json
public-key.pem  the key to check it with; ask the server that it came from whether it is its own (/v1/evidence/key)

To check all of it:  python -m api verify-evidence FILE
By hand:             openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in manifest.json -sigfile manifest.sig
                     sha256sum hits.ndjson query.json README.txt
"""


class Witness:
    """Makes evidence, and says of some what became of it."""

    def __init__(self, engine: ReadingEngine, corpus: Corpus, lexicon: LexiconWatch, settings: Settings) -> None:
        self._engine = engine
        self._corpus = corpus
        self._understanding = Understanding(engine, lexicon, settings.index)
        self._settings = settings
        self._paragraphs = Aliases(settings.index).paragraphs

    async def evidence(self, params: EvidenceParams, base: str, scope: Scope) -> bytes:
        """Return the archive of a search, its best hits first, up to `size`."""
        asked_at = _now()
        found, hits = await self._search(params, scope)
        lines, kept = _lines(hits, base)
        total = found["hits"]["total"]["value"]
        facts = {
            "created_at": _now(),
            "asked_at": asked_at,
            "server": base,
            "corpus": self._corpus.told(scope),
            "analyzer_version": ANALYZER_VERSION,
            "found": total,
            "hits": kept,
            "complete": kept == total,
        }
        query = orjson.dumps(params.model_dump(mode="json", by_alias=True), option=orjson.OPT_INDENT_2)
        files = {HITS: lines, QUERY: query, README: _README.encode()}
        # Key, hashes and zip are work for the processor, not for the loop that answers others.
        return await asyncio.to_thread(lambda: pack(files, facts, Signer.of(self._settings)))

    async def _search(self, params: EvidenceParams, scope: Scope) -> tuple[Json, list[Json]]:
        tree = await self._understanding.tree(params.q, scope)
        reading = new_reading(tree, params.match, 0, all_lift_of(tree))
        body = {
            "size": params.size,
            "query": hits_query(params, tree, self._settings.zone),
            "_source": HIT_FIELDS,
            "highlight": highlight(reading.nonce, params.match),
            "sort": ["_score", {"report_id": "asc"}, {"position": "asc"}],
            "track_scores": True,
            "track_total_hits": True,
        }
        found = await self._engine.search(self._paragraphs, body, scope)
        return found, [hit_of(hit, reading) for hit in found["hits"]["hits"]]

    async def verify(self, archive: bytes, scope: Scope, key: PublicKey | None = None) -> Json:
        """Return what became of evidence, and of each of its paragraphs in the corpus of today.

        `key` is the one to trust, this server's own where none is given. `corpus` is None where the engine does not answer.
        """
        own = (await asyncio.to_thread(Signer.of, self._settings)).public if key is None else key
        checked = await asyncio.to_thread(check, archive, own)
        told = {name: checked.manifest.get(name) for name in ("created_at", "server", "analyzer_version", "hits")}
        return {
            "verdict": checked.verdict,
            "files": checked.files,
            "signed_by": checked.signer,
            "trusted": own.fingerprint,
            "manifest": told,
            "corpus": await self._today(checked, scope),
        }

    async def _today(self, checked: Checked, scope: Scope) -> Json | None:
        """Say of each paragraph whether it still has the hash that the evidence names."""
        if checked.verdict in {Verdict.UNREADABLE, Verdict.CHANGED}:
            return None
        told = [orjson.loads(line) for line in checked.contents.get(HITS, b"").splitlines()]
        hashes = {str(hit["id"]): str(hit["content_hash"]) for hit in told}
        try:
            ids = list(hashes)
            now = await self._engine.documents(self._paragraphs, ids, scope, ["content_hash"]) if ids else {}
        except (EngineDown, EngineSlow):
            return None
        states: dict[str, list[str]] = {"same": [], "changed": [], "gone": []}
        for paragraph_id, expected in hashes.items():
            states[_state(now.get(paragraph_id), expected)].append(paragraph_id)
        return {"same": len(states["same"]), "changed": states["changed"], "gone": states["gone"]}


def _state(document: Json | None, expected: str) -> str:
    if document is None:
        return "gone"
    return "same" if document["content_hash"] == expected else "changed"


def _lines(hits: list[Json], base: str) -> tuple[bytes, int]:
    """Return the hits as lines, and how many there was room for."""
    lines, size = [], 0
    for hit in hits:
        line = orjson.dumps({**hit, "permalink": base + permalink(hit)}) + b"\n"
        size += len(line)
        if size > LONGEST_HITS:
            break
        lines.append(line)
    return b"".join(lines), len(lines)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
