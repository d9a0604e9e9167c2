"""An answer that is sent while it is made, whose making ends with it: also when the client walks away or falls asleep."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Mapping
from typing import Self

from anyio import CancelScope, fail_after
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from api.errors import CutOff

_log = logging.getLogger(__name__)


class Stream(StreamingResponse):
    """An answer of parts. Its generator is closed in every case, so that it gives back what it holds."""

    def __init__(
        self, first: bytes, rest: AsyncGenerator[bytes, None], stall: float, headers: Mapping[str, str], media_type: str
    ) -> None:
        super().__init__(rest, headers=headers, media_type=media_type)
        self._first = first
        self._rest = rest
        self._stall = stall

    @classmethod
    async def opened(
        cls, parts: AsyncGenerator[bytes, None], stall: float, headers: Mapping[str, str], media_type: str
    ) -> Self:
        """Make the first part, and raise what keeps it from being made: then there is still a status to answer with.

        `stall` is how many seconds a client may leave a part unread.
        """
        return cls(await anext(parts), parts, stall, headers, media_type)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 (the ASGI interface)
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):
                await self._rest.aclose()

    async def stream_response(self, send: Send) -> None:
        """Send the parts. CutOff and a client that stalls end the answer without its end, which a client can tell."""
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await self._send(send, self._first)
            async for part in self._rest:
                await self._send(send, part)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (CutOff, TimeoutError) as error:
            _log.warning("an export was cut off: %s", type(error).__name__)

    async def _send(self, send: Send, part: bytes) -> None:
        message: Message = {"type": "http.response.body", "body": part, "more_body": True}
        with fail_after(self._stall):
            await send(message)
