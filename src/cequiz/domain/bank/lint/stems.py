"""W04, W05, W16, W17: the stem asks one positive, complete, readable question."""

from __future__ import annotations

from collections.abc import Iterator

from cequiz.domain.bank.lint.finding import Finding, warning
from cequiz.domain.bank.lint.profile import Profile
from cequiz.domain.bank.lint.words import any_of, count, sentences
from cequiz.domain.bank.options import OptionQuestion
from cequiz.domain.bank.question import Question
from cequiz.domain.bank.types.numeric import Numeric
from cequiz.domain.bank.types.short_answer import ShortAnswer
from cequiz.language import tr

_NEGATIVE = any_of("not", "except", "least")
_HARMLESS = any_of(
    "at least",
    "not only",
    "whether or not",
    # A negation inside a clause about the person or the finding is no negative question.
    r"(?:who|whose|whom|when|if|because|although|while) [^,;?]*?(?<![\w-])not",
)
_PERSON = any_of(
    r"\d+[ -]years?[ -]old", "patient", "client", "woman", "man", "athlete", "runner", "worker", "student", "player"
)
_COMPLETION_ENDS = (":", "...", "…", "_")
_LEAST_WORDS = 6
_MOST_WORDS = 60


def negatives(stem: str) -> tuple[str, ...]:
    """Return the negative words with which the stem asks for what does not fit.

    Capitals announce one anywhere; in small letters only the last sentence, the one that asks, counts.
    """
    *before, asking = sentences(stem) or ("",)
    loud = [word for text in before for word in _NEGATIVE.findall(text) if word.isupper()]
    harmless = {place for found in _HARMLESS.finditer(asking) for place in range(*found.span())}
    return (
        *loud,
        *(
            found.group()
            for found in _NEGATIVE.finditer(asking)
            if found.group().isupper() or found.start() not in harmless
        ),
    )


def negative(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """W04 and W05 (H17): ask for what is so; where that cannot be, print the negation in capitals."""
    words = negatives(question.stem)
    if words:
        yield warning("W04", tr("the stem asks negatively ({word})", word=words[0]), "stem")
    quiet = [word for word in words if not word.isupper()]
    if quiet:
        yield warning("W05", tr("the negative word {word} is not in capitals", word=quiet[0]), "stem")


def complete(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """W16 (H13, H14): a question or a completion of at least six words.

    A statement to judge is neither, and where parts are put together the stem only says what to do.
    """
    stem = question.stem.strip()
    if not stem or not isinstance(question, OptionQuestion | ShortAnswer | Numeric):
        return
    if count(stem) < _LEAST_WORDS:
        yield warning("W16", tr("the stem has fewer than {least} words", least=_LEAST_WORDS), "stem")
    elif not _asks(stem):
        sentence = tr("the stem is neither a question nor the beginning of a sentence to complete")
        yield warning("W16", sentence, "stem")


def readable(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """W17 (H15, H16): more than sixty words belong into a vignette."""
    words = count(question.stem)
    if words > _MOST_WORDS and not _tells_a_case(question.stem):
        sentence = tr(
            "the stem has {count} words without being a vignette (at most {most})", count=words, most=_MOST_WORDS
        )
        yield warning("W17", sentence, "stem")


def _asks(stem: str) -> bool:
    bare = stem.rstrip("\"')]” ")
    if bare.endswith(_COMPLETION_ENDS) or any(part.rstrip("\"')]” ").endswith("?") for part in sentences(stem)):
        return True
    return not bare.endswith((".", "!"))


def _tells_a_case(stem: str) -> bool:
    parts = sentences(stem)
    return len(parts) > 1 and _PERSON.search(parts[0]) is not None


RULES = (negative, complete, readable)
