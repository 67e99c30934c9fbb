"""W26, W28: what a clinical test can say, and how sure the key itself is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cequiz.domain.bank.lint.finding import Finding, warning
from cequiz.domain.bank.lint.profile import Profile
from cequiz.domain.bank.lint.told import key_words
from cequiz.domain.bank.lint.words import any_of, sentences
from cequiz.domain.bank.options import OptionQuestion
from cequiz.domain.bank.question import Question
from cequiz.language import tr

_CAUSAL = any_of("proves?", "confirms?", "cures?", "diagnoses?")
_TEST = any_of(
    "tests?",
    # Clients sign forms, too.
    "signs?(?! (?:to|the|an?)(?!\\w))",
    "man(?:oeu|eu)vres?",
    "maneuvers?",
    "findings?",
    "results?",
    "responses?",
    "reflex(?:es)?",
    "palpation",
)
# "Diagnoses" is a noun as well, so that only the word before it tells.
_CLAIM = re.compile(
    rf"{_TEST.pattern}(?:[^.;?!]{{0,60}}?{any_of('proves?', 'confirms?', 'cures?').pattern}"
    rf"|(?: (?:can|will|\w+ly))* {any_of('diagnoses?').pattern})",
    re.IGNORECASE,
)
# Not a claim: what is denied, asked, or left to somebody who can say so.
_NO_CLAIM = any_of(
    "not",
    "no",
    "cannot",
    "neither",
    "nor",
    "never",
    "without",
    r"\w+n['’]t",
    "fails? to",
    r"too \w+ to",
    "rather than",
    "whether",
    "(?:asks?|asked|see) if",
    "needs?",
    "needed",
    "imaging",
    "MRI",
    "scans?",
    "surgery",
    "biopsy",
    "physicians?",
    "surgeons?",
    "doctors?",
)


def claims(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """W26: a clinical test suggests or supports; it proves, confirms, diagnoses and cures nothing.

    Distractors may say so. A stem that asks which test confirms something makes the claim itself.
    """
    for sentence in sentences(question.stem):
        found = _CLAIM.search(sentence)
        if found and not _NO_CLAIM.search(sentence[: found.end()]):
            yield _claimed(found.group().split()[-1], "stem")
            break
    about_test = _TEST.search(question.stem) is not None
    for words in key_words(question):
        found = _CAUSAL.search(words)
        if found and (about_test or _TEST.search(words)) and not _NO_CLAIM.search(words):
            yield _claimed(found.group(), *_key_place(question))
            break


def read_blind(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """W28: an approved item whose last blind reading found another answer has a key in doubt."""
    if question.is_scored and question.review.blind and not question.review.blind[-1].agreed:
        last = question.review.blind[-1]
        sentence = tr(
            "the last blind reading ({who}, {day}) disagreed with the key: mend the item or read it again",
            who=last.by,
            day=last.on,
        )
        yield warning("W28", sentence, "review", "blind", len(question.review.blind) - 1)


def _claimed(verb: str, *loc: str | int) -> Finding:
    sentence = tr("a clinical test is said to do what none can ({word}): it suggests or supports", word=verb)
    return warning("W26", sentence, *loc)


def _key_place(question: Question) -> tuple[str | int, ...]:
    if isinstance(question, OptionQuestion):
        return ("options", next(place for place, option in enumerate(question.options) if option.correct), "text")
    return ()


RULES = (claims, read_blind)
