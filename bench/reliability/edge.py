"""Promises about the door: availability, hostile input, security (A1 to A9, H1 to H24); H25 is told elsewhere."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

from bench.nodes import own_node, pid_of
from bench.reliability import (
    edge_crowd,
    edge_documents,
    edge_engine,
    edge_feeds,
    edge_files,
    edge_leaving,
    edge_logs,
    edge_network,
    edge_queries,
    edge_requests,
)
from bench.reliability import edge_without as _without
from bench.reliability.by_pytest import by_pytest, conformance
from bench.reliability.checks import Check, Run, Seen
from bench.reliability.edge_stage import PATIENT, filled, reports
from settings import Settings

PARAGRAPHS = 400


SHARE = float(os.environ.get("RASD_BENCH_SHARE", "1"))
"""Of the long forms' sizes: on a slow machine a tenth of them still says something, and the figure says how much it was."""


def _filled(check: Callable[[Settings, random.Random], Seen], paragraphs: int = PARAGRAPHS) -> Run:
    """Return a run that gives its check indices of its own with so many paragraphs."""

    def run(settings: Settings, chance: random.Random) -> Seen:
        with filled(settings, reports(paragraphs)) as own:
            return check(own, chance)

    return run


def _with_node(check: Callable[[Settings, int, random.Random], Seen], paragraphs: int = PARAGRAPHS) -> Run:
    """Return a run that gives its check a node of its own, its pid, and indices on it."""

    def run(_settings: Settings, chance: random.Random) -> Seen:
        with own_node() as node, filled(node.settings, reports(paragraphs)) as own:
            return check(own, pid_of(node), chance)

    return run


def _with_controls_kept(settings: Settings, _chance: random.Random) -> Seen:
    with edge_documents.kept_controls(), filled(settings, reports(20)) as own:
        return edge_documents.invisible(own)


def sized(number: int) -> int:
    """Return so many, or the share of them that was asked for."""
    return max(1, round(number * SHARE))


PAGE = (
    "tests/test_page.py::test_a_hostile_report_is_text tests/test_page.py::test_hostile_reports_and_queries "
    "tests/test_problems.py::test_headers_of_every_answer"
)
NEIGHBOURS = edge_crowd.Neighbours(64, 4, 60, edge_crowd.WARM_UP)

AVAILABILITY: list[Check] = [
    Check(
        "A1",
        "The API starts without its engine, says that it lives and is not ready, and finds the engine whenever it comes.",
        "tests/test_health.py",
        run=lambda _settings, _chance: edge_engine.engine_lost(5),
        control=lambda _settings, _chance: edge_engine.engine_lost(1, edge_engine.STAYING),
        control_told="looked for when the API starts and never again",
    ),
    Check(
        "A2",
        "While the engine is frozen every search is answered within three seconds, and within one when it goes on.",
        "tests/test_availability.py::test_a_frozen_engine",
        run=_with_node(lambda own, pid, _: edge_engine.frozen(own, pid, edge_engine.Freeze(64, 60))),
        control=_with_node(lambda own, pid, _: edge_engine.frozen(own, pid, edge_engine.Freeze(8, 8), PATIENT)),
        control_told="limits of 20 s",
    ),
    Check(
        "A3",
        "Through a bad network an answer is whole, or an error that says so; nothing hangs.",
        "tests/test_availability.py::test_a_bad_network",
        run=_filled(lambda own, chance: edge_network.bad_network(own, sized(500), chance)),
        control=_filled(lambda own, chance: edge_network.bad_network(own, 8, chance, edge_network.LENIENT)),
        control_told="damaged answers not told from others",
    ),
    Check(
        "A4",
        "What the engine answers only in part goes out from no address as whole.",
        "tests/test_availability.py::test_a_partial_answer_is_an_error",
        run=_filled(lambda own, _: edge_network.parts(own)),
        control=_filled(lambda own, _: edge_network.parts(own, edge_network.PASSED_ON)),
        control_told="answers not looked at",
    ),
    Check(
        "A5",
        "Beside four clients that ask the most expensive searches there are, 64 others meet no error and little delay.",
        "tests/test_availability.py::test_honest_clients_beside_hostile_ones",
        run=_with_node(lambda own, _pid, _chance: edge_crowd.neighbours(own, NEIGHBOURS), 10_000),
        control=_with_node(lambda own, _pid, _chance: edge_crowd.neighbours(own, NEIGHBOURS, wildcards=True), 10_000),
        control_told="the engine's expensive queries allowed, and a thousand hits asked past the API",
    ),
    Check(
        "A6",
        "64 clients at once are served without an error, and not much later than by the engine alone.",
        "tests/test_connection.py::test_too_many_at_once_are_told",
        run=_filled(lambda own, _: edge_crowd.load(own, 64, 20), sized(50_000)),
        control=_filled(lambda own, _: edge_crowd.load(own, 64, 5, edge_crowd.ONE_BY_ONE, 5.0)),
        control_told="one search at a time",
    ),
    Check(
        "A7",
        "A client that leaves ends its search.",
        "tests/test_connection.py::test_who_walks_away_ends_the_search",
        run=_with_node(lambda own, pid, _: edge_leaving.walked_away(own, pid, sized(200))),
        control=_with_node(lambda own, pid, _: edge_leaving.walked_away(own, pid, 12, edge_leaving.IMPATIENT)),
        control_told="nobody listens for the leaving",
    ),
    Check(
        "A8",
        "No search is sent to the engine twice, whatever it answers.",
        "tests/test_availability.py::test_a_search_is_sent_once",
        run=_filled(lambda own, _: edge_network.one_search(own, sized(200))),
        control=_filled(lambda own, _: edge_network.one_search(own, 2, edge_network.RETRYING)),
        control_told="the client's own retries",
    ),
    Check(
        "A9",
        "A server that is stopped answers what was begun, whole, and ends with code 0.",
        "tests/test_availability.py::test_a_stop_under_load_cuts_nothing",
        run=_filled(lambda own, chance: edge_leaving.stopped(own, 64, chance)),
        control=_filled(lambda own, chance: edge_leaving.stopped(own, 64, chance, edge_leaving.ABRUPT)),
        control_told="no time to end",
    ),
]

