"""Stories: near copies share one, other reports have their own; on a real engine, load by load and after a rebuild."""

from __future__ import annotations

import json
import random

import pytest
from conftest import SEEDS

from analyzers.chunks import read_text
from analyzers.mappings import index_body
from indexer import story_index
from indexer.commands import rebuild
from indexer.engine import Action, WritingEngine
from indexer.errors import IndexerError
from indexer.fingerprint import Fingerprint, fingerprint_of, stored_fingerprint
from indexer.indices import Indices
from indexer.stories import LIKE, LIKE_ITS_HEAD, Member, story_among
from indexer.takedown import take_down

SENTENCE = "قصف الطيران الحربي مدينه ادلب صباح اليوم وقتل خمسه مدنيين"
OTHER = "وصلت قافله من المساعدات الي مدينه دوما بعد حصار دام اشهرا"
KNOWN_VALUES = (3290922614, 3296340888, 2395006757)
KNOWN_BANDS = ("0-a3820c17478e", "1-c2e07b3df21e")


def fingerprint(*texts):
    """Return the fingerprint of paragraphs."""
    return fingerprint_of(read_text(text).words for text in texts)


def test_a_fingerprint_is_for_ever():
    """What a text comes to is the same in every version: fingerprints of years ago are compared with those of today."""
    told = fingerprint(SENTENCE)
    assert told.values[:3] == KNOWN_VALUES
    assert told.bands()[:2] == KNOWN_BANDS
    assert stored_fingerprint(told.stored()) == told
    two = fingerprint(SENTENCE, OTHER)
    assert two.values == tuple(map(min, told.values, fingerprint(OTHER).values))


def test_spelling_does_not_count():
    """Harakat, hamza, ta marbuta, tatweel and the shapes of digits make no other fingerprint."""
    assert fingerprint("قُصِفَت مدينة إدلب في ١٢ آذار وقُتل ٣ مدنيين ــ هناك") == fingerprint(
        "قصفت مدينه ادلب في 12 اذار وقتل 3 مدنيين هناك"
    )


def test_a_few_words_are_no_story():
    """A report of a few words is nobody's copy, however alike."""
    short = fingerprint("صورة من المدينة")
    assert (short, short.bands(), short.likeness(short)) == (Fingerprint(()), (), 0.0)


def values(same, other):
    """Return a fingerprint that agrees with another one of the same kind in so many values."""
    return Fingerprint(tuple(range(same)) + tuple(range(other, other + 126 - same)))


def test_the_likest_decides():
    """A report joins the story of the member it is likest to; of equals the smaller id; with none like enough, no story."""
    new = values(126, 0)
    far, near = values(int(126 * LIKE) - 1, 1000), values(90, 2000)
    members = [Member("b", "story-b", near), Member("a", "story-a", near), Member("c", "story-c", far)]
    assert story_among(new, members, {}) == "story-a"
    assert story_among(new, members[2:], {}) is None
    assert story_among(new, [], {}) is None


def test_a_chain_ends_at_its_head():
    """A report does not join a story through another member where it is not at all like the story's first report."""
    new, near = values(126, 0), values(90, 2000)
    head = values(int(126 * LIKE_ITS_HEAD) - 1, 3000)
    assert story_among(new, [Member("b", "a", near)], {"a": head}) is None
    assert story_among(new, [Member("b", "a", near)], {"a": values(20, 3000)}) == "a"


