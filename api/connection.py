"""A connection with deadlines: uvicorn itself waits for ever for a header that never ends, and takes one of any size.

Measured on uvicorn 0.54: a half-sent header was still open after 40 s, and 1 MB of headers was taken. hypercorn and granian
have a limit for headers and none for bodies; a body is timed in `api.guard`, so that a deadline here is all that is missing
(docs/decisions/0005-server.md).
"""

from __future__ import annotations

from asyncio import TimerHandle, Transport

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 64 * 1024
"""Bytes of request line and headers: a query of 1,000 letters is 12,000 bytes in an address."""
MOST_HEADERS = 100


class Connection(HttpToolsProtocol):
    """Closes when a request's head is not whole in time, or grows too large."""

    head_seconds = 10.0
    _deadline: TimerHandle | None = None
    _head = 0
    _refused = False

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Give the first head its time."""
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline."""
        self._head_is_whole()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what comes before the head is whole."""
        if self._deadline is None and self.cycle is not None and self.cycle.response_complete:
            self._expect_head()  # the next request on a kept connection
        if self._refused:
            return
        self._head += len(data)
        super().data_received(data)
        if self._deadline is not None and self._head > LARGEST_HEAD:
            self._refuse(b"431 Request Header Fields Too Large")

    def on_headers_complete(self) -> None:
        """The head is whole: what follows is a body, with limits of its own."""
        self._head_is_whole()
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > LARGEST_HEAD or len(self.headers) > MOST_HEADERS:
            self._refuse(b"431 Request Header Fields Too Large")
            return
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass a body on, unless its head was refused."""
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Pass the end on, unless the head was refused."""
        if not self._refused:
            super().on_message_complete()

    def _expect_head(self) -> None:
        self._head = 0
        self._deadline = self.loop.call_later(self.head_seconds, self._refuse, b"408 Request Timeout")

    def _head_is_whole(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: bytes) -> None:
        """Answer by the status alone, as the request is not known, and close."""
        self._head_is_whole()
        self._refused = True
        if not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            self.transport.close()


def connection_within(seconds: float) -> type[Connection]:
    """Return the protocol with this deadline for the head of a request: uvicorn makes its connections from a class."""
    return type("Connection", (Connection,), {"head_seconds": seconds})
