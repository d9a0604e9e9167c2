"""The command line: `python -m indexer load|check|watch|feeds|delete|backup|restore|rebuild|embed|status`."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import orjson
from pydantic import ValidationError
from stamina.instrumentation import set_on_retry_hooks

from analyzers.names import COLLECTION_PATTERN, DEFAULT_COLLECTION
from indexer import commands
from indexer.backup import backups, restore_backup, take_backup
from indexer.bounds import Bounds
from indexer.check import Finding
from indexer.engine import WritingEngine
from indexer.errors import EngineBusy, EngineFull, EngineUnavailable, IndexerError
from indexer.indices import stamp
from indexer.outcomes import write_checked, write_done, write_finding, write_outcome
from indexer.readers.columns import FIELDS
from indexer.readers.given import STREAM, Asked
from indexer.readers.packed import spooled
from indexer.readers.sources import READERS
from indexer.repair import repair
from indexer.status import status as status_of
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
    except (EngineFull, EngineBusy):
        # It was reached.
        raise
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


def _columns(_context: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[tuple[str, str], ...]:
    pairs = [part.partition("=") for part in (value or "").split(",") if part.strip()]
    told = tuple((field.strip(), name.strip()) for field, _, name in pairs)
    if any(field not in FIELDS or not name for field, name in told):
        raise click.BadParameter(f"write FIELD=COLUMN,... where a field is one of {', '.join(FIELDS)}")
    return told


def _backup_name(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    import re  # noqa: PLC0415  (as above)

    if value is not None and not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", value):
        raise click.BadParameter("write 1 to 64 of a-z, 0-9, ., - and _, beginning with a letter or digit")
    return value


@contextmanager
def _stream(paths: tuple[Path, ...]) -> Iterator[Path | None]:
    """Write standard input into a file of its own, where it is asked for: what it is is told from its first bytes."""
    if Path(STREAM) not in paths:
        yield None
        return
    with spooled(sys.stdin.buffer, sys.maxsize) as (path, _size, fault):
        if fault is not None:
            raise click.ClickException(f"standard input cannot be read: {fault}")
        yield path


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
@click.option(
    "--columns",
    callback=_columns,
    metavar="FIELD=COLUMN,...",
    help="Which column of a table is which field; several columns with +, id=# for the number of the row.",
)
@click.option("--format", "stream_format", type=click.Choice(list(READERS)), help="What standard input (-) is.")
@click.option("--name", default="", help="What standard input (-) is called: a report without a url is known by it.")
@click.option(
    "--details",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what was decided of each file, as JSON lines.",
)
@click.option(
    "--refused",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what is refused, with its reason, to a file.",
)
def load(paths: tuple[Path, ...], collection: str, **asked: Any) -> None:
    """Load files, folders and standard input (-): text, JSON, tables, web pages, PDF, .docx, feeds, archives.

    A file is taken for what it holds, whatever its name. Loading the same again changes nothing and says so. The exit code
    is 0 only if nothing was refused.
    """
    if (asked["stream_format"] or asked["name"]) and Path(STREAM) not in paths:
        raise click.UsageError("--format and --name are for standard input: give - as a path")
    if asked["json_outcomes"]:
        _load_for_a_program(paths, collection, asked)
        return
    with _stream(paths) as stream, _engine() as (engine, settings):
        options = commands.LoadOptions(
            collection,
            replace_other_roots=asked["replace"],
            restore=asked["restore"],
            asked=Asked(asked["columns"], stream, asked["name"], asked["stream_format"] or ""),
            details=asked["details"],
            refused=asked["refused"],
            bounds=_bounds(asked),
        )
        run = commands.load_fresh if asked["fresh"] else commands.load
        summary = run(engine, settings, list(paths), options)
    for line in (summary.sentence(), *summary.notes):
        click.echo(line)
    if not summary.clean:
        sys.exit(1)


def _bounds(asked: dict[str, Any]) -> Bounds:
    return Bounds(asked["only_collection"], asked["not_collection"])


def _load_for_a_program(paths: tuple[Path, ...], collection: str, asked: dict[str, Any]) -> None:
    """Load the reports of standard input as they come, a line each, and tell what became of each in a line."""
    if paths != (Path(STREAM),) or asked["fresh"]:
        raise click.UsageError("--json-outcomes is for reports on standard input: give - as the only path")
    options = commands.LoadOptions(
        collection, asked["replace"], asked["restore"], bounds=_bounds(asked), told=write_outcome
    )
    with _engine() as (engine, settings):
        summary = commands.load(engine, settings, list(paths), options)
    write_done(summary)
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


def _contact(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not (value.isascii() and value.isprintable()) or any(letter in value for letter in " ()"):
        raise click.BadParameter("write a web or mail address in ASCII, without spaces and brackets")
    return value


def _servers(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> list[str]:
    import re  # noqa: PLC0415  (as above)

    for value in values:
        if not re.fullmatch(r"([\w.-]+|\[[0-9a-fA-F:.]+\]):[0-9]{1,5}", value):
            raise click.BadParameter(f"{value}: write HOST:PORT, as in the list: rsshub:1200")
    return [value.lower().replace("[", "").replace("]", "") for value in values]


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--collection",
    default=DEFAULT_COLLECTION,
    show_default=True,
    callback=_collection,
    help="For feeds that name none.",
)
@click.option(
    "--every",
    type=click.IntRange(min=5, max=24 * 60),
    default=30,
    show_default=True,
    metavar="MINUTES",
    help="How often a feed is asked for at most.",
)
@click.option("--once", is_flag=True, help="Ask for what is due now and end: for cron.")
@click.option("--now", is_flag=True, help="Begin with all feeds, also those that are not due yet.")
@click.option(
    "--contact",
    default="",
    callback=_contact,
    metavar="ADDRESS",
    help="A web or mail address, told to the servers that are asked.",
)
@click.option(
    "--trust",
    multiple=True,
    metavar="HOST:PORT",
    callback=_servers,
    help="Ask this server though its address is not public; repeatable.",
)
def feeds(file: Path, collection: str, *, once: bool, **asked: Any) -> None:
    """Load the RSS, Atom and JSON feeds that FILE names, and what comes new in them, until Ctrl-C.

    FILE has an address a line, after it the name of a collection if you wish; or it is the OPML of a feed reader. Each entry
    becomes a report, with what the feed says of it. One that leaves the feed stays. With --once the exit code is 1 where
    a feed did not come or something was refused.
    """
    from indexer.polling.apart import agent_of  # noqa: PLC0415
    from indexer.polling.exchange import Asking  # noqa: PLC0415  (no other command needs what these bring along)
    from indexer.polling.poll import Poller, PollOptions  # noqa: PLC0415

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    asking = Asking(agent_of(asked["contact"]), asked["trust"])
    options = PollOptions(collection, asking, timedelta(minutes=asked["every"]), once, asked["now"])
    with _engine() as (engine, settings):
        poller = Poller(engine, settings, file, options, click.echo)
        # Of a run that ends by itself Ctrl-C cuts something off: 130, as everywhere.
        with nullcontext() if once else suppress(KeyboardInterrupt):
            poller.run()
    if once and not poller.clean:
        sys.exit(1)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option(
    "--collection",
    default=DEFAULT_COLLECTION,
    show_default=True,
    callback=_collection,
    help="As it was given to load.",
)
@click.option("--columns", callback=_columns, metavar="FIELD=COLUMN,...", help="As it was given to load.")
@click.option("--others", is_flag=True, help="Name also the reports in the index that none of the files gave.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a report, and a last one with the counts.")
def check(paths: tuple[Path, ...], collection: str, columns: tuple[tuple[str, str], ...], **how: bool) -> None:
    """Compare files with what the index really holds of them, paragraph by paragraph. Nothing is written.

    The exit code is 1 where anything differs; loading the same files mends what is missing or incomplete, and for damage
    there is `rebuild`.
    """
    loaded = commands.LoadOptions(collection, asked=Asked(columns))
    options = commands.CheckOptions(list(paths), loaded, others=how["others"])
    with _engine() as (engine, settings):
        told = write_finding if how["as_json"] else _say_difference
        checked = commands.check(engine, settings, options, told)
    if how["as_json"]:
        write_checked(checked)
    else:
        click.echo(checked.sentence())
        if checked.writing:
            click.echo(f"{checked.writing}: what differs may be under way", err=True)
    if not checked.clean:
        sys.exit(1)


def _say_difference(finding: Finding) -> None:
    if finding.differs:
        # Repaired: a file name may hold what moves the cursor of a terminal.
        click.echo(repair(finding.sentence()))


@main.command()
@click.argument("name", required=False, callback=_backup_name)
@click.option("--list", "listing", is_flag=True, help="Say which backups there are, and make none.")
def backup(name: str | None, *, listing: bool) -> None:
    """Make a backup NAME of all indices (a snapshot of the engine); without NAME it is called after this moment.

    Where backups go: RASD_BACKUP_REPOSITORY. Nobody can write meanwhile, searches are answered.
    """
    with _engine() as (engine, settings):
        told = backups(engine, settings) if listing else [take_backup(engine, settings, name or stamp())]
    for made in told:
        click.echo(made.sentence())


@main.command()
@click.argument("name", callback=_backup_name)
def restore(name: str) -> None:
    """Bring the backup NAME back: into new indices, which are counted and then take the place of those in use.

    Reports that were taken down since stay so, and the keys and private collections of today stay as they are; where
    there are none, those of the backup come back.
    """
    with _engine() as (engine, settings):
        restored = restore_backup(engine, settings, name)
    click.echo(f"restored: {restored.sentence()}")


@main.command()
@click.option(
    "--unverified", is_flag=True, help="Swap in what came of it without a check: for a store that cannot be mended."
)
def rebuild(*, unverified: bool) -> None:
    """Make the index anew from the stored reports; it is swapped in when it is complete and checked.

    Checked are the stored reports (all there, each what it was when it was stored) and the new index (count and checksum of
    what was written, a sample is found by its own words). Where something differs the index in use stays.
    """
    with _engine() as (engine, settings):
        written = commands.rebuild(engine, settings, verified=not unverified)
    click.echo(f"rebuilt: {written:,} paragraphs")


@main.command()
def embed() -> None:
    """Give paragraphs their vectors, for search by meaning (RASD_EMBEDDER). Stopped, the same command does what is left."""
    # A shell starts what runs in the background with Ctrl-C turned off; `make run` does, and means it to stop.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with _engine() as (engine, settings):
        done = commands.embed(engine, settings)
    left = f"; {done.left:,} were being written meanwhile: run it again" if done.left else ""
    click.echo(f"embedded: {done.embedded:,} paragraphs{left}")


@main.command()
def status() -> None:
    """Say which indices there are, what they hold and by which rules they were made, as JSON."""
    with _engine() as (engine, settings):
        told = status_of(engine, settings)
    click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())


if __name__ == "__main__":
    main(prog_name="python -m indexer")
