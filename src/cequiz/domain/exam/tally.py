"""Statistics of an item: counts that grow by adding what one ended attempt tells of it, and shrink by taking it away.

Everything kept is a sum, so that a re-mark or a voided attempt is a subtraction and nothing has to be counted anew.
Nothing here knows who sat the attempt, and nothing leads back to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from math import sqrt

from cequiz.domain.bank.frames import ChoiceQuestion, SlotQuestion
from cequiz.domain.bank.lexicon import Lexicon
from cequiz.domain.bank.question import Question
from cequiz.domain.canonical import Json
from cequiz.domain.exam.attempt import Response
from cequiz.domain.exam.marking import Mark

MOST_ANSWERS = 50
"""How many different answers to one part are told apart; all others are counted together."""

LONGEST_ANSWER = 80
"""How many characters of a typed answer are told apart."""

FINEST = 10_000
"""Shares are summed in ten-thousandths for the correlation: whole numbers, which add up the same in any order."""

WHOLE = ""
"""The name of the one part of an answer that is an order."""


@dataclass(frozen=True)
class PartSeen:
    """What one answer says in one of its parts."""

    part: str
    """Id of the slot; empty for an order."""
    given: str
    """The id of a choice, or what was typed."""
    right: bool


@dataclass(frozen=True)
class Seen:
    """What one attempt tells of one item."""

    share: Fraction
    """What it earned of its points, 0 to 1."""
    rest: Fraction | None
    """What the attempt earned of the points of all other items, 0 to 1; None where there are no others."""
    answered: bool
    chosen: tuple[str, ...] = ()
    """Ids of the choices that were picked, where picking is the answer."""
    parts: tuple[PartSeen, ...] = ()
    """The parts that were filled, where parts are the answer."""


@dataclass
class PartTally:
    """How one part of an item was answered."""

    answered: int = 0
    right: int = 0
    given: dict[str, int] = field(default_factory=dict)
    """How often each answer was given, at most `MOST_ANSWERS` of them."""
    others: int = 0
    """How often any answer was given that is not told apart."""
    accepted: dict[str, int] = field(default_factory=dict)
    """How often each of `given` was right: what is typed in other words may be right too."""

    def add(self, seen: PartSeen, times: int) -> None:
        """Count one more answer, or one less."""
        self.answered += times
        self.right += times * seen.right
        if seen.given not in self.given and (times < 0 or len(self.given) >= MOST_ANSWERS):
            self.others += times
            return
        _change(self.given, seen.given, times)
        if seen.right:
            _change(self.accepted, seen.given, times)

    def to_json(self) -> dict[str, Json]:
        """Return the counts as JSON."""
        given: dict[str, Json] = dict(self.given)
        accepted: dict[str, Json] = dict(self.accepted)
        counts: dict[str, Json] = {"answered": self.answered, "right": self.right, "others": self.others}
        return {**counts, "given": given, "accepted": accepted}

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> PartTally:
        """Return the counts that `to_json` described."""
        return cls(
            answered=_whole(data, "answered"),
            right=_whole(data, "right"),
            given=_counts(data, "given"),
            others=_whole(data, "others"),
            accepted=_counts(data, "accepted"),
        )


@dataclass
class Spread:
    """Sums over the attempts that had other items: the share of the item, that of the rest, squares and products."""

    attempts: int = 0
    item: int = 0
    item_squared: int = 0
    rest: int = 0
    rest_squared: int = 0
    product: int = 0

    def add(self, share: Fraction, rest: Fraction, times: int) -> None:
        """Count one more attempt, or one less."""
        item, others = _fine(share), _fine(rest)
        self.attempts += times
        self.item += times * item
        self.item_squared += times * item * item
        self.rest += times * others
        self.rest_squared += times * others * others
        self.product += times * item * others

    @property
    def correlation(self) -> float | None:
        """The item-rest correlation (Pearson); None where either side does not vary."""
        count = self.attempts
        item_varies = count * self.item_squared - self.item**2
        rest_varies = count * self.rest_squared - self.rest**2
        if item_varies <= 0 or rest_varies <= 0:
            return None
        together = count * self.product - self.item * self.rest
        return max(-1.0, min(1.0, together / (sqrt(item_varies) * sqrt(rest_varies))))


def cut_text(value: float, places: int) -> str:
    """Return a correlation with so many decimals, cut towards 0: what is shown is never better than what is true."""
    # The shares were summed in ten-thousandths, so what is 0.8660 may come as 0.86598.
    units = int((abs(value) + 0.5 / FINEST) * 10**places)
    sign = "-" if value < 0 and units else ""
    return f"{sign}{units // 10**places}.{units % 10**places:0{places}}"


@dataclass
class Tally:
    """How often one version of an item was drawn, and what was answered."""

    drawn: int = 0
    answered: int = 0
    full: int = 0
    """How often it earned everything."""
    partial: Fraction = field(default_factory=Fraction)
    """The exact sum of what it earned of its points where that was neither nothing nor everything."""
    options: dict[str, int] = field(default_factory=dict)
    """How often each choice was picked."""
    parts: dict[str, PartTally] = field(default_factory=dict)
    spread: Spread = field(default_factory=Spread)

    @property
    def facility(self) -> Fraction | None:
        """The mean share, from 0 (nobody) to 1 (everybody); open answers earn nothing. None while never drawn."""
        return (self.full + self.partial) / self.drawn if self.drawn > 0 else None

    @property
    def discrimination(self) -> float | None:
        """How well the item tells those who know the rest from those who do not, from -1 to 1."""
        return self.spread.correlation

    def add(self, seen: Seen, *, times: int = 1) -> None:
        """Count what one attempt tells; with -1 take it away again."""
        self.drawn += times
        self.answered += times * seen.answered
        if seen.share.denominator != 1:
            self.partial += times * seen.share
        else:
            self.full += times * seen.share.numerator
        if seen.rest is not None:
            self.spread.add(seen.share, seen.rest, times)
        for choice in seen.chosen:
            _change(self.options, choice, times)
        for part in seen.parts:
            self.parts.setdefault(part.part, PartTally()).add(part, times)

    def to_json(self) -> dict[str, Json]:
        """Return the counts as JSON that `from_json` reads back."""
        options: dict[str, Json] = dict(self.options)
        sums: dict[str, Json] = {name: str(value) for name, value in vars(self.spread).items()}
        return {
            "drawn": self.drawn,
            "answered": self.answered,
            "full": self.full,
            "partial": str(self.partial),
            "options": options,
            "parts": {name: part.to_json() for name, part in self.parts.items()},
            # As text: the sum of squares of a busy item is beyond the exact integers of JSON.
            "spread": sums,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Tally:
        """Return the tally that `to_json` described; nothing in it is one that was never drawn."""
        parts, spread = data.get("parts", {}), data.get("spread", {})
        assert isinstance(parts, Mapping)  # noqa: S101 - our own record, checked for the type checker
        assert isinstance(spread, Mapping)  # noqa: S101 - as above
        return cls(
            drawn=_whole(data, "drawn"),
            answered=_whole(data, "answered"),
            full=_whole(data, "full"),
            partial=Fraction(str(data.get("partial", 0))),
            options=_counts(data, "options"),
            parts={name: PartTally.from_json(part) for name, part in parts.items() if isinstance(part, Mapping)},
            spread=Spread(**{name: int(str(value)) for name, value in spread.items()}),
        )


def observe(
    marks: Sequence[Mark],
    *,
    responses: Mapping[str, Response],
    questions: Mapping[str, Question],
    lexicon: Lexicon | None = None,
) -> Iterator[tuple[Mark, Seen]]:
    """Yield what one marked attempt tells of each of its items.

    An item that a re-mark took out of the sum (it can earn nothing) tells nothing and is left out.

    Args:
        marks: of the attempt, one an item.
        responses: what was answered, by item key.
        questions: the versions that were drawn, by item key; an item without one is counted without its options.
        lexicon: the terms that tolerant spelling keeps apart, to say which part was right.
    """
    earned = sum((mark.earned for mark in marks), Fraction())
    possible = sum((mark.possible for mark in marks), Fraction())
    # Most items of an exam are worth the same and earn nothing or all of it: few divisions serve all of them.
    divided: dict[tuple[Fraction, Fraction], tuple[Fraction, Fraction | None]] = {}
    for mark in marks:
        if not mark.possible:
            continue
        pair = mark.earned, mark.possible
        if pair not in divided:
            others = possible - mark.possible
            divided[pair] = mark.earned / mark.possible, (earned - mark.earned) / others if others else None
        share, rest = divided[pair]
        response, question = responses.get(mark.item), questions.get(mark.item)
        chosen, parts = ((), ()) if response is None or question is None else _answer(question, response, lexicon)
        yield mark, Seen(share, rest, mark.answered, chosen, parts)


def _answer(
    question: Question, response: Response, lexicon: Lexicon | None
) -> tuple[tuple[str, ...], tuple[PartSeen, ...]]:
    if isinstance(question, ChoiceQuestion):
        chosen = question.chosen(response)
        if not question.in_order:
            return chosen, ()
        return (), (PartSeen(WHOLE, " > ".join(chosen), question.mark(response, lexicon) == 1),)
    if isinstance(question, SlotQuestion):
        filled = question.filled(response)
        told = zip(question.slots(), question.parts(response, lexicon), strict=True)
        return (), tuple(
            PartSeen(
                slot.id,
                filled[slot.id]
                if slot.choices is not None
                else " ".join(filled[slot.id].casefold().split())[:LONGEST_ANSWER],
                part.share == 1,
            )
            for slot, part in told
            if slot.id in filled
        )
    return (), ()


@lru_cache(maxsize=4096)
def _fine(share: Fraction) -> int:
    return int(share * FINEST)


def _change(counts: dict[str, int], name: str, by: int) -> None:
    """Count one name up or down; what is counted no more is left out."""
    left = counts.get(name, 0) + by
    counts[name] = left
    if left <= 0:
        del counts[name]


def _whole(data: Mapping[str, Json], name: str) -> int:
    return int(str(data.get(name, 0)))


def _counts(data: Mapping[str, Json], name: str) -> dict[str, int]:
    counts = data.get(name, {})
    assert isinstance(counts, Mapping)  # noqa: S101 - our own record, checked for the type checker
    return {key: int(str(value)) for key, value in counts.items()}
