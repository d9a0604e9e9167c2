"""How well near copies are found: `python -m bench.duplicates`. No engine is needed.

Real reports are edited as outlets edit a wire story: another headline and dateline, paragraphs cut or moved, figures and
words changed, other spellings, harakat, boilerplate around it. Of each report there are copies in three strengths. The
likeness that counts as a copy is chosen on one half of the reports; precision and recall are of the other half, over
pairs of reports and over the stories that loading makes of them, one after the other.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from rich.console import Console
from rich.table import Table

from analyzers.chunks import read_text
from bench.speed import SHARED
from indexer.fingerprint import Fingerprint, fingerprint_of
from indexer.stories import LIKE, LIKE_ITS_HEAD, Member, story_among

FEWEST_WORDS = 60
COPIES = 8
STRENGTHS = {"light": 0.15, "medium": 0.35, "heavy": 0.6}
"""The largest share of its paragraphs that a copy loses."""
BOILERPLATE = (
    "تابعوا آخر الأخبار عبر قناتنا واشتركوا في نشرتنا اليومية",
    "جميع الحقوق محفوظة ولا تنقل المادة إلا بإذن خطي من إدارة التحرير",
    "اقرأ أيضا: أبرز ما جرى في المنطقة خلال الأسبوع الماضي",
    "الآراء الواردة هنا لا تعبر بالضرورة عن رأي الموقع",
)
DATELINES = ("دمشق - وكالات:", "بيروت (خاص) -", "أنقرة، مراسلنا -", "متابعات/")
SPELLINGS = str.maketrans("أإآىة", "اااية"[:3] + "يه")
HARAKAT = "ًٌٍَُِّْ"


@dataclass(frozen=True, slots=True)
class Copy:
    """An original or an edited copy: of which report, and what it is like."""

    report: str
    number: int
    fingerprint: Fingerprint

    @property
    def name(self) -> str:
        """Its id."""
        return f"{self.report}#{self.number}"


def reports() -> dict[str, list[str]]:
    """Return the paragraphs of each real report that has some text."""
    texts: dict[str, list[str]] = {}
    for line in (SHARED / "syrian-archive-ar" / "paragraphs.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        texts.setdefault(record["doc_id"], []).append(record["text"])
    return {name: told for name, told in texts.items() if sum(len(text.split()) for text in told) >= FEWEST_WORDS}


def edited(paragraphs: list[str], rng: random.Random, cut: float) -> list[str]:
    """Return a copy as another outlet would print it; `cut` is the largest share of paragraphs that it loses."""
    kept = max(1, round(len(paragraphs) * (1 - rng.uniform(0, cut))))
    chosen = list(range(kept)) if rng.random() < 0.5 else sorted(rng.sample(range(len(paragraphs)), kept))
    if rng.random() < 0.3:
        rng.shuffle(chosen)
    copy = [_reworded(paragraphs[position], rng) for position in chosen]
    copy[0] = f"{rng.choice(DATELINES)} {copy[0]}"
    return [*copy, *rng.sample(BOILERPLATE, rng.randint(0, 3))]


def _reworded(text: str, rng: random.Random) -> str:
    if rng.random() < 0.5:
        text = text.translate(SPELLINGS)
    if rng.random() < 0.5:
        text = "".join(str(rng.randint(0, 9)) if char.isdigit() else char for char in text)
    if rng.random() < 0.3:
        text = "".join(char + rng.choice(HARAKAT) if char.isalpha() and rng.random() < 0.2 else char for char in text)
    share = rng.uniform(0, 0.06)
    words = [word for word in text.split(" ") if rng.random() > share / 2]
    return " ".join("كلمة" if rng.random() < share / 2 else word for word in words)


def copies_of(names: Iterable[str], texts: dict[str, list[str]], rng: random.Random, cut: float) -> list[Copy]:
    """Return each report and its edited copies, in an order as they might be published."""
    told = []
    for name in names:
        versions = [texts[name], *(edited(texts[name], rng, cut) for _ in range(COPIES))]
        told += [Copy(name, number, _fingerprint(version)) for number, version in enumerate(versions)]
    rng.shuffle(told)
    return told


def _fingerprint(paragraphs: list[str]) -> Fingerprint:
    return fingerprint_of(read_text(text).words for text in paragraphs)


def pair_scores(copies: list[Copy]) -> list[tuple[float, bool]]:
    """Return the likeness of each pair, and whether the two are of one report."""
    return [(a.fingerprint.likeness(b.fingerprint), a.report == b.report) for a, b in combinations(copies, 2)]


def rates(told: Iterable[tuple[bool, bool]]) -> tuple[float, float]:
    """Return precision and recall of pairs of (said to be a copy, is one)."""
    counts = {(said, true): 0 for said in (False, True) for true in (False, True)}
    for said, true in told:
        counts[said, true] += 1
    hits = counts[True, True]
    return hits / max(1, hits + counts[True, False]), hits / max(1, hits + counts[False, True])


def stories(copies: list[Copy]) -> dict[str, str]:
    """Return the story of each copy, as a load gives it them one after the other."""
    members: list[Member] = []
    heads: dict[str, Fingerprint] = {}
    given: dict[str, str] = {}
    for copy in copies:
        bands = set(copy.fingerprint.bands())
        near = [member for member in members if not bands.isdisjoint(member.fingerprint.bands())]
        story = story_among(copy.fingerprint, near, heads) or copy.name
        heads.setdefault(story, copy.fingerprint)
        members.append(Member(copy.name, story, copy.fingerprint))
        given[copy.name] = story
    return given


def best_likeness(scores: list[tuple[float, bool]]) -> float:
    """Return the likeness with the best F1 on pairs."""

    def f1(least: float) -> float:
        precision, recall = rates((score >= least, true) for score, true in scores)
        return 2 * precision * recall / max(0.001, precision + recall)

    return max((number / 100 for number in range(10, 60, 2)), key=f1)


def main() -> None:
    """Choose on one half, measure on the other, and print one table."""
    texts = reports()
    rng = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 7)  # noqa: S311  (a seed, to see the same again)
    names = sorted(texts)
    rng.shuffle(names)
    half = len(names) // 2
    table = Table(
        "copies", "best likeness (first half)", "pairs: precision", "recall", "stories: precision", "recall",
        title=f"{len(names)} reports, {COPIES} copies each; measured on {len(names) - half} at {LIKE} (head {LIKE_ITS_HEAD})",
    )  # fmt: skip
    for strength, cut in STRENGTHS.items():
        chosen = best_likeness(pair_scores(copies_of(names[:half], texts, rng, cut)))
        copies = copies_of(names[half:], texts, rng, cut)
        pairs = rates((score >= LIKE, true) for score, true in pair_scores(copies))
        given = stories(copies)
        grouped = rates((given[a.name] == given[b.name], a.report == b.report) for a, b in combinations(copies, 2))
        table.add_row(strength, f"{chosen:.2f}", *(f"{rate:.3f}" for rate in (*pairs, *grouped)))
    Console(file=sys.stdout, width=140).print(table)


if __name__ == "__main__":
    main()
