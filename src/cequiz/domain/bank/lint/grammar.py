"""W11, W21, W22: options that all go on from the stem, in one form, with nothing said four times.

Grammar is left to readers; these rules speak only where the letters alone are sure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile

from cequiz.domain.bank.lint.finding import Finding, warning
from cequiz.domain.bank.lint.profile import Profile
from cequiz.domain.bank.lint.vocabulary import FUNCTION_WORDS
from cequiz.domain.bank.lint.words import any_of, count
from cequiz.domain.bank.options import OptionQuestion
from cequiz.domain.bank.question import Option, Question
from cequiz.language import tr

_ENDS_IN_ARTICLE = re.compile(r"(?<![\w-])(an?)\s*(?:\.\.\.|…|_+|:)?\s*$", re.IGNORECASE)
# Written with a vowel and spoken with a consonant; and the other way round.
_SPOKEN_CONSONANT = re.compile(r"(?:uni(?!n|m)|u[st][aeiu]|eu|one(?!\w)|once)", re.IGNORECASE)
_SPOKEN_VOWEL = re.compile(r"(?:hour|honest|heir|[aeiou])", re.IGNORECASE)
# Letters are spelled out in an abbreviation or a level: an MRI, an S1 root, a C7 root.
_SPELLED = re.compile(r"(?=[A-Z]{2,}\b|[A-Z]+\d)([A-Z])")
_VOWEL_NAMES = frozenset("AEFHILMNORSX")

_ASKS_FOR_SEVERAL = re.compile(
    r"(?<![\w-])which (?:two|three|four|pair of|(?:[a-z-]+ )?[a-z-]{3,}(?<![isu])s (?:are|do|have|were))(?![\w-])"
    r"|(?<![\w-])are(?: the)?\s*(?:\.\.\.|…|_+|:)?\s*$",
    re.IGNORECASE,
)
_JOINS = re.compile(r"\band\b|\bplus\b|[,;&+/]")
# English and Latin plurals: muscles, rami, vertebrae, foramina, scaleni.
_PLURAL = re.compile(r"(?:[^suia\W]s|[^e\W]es|i|ae|a)$", re.IGNORECASE)

_ING = re.compile(r"[a-z]{2,}ing(?![\w-])", re.IGNORECASE)
_NO_VERB = any_of(
    "during|string|spring|sling|swing|thing|something|anything|nothing|everything|morning|evening|lining|ceiling|wing"
    "|swelling|tingling|warning|opening|bearing"
)
_STATEMENT = 6
"""From so many words on a key among options of a word or two reads like a sentence."""

_LABEL = 2
_LEAST_OPTIONS = 3
_OPENING = 2
_ARTICLES = frozenset({"a", "an", "the"})


def agreement(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """W11 (H28c): every option goes on from the stem in number and article."""
    if not isinstance(question, OptionQuestion):
        return
    if article := _ENDS_IN_ARTICLE.search(question.stem):
        wrong = [option.id for option in question.options if _takes_an(option.text) != (article[1].lower() == "an")]
        if wrong:
            sentence = tr(
                "the stem ends in {article}, which does not fit option {id}: put the article into the options",
                article=article[1],
                id=", ".join(wrong),
            )
            yield warning("W11", sentence, "stem")
    several = _ASKS_FOR_SEVERAL.search(question.stem)
    if several and len(question.right_ids()) == 1:
        key, others = _split(question)
        if _JOINS.search(key.text) and all(_is_single(option.text) for option in others):
            sentence = tr(
                "the stem asks for several ({words}), and only the key names several",
                words=" ".join(several[0].split()),
            )
            yield warning("W11", sentence, "stem")


def opening(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """W21 (H15): what every option begins with belongs to the stem."""
    if not isinstance(question, OptionQuestion) or len(question.options) < _LEAST_OPTIONS:
        return
    split = [option.text.split() for option in question.options]
    same = [first for first, *_ in takewhile(_alike, zip(*split, strict=False))]
    counted = same[1:] if same and same[0].casefold() in _ARTICLES else same
    if len(counted) >= _OPENING and not FUNCTION_WORDS.issuperset(word.casefold() for word in counted):
        sentence = tr("every option begins with {words}: it belongs to the stem", words=" ".join(same))
        yield warning("W21", sentence, "options")


def parallel(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """W22 (H23): options have one form; only signs that need no grammar."""
    if not isinstance(question, OptionQuestion) or len(question.options) < _LEAST_OPTIONS:
        return
    if odd := _odd_one(question.options, lambda option: option.text.rstrip().endswith(".")):
        yield warning("W22", tr("only option {id} ends with a full stop, or without one", id=odd.id), "options")
    if (odd := _odd_one(question.options, _begins_with_ing)) and not _begins_with_ing(odd):
        sentence = tr("every option but {id} begins with a verb in -ing", id=odd.id)
        yield warning("W22", sentence, "options")
    if len(question.right_ids()) == 1:
        key, others = _split(question)
        if count(key.text) >= _STATEMENT and all(count(option.text) <= _LABEL for option in others):
            sentence = tr("the key is a sentence, the other options are a word or two")
            yield warning("W22", sentence, "options")


def _split(question: OptionQuestion) -> tuple[Option, list[Option]]:
    key = next(option for option in question.options if option.correct)
    return key, [option for option in question.options if option is not key]


def _alike(column: Sequence[str]) -> bool:
    return len({word.casefold() for word in column}) == 1


def _odd_one(options: Sequence[Option], has: Callable[[Option], bool]) -> Option | None:
    """Return the one option that has what no other has, or lacks what every other has."""
    having = [option for option in options if has(option)]
    lacking = [option for option in options if not has(option)]
    odd = min(having, lacking, key=len)
    return odd[0] if len(odd) == 1 else None


def _begins_with_ing(option: Option) -> bool:
    found = _ING.match(option.text.strip())
    return found is not None and _NO_VERB.fullmatch(found.group()) is None


def _takes_an(text: str) -> bool:
    start = text.lstrip("\"'([“ ")
    if spelled := _SPELLED.match(start):
        return spelled[1] in _VOWEL_NAMES
    return _SPOKEN_VOWEL.match(start) is not None and _SPOKEN_CONSONANT.match(start) is None


def _is_single(text: str) -> bool:
    words = re.split(r"\s(?:of|in|on|at|to|with|for|from|between)\s", text.strip(), maxsplit=1)[0].split()
    if not words or _JOINS.search(text):
        return False
    # In Longus colli the first word is the thing, in English the last one is.
    ends = words[:1] if words[0].endswith("us") else [words[0], words[-1]]
    return not any(_PLURAL.search(word) for word in ends)


RULES = (agreement, opening, parallel)
