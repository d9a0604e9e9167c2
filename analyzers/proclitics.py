"""Proclitics: the one-letter words that Arabic writes onto the next word (ب ل و ك ف س) and what they may stand on.

They are put onto the typed word when searching and never cut off when indexing, so that بلد is not cut to لد. One table,
two renderings: `attached()` in Python, `pattern_replace` filters under a `multiplexer` for OpenSearch. The forms of one
word stand at one position, so they are scored as one term and phrases work. All words here are folded to `letters`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Attachment:
    """A rule: a word that matches `pattern` is also looked for as `replacement` (`$1` = the group)."""

    name: str
    pattern: str
    replacement: str
    reason: str

    def apply(self, word: str) -> str | None:
        """Return the longer form of `word`, or None where the rule does not fit."""
        match = re.fullmatch(self.pattern, word)
        return self.replacement.replace("$1", match.group(1)) if match else None


_DEFINITE = "ال"
_LONGEST_PREFIX = 4
# A word counts as definite with two letters after the article; الى and الا are words of their own.
_BARE = r"(?!ال.{2})"


def _bare(prefix: str, letters: int, reason: str, first: str = "") -> Attachment:
    head = rf"(?=[{first}])" if first else ""
    return Attachment(f"bare_{prefix}", rf"{_BARE}{head}(.{{{letters},}})", f"{prefix}$1", reason)


def _definite(prefix: str, reason: str) -> Attachment:
    return Attachment(f"definite_{prefix}", rf"{_DEFINITE}(.{{2,}})", f"{prefix}$1", reason)


ATTACHMENTS: tuple[Attachment, ...] = (
    _bare("ب", 3, "in, by: بادلب"),
    _bare("ل", 3, "to, for: لغزه"),
    _bare("و", 3, "and: وحلب"),
    _bare("وب", 3, "and in: وبدرعا"),
    _bare("ول", 3, "and for: ولحماس"),
    _bare("ك", 4, "like; on three letters it makes other words: كحلب is rare, كتاب is not تاب"),
    _bare("ف", 4, "then: فادلب; on three letters it makes other words"),
    _bare("فب", 4, "so in: فبسوريا"),
    _bare("فل", 4, "so for: فلسوريا"),
    _bare("س", 4, "future; only before the letters that begin an imperfect: سيقصف", first="يتنا"),
    _bare("وس", 4, "and the future: وسيقصف", first="يتنا"),
    _definite("وال", "and the"),
    _definite("بال", "in the"),
    _definite("كال", "like the"),
    _definite("فال", "then the"),
    _definite("لل", "for the: ل and ال are written لل"),
    _definite("وبال", "and in the"),
    _definite("ولل", "and for the"),
    Attachment("two_lams", r"ا(لل.+)", "$1", "ل before ال and a lam is written with two lams: لله, للاجءين"),
    Attachment("and_two_lams", r"ا(لل.+)", "و$1", "and so with a waw before it"),
    Attachment("no_article", rf"{_DEFINITE}(.{{2,}})", "لال$1", "in المانيا and الغام the ال is no article: لالمانيا"),
    Attachment("and_no_article", rf"{_DEFINITE}(.{{2,}})", "ولال$1", "and so with a waw before it"),
)


@lru_cache(4096)
def attached(word: str) -> tuple[str, ...]:
    """Return the forms of a folded word that level `clitics` meets, the bare word first, each once."""
    forms = (rule.apply(word) for rule in ATTACHMENTS)
    return tuple(dict.fromkeys([word, *(form for form in forms if form)]))


def bare(word: str) -> tuple[str, ...]:
    """Return the words that a folded word may be a form of, longest first: بغزه gives غزه, للمدينه gives المدينه.

    What may be taken off is what `attached()` puts on, so the two never disagree. Whether the word is a form at all (لجنه,
    a committee, is none of جنه, a garden) is told by the table of whole words, not here.
    """
    ends = [word[length:] for length in range(min(_LONGEST_PREFIX, len(word)) + 1)]
    stumps = {start + end for end in ends for start in ("", "ا", _DEFINITE)} - {word}
    return tuple(sorted((stump for stump in stumps if word in attached(stump)), key=lambda stump: (-len(stump), stump)))
