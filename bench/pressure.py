"""Load on a running Rasd of your own: `python -m bench.pressure URL --connections 16 --seconds 30`.

Asks the queries of seeds/judgements.tsv, or those of a file (one a line), again and again on so many connections, each of which
waits for its answer. Mind the rate limit: 600 searches a minute from another machine, unless `RASD_RATE_LIMIT` says otherwise.
"""

from __future__ import annotations

from typing import Any, TextIO

import click
import orjson

from bench.queries import judged_queries
from bench.spread import percentiles
from bench.traffic import Target, Traffic


@click.command()
@click.argument("url")
@click.option("--connections", type=click.IntRange(1, 1000), default=8, show_default=True)
@click.option("--seconds", type=click.FloatRange(1, 3600), default=30, show_default=True)
@click.option("--queries", type=click.File(encoding="utf-8"), help="A file with a query a line.")
def main(url: str, connections: int, seconds: float, queries: TextIO | None) -> None:
    """Put load on the Rasd at URL and tell how it answered."""
    asked: list[dict[str, Any]] = (
        [{"q": line.strip()} for line in queries if line.strip()] if queries else judged_queries()
    )
    target = Target(f"{url.rstrip('/')}/v1/search", [orjson.dumps(params) for params in asked])
    with Traffic(connections) as traffic:
        told = traffic.block(target, seconds)
    median, slow, slowest = percentiles(told.milliseconds)
    click.echo(f"{len(told.milliseconds):,} answers in {told.seconds:.1f} s: {told.rate:,.0f} a second")
    if told.refused:
        click.echo(f"{told.refused:,} were refused: more than the server, or its rate limit, takes")
    click.echo(f"median {median:.1f} ms, p95 {slow:.1f} ms, p99 {slowest:.1f} ms")


if __name__ == "__main__":
    main(prog_name="python -m bench.pressure")
