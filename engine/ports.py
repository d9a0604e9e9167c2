"""The ports of a node: those of its last run where they are free, else what the system gives."""

from __future__ import annotations

import socket
from typing import Any

ANY = 0


def chosen_port(last: Any) -> int:
    """Return `last` where it can be had, so that an API that still runs finds the node again; else 0, for any."""
    return last if isinstance(last, int) and 0 < last < 65536 and is_free(last) else ANY


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
