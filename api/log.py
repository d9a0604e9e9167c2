"""Logs: one JSON object a line on standard error. No address, no query, no text of a paragraph ever goes in.

What is logged of a request is its route, its status and its time. The client libraries write whole bodies at DEBUG, so
that they are kept at WARNING whatever the level is.
"""

from __future__ import annotations

import logging
import sys
from traceback import walk_tb

import orjson
import structlog

_TALKATIVE = ("opensearch", "opensearchpy", "opensearchpy.trace", "aiohttp", "urllib3", "asyncio", "multipart")


def configure(level: str) -> None:
    """Send the logs of this program and of its libraries through one renderer."""
    renderer = structlog.processors.JSONRenderer(serializer=lambda line, **_: orjson.dumps(line, default=str).decode())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.stdlib.ExtraAdder(),
            ],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _without_text, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level.upper()]))


def _without_text(_logger: object, _name: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Keep the name of an exception and where it was raised: its text can hold the words that somebody searched for."""
    told = line.pop("exc_info", None)
    error = told[1] if isinstance(told, tuple) else told
    if isinstance(error, BaseException):
        line["error"] = type(error).__name__
        frames = [(frame.f_globals.get("__name__", "?"), number) for frame, number in walk_tb(error.__traceback__)]
        line["at"] = [f"{module}:{number}" for module, number in frames[-5:]]
    return line
