"""W13, W14: options that are numbers stand in order, and no number belongs to two of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from cequiz.domain.bank.lint.finding import Finding, warning
from cequiz.domain.bank.lint.profile import Profile
from cequiz.domain.bank.options import OptionQuestion
from cequiz.domain.bank.question import Question
from cequiz.language import tr

_INFINITE = float("inf")
_NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
}
_REGIONS = {"C": 0, "T": 100, "L": 200, "S": 300}
"""Levels of the spine go on from region to region: T1 comes after C8."""

_LOOSE = r"(?:about|approximately|approx\.?|around|roughly|nearly|almost|exactly|ca\.?|[~≈±])"
_BELOW = r"(?:less than|fewer than|under|below|up to|at most|no more than|not more than|[<≤]=?)"
_ABOVE = r"(?:more than|greater than|over|above|at least|no less than|not less than|[>≥]=?)"
_LEVEL = re.compile(r"[CTLS]\d{1,2}", re.IGNORECASE)
_NUMBER = r"(?<![\w.,])[-−+]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![.,]?\d)|\d+(?:[.,]\d+)?)"
_ONE = rf"(?:(?<![\w.]){_LEVEL.pattern}(?!\w)|{_NUMBER}|(?<![\w-])(?:{'|'.join(_NUMBER_WORDS)})(?![\w-]))"
_AMOUNT = re.compile(
    rf"(?P<how>{_LOOSE}|{_BELOW}|{_ABOVE}|between|from)?\s*(?P<low>{_ONE})"
    rf"(?:\s*(?:[%°]|[a-z]{{1,7}}\.?)?\s*(?P<to>-|–|−|to|and|through)\s*(?P<high>{_ONE}))?",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_MORE = re.compile(rf"{_ONE}|\d", re.IGNORECASE)


class Amount(NamedTuple):
    """What a numeric option says.

    Attributes:
        low: the least number that it holds.
        high: the greatest one.
        open_end: whether it names one border only, as `over 20` does.
        spans: whether it holds what lies between its two numbers; `5 and 20` does not.
        level: whether it is a level of the spine, such as `C5`.
        around: the words about the number, which are the same in all options of a list of numbers.
    """

    low: float
    high: float
    open_end: bool
    spans: bool
    level: bool
    around: str


def ordered(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """W13 (H21): numbers and levels stand in order, and the student sees them in that order."""
    if not isinstance(question, OptionQuestion) or not (amounts := amounts_of(question)):
        return
    borders = [(one.low, one.high) for one in amounts]
    if not any(all(first <= second for first, second in pairwise(way)) for way in (borders, borders[::-1])):
        sentence = tr("the options are numbers out of order: put them in order and say shuffle: false")
        yield warning("W13", sentence, "options")
    elif question.shuffle:
        yield warning("W13", tr("the options are numbers and are shown shuffled: say shuffle: false"), "options")


def apart(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """W14 (H22): no number lies in two options.

    Ranges of levels may share one, as the extents of two structures do, and `under 30` and `under 60` are borders to
    choose between.
    """
    if not isinstance(question, OptionQuestion):
        return
    amounts = amounts_of(question)
    if any(one.level for one in amounts) or all(one.open_end for one in amounts):
        return
    for (first, one), (second, other) in combinations(enumerate(amounts), 2):
        if (one.spans or other.spans) and _meet(one, other):
            sentence = tr(
                "options {id} and {other} overlap", id=question.options[first].id, other=question.options[second].id
            )
            yield warning("W14", sentence, "options", second, "text")


def amounts_of(question: OptionQuestion) -> Sequence[Amount]:
    """Return what the options say in numbers; empty when one says anything else, or they count different things."""
    amounts = [_amount(option.text) for option in question.options]
    known = [one for one in amounts if one is not None]
    same = {(one.around, one.level) for one in known}
    return known if len(known) == len(amounts) and len(same) == 1 else ()


def _amount(text: str) -> Amount | None:
    found = _AMOUNT.search(text)
    if found is None or _MORE.search(text, found.end()):
        return None
    low = _value(found["low"])
    high = _value(found["high"]) if found["high"] else low
    how = (found["how"] or "").casefold()
    below, above = (re.fullmatch(words, how) is not None for words in (_BELOW, _ABOVE))
    joined = (found["to"] or "").strip().casefold() == "and" and how != "between"
    # What the numbers measure must be the same; "about" and "less than" may differ from option to option.
    around = " ".join(f"{text[: found.start()]} # {text[found.end() :]}".casefold().split()).rstrip(".s")
    return Amount(
        low=-_INFINITE if below else min(low, high),
        high=_INFINITE if above else max(low, high),
        open_end=below or above,
        spans=below or above or (low != high and not joined),
        level=_LEVEL.fullmatch(found["low"]) is not None,
        around=around,
    )


def _meet(one: Amount, other: Amount) -> bool:
    """Return whether a number lies in both; `under 30` and `30 to 60` do not meet."""
    if one.open_end or other.open_end:
        return one.low < other.high and other.low < one.high
    return one.low <= other.high and other.low <= one.high


def _value(text: str) -> float:
    if text.casefold() in _NUMBER_WORDS:
        return _NUMBER_WORDS[text.casefold()]
    if _LEVEL.fullmatch(text):
        return _REGIONS[text[0].upper()] + int(text[1:])
    plain = text.replace("−", "-")
    # 1,000 is a thousand, 0,5 and 0.125 are less than one.
    return float(plain.replace(",", "") if _THOUSANDS.fullmatch(plain) else plain.replace(",", "."))


RULES = (ordered, apart)
