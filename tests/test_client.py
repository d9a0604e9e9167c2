"""The Python client: what it returns is what the API says, and a problem is an exception that says what was wrong."""

from __future__ import annotations

import asyncio

import pytest
from conftest import serving

from rasd_client import Rasd, Refused, Unavailable


@pytest.fixture(scope="module")
def url(seeded):
    """A server over the sample corpus."""
    with serving(seeded.settings) as url:
        yield url


def asked(url, ask):
    """Return what a coroutine makes of a client."""

    async def run():
        async with Rasd(url) as rasd:
            return await ask(rasd)

    return asyncio.run(run())


def test_a_page(url, seeds):
    """A search has the API's own answer, and its parameters have the API's names."""
    params = {"size": 3, "from_": "2019-01-01", "collection": ["syria", "iraq"]}
    told = asked(url, lambda rasd: rasd.search("ادلب", **params))
    assert told["hits"] == seeds.search("ادلب", **params)["hits"]


def test_all_pages(url, seeds):
    """`hits` yields the hits of all pages, each once."""

    async def ask(rasd):
        return [hit["id"] async for hit in rasd.hits("ادلب", size=7)]

    assert asked(url, ask) == seeds.ids("ادلب")


def test_a_paragraph_and_its_report(url):
    """A hit leads to its paragraph and its report, and an old version of it is a 410."""

    async def ask(rasd):
        hit = (await rasd.search("ادلب", size=1))["hits"][0]
        paragraph = await rasd.paragraph(hit["id"], v=hit["content_hash"][:8])
        report = await rasd.report(hit["report_id"], q="ادلب")
        with pytest.raises(Refused) as gone:
            await rasd.paragraph(hit["id"], v="00000000")
        return hit, paragraph, report, gone.value

    hit, paragraph, report, gone = asked(url, ask)
    assert paragraph["text"] == hit["text"]
    assert hit["text"] in {told["text"] for told in report["paragraphs"]}
    assert (gone.status, gone.problem["successor"].startswith("/v1/paragraphs/")) == (410, True)


def test_words_and_quotations(url):
    """Completions, forms and verification are a method each."""

    async def ask(rasd):
        return await rasd.suggest("ادل"), await rasd.forms("ادلب"), await rasd.verify("هدنة بإدلب")

    suggested, forms, verified = asked(url, ask)
    assert suggested["suggestions"]
    assert {form["surface"] for form in forms["forms"]} >= {"إدلب", "ادلب"}
    assert verified["found"] in {"verbatim", "harakat", "letters", "part"}


def test_a_problem_is_an_exception(url):
    """What was wrong stands in the exception, field by field."""
    with pytest.raises(Refused, match="from") as refused:
        asked(url, lambda rasd: rasd.search("ادلب", from_="2020-01-02", to="2020-01-01"))
    assert refused.value.status == 422
    assert refused.value.errors


def test_a_server_without_an_engine(seeded):
    """A server that cannot answer now says when to come back."""
    settings = type(seeded.settings)(**{**seeded.settings.model_dump(), "opensearch_url": "http://127.0.0.1:9"})
    with serving(settings) as url, pytest.raises(Unavailable) as unavailable:
        asked(url, lambda rasd: rasd.search("ادلب"))
    assert (unavailable.value.status, unavailable.value.retry_after) == (503, 2.0)
