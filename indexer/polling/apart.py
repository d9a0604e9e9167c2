"""The process that fetches, as whoever polls sees it: started without credentials, and never waited for without an end."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import orjson
from pydantic import ValidationError

from indexer.polling.exchange import LINE, Asking, Fetched, Wanted

SECONDS_OF_ALL = 60.0
"""After which the process is ended: a lookup of a name may hang, and nothing ends it."""
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "SYSTEMROOT", "TMPDIR")
"""What the process needs of the environment. The address of the engine holds a password, and it gets none of it."""


def agent_of(contact: str) -> str:
    """Return what servers are told of who asks; `contact` is where its user can be asked to ask less."""
    reached = f"; +{contact}" if contact else ""
    return f"Rasd/{version('rasd')} (feed reader{reached})"


def fetched_apart(wanted: list[Wanted], asking: Asking, folder: Path) -> list[Fetched]:
    """Fetch feeds in a process of its own, all at the same time, and return what came of each, in the same order."""
    told = {"wanted": [asdict(one) for one in wanted], "asking": asdict(asking)}
    command = [sys.executable, "-m", "indexer.polling.fetch", str(folder)]
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # A session of its own: Ctrl-C is for this process, which ends that one.
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, start_new_session=True
        )
    except OSError as error:
        return [Fetched(one.url, fault=f"no process can be started ({error.strerror})") for one in wanted]
    with process:
        try:
            said, _ = process.communicate(orjson.dumps(told), timeout=SECONDS_OF_ALL)
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
        except BaseException:
            process.kill()
            raise
    found = {one.url: one for one in map(_read_line, said.splitlines()) if one}
    ended = f"the process that fetches it ended with {process.returncode}"
    return [found.get(one.url) or Fetched(one.url, fault=ended) for one in wanted]


def _read_line(line: bytes) -> Fetched | None:
    """Return what a line says, None where it is broken: the process may have been ended in the middle of it."""
    try:
        return LINE.validate_json(line)
    except ValidationError:
        return None
