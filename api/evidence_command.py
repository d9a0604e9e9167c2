"""`python -m api verify-evidence`: says of an evidence file whether it is as it was signed."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import click

from api.archive import Verdict
from api.corpus import Corpus
from api.engine import ReadingEngine
from api.errors import BadKey
from api.evidence import Witness
from api.lexicon import LexiconWatch
from api.metrics import Metrics
from api.scope import Scope
from api.signing import PublicKey
from settings import Settings, read_settings

Json = dict[str, Any]

EVERYTHING = Scope(None, frozenset(), frozenset(), None)
"""Whoever runs this command has the engine itself."""

_MEANING = {
    Verdict.UNTOUCHED: "untouched: every byte is as it was signed",
    Verdict.REPACKED: "repacked: every file is as it was signed, the zip around them was made anew",
    Verdict.OTHER_SIGNER: "other signer: whole, but signed with another key than the one that is trusted here",
    Verdict.CHANGED: "changed: this is not what was signed",
    Verdict.UNREADABLE: "unreadable: this is no evidence file, or its zip or manifest is broken",
}


@click.command("verify-evidence")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--key", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The public key to trust, PEM."
)
def verify_evidence(file: Path, key: Path | None) -> None:
    """Say whether an evidence file is untouched, who signed it, and which of its paragraphs the corpus still has.

    Without --key this server's own key is trusted. The exit code is 0 only for a file of which no byte has changed.
    """
    try:
        told = asyncio.run(
            _verify(read_settings(), file.read_bytes(), PublicKey.read(key.read_bytes()) if key else None)
        )
    except BadKey as error:
        raise click.ClickException(str(error)) from error
    for line in _lines(told):
        click.echo(line)
    if told["verdict"] is not Verdict.UNTOUCHED:
        sys.exit(1)


async def _verify(settings: Settings, archive: bytes, key: PublicKey | None) -> Json:
    engine = ReadingEngine(settings, Metrics())
    try:
        witness = Witness(engine, Corpus(engine, settings), LexiconWatch(settings), settings)
        return await witness.verify(archive, EVERYTHING, key)
    finally:
        await engine.close()


def _lines(told: Json) -> list[str]:
    lines = [_MEANING[told["verdict"]]]
    lines += [f"  {name}: {state}" for name, state in sorted(told["files"].items()) if state != "untouched"]
    if told["signed_by"]:
        lines.append(f"signed with {told['signed_by']} at {told['manifest']['created_at']}")
    if told["signed_by"] != told["trusted"]:
        lines.append(f"trusted is  {told['trusted']}")
    if told["corpus"]:
        corpus = told["corpus"]
        lines.append(
            f"in the corpus: {corpus['same']} the same, {len(corpus['changed'])} changed, {len(corpus['gone'])} gone"
        )
        lines += [f"  {paragraph_id}: changed" for paragraph_id in corpus["changed"]]
        lines += [f"  {paragraph_id}: gone" for paragraph_id in corpus["gone"]]
    elif told["verdict"] not in {Verdict.CHANGED, Verdict.UNREADABLE}:
        lines.append("the corpus was not asked: the engine does not answer")
    return lines
