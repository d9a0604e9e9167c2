"""What a request can end in, beside an answer."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """The server says that the request cannot be answered as asked: a problem by RFC 9457.

    `status`, `detail` and `errors` (a list of `{"field", "message"}`) are the server's; `problem` is all that it said.
    """

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status}: {problem.get('detail') or problem.get('title') or 'no reason given'}")
        self.status = status
        self.problem = problem
        self.detail: str = problem.get("detail", "")
        self.errors: list[dict[str, str]] = problem.get("errors", [])


class Unavailable(Refused):
    """The server cannot answer now (429, 503, 504). `retry_after` is its advice in seconds, None where it gave none."""

    def __init__(self, status: int, problem: dict[str, Any], retry_after: float | None) -> None:
        super().__init__(status, problem)
        self.retry_after = retry_after
