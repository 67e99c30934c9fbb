"""W19, W20: two items of a bank that ask the same, or of which one answers the other.

Both rules look each text up in an index of the others, so that a bank of thousands costs seconds and not minutes.
Enemies are left alone: they never meet in one form, which is the remedy where both are worth having.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from cequiz.domain.bank.bank import Placed
from cequiz.domain.bank.lint.finding import Finding, Loc, warning
from cequiz.domain.bank.lint.stems import negatives
from cequiz.domain.bank.lint.told import key_words, texts
from cequiz.domain.bank.lint.vocabulary import GLUE, carries_content, telling, turns_the_question, words
from cequiz.domain.bank.lint.words import fold, sentences
from cequiz.domain.bank.options import OptionQuestion
from cequiz.domain.bank.question import Question, Status
from cequiz.domain.bank.types.cloze import Cloze
from cequiz.domain.bank.types.label_figure import LabelFigure
from cequiz.domain.bank.types.matching import Matching
from cequiz.domain.bank.types.ordering import Ordering
from cequiz.domain.bank.types.short_answer import ShortAnswer
from cequiz.language import tr

_ALIKE = Fraction(8, 10)
"""From this share of common words on two stems with one key ask the same."""

_ALIKE_ANYWAY = Fraction(9, 10)
"""From this share on they ask the same whatever the key."""

_RARE = 0.01
_FEW = 2
"""A word in no more stems than these, or in no greater share of the bank, carries the question it stands in."""

_CUE_WORDS = 4
"""A shorter key is the name of a thing, and a stem has to name things."""

_AGE = re.compile(r"\b\d+[ -](?:years?|months?|weeks?)[ -]old\b", re.IGNORECASE)
# A capital inside a sentence, or a figure: Magee, Spurling, C5, 45.
_NAMED = re.compile(r"(?<=[\w,;)\]%°] )[A-Z][\w'’]*(?:-[A-Z][\w'’]*)*|\w*\d\w*")


@dataclass(frozen=True, slots=True)
class _Item:
    """An item as W19 compares it.

    Attributes:
        loc: its place in the bank.
        question: the item.
        bag: the words that are compared.
        asked: those of its last sentence.
        frame: what must be the same before words are compared: figure, case, and every name, level and number.
        key: its key, folded.
    """

    loc: Loc
    question: Question
    bag: frozenset[str]
    asked: frozenset[str]
    frame: Hashable
    key: str


def lint_pairs(placed: Iterable[Placed]) -> Iterator[Finding]:
    """Yield W19 and W20 for the items of a bank, each at one item and naming the other; retired ones do not count."""
    active = [(loc, question) for loc, question in placed if question.review.status is not Status.RETIRED]
    yield from near_duplicates(active)
    yield from cues(active)


def near_duplicates(placed: Sequence[Placed]) -> Iterator[Finding]:
    """W19: two stems that ask the same in nearly the same words; the later one names the earlier one."""
    items = [_item(loc, question) for loc, question in placed]
    pairs = sorted((max(pair), min(pair)) for pair in _alike(items))
    for later, earlier in pairs:
        one, other = items[later], items[earlier]
        if _may_meet(one.question, other.question, "W19"):
            sentence = tr(
                "the stem is nearly that of {other}: change one, or name them as enemies", other=other.question.id
            )
            yield _at(one.question, warning("W19", sentence, *one.loc, "stem"))


def cues(placed: Sequence[Placed]) -> Iterator[Finding]:
    """W20 (H4): the key of an item stands, word for word, in the stem of another."""
    index: dict[tuple[str, ...], list[tuple[tuple[str, ...], int]]] = defaultdict(list)
    for place, (_, question) in enumerate(placed):
        for key in _telling_keys(question):
            index[key[:_CUE_WORDS]].append((key, place))
    found: dict[int, int] = {}
    for place, (_, question) in enumerate(placed):
        stem = telling(question.stem)
        for start in range(len(stem) - _CUE_WORDS + 1):
            for key, keyed in index.get(stem[start : start + _CUE_WORDS], ()):
                cued = placed[keyed][1]
                if keyed != place and stem[start : start + len(key)] == key and _may_meet(cued, question, "W20"):
                    found.setdefault(keyed, place)
    for keyed, place in sorted(found.items()):
        loc, question = placed[keyed]
        sentence = tr(
            "the key stands in the stem of {other}: reword one, or name them as enemies", other=placed[place][1].id
        )
        yield _at(question, warning("W20", sentence, *loc))


def _at(question: Question, finding: Finding) -> Finding:
    return replace(finding, question_id=question.id)


def _may_meet(one: Question, other: Question, code: str) -> bool:
    """Return whether two items can stand in one form, and neither's author has waived the rule."""
    apart = any(
        first.id in second.enemies or (first.case is not None and first.case.id in second.enemies)
        for first, second in ((one, other), (other, one))
    )
    return not apart and code not in one.waive and code not in other.waive


