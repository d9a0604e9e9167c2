"""What the node is told: the hardened settings as one dict, rendered as `opensearch.yml`, and its logging."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

LOOPBACK = "127.0.0.1"


def hardened_settings() -> dict[str, Any]:
    """Return every setting that limits what a request can do; a test reads each back from a running node."""
    return {
        "action.auto_create_index": False,
        "action.destructive_requires_name": True,
        "http.cors.enabled": False,
        "http.max_content_length": "20mb",
        "http.read_timeout": "30s",
        # 64 words of 12 forms each are our own bound; 256 clauses already failed at 80 words over four fields.
        "indices.query.bool.max_clause_count": 4096,
        "indices.query.query_string.allowLeadingWildcard": False,
        "indices.breaker.request.limit": "40%",
        "script.allowed_types": "none",
        "search.allow_expensive_queries": False,
        "search.cancel_after_time_interval": "5s",
        "search.default_search_timeout": "3s",
        "search.default_allow_partial_results": False,
        "search.query.max_query_string_length": 1024,
        "search.max_buckets": 10000,
        "search.max_keep_alive": "5m",
        "point_in_time.max_keep_alive": "5m",
        "search.max_open_pit_context": 64,
        "search.max_open_scroll_context": 0,
        "search_backpressure.mode": "enforced",
        "shard_indexing_pressure.enabled": True,
        "shard_indexing_pressure.enforced": True,
        **disk_settings(),
    }


def disk_settings() -> dict[str, Any]:
    """Say when writing stops for want of disk space: by what is free, not by what is used.

    Percentages such as 75/80/85 fit a server with a disk of its own. A developer's disk is often 85 % full with 100 GB
    free, and every load would be refused. Space is looked at every 10 s, so the last mark, where indices become
    read-only, leaves what a fast disk can write in that time: 1 GB at 100 MB/s.
    """
    watermark = "cluster.routing.allocation.disk.watermark"
    return {
        f"{watermark}.enable_for_single_data_node": True,
        f"{watermark}.low": "3gb",
        f"{watermark}.high": "2gb",
        f"{watermark}.flood_stage": "1gb",
        "cluster.info.update.interval": "10s",
    }


def place_settings(name: str, folder: Path, http_port: int, transport_port: int) -> dict[str, Any]:
    """Say where one node is: its folder with data, logs and snapshots, and ports (0 is any free one)."""
    return {
        "cluster.name": "rasd-local",
        "node.name": name,
        "node.portsfile": True,
        "path.data": str(folder / "data"),
        "path.logs": str(folder / "logs"),
        # What a snapshot may be written into: a repository is a folder below it.
        "path.repo": str(folder / "snapshots"),
        "network.host": LOOPBACK,
        "http.port": http_port,
        "transport.port": transport_port,
        "discovery.type": "single-node",
    }


def cluster_settings(names: list[str], seeds: list[str], snapshots: Path) -> dict[str, Any]:
    """Return what a node of several is told besides, in place of being alone: who the others are, `host:port` each.

    The names count at the first start of all alone: from then on the cluster itself knows who votes.
    """
    return {
        "cluster.name": "rasd-cluster",
        "discovery.type": "zen",
        "discovery.seed_hosts": seeds,
        "cluster.initial_cluster_manager_nodes": names,
        "path.repo": str(snapshots),
    }


def render(settings: dict[str, Any]) -> str:
    """Write one `key: value` a line; JSON is YAML, so a path with a space or an Arabic letter needs no care."""
    return "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in settings.items())


# The file is bounded at four times 10 MB; what Java itself says goes to console.log. No query is logged.
LOGGING = """\
status = error
appender.file.type = RollingFile
appender.file.name = file
appender.file.fileName = ${sys:opensearch.logs.base_path}${sys:file.separator}node.log
appender.file.filePattern = ${sys:opensearch.logs.base_path}${sys:file.separator}node-%i.log
appender.file.layout.type = PatternLayout
appender.file.layout.charset = UTF-8
appender.file.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 10MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 3
logger.deprecation.name = org.opensearch.deprecation
logger.deprecation.level = error
rootLogger.level = info
rootLogger.appenderRef.file.ref = file
"""
