"""The OpenAPI document is true: whatever a client sends, there is no server error, and no answer off its schema."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
import schemathesis
from conftest import serving
from hypothesis import HealthCheck, Phase, assume, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.app import create_app
from api.connection import LARGEST_HEAD
from settings import read_settings

EXAMPLES = int(os.environ.get("RASD_CONFORMANCE_EXAMPLES", "25"))
"""Generated requests of each operation, besides some 250 that go through what its schemas say."""
COUNT_FILE = os.environ.get("RASD_CONFORMANCE_COUNT")
"""Where the long form of H19 reads how many requests were sent."""
sent: Counter[str] = Counter()
DOCUMENT = create_app(read_settings()).openapi()
# Not everything that is right is in a schema: a cursor belongs to its query, `to` lies behind `from`.
schemathesis.serializer.alias("application/zip", "application/octet-stream")
BEYOND_SCHEMAS = [positive_data_acceptance]
API = schemathesis.openapi.from_dict(DOCUMENT)


@schemathesis.serializer("application/x-ndjson")
def ndjson(_context, value):
    """Return a generated body as it is: whether it is NDJSON is for the server to say."""
    return str(value).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def url(seeded):
    """A server over the sample corpus."""
    with serving(seeded.settings) as url:
        yield url
    if COUNT_FILE:
        Path(COUNT_FILE).write_text(str(sent.total()), encoding="ascii")


@API.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_operation(case, url):
    """Generated requests, right and wrong ones, are answered as the document says of their operation."""
    # An address of more than the head may have is a 414, which no schema of a parameter says.
    assume(len(case.as_curl_command()) < LARGEST_HEAD // 2)
    sent[case.operation.label] += 1
    case.call_and_validate(base_url=url, excluded_checks=BEYOND_SCHEMAS)
