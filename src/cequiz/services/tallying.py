"""Statistics of items: counting what was marked since they were looked at last, and reading them.

Answering an exam pays nothing for them: whoever looks counts on from where the last one stopped, a piece at a time.
A re-mark takes the place of the marking before. A voided attempt is not counted, and one that is voided after it was
counted is taken out again. What a purge removes stays counted: the sums lead back to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.question import Question
from cequiz.domain.exam.marking import Mark
from cequiz.domain.exam.tally import Tally, observe
from cequiz.services.ports import DrawnItem, ItemTally, MarkedAttempt, Ports, Unit

PIECE = 200
"""How many scores are counted in one transaction: none of them keeps a student's answer waiting."""

Version = tuple[str, str, str]
"""Bank, question and content hash: what a tally belongs to."""


@dataclass(frozen=True, kw_only=True)
class PartStatistics:
    """How one part of an item was answered."""

    answered: int
    right: int
    given: Mapping[str, int]
    """How often each answer was given, the most frequent first: ids of choices, or what was typed (folded)."""
    others: int
    """How often an answer was given that is not among them."""
    accepted: Mapping[str, int]
    """How often each of them was right, by the key of the version that was drawn."""


@dataclass(frozen=True, kw_only=True)
class ItemStatistics:
    """What is known of one version of an item."""

    bank_id: str
    question_id: str
    content_hash: str
    drawn: int
    answered: int
    full: int
    """How often it earned everything."""
    facility: Fraction | None
    """The mean share of its points, 0 to 1; an item left open earned nothing. None where it was never drawn."""
    discrimination: float | None
    """Its correlation with what the rest of the exam earned, -1 to 1; None where one of the two does not vary."""
    options: Mapping[str, int]
    """How often each choice was picked, where picking is the answer; a choice nobody picked is not in it."""
    parts: Mapping[str, PartStatistics]
    """By slot where parts are the answer; an order has one part without a name."""


def quiet(done: int, of: int) -> None:
    """Tell nobody how far it got."""


def never() -> bool:
    """Go on to the end."""
    return False


def catch_up(ports: Ports, *, progress: Callable[[int, int], None] = quiet, stop: Callable[[], bool] = never) -> int:
    """Count every score that was not counted yet; return how many there were.

    What is read is worked out before the transaction that keeps it. If somebody else has counted on meanwhile, the
    piece is given up and read anew from where they stopped.

    Args:
        ports: the outside world.
        progress: is told how many scores are done, and of how many.
        stop: whether to stop; what was counted until then stays counted.
    """
    counter, done = _Counter(ports), 0
    with ports.store.read() as unit:
        total = unit.tallies.newest() - unit.tallies.watermark()
    while not stop():
        counted = counter.piece()
        if not counted:
            return done
        done += counted
        progress(min(done, total), total)
    return done


def statistics(ports: Ports, *, bank_id: str = "", question_id: str = "") -> tuple[ItemStatistics, ...]:
    """Return what is known of the items of a bank, of one item, or of all, by bank and question; see `catch_up`."""
    with ports.store.read() as unit:
        found = unit.tallies.get(bank_id, question_id) if bank_id and question_id else unit.tallies.all()
    return tuple(told(one) for one in found if bank_id in ("", one.bank_id))


def told(tally: ItemTally) -> ItemStatistics:
    """Return what a stored tally says."""
    counts = Tally.from_json(tally.body)
    return ItemStatistics(
        bank_id=tally.bank_id,
        question_id=tally.question_id,
        content_hash=tally.content_hash,
        drawn=counts.drawn,
        answered=counts.answered,
        full=counts.full,
        facility=counts.facility,
        discrimination=counts.discrimination,
        options=counts.options,
        parts={
            name: PartStatistics(
                answered=part.answered,
                right=part.right,
                given=dict(sorted(part.given.items(), key=lambda one: (-one[1], one[0]))),
                others=part.others,
                accepted=part.accepted,
            )
            for name, part in counts.parts.items()
        },
    )