QUERIES: list[Check] = [
    Check(
        "H1",
        "Any string is a legal search: an answer, or a 422 that says what is wrong.",
        "tests/test_search.py::test_any_string_is_answered",
        run=_filled(lambda own, chance: edge_queries.any_strings(own, sized(20_000), chance)),
        control=_filled(lambda own, chance: edge_queries.any_strings(own, 400, chance, edge_queries.AS_TYPED)),
        control_told="words passed on as typed, to the engine's `query_string`",
    ),
    Check(
        "H2",
        "Floods of words, nesting and wildcards are refused before the engine sees them, or are cheap (H3, H4 too).",
        "tests/test_hostile.py::test_floods",
        run=_filled(lambda own, chance: edge_queries.floods(own, 5000, chance), sized(20_000)),
        control=_filled(lambda own, chance: edge_queries.floods(own, 1000, chance, edge_queries.AS_TYPED)),
        control_told="that of H1",
        groups=("H3", "H4"),
    ),
    Check(
        "H5",
        "Sizes, pages and days that are none are a 422.",
        "tests/test_hostile.py::test_numbers",
        run=_filled(lambda own, _: edge_queries.numbers(own)),
        control=_filled(lambda own, _: edge_queries.numbers(own, edge_queries.UNCHECKED)),
        control_told="any number taken for a size",
    ),
    Check(
        "H6",
        "Bytes that are no text, in an address, a header or a body, are never a server error.",
        "tests/test_hostile.py::test_bytes_that_are_no_text",
        run=_filled(lambda own, chance: edge_queries.bad_unicode(own, sized(5000), chance)),
        control=_filled(lambda own, chance: edge_queries.bad_unicode(own, 400, chance, edge_queries.REPEATING)),
        control_told="errors that repeat what was sent",
    ),
]

DOCUMENTS: list[Check] = [
    Check(
        "H7",
        "A poisoned document is stored with U+FFFD for what no answer could hold, is found, and spoils no page.",
        "tests/test_hostile.py::test_poisoned_documents",
        run=_filled(lambda own, chance: edge_documents.poison(own, sized(1000), chance)),
        control=_filled(lambda own, chance: edge_documents.poison(own, 20, chance, edge_documents.as_given)),
        control_told="texts stored as they were given",
    ),
    Check(
        "H8",
        "A flood of one character takes time that grows with its length alone.",
        "tests/test_hostile_texts.py",
        control=by_pytest("tests/test_hostile_texts.py::test_a_flood_of_one_character", _without.LINEAR_RULES),
        control_told="the former rule for split words",
    ),
    Check(
        "H9",
        "Every mark is exact, and a highlight without its marks is the text again (H10: no markup in it but ours).",
        "tests/test_hostile.py::test_marks_in_hostile_documents",
        run=_filled(lambda own, chance: edge_documents.marks(own, sized(10_000), chance)),
        control=_filled(lambda own, chance: edge_documents.marks(own, 100, chance, edge_documents.UNESCAPED)),
        control_told="the highlight not escaped",
        groups=("H10",),
    ),
    Check(
        "H10",
        "No cell of a table is a formula and no feed holds live markup.",
        "tests/test_hostile.py::test_tables_and_feeds_of_hostile_documents",
        run=_filled(lambda own, chance: edge_documents.taken_along(own, sized(2000), chance)),
        control=_filled(lambda own, chance: edge_documents.taken_along(own, 60, chance, edge_documents.UNGUARDED)),
        control_told="cells written as they are",
    ),
    Check(
        "H11",
        "The page runs nothing of a document or a query.",
        PAGE,
        run=by_pytest(PAGE, more_environment={"RASD_HOSTILE_REPORTS": str(sized(200))}),
        control=by_pytest("tests/test_problems.py::test_headers_of_every_answer", _without.HEADERS),
        control_told="no policy and no nosniff in an answer",
    ),
    Check(
        "H12",
        "Invisible characters hide no word.",
        "tests/test_hostile.py::test_invisible_characters",
        run=_filled(lambda own, _: edge_documents.invisible(own)),
        control=_with_controls_kept,
        control_told="an index that keeps them",
    ),
]

