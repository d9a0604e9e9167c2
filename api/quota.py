"""The rate limit, by the library `limits`: cost units of a key, or of an address where there is no key.

Counted in the memory of this process: two processes allow twice as much, and a restart forgets. The window slides, so that
no client has twice its share around the turn of a minute.
"""

from __future__ import annotations

import math
import time
from ipaddress import IPv6Address, ip_address, ip_network

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from api.errors import TooMany
from settings import OFF, Settings

DEFAULT = "1200/minute"
"""Ten searches a second, or twenty letters of somebody who types."""
POLICY = "client"


def network_of(address: str) -> str:
    """Return what a client is counted by: its address, of IPv6 the /64, which is one connection's."""
    try:
        client = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(client, IPv6Address):
        return str(client.ipv4_mapped or ip_network((client, 64), strict=False))
    return str(client)


def is_this_machine(client: str) -> bool:
    """Tell whether what `network_of` returned is loopback."""
    return client == "::/64" or client.startswith("127.")


def counted_as(network: str, key: str | None) -> str:
    """Return what names a client for the rate limit and for turns at the engine: the id of its key, else its network."""
    return f"key {key}" if key else network


class Quota:
    """The units that are left, by client."""

    def __init__(self, settings: Settings) -> None:
        self._rate: RateLimitItem | None = None if settings.rate_limit == OFF else parse(settings.rate_limit or DEFAULT)
        self._spares_loopback = settings.rate_limit is None
        self._counted = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def take(self, network: str, key: str | None, cost: int) -> dict[str, str]:
        """Take units off the share of a key, else of a network, and return the headers that tell what is left.

        Raises TooMany where it is used up.
        """
        if self._rate is None or (self._spares_loopback and is_this_machine(network)):
            return {}
        client = counted_as(network, key)
        cost = min(cost, self._rate.amount)
        taken = await self._counted.hit(self._rate, client, cost=cost)
        left = await self._counted.get_window_stats(self._rate, client)
        seconds = max(1, math.ceil(left.reset_time - time.time()))
        headers = {
            "RateLimit-Policy": f'"{POLICY}";q={self._rate.amount};w={self._rate.get_expiry()}',
            "RateLimit": f'"{POLICY}";r={left.remaining};t={seconds}',
        }
        if not taken:
            raise TooMany("too many requests in a short time", {**headers, "Retry-After": str(seconds)})
        return headers