@dataclass(frozen=True)
class _Change:
    """One marking to count, or to take out."""

    attempt: MarkedAttempt
    marks: Sequence[Mark]
    times: int


@dataclass(frozen=True)
class _Piece:
    """The next changes, what stays left out with them, and where they begin and end."""

    since: int
    until: int
    changes: tuple[_Change, ...]
    withdrawn: frozenset[str]
    before: frozenset[str]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to keep."""
        return self.until == self.since and self.withdrawn == self.before


class _Counter:
    """Counts piece after piece, and remembers the banks it has read."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._banks: dict[tuple[str, str], Bank | None] = {}

    def piece(self) -> int:
        """Count one piece; return how many scores it went on by, at least 1, or 0 when there is nothing left."""
        while True:
            with self._ports.store.read() as unit:
                piece = _read(unit)
                questions = [self._questions(unit, change.attempt.items) for change in piece.changes]
            if piece.empty:
                return 0
            changes = list(zip(piece.changes, questions, strict=True))
            if self._keep(piece, changes):
                return max(piece.until - piece.since, 1)

    def _keep(self, piece: _Piece, changes: Sequence[tuple[_Change, Mapping[str, Question]]]) -> bool:
        """Add a piece to the tallies; False where somebody has counted since it was read."""
        versions = {item.key: item for change, _ in changes for item in change.attempt.items}
        seen = [
            (place, one, change.times)
            for change, questions in changes
            for items in (_versions(change.attempt.items),)
            for mark, one in observe(
                change.marks,
                responses=change.attempt.responses,
                questions=questions,
                lexicon=self._ports.lexicon,
            )
            if (place := items.get(mark.item)) is not None
        ]
        with self._ports.store.write() as unit:
            if (unit.tallies.watermark(), unit.tallies.withdrawn()) != (piece.since, piece.before):
                return False
            tallies: dict[Version, Tally] = {
                (old.bank_id, old.question_id, old.content_hash): Tally.from_json(old.body)
                for item in versions.values()
                for old in unit.tallies.get(item.bank_id, item.question_id)
            }
            touched: dict[Version, Tally] = {}
            for place, one, times in seen:
                touched[place] = tallies.setdefault(place, Tally())
                touched[place].add(one, times=times)
            kept = [
                ItemTally(bank_id=bank, question_id=question, content_hash=version, body=tally.to_json())
                for (bank, question, version), tally in touched.items()
            ]
            unit.tallies.put(kept, watermark=piece.until, withdrawn=piece.withdrawn)
        return True

    def _questions(self, unit: Unit, items: Sequence[DrawnItem]) -> dict[str, Question]:
        found = {}
        for item in items:
            place = (item.bank_id, item.bank_version)
            if place not in self._banks:
                self._banks[place] = unit.banks.get(*place)
            bank = self._banks[place]
            if bank is not None:
                found[item.key] = bank.question(item.question_id)
        return found


def _versions(items: Sequence[DrawnItem]) -> Mapping[str, Version]:
    return {item.key: (item.bank_id, item.question_id, item.content_hash) for item in items}


def _read(unit: Unit) -> _Piece:
    """Return what is to be counted next, in the order of the chain; attempts that were voided since come last."""
    since, before = unit.tallies.watermark(), unit.tallies.withdrawn()
    scores = unit.tallies.beyond(since, limit=PIECE)
    withdrawn, changes = set(before), list[_Change]()
    for score in scores:
        if score.attempt_id in withdrawn:
            continue
        if score.earlier is not None:
            changes.append(_Change(score, score.earlier, -1))
        if score.voided:
            withdrawn.add(score.attempt_id)
        else:
            changes.append(_Change(score, score.marks, 1))
    for attempt_id in unit.tallies.voided(since):
        counted = None if attempt_id in withdrawn else unit.tallies.counted(attempt_id, since)
        if counted is not None:
            withdrawn.add(attempt_id)
            changes.append(_Change(counted, counted.marks, -1))
    until = scores[-1].place if scores else since
    return _Piece(since, until, tuple(changes), frozenset(withdrawn), before)
