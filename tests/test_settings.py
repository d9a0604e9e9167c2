"""Settings: read once, bounded, each with its sentence in .env.example."""

from __future__ import annotations

import itertools

import pytest
from conftest import CHECKOUT
from pydantic import ValidationError

from settings import FALLBACK_URL, Settings, read_settings


def test_each_setting_is_documented():
    """Every setting stands in .env.example with its default and its sentence, and nothing else does."""
    lines = (CHECKOUT / ".env.example").read_text(encoding="utf-8").splitlines()
    told = {}
    for sentence, line in itertools.pairwise(lines):
        if line.startswith("# RASD_"):
            name, _, default = line.removeprefix("# RASD_").partition("=")
            told[name.lower()] = (sentence.removeprefix("# "), default)
    assert set(told) == set(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        sentence, default = told[name]
        assert sentence == field.description
        if default:
            assert getattr(read_settings(**{name: default}), name) == field.default


WRONG = [
    {"timezone": "Mars/Olympus"},
    {"port": 70000},
    {"index": "Rasd"},
    {"index": "a" * 50},
    {"heap": "lots"},
    {"replicas": -1},
    {"read_timeout": 0},
    {"opensearch_write_url": "http://name:secret@search-1:9200"},
    {"opensearch_write_url": "search-1"},
    {"rate_limit": "lots"},
    {"cors_origins": "*"},
    {"cors_origins": "https://desk.example/"},
    {"cors_origins": "https://*.example"},
    {"cors_origins": "desk.example"},
    {"trusted_proxies": "proxy"},
    {"trusted_proxies": "*"},
    {"write_line_limit": 10**9},
]


@pytest.mark.parametrize("values", WRONG)
def test_wrong_values_are_refused(values):
    """A value that cannot work is refused when it is read, with the name of the setting."""
    with pytest.raises(ValidationError, match=next(iter(values))):
        read_settings(**values)


def test_lists():
    """Lists are written with commas; a password shows nowhere, neither in a message nor when the settings are printed."""
    settings = read_settings(
        cors_origins="https://desk.example, http://localhost:3000",
        trusted_proxies="127.0.0.1,10.0.0.0/8",
        opensearch_write_url="https://writer:s3cret@search-1:9200",
    )
    assert settings.origins == ["https://desk.example", "http://localhost:3000"]
    assert settings.proxies == ["127.0.0.1", "10.0.0.0/8"]
    assert "s3cret" not in repr(settings) + str(settings) + str(settings.model_dump())
    with pytest.raises(ValidationError) as caught:
        read_settings(opensearch_write_url="http://writer:s3cret@search-1:9200")
    assert "s3cret" not in str(caught.value)


def test_settings_never_move():
    """What was read stays as it is."""
    with pytest.raises(ValidationError):
        read_settings().port = 1


def test_where_the_engine_is(tmp_path):
    """Named nodes win; else the local node's own file says where it is; else it is OpenSearch's default."""
    named = read_settings(opensearch_url="http://a:9200, http://b:9200", data_dir=tmp_path)
    assert named.opensearch_urls() == ["http://a:9200", "http://b:9200"]
    assert not named.is_engine_here()
    local = read_settings(opensearch_url=None, data_dir=tmp_path)
    assert local.opensearch_urls() == [FALLBACK_URL]
    local.node_file.write_text('{"url": "http://127.0.0.1:12345", "pid": 1}')
    assert local.opensearch_urls() == ["http://127.0.0.1:12345"]
    assert local.is_engine_here()
    local.node_file.write_text("half a fi")
    assert local.opensearch_urls() == [FALLBACK_URL]
