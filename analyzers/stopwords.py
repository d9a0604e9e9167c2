"""Arabic function words: left out of the counting of a query's words, never out of an index or a phrase.

They are recognised as written, before any fold: على is a preposition, علي is a name, and the fold makes them equal.
The spellings without hamza that people type (الى, ان, او) stand beside the correct ones.
"""

from __future__ import annotations

_PREPOSITIONS = "من الى إلى عن على في مع منذ مذ حتى خلال عبر ضد لدى نحو حول بين عند دون"
_CONJUNCTIONS = "و أو او ثم بل لكن أم ام أن ان إن كي لأن لان إذا اذا إذ اذ لو كما حيث بينما"
_PRONOUNS = "هو هي هم هما هن أنا انا نحن أنت انت أنتم انتم"
_DEMONSTRATIVES = "هذا هذه هذان هؤلاء ذلك تلك هناك هنا"
_RELATIVES = "الذي التي الذين اللذان اللتان اللواتي اللاتي ما ماذا متى أين اين كيف هل"
_QUESTIONS = "كم لماذا بماذا أية اية لمن ممن مما فيما عما وما ومن"
_PARTICLES = "قد لقد لا لم لن ليس ليست سوف إلا الا أي اي كل بعض غير فقط أيضا ايضا"
_WITH_PRONOUN = "فيه فيها فيهم منه منها منهم عنه عنها عليه عليها عليهم إليه اليه إليها اليها له لها لهم به بها بهم"
_VERBS = "كان كانت كانوا يكون تكون"

STOP_WORDS: frozenset[str] = frozenset(
    word
    for words in (
        _PREPOSITIONS,
        _CONJUNCTIONS,
        _PRONOUNS,
        _DEMONSTRATIVES,
        _RELATIVES,
        _QUESTIONS,
        _PARTICLES,
        _WITH_PRONOUN,
        _VERBS,
    )
    for word in words.split()
)


def is_stop_word(word: str) -> bool:
    """Tell whether a word, as written but for harakat, is a function word."""
    return word in STOP_WORDS