def _item(loc: Loc, question: Question) -> _Item:
    text = _AGE.sub(" ", _compared(question))
    names = frozenset(word.root for name in _NAMED.findall(text) for word in words(name))
    case = question.case.id if question.case else None
    return _Item(
        loc,
        question,
        bag=_bag(text),
        asked=_bag(_AGE.sub(" ", (sentences(question.stem) or ("",))[-1])),
        frame=(question.type, question.figure, case, names, bool(negatives(question.stem))),
        key="\n".join(sorted(fold(key) for key in key_words(question))),
    )


def _compared(question: Question) -> str:
    """Return all that an item asks: where parts are put together, the stem only says what to do with them."""
    match question:
        case Cloze():
            return f"{question.stem}\n{question.text}"
        case Matching() | Ordering() | LabelFigure():
            return "\n".join([question.stem, *(told.text for group in texts(question) for told in group)])
        case _:
            return question.stem


def _bag(text: str) -> frozenset[str]:
    return frozenset(word.root for word in words(text) if word.text.casefold() not in GLUE)


def _alike(items: Sequence[_Item]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of items that ask the same, as places; of exact copies each is paired with the first only."""
    frequency = Counter(word for item in items for word in item.bag)
    rare = {word for word, times in frequency.items() if times <= max(_FEW, _RARE * len(items))}
    groups: dict[Hashable, dict[frozenset[str], int]] = defaultdict(dict)
    for place, item in enumerate(items):
        if not item.bag:
            continue
        first = groups[item.frame].setdefault(item.bag, place)
        if first != place:
            yield first, place
    for group in groups.values():
        yield from _joined(items, sorted(group.values(), key=lambda place: len(items[place].bag)), frequency, rare)


def _joined(
    items: Sequence[_Item], places: Sequence[int], frequency: Mapping[str, int], rare: set[str]
) -> Iterator[tuple[int, int]]:
    """Yield the pairs within one frame, found by their rarest words.

    Two sets that share so much must share one of the first few of their words, in any order that holds for all; the
    rarest first keeps the lists short. Two items that each have a rare word of their own ask different things, so
    that one with a rare word looks among the others only for its own, and among those without any.

    The places come with the smallest bag first.
    """
    plain: dict[str, list[int]] = defaultdict(list)
    carrying: dict[str, list[int]] = defaultdict(list)
    for place in places:
        bag = sorted(items[place].bag, key=lambda word: (frequency[word], word))
        is_plain = bag[0] not in rare
        candidates: set[int] = set()
        for word in bag[: len(bag) - ceil(_ALIKE * len(bag)) + 1]:
            candidates.update(plain[word])
            if is_plain or word in rare:
                candidates.update(carrying[word])
        yield from ((other, place) for other in candidates if _ask_the_same(items[other], items[place], rare))
        for word in bag[: len(bag) - ceil(2 * _ALIKE / (1 + _ALIKE) * len(bag)) + 1]:
            (plain if is_plain else carrying)[word].append(place)


def _ask_the_same(one: _Item, other: _Item, rare: set[str]) -> bool:
    """Return whether two stems ask the same: a word that carries the question and differs decides that they do not."""
    share = _share(one.bag, other.bag)
    if share < _ALIKE:
        return False
    carried = _carries(one.bag - other.bag, rare), _carries(other.bag - one.bag, rare)
    if one.key == other.key:
        return not all(carried)
    return share >= _ALIKE_ANYWAY and not any(carried) and _share(one.asked, other.asked) >= _ALIKE


def _carries(words_of_one: frozenset[str], rare: set[str]) -> bool:
    """Return whether one of the words that only one stem has decides what it asks."""
    return any(word in rare or turns_the_question(word) for word in words_of_one)


def _share(one: frozenset[str], other: frozenset[str]) -> Fraction:
    return Fraction(len(one & other), max(len(one | other), 1))


def _telling_keys(question: Question) -> Iterator[tuple[str, ...]]:
    """Yield the keys of an item that say more than the name of a thing, as words."""
    if isinstance(question, OptionQuestion | ShortAnswer):
        for key in key_words(question):
            if sum(carries_content(word) for word in words(key)) >= _CUE_WORDS:
                yield telling(key)
