"""The command line: `python -m api` serves."""

from __future__ import annotations

import click
import uvicorn
from pydantic import ValidationError

from api.app import create_app
from settings import read_settings


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Serve the API and the search page; Ctrl-C stops it once the requests under way are answered."""
    try:
        settings = read_settings()
    except ValidationError as error:
        faults = "; ".join(f"RASD_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors())
        raise click.ClickException(faults) from error
    config = uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        # The access log holds the query in the address: what somebody searches for is nobody's business.
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=settings.stop_timeout,
    )
    socket = config.bind_socket()
    host, port = socket.getsockname()[:2]
    click.echo(f"Rasd: http://{host}:{port}   (documentation: /docs, stop: Ctrl-C)")
    uvicorn.Server(config).run(sockets=[socket])


if __name__ == "__main__":
    main(prog_name="python -m api")