DOOR: list[Check] = [
    Check(
        "H13",
        "A body of any size costs no memory.",
        "tests/test_hostile.py::test_large_bodies",
        run=_filled(lambda own, _: edge_requests.large_bodies(own, 400)),
        control=_filled(lambda own, _: edge_requests.large_bodies(own, 100, edge_requests.UNBOUNDED)),
        control_told="no limit of a body",
    ),
    Check(
        "H14",
        "Heads and addresses of any size are refused as such.",
        "tests/test_connection.py::test_limits",
        run=_filled(lambda own, _: edge_requests.large_heads(own)),
        control=_filled(lambda own, _: edge_requests.large_heads(own, edge_requests.UNTIMED)),
        control_told="uvicorn's own connection (docs/decisions/0005-server.md)",
    ),
    Check(
        "H15",
        "Half-sent requests are closed in time, and others do not notice.",
        "tests/test_connection.py::test_slow_clients_beside_honest_ones",
        run=_filled(lambda own, _: edge_requests.slow_clients(own, 200, 60)),
        control=_filled(lambda own, _: edge_requests.slow_clients(own, 10, 20, edge_requests.UNTIMED)),
        control_told="uvicorn's own connection, and bodies without a deadline",
    ),
    Check(
        "H16",
        "Lines, archives, objects and nestings without end are refused by their place, in bounded memory.",
        "tests/test_hostile.py::test_bombs",
        run=lambda _settings, _chance: edge_files.ingest_bombs(SHARE, 300, 5),
        control=lambda _settings, _chance: edge_files.ingest_bombs(0.2, 300, 5, edge_files.UNCAPPED),
        control_told="lines and archives of any size",
    ),
    Check(
        "H17",
        "Nothing that a file names is fetched, and of the feeds of a list none that is not of the public internet.",
        "tests/test_hostile.py::test_nothing_is_fetched",
        run=lambda _settings, _chance: edge_feeds.everything(),
        control=lambda _settings, _chance: edge_feeds.everything(edge_files.FETCHING, edge_feeds.Open()),
        control_told="entities that a feed declares are looked up, and feeds of this machine allowed",
    ),
    Check(
        "H18",
        "What somebody searches for is in no log, metric or error.",
        "tests/test_hostile.py::test_words_are_in_no_log",
        run=_with_node(lambda own, pid, chance: edge_logs.words_in_logs(own, pid, sized(500), chance)),
        control=_with_node(lambda own, pid, chance: edge_logs.words_in_logs(own, pid, 22, chance, edge_logs.TALKING)),
        control_told="the access log on, and exceptions logged with their text",
    ),
    Check(
        "H19",
        "Requests made from the OpenAPI document are answered as it says.",
        "tests/test_conformance.py",
        run=conformance(sized(120), sized(10_000)),
        control=by_pytest("tests/test_conformance.py", _without.AS_DOCUMENTED),
        control_told="a time as a word",
    ),
    Check(
        "H20",
        "Every error is application/problem+json.",
        "tests/test_problems.py",
        control=by_pytest("tests/test_problems.py", _without.PROBLEMS),
        control_told="errors of parameters as the framework tells them",
    ),
    Check(
        "H21",
        "Who may do what is one table; an address without a row keeps the server from starting.",
        "tests/test_access.py",
        control=by_pytest("tests/test_access.py", _without.CHECKS),
        control_told="keys not asked for",
    ),
    Check(
        "H22",
        "Of a key only its hash is kept; revoked, it is out within a second.",
        "tests/test_keys.py",
        control=by_pytest("tests/test_keys.py", _without.NEW_READINGS),
        control_told="keys read once",
    ),
    Check(
        "H23",
        "Over its share a client is told when it may again; forwarded addresses are not believed.",
        "tests/test_quota.py",
        control=by_pytest("tests/test_quota.py", _without.COUNTING),
        control_told="nothing counted",
    ),
    Check(
        "H24",
        "Only listed pages send keys; a node with a wrong certificate gets no request.",
        "tests/test_cors.py tests/test_tls.py",
        control=by_pytest("tests/test_cors.py", _without.ORIGINS),
        control_told="keys taken from the pages of every site",
    ),
]


EDGE: list[Check] = [*AVAILABILITY, *QUERIES, *DOCUMENTS, *DOOR]
