"""The command line: `python -m indexer load|watch|rebuild|status`."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import click
import orjson
from pydantic import ValidationError
from stamina.instrumentation import set_on_retry_hooks

from analyzers.names import COLLECTION_PATTERN, DEFAULT_COLLECTION
from indexer import commands
from indexer.engine import WritingEngine
from indexer.errors import EngineUnavailable, IndexerError
from settings import Settings, read_settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Load reports into the search engine and keep its indices."""
    # Its retries would write a bare line each to the terminal; what they come to is said in the end.
    set_on_retry_hooks([])


@contextmanager
def _engine() -> Iterator[tuple[WritingEngine, Settings]]:
    """Open the engine, and turn what can go wrong into a message and exit code 1."""
    try:
        settings = read_settings()
    except ValidationError as error:
        faults = "; ".join(f"RASD_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors())
        raise click.ClickException(faults) from error
    try:
        with closing(WritingEngine(settings)) as engine, _said_where(engine):
            yield engine, settings
    except IndexerError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        click.echo("\nstopped: the same command again does what is left", err=True)
        sys.exit(130)


@contextmanager
def _said_where(engine: WritingEngine) -> Iterator[None]:
    try:
        yield
    except EngineUnavailable as error:
        where = ", ".join(engine.addresses)
        raise IndexerError(
            f"{error}; asked: {where} (set RASD_OPENSEARCH_URL, or start the local node: `python -m engine start`)"
        ) from error


def _collection(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    import re  # noqa: PLC0415  (only the command line needs it, and only here)

    if not re.fullmatch(COLLECTION_PATTERN, value):
        raise click.BadParameter("write 1 to 64 of a-z, 0-9, - and _, beginning with a letter or digit")
    return value


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option(
    "--collection",
    default=DEFAULT_COLLECTION,
    show_default=True,
    callback=_collection,
    help="For reports that name none.",
)
@click.option("--fresh", is_flag=True, help="Load into new indices and swap them in if nothing was refused.")
@click.option(
    "--replace", is_flag=True, help="Let reports take the place of others with the same id from another folder."
)
@click.option(
    "--refused",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what is refused, with its reason, to a file.",
)
def load(paths: tuple[Path, ...], collection: str, refused: Path | None, *, fresh: bool, replace: bool) -> None:
    """Load files and folders: .txt (one report a file), .jsonl and .ndjson (one report a line).

    Loading the same again changes nothing and says so. The exit code is 0 only if nothing was refused.
    """
    options = commands.LoadOptions(collection, replace_other_roots=replace, refused=refused)
    with _engine() as (engine, settings):
        run = commands.load_fresh if fresh else commands.load
        summary = run(engine, settings, list(paths), options)
    click.echo(summary.sentence())
    if not summary.clean:
        sys.exit(1)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--collection",
    default=DEFAULT_COLLECTION,
    show_default=True,
    callback=_collection,
    help="For reports that name none.",
)
@click.option(
    "--replace", is_flag=True, help="Let reports take the place of others with the same id from another folder."
)
def watch(folder: Path, collection: str, *, replace: bool) -> None:
    """Load what is in a folder and what comes into it, until Ctrl-C.

    A file is read once it has stood still for two seconds. Files that are deleted stay in the index.
    """
    from indexer.watch import watch as watch_folder  # noqa: PLC0415  (no other command needs what it brings along)

    # A service is stopped by SIGTERM: the load under way is ended in order, as by Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = commands.LoadOptions(collection, replace_other_roots=replace)
    with _engine() as (engine, settings):
        click.echo(f"watching {folder}; Ctrl-C stops it")
        with suppress(KeyboardInterrupt):
            watch_folder(engine, settings, folder, options, click.echo)
    click.echo("stopped watching")


@main.command()
def rebuild() -> None:
    """Make the index anew from the stored reports; it is swapped in when it is complete and checked."""
    with _engine() as (engine, settings):
        written = commands.rebuild(engine, settings)
    click.echo(f"rebuilt: {written:,} paragraphs")


@main.command()
def status() -> None:
    """Say which indices there are, what they hold and by which rules they were made, as JSON."""
    with _engine() as (engine, settings):
        told = commands.status(engine, settings)
    click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())


if __name__ == "__main__":
    main(prog_name="python -m indexer")
