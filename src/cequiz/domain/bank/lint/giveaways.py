"""W10, W12: a key that can be found by comparing words, without knowing the subject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from cequiz.domain.bank.lint.finding import Finding, warning
from cequiz.domain.bank.lint.profile import Profile
from cequiz.domain.bank.lint.vocabulary import content, is_everywhere, telling, words
from cequiz.domain.bank.lint.words import sentences
from cequiz.domain.bank.options import OptionQuestion
from cequiz.domain.bank.question import Question
from cequiz.language import tr

_LEAST_OPTIONS = 4
_CLEARLY = 0.15
_TWICE = 2


def clang(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """W10 (H28b): no word of the question stands in the key and in no distractor.

    Only the sentences that ask and the one before them count: what a longer story tells is there to be recognised.
    """
    if not isinstance(question, OptionQuestion) or len(question.right_ids()) != 1:
        return
    asked = {word.root: word.text for word in content(asking(question.stem))}
    elsewhere = {word.root for option in question.options if not option.correct for word in words(option.text)}
    for place, option in enumerate(question.options):
        shared = [
            word
            for word in content(option.text)
            if option.correct and word.root in asked and word.root not in elsewhere and not is_everywhere(word)
        ]
        if shared:
            sentence = _shared(shared[0].text, asked[shared[0].root])
            yield warning("W10", sentence, "options", place, "text")


def _shared(word: str, other: str) -> str:
    if word.casefold() == other.casefold():
        return tr(
            "the word {word} stands in the stem and in the key, in no distractor: it gives the key away", word=word
        )
    return tr(
        "the word {word} of the key echoes {other} in the stem, no distractor does: it gives the key away",
        word=word,
        other=other,
    )


def asking(stem: str) -> str:
    """Return the sentences of a stem that ask, and the one before them."""
    parts = sentences(stem)
    first = next((place for place, part in enumerate(parts) if part.rstrip("\"')]” ").endswith("?")), len(parts) - 1)
    return " ".join(parts[max(first - 1, 0) :])


def convergence(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """W12: who picks what the options have most in common must not win by it."""
    if not isinstance(question, OptionQuestion) or len(question.right_ids()) != 1:
        return
    if len(question.options) < _LEAST_OPTIONS:
        return
    sets = [frozenset(telling(option.text)) for option in question.options]
    key = next(place for place, option in enumerate(question.options) if option.correct)
    closeness = [_closeness(sets, place) for place in range(len(sets))]
    others = [value for place, value in enumerate(closeness) if place != key]
    common = [place for place in range(len(sets)) if _made_of_common(sets, place)]
    if common == [key] and closeness[key] - max(others) >= _CLEARLY:
        sentence = tr("each part of the key stands in two distractors or more: the options converge on it")
        yield warning("W12", sentence, "options", key, "text")


def _closeness(sets: Sequence[frozenset[str]], place: int) -> float:
    """Return the mean share of words that an option has in common with the others, from 0 to 1."""
    others = [other for index, other in enumerate(sets) if index != place]
    return sum(len(sets[place] & other) / max(len(sets[place] | other), 1) for other in others) / len(others)


def _made_of_common(sets: Sequence[frozenset[str]], place: int) -> bool:
    stands_in = Counter(token for index, other in enumerate(sets) if index != place for token in other)
    return len(sets[place]) > 1 and all(stands_in[token] >= _TWICE for token in sets[place])


RULES = (clang, convergence)
