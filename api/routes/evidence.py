"""Evidence: made, checked, and the key to check it with."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from api.addresses import base_of
from api.answers import EvidenceKey, EvidenceVerdict
from api.errors import BadRequest, Fault
from api.gate import Scoped
from api.params import EvidenceParams
from api.routes.rendering import NO_STORE, problems, rendered
from api.signing import Signer

router = APIRouter(prefix="/v1", tags=["evidence"])

ZIP = "application/zip"
_ARCHIVE: dict[int | str, dict[str, Any]] = {200: {"description": "A signed archive", "content": {ZIP: {}}}}
_UPLOAD = {"requestBody": {"required": True, "content": {ZIP: {"schema": {"contentMediaType": ZIP}}}}}


@router.post("/evidence", response_class=Response, responses={**problems(413, 422, 503, 504), **_ARCHIVE})
async def post_evidence(request: Request, scope: Scoped, params: Annotated[EvidenceParams, Body()]) -> Response:
    """Return what a search finds as a signed archive: hits, hashes, the query, the corpus, the times."""
    archive = await request.app.state.witness.evidence(params, base_of(request), scope)
    headers = {**NO_STORE, "Content-Disposition": 'attachment; filename="rasd-evidence.zip"'}
    return Response(archive, headers=headers, media_type=ZIP)


@router.post(
    "/evidence/verify", response_model=EvidenceVerdict, responses=problems(413, 422, 503, 504), openapi_extra=_UPLOAD
)
async def post_verify_evidence(request: Request, scope: Scoped) -> Response:
    """Say what became of an evidence file, who signed it, and which of its paragraphs the corpus still has."""
    archive = await request.body()
    if not archive:
        raise BadRequest(Fault("body", "send the evidence file itself, as application/zip"))
    return rendered(await request.app.state.witness.verify(archive, scope), NO_STORE)


@router.get("/evidence/key", response_model=EvidenceKey, responses=problems())
async def get_evidence_key(request: Request) -> Response:
    """Return the public key that this server's evidence is checked with."""
    public = (await asyncio.to_thread(Signer.of, request.app.state.settings)).public
    key = {"algorithm": "Ed25519", "fingerprint": public.fingerprint, "pem": public.pem.decode()}
    return rendered(key, {"Cache-Control": "no-cache"})
