"""The command line: `python -m indexer load|delete|rebuild|status`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click
import orjson
from pydantic import ValidationError
from stamina.instrumentation import set_on_retry_hooks

from analyzers.names import COLLECTION_PATTERN, DEFAULT_COLLECTION
from indexer import commands
from indexer.bounds import Bounds
from indexer.engine import WritingEngine
from indexer.errors import EngineUnavailable, IndexerError
from indexer.outcomes import write_done, write_outcome
from indexer.takedown import Fate, take_down
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


def _collections(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_collection(context, parameter, value) for value in values)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option(
    "--collection",
    default=DEFAULT_COLLECTION,
    show_default=True,
    callback=_collection,
    help="For reports that name none.",
)
@click.option(
    "--only-collection",
    multiple=True,
    metavar="NAME",
    callback=_collections,
    help="Refuse reports of any other; repeatable.",
)
@click.option(
    "--not-collection", multiple=True, metavar="NAME", callback=_collections, help="Refuse reports of this; repeatable."
)
@click.option("--json-outcomes", is_flag=True, help="Say what became of each report, as one line of JSON each.")
@click.option("--fresh", is_flag=True, help="Load into new indices and swap them in if nothing was refused.")
@click.option(
    "--replace", is_flag=True, help="Let reports take the place of others with the same id from another folder."
)
@click.option("--restore", is_flag=True, help="Take in again reports that were taken down by `delete`.")
def load(  # noqa: PLR0913  (one parameter an option)
    paths: tuple[Path, ...],
    collection: str,
    only_collection: frozenset[str],
    not_collection: frozenset[str],
    *,
    fresh: bool,
    replace: bool,
    restore: bool,
    json_outcomes: bool,
) -> None:
    """Load files and folders: .txt (one report a file), .jsonl and .ndjson (one report a line); - is standard input.

    Loading the same again changes nothing and says so. The exit code is 0 only if nothing was refused.
    """
    bounds = Bounds(only_collection, not_collection)
    told = write_outcome if json_outcomes else None
    options = commands.LoadOptions(collection, replace_other_roots=replace, restore=restore, bounds=bounds, told=told)
    with _engine() as (engine, settings):
        run = commands.load_fresh if fresh else commands.load
        summary = run(engine, settings, list(paths), options)
    if json_outcomes:
        write_done(summary)
    else:
        click.echo(summary.sentence())
    if not summary.clean:
        sys.exit(1)


@main.command()
@click.argument("report_ids", nargs=-1, required=True, metavar="REPORT_ID...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of a sentence.")
def delete(report_ids: tuple[str, ...], *, as_json: bool) -> None:
    """Take reports down: out of search, forms, suggestions, feeds and the report store, of which a tombstone is left.

    A load does not bring them back unless it says --restore. The exit code is 1 where an id is of no report.
    """
    with _engine() as (engine, settings):
        told = take_down(engine, settings, list(report_ids))
    for takedown in told:
        if as_json:
            click.echo(orjson.dumps(takedown))
        else:
            gone = f" ({takedown.paragraphs:,} paragraphs)" if takedown.fate is Fate.DELETED else ""
            click.echo(f"{takedown.report_id}: {takedown.fate}{gone}")
    if any(takedown.fate is Fate.UNKNOWN for takedown in told):
        sys.exit(1)


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
