"""The rate limit: of keys and addresses, by cost, told in headers; only listed proxies are believed."""

from __future__ import annotations

import asyncio
import re

import httpx2
import pytest
from conftest import serving
from granting import bearer, grant

from api.errors import TooMany
from api.quota import Quota, is_this_machine, network_of
from settings import read_settings

SUGGEST = {"url": "/v1/suggest", "params": {"q": "x"}}


def served(rasd, **settings):
    """Serve with other settings."""
    rasd.make_indices()
    return serving(rasd.settings.model_copy(update=settings))


def test_over_the_share(rasd):
    """Past its share a client is a 429 with Retry-After and what is left; health is not counted."""
    with served(rasd, rate_limit="20/hour") as url, httpx2.Client(base_url=url) as client:
        answers = [client.get(**SUGGEST) for _ in range(30)]
        assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 10
        assert answers[0].headers["ratelimit-policy"] == '"client";q=20;w=3600'
        assert re.fullmatch(r'"client";r=19;t=\d+', answers[0].headers["ratelimit"])
        refused = answers[-1]
        assert refused.headers["content-type"] == "application/problem+json"
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.headers["ratelimit"].startswith('"client";r=0;')
        assert client.get("/health/live").status_code == 200


def test_before_the_body_is_read(rasd):
    """Who is over the share is refused before its body is looked at."""
    with served(rasd, rate_limit="1/hour") as url, httpx2.Client(base_url=url) as client:
        assert client.get(**SUGGEST).status_code == 200
        assert client.post("/v1/search", content=b"nonsense").status_code == 429


def test_costs(rasd):
    """A search costs more than a completion."""
    with served(rasd, rate_limit="20/hour") as url, httpx2.Client(base_url=url) as client:
        assert [client.get("/v1/search", params={"q": "x"}).status_code for _ in range(11)] == [200] * 10 + [429]


def test_keys_have_shares_of_their_own(rasd):
    """A key is counted by itself, whatever address it comes from; a bad key is counted with the address."""
    rasd.make_indices()
    first, second = grant(rasd, "read"), grant(rasd, "read")
    with served(rasd, rate_limit="5/hour") as url, httpx2.Client(base_url=url) as client:
        for headers in (bearer(first), bearer(second), {}):
            assert [client.get(**SUGGEST, headers=headers).status_code for _ in range(6)] == [200] * 5 + [429]
        assert client.get(**SUGGEST, headers=bearer(first[:-1] + "-")).status_code == 429


def test_a_forwarded_address_is_not_believed(rasd):
    """Another X-Forwarded-For each time changes nothing where no proxy is listed."""
    with served(rasd, rate_limit="5/hour") as url, httpx2.Client(base_url=url) as client:
        spoofed = [client.get(**SUGGEST, headers={"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(8)]
        assert [answer.status_code for answer in spoofed] == [200] * 5 + [429] * 3


def test_a_listed_proxy_is_believed(rasd):
    """A listed proxy says who the client is, by what it added itself; what the client wrote before that is not believed."""
    with served(rasd, rate_limit="5/hour", trusted_proxies="127.0.0.1") as url, httpx2.Client(base_url=url) as client:
        for address in ("203.0.113.1", "203.0.113.2"):
            told = [{"X-Forwarded-For": f"198.51.100.{number}, {address}"} for number in range(6)]
            assert [client.get(**SUGGEST, headers=headers).status_code for headers in told] == [200] * 5 + [429]


def test_by_default(rasd):
    """Not set, this machine is not counted: nobody who runs Rasd for himself meets the limit; others have 1200 a minute."""
    with served(rasd) as url, httpx2.Client(base_url=url) as client:
        assert "ratelimit" not in client.get(**SUGGEST).headers
        assert "ratelimit" not in client.get(**SUGGEST, headers=bearer(grant(rasd, "read"))).headers
    with served(rasd, trusted_proxies="127.0.0.1") as url, httpx2.Client(base_url=url) as client:
        answer = client.get(**SUGGEST, headers={"X-Forwarded-For": "203.0.113.1"})
        assert answer.headers["ratelimit"].startswith('"client";r=1199;')
    with served(rasd, trusted_proxies="127.0.0.1", rate_limit="off") as url, httpx2.Client(base_url=url) as client:
        assert "ratelimit" not in client.get(**SUGGEST, headers={"X-Forwarded-For": "203.0.113.1"}).headers


def test_a_reader_does_not_meet_it():
    """Twenty letters a second, each with a search and completions, for a quarter of a minute: nobody types so fast."""

    async def type_it():
        quota = Quota(read_settings())
        for _ in range(300):
            await quota.take("203.0.113.1", None, 2)
            await quota.take("203.0.113.1", None, 1)

    asyncio.run(type_it())


def test_what_costs_more_than_the_share():
    """A share that is smaller than the cost of a request still lets one in, and not a second."""

    async def twice():
        quota = Quota(read_settings(rate_limit="3/hour"))
        await quota.take("203.0.113.1", None, 20)
        with pytest.raises(TooMany):
            await quota.take("203.0.113.1", None, 1)

    asyncio.run(twice())


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("proxy", "unknown"),
    ],
)
def test_what_an_address_is_counted_by(address, network):
    """IPv4 by the address, IPv6 by the /64; what is no address shares one count."""
    assert network_of(address) == network


def test_this_machine():
    """Loopback is this machine, in either form."""
    assert [is_this_machine(network_of(a)) for a in ("127.0.0.1", "::1", "::ffff:127.0.0.1")] == [True] * 3
    assert not is_this_machine(network_of("203.0.113.1"))
