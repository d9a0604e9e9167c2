"""A connection with deadlines: uvicorn itself waits for ever for a header that never ends, and takes one of any size.

Measured on uvicorn 0.54: a half-sent header was still open after 40 s, and 1 MB of headers was taken. hypercorn and granian
have a limit for headers and none for bodies; a body is timed in `api.guard`, so that a deadline here is all that is missing
(docs/decisions/0005-server.md).
"""

from __future__ import annotations

import re
from asyncio import TimerHandle, Transport
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.problems import problem

LARGEST_HEAD = 64 * 1024
"""Bytes of request line and headers: a query of 1,000 letters is 12,000 bytes in an address."""
MOST_HEADERS = 100
LAST_CALL = 0.5
"""Seconds that a connection without a request stays open once the server stops."""


class Connection(HttpToolsProtocol):
    """Closes when a request's head is not whole in time, or grows too large."""

    head_seconds = 10.0
    _deadline: TimerHandle | None = None
    _head = 0
    _refused = False
    _in_request_line = True
    url = b""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Give the first head its time."""
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline."""
        self._head_is_whole()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """End in order when the server stops. A request that was sent before may still be on its way: it is waited for."""
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(LAST_CALL, super().shutdown)
        else:
            super().shutdown()

    def data_received(self, data: bytes) -> None:
        """Count what comes before the head is whole."""
        if self._deadline is None and self.cycle is not None and self.cycle.response_complete:
            self._expect_head()  # the next request on a kept connection
        if self._refused:
            return
        self._head += len(data)
        super().data_received(self._encoded(data) if self._in_request_line else data)
        if self._deadline is not None and self._head > LARGEST_HEAD:
            self._refuse_large()

    def on_headers_complete(self) -> None:
        """The head is whole: what follows is a body, with limits of its own."""
        self._head_is_whole()
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > LARGEST_HEAD or len(self.headers) > MOST_HEADERS:
            self._refuse_large()
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

    def send_400_response(self, msg: str) -> None:
        """Answer what the parser cannot read as every other error is answered."""
        self._refuse(400, f"this server cannot read it as HTTP: {msg}")

    def _encoded(self, data: bytes) -> bytes:
        """Percent-encode the letters in the request line: curl sends `?q=ادلب` as typed, and the parser refuses it."""
        line, end, rest = data.partition(b"\n")
        self._in_request_line = not end
        return re.sub(rb"[\x80-\xff]", lambda byte: b"%%%02X" % byte[0][0], line) + end + rest

    def _expect_head(self) -> None:
        self._in_request_line = True
        self._head = 0
        self._deadline = self.loop.call_later(self.head_seconds, self._refuse, 408, "the request came too slowly")

    def _head_is_whole(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse_large(self) -> None:
        if len(self.url) > LARGEST_HEAD // 2:
            self._refuse(414, f"the address is too long; POST /v1/search takes {LARGEST_HEAD:,} bytes in its body")
        else:
            self._refuse(431, f"a request may have {LARGEST_HEAD:,} bytes of headers, in {MOST_HEADERS} of them")

    def _refuse(self, status: int, detail: str) -> None:
        """Answer and close, before anything of the request is known."""
        self._head_is_whole()
        self._refused = True
        if not self.transport.is_closing():
            answer = problem(status, detail, "", headers={"Connection": "close"})
            head = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()]
            head += [name + b": " + value for name, value in answer.raw_headers]
            self.transport.write(b"\r\n".join([*head, b"", bytes(answer.body)]))
            self.transport.close()


def connection_within(seconds: float) -> type[Connection]:
    """Return the protocol with this deadline for the head of a request: uvicorn makes its connections from a class."""
    return type("Connection", (Connection,), {"head_seconds": seconds})
