"""The command line: `python -m api` serves, `verify-evidence` checks a file, `keys` and `collections` say who may see what."""

from __future__ import annotations

import gc
import signal
import socket
import sys
from contextlib import suppress

import click
import uvicorn

from api.app import create_app
from api.commands import checked_settings, collections, keys
from api.connection import connection_within
from api.evidence_command import verify_evidence
from api.log import configure
from embedder.errors import EmbedderError
from settings import Settings

COLLECT_AFTER = 20_000
"""New objects after which Python looks for cycles among them. As it comes it does so after 700, which an answer can make."""


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """Serve the API and the search page; Ctrl-C stops it once the requests under way are answered."""
    if context.invoked_subcommand is None:
        settings = checked_settings()
        configure(settings.log_level)
        _serve(settings)


for command in (verify_evidence, keys, collections):
    main.add_command(command)


def _serve(settings: Settings) -> None:
    try:
        app = create_app(settings)
    except EmbedderError as error:
        raise click.ClickException(str(error)) from error
    listening = _listen(settings)
    config = uvicorn.Config(
        app,
        # The access log holds the query in the address: what somebody searches for is nobody's business.
        access_log=False,
        log_config=None,
        http=connection_within(settings.request_timeout),
        server_header=False,
        # The application does it itself, and believes none but those that RASD_TRUSTED_PROXIES names.
        proxy_headers=False,
        timeout_graceful_shutdown=settings.stop_timeout,
    )
    host, port = listening.getsockname()[:2]
    click.echo(f"Rasd: http://{host}:{port}   (documentation: /docs, stop: Ctrl-C)")
    # uvicorn answers what is under way and then raises the signal again; by then all is done, and the exit code is 0.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    with suppress(KeyboardInterrupt):
        _Server(config).run(sockets=[listening])


class _Server(uvicorn.Server):
    """uvicorn's server; once it is up, Python looks for cycles seldom, and never among what stays for ever.

    What was made up to there (the lexicon, the routes and their models) is half a million objects: to go through them takes
    a seventh of a second, in which nobody is answered.
    """

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        gc.set_threshold(COLLECT_AFTER, 10, 10)


def _listen(settings: Settings) -> socket.socket:
    """Return the socket that the server listens on: opened before anything else, so that a taken port is said at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(2048)  # who connects from now on is answered once all is read
    except OSError as error:
        listening.close()
        raise click.ClickException(
            f"cannot listen on {settings.host}, port {settings.port} ({error.strerror}); RASD_PORT chooses another"
        ) from error
    return listening


if __name__ == "__main__":
    main(prog_name="python -m api")