def seed_reports(number):
    """Return paragraphs of sample reports, the longest first."""
    lines = [line for path in sorted(SEEDS.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    reports = map(json.loads, lines)
    texts = [[part["text"] if isinstance(part, dict) else part for part in report["paragraphs"]] for report in reports]
    return sorted(texts, key=lambda told: -len(" ".join(told)))[:number]


def copied(paragraphs, number):
    """Return a copy as another outlet prints it: another dateline, a paragraph less, other spellings, other figures."""
    rng = random.Random(number)  # noqa: S311  (a seed, so that a failure can be seen again)
    kept = list(paragraphs)
    del kept[rng.randrange(len(kept))]
    kept[0] = f"وكالات، مراسلنا رقم {number} - {kept[0]}"
    return [text.translate(str.maketrans("أإة", "ااه")) for text in kept] + ["تابعونا على قناتنا واشتركوا في نشرتنا"]


def record(name, paragraphs, title):
    """Return a report under a url of its own."""
    return {"url": f"https://example.org/{name}", "title": title, "paragraphs": paragraphs, "source": name}


def write(path, *records):
    """Write records as lines."""
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return path


def stories(rasd, kinds=("reports", "paragraphs")):
    """Return the story of each source, as its record and as all its paragraphs say it."""
    told = {}
    for kind in kinds:
        for page in rasd.engine.pages(rasd.aliases.of(kind), {"query": {"match_all": {}}}):
            for hit in page:
                source = hit["_source"].get("source") or hit["_source"]["report"]["source"]
                told.setdefault(source, set()).add(hit["_source"]["story"])
    assert all(len(found) == 1 for found in told.values()), told
    return {source: found.pop() for source, found in told.items()}


@pytest.mark.parametrize(("held", "few"), [(1, 10), (1, 1), (2000, 10)], ids=["stored", "heads are read", "held"])
def test_copies_share_a_story(new_rasd, tmp_path, monkeypatch, held, few):
    """Copies of one report share a story, in one load or in several, and a rebuild changes none; other reports have none."""
    monkeypatch.setattr(story_index, "HELD", held)
    monkeypatch.setattr(story_index, "CANDIDATES", few)
    monkeypatch.setattr(story_index, "HEADS", few)
    monkeypatch.setattr("indexer.batch.PARAGRAPHS", 12)
    first, second, third = seed_reports(3)
    with new_rasd() as rasd:
        records = [record("a", first, "الأصل"), record("b", second, "آخر"), record("a1", copied(first, 1), "نسخة")]
        rasd.load(write(tmp_path / "a.jsonl", *records))
        rasd.load(write(tmp_path / "b.jsonl", record("a2", copied(first, 2), "غيره"), record("c", third, "ثالث")))
        rasd.load(write(tmp_path / "c.jsonl", record("b1", copied(second, 3), "نسخة"), record("a3", first, "الأصل")))
        before = stories(rasd)
        assert before["a"] == before["a1"] == before["a2"] == before["a3"]
        assert before["a"].startswith("a-")
        assert before["b"] == before["b1"]
        assert len({before["a"], before["b"], before["c"]}) == 3
        rebuild(rasd.engine, rasd.settings)
        assert stories(rasd) == before


def test_a_report_that_changes(new_rasd, tmp_path):
    """An edited report stays in its story; one that becomes another leaves it, and its old story keeps its name to itself."""
    first, second, _ = seed_reports(3)
    path = tmp_path / "a.jsonl"
    with new_rasd() as rasd:
        rasd.load(write(path, record("a", first, "الأصل"), record("a1", copied(first, 1), "نسخة")))
        before = stories(rasd)
        rasd.load(write(path, record("a", copied(first, 5), "الأصل مصححا")))
        assert stories(rasd) == before
        rasd.load(write(path, record("a", second, "غيره")))
        after = stories(rasd)
        assert after["a1"] == before["a1"]
        assert after["a"] not in before.values()


def words(*spans):
    """Return the paragraphs of a report of invented words, by their numbers."""
    return [" ".join(f"كلمه{number}" for number in range(*span)) for span in spans]


def test_a_head_is_asked_for(new_rasd, tmp_path, monkeypatch):
    """A report that is like a later member of a story and not like its first report stays out, and is told so by the store."""
    monkeypatch.setattr(story_index, "HELD", 1)
    monkeypatch.setattr(story_index, "CANDIDATES", 1)
    with new_rasd() as rasd:
        for name, spans in {"a": [(80,), (80, 100)], "b": [(80,), (100, 180)], "c": [(100, 180), (200, 220)]}.items():
            rasd.load(write(tmp_path / f"{name}.jsonl", record(name, words(*spans), name)))
        told = stories(rasd)
        assert told["a"] == told["b"] != told["c"]


@pytest.fixture
def searched(monkeypatch):
    """The searches for near copies that are sent, one a report, while every report is a batch and nothing is held for long."""
    sent = []
    searches = WritingEngine.searches
    monkeypatch.setattr(WritingEngine, "searches", lambda *asked: (sent.extend(asked[2]), searches(*asked))[1])
    monkeypatch.setattr(story_index, "HELD", 1)
    monkeypatch.setattr("indexer.batch.PARAGRAPHS", 1)
    return sent


def test_what_is_like_no_other_is_not_searched_for(new_rasd, tmp_path, searched):
    """Of a load into an empty store only a report that shares something with a stored one is searched for, and joins it."""
    first, second, third = seed_reports(3)
    texts = {"a": first, "b": second, "a1": copied(first, 1), "c": third, "a2": copied(first, 2)}
    with new_rasd() as rasd:
        rasd.load(write(tmp_path / "a.jsonl", *(record(name, text, name) for name, text in texts.items())))
        told = stories(rasd)
        assert told["a"] == told["a1"] == told["a2"]
        assert len(set(told.values())) == 3
    assert len(searched) == 2


def test_what_the_store_holds_is_learned(new_rasd, tmp_path, searched):
    """A later load searches until it is worth to read what the store holds; what is stored since then is known as well."""
    first, second, third = seed_reports(3)
    with new_rasd() as rasd:
        rasd.load(write(tmp_path / "a.jsonl", record("a", first, "أ"), record("b", second, "ب")))
        assert searched == []
        later = {
            "c": third,
            "d": words((30,)),
            "b1": copied(second, 1),
            "e": words((30, 60)),
            "d1": [*words((29,)), *words((5,))],
        }
        rasd.load(write(tmp_path / "b.jsonl", *(record(name, text, name) for name, text in later.items())))
        told = stories(rasd)
        assert told["b"] == told["b1"]
        assert told["d"] == told["d1"]
        assert len(set(told.values())) == 5
    # The first is searched for, as nothing is known yet; then the two that are copies.
    assert len(searched) == 3


def test_a_head_that_is_gone(new_rasd, tmp_path):
    """A story whose first report was taken down, or became another, is joined through those that are left."""
    first, second, third = seed_reports(3)
    with new_rasd() as rasd:
        path = tmp_path / "a.jsonl"
        heads = [record("a", first, "الأصل"), record("b", second, "آخر")]
        rasd.load(write(path, *heads, record("a1", copied(first, 1), "نسخة"), record("b1", copied(second, 1), "نسخة")))
        before = stories(rasd)
        take_down(rasd.engine, rasd.settings, [before["a"]])
        rasd.load(write(path, record("b", third, "غيره")))
        copies = [record("a2", copied(first, 2), "نسخة"), record("b2", copied(second, 2), "نسخة")]
        rasd.load(write(tmp_path / "b.jsonl", *copies))
        told = stories(rasd, ["paragraphs"])
        assert (told["a2"], told["b2"]) == (before["a"], before["b"])


def test_reports_of_before_stories(new_rasd, tmp_path):
    """Reports loaded by an earlier version get in a rebuild what copies are found by, and lose what they held twice."""
    first, second, _ = seed_reports(3)
    with new_rasd() as rasd:
        given = record("a", first, "الأصل")
        rasd.load(write(tmp_path / "a.jsonl", given))
        (hit,) = next(rasd.engine.pages(rasd.aliases.reports, {"query": {"match_all": {}}, "version": True}))
        plain = {name: value for name, value in hit["_source"].items() if name not in {"story", "bands", "signature"}}
        name = Indices(rasd.engine, rasd.settings).current("reports")
        rasd.engine.delete_index(name)
        body = index_body("reports")
        body["mappings"]["properties"]["signature"] = {"type": "keyword", "index": False, "doc_values": False}
        body["mappings"]["_meta"]["version"] = "00000000"
        rasd.ask("PUT", f"/{name}", {**body, "aliases": {rasd.aliases.reports: {}}})
        rasd.engine.bulk([Action(rasd.aliases.reports, hit["_id"], hit["_version"], {**plain, "given": given})])
        with pytest.raises(IndexerError, match="run `python -m indexer rebuild`"):
            rasd.load(tmp_path / "a.jsonl")
        rebuild(rasd.engine, rasd.settings)
        (rebuilt,) = next(rasd.engine.pages(rasd.aliases.reports, {"query": {"match_all": {}}}))
        assert rebuilt["_source"] == {
            **plain,
            **{name: hit["_source"][name] for name in ("story", "bands", "signature")},
        }
        rasd.load(write(tmp_path / "b.jsonl", record("a1", copied(first, 1), "نسخة"), record("b", second, "آخر")))
        told = stories(rasd)
        assert told["a"] == told["a1"] == hit["_id"] != told["b"]
