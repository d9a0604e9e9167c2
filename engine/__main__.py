"""`python -m engine`: the local node from a terminal."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

import click

from engine.cluster import LocalCluster
from engine.errors import NodeError
from engine.node import LocalNode
from engine.session import run_beside
from settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

NOT_RUNNING = 3


def say(text: str) -> None:
    """Tell the user something that is not the command's result."""
    click.echo(text, err=True)


class Group(click.Group):
    """Errors of ours become one message and exit code 1, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except NodeError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Group)
@click.pass_context
def engine(ctx: click.Context) -> None:
    """Start, stop and find the local OpenSearch node."""
    # stamina warns of every retry, in the middle of the progress bar; the last one is told as an error anyway.
    logging.basicConfig(level=logging.ERROR)
    try:
        ctx.obj = LocalNode(read_settings(), say)
    except ValueError as error:
        raise click.ClickException(f"A setting is wrong. {error}") from error


@engine.command()
@click.pass_obj
def start(node: LocalNode) -> None:
    """Start the node, and return when it can be used."""
    node.start()


@engine.command()
@click.pass_obj
def stop(node: LocalNode) -> None:
    """Stop the node; its data stays."""
    say("The node was stopped." if node.stop() else "The node does not run.")


@engine.command()
@click.pass_obj
def status(node: LocalNode) -> None:
    """Print where the node is; exit code 3 when it does not run."""
    running = node.running()
    if running is None:
        say("The node does not run.")
        sys.exit(NOT_RUNNING)
    for name in ("url", "pid", "version", "started", "folder"):
        click.echo(f"{name:8} {getattr(running, name)}")


@engine.group()
@click.pass_context
def cluster(ctx: click.Context) -> None:
    """Start, stop and find three nodes that make one cluster, to try one on this machine."""
    settings = ctx.obj.settings
    ctx.obj = LocalCluster(settings.model_copy(update={"data_dir": settings.data_dir / "cluster"}), say)


@cluster.command("start")
@click.pass_obj
def start_cluster(nodes: LocalCluster) -> None:
    """Start all nodes, and print the setting that names them."""
    click.echo(f"RASD_OPENSEARCH_URL={','.join(nodes.start())}")


@cluster.command("stop")
@click.pass_obj
def stop_cluster(nodes: LocalCluster) -> None:
    """Stop all nodes; their data stays."""
    say("The nodes were stopped." if nodes.stop() else "No node of the cluster runs.")


@cluster.command("status")
@click.pass_obj
def status_of_cluster(nodes: LocalCluster) -> None:
    """Print the setting that names the nodes that run; exit code 3 when none does."""
    if not nodes.urls:
        say("No node of the cluster runs.")
        sys.exit(NOT_RUNNING)
    click.echo(f"RASD_OPENSEARCH_URL={','.join(nodes.urls)}")


@engine.command(context_settings={"ignore_unknown_options": True})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_obj
def run(node: LocalNode, command: Sequence[str]) -> None:
    """Run COMMAND beside the node and exit as it does; a node that was started for it is stopped with it."""
    sys.exit(run_beside(node, command))


if __name__ == "__main__":
    engine(prog_name="python -m engine")
