"""What a change of keys would do, before anybody does it: to every attempt, award and certificate.

Everything here is read in one consistent look at the store and nothing is written. What was foreseen has a digest, so
that whoever applies it applies what was looked at, or is told to look again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.change import Change, ChangeKind
from cequiz.domain.bank.lint import Level, lint_bank
from cequiz.domain.bank.question import Question
from cequiz.domain.bank.question import Status as ReviewStatus
from cequiz.domain.bank.question_diff import question_changes
from cequiz.domain.bank.rekey import rekeyed_bank, with_fields, wording
from cequiz.domain.canonical import Json, canonical, digest
from cequiz.domain.exam.attempt import Attempt, Status
from cequiz.domain.exam.form import FormItem
from cequiz.domain.exam.marking import Score
from cequiz.domain.exam.remark import Remark, remark
from cequiz.errors import NotAllowed, NotFound, Stopped, StorageDamaged, WrongState
from cequiz.language import tr
from cequiz.services.consequences import Consequence, consequences
from cequiz.services.corrections import KeyChange, corrections, in_force
from cequiz.services.grading import load_attempt
from cequiz.services.in_use import bank_in_use, check_drawable
from cequiz.services.ports import AttemptHeader, AttemptQuery, Ports, Unit, Window

_EVERY = 10_000_000
"""Rows of a list that is worked off whole."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What somebody wants to be right from now on, in one bank."""

    bank: str
    changes: tuple[KeyChange, ...]
    """One a question."""
    version: str = ""
    """Of the new bank version; empty for the next free number behind the version before."""
    take_away: bool = False
    """Whether passes fall where the corrected keys say so."""


class Turn(StrEnum):
    """What becomes of an attempt."""

    PASSES = "passes"
    FAILS = "fails"
    KEPT = "kept"
    """It would not pass any more; the pass stands, and its score stays as it is."""
    SCORE = "score"
    """Only its points are others."""
    SAME = "same"


class Note(StrEnum):
    """What one has to know beside it."""

    ALREADY = "already"
    """Another attempt at the exam has passed already: what was earned keeps its day."""
    RUNNING = "running"
    """Another attempt at the exam is running; it goes on, and may be left."""
    FLOOR = "floor"
    """The pass mark is reached, but not every section's floor."""
    EARLIER_CYCLE = "earlier-cycle"
    """It belongs to a renewal cycle that is over."""


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What becomes of one attempt."""

    header: AttemptHeader
    student: str
    """The student's name."""
    remark: Remark
    turn: Turn
    notes: tuple[Note, ...] = ()

    @property
    def exam(self) -> str:
        """`COURSE/EXAM`."""
        return f"{self.header.course_id}/{self.header.exam_id}"


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Everything that a change of keys would do."""

    request: Request
    base: Bank
    """The version that is changed."""
    bank: Bank | None
    """The version that would be loaded; None where the newest one says the same already."""
    changes: tuple[KeyChange, ...]
    """Each with the versions that it holds for."""
    told: tuple[Change, ...]
    """The changes by meaning."""
    seen: tuple[str, ...]
    """Every marked attempt that holds one of the items."""
    effects: tuple[Effect, ...]
    """Ended attempts with the same wording, in the order of marking."""
    consequences: tuple[Consequence, ...]
    running: tuple[str, ...]
    """Open attempts that hold an item: they are marked by the corrected key when they end."""
    voided: int
    """Attempts that were voided: nothing becomes of them."""
    reworded: int
    """Attempts that were asked in other words: their key is another matter."""
    before: tuple[KeyChange, ...]
    """The changes that are in force already."""

    @property
    def digest(self) -> str:
        """What was foreseen, as a SHA-256 in hexadecimal; attempts that are still open do not count."""
        return digest(self._json())

    @property
    def changed(self) -> tuple[Effect, ...]:
        """The attempts that get another score."""
        return tuple(one for one in self.effects if one.remark.changes)

    def count(self, turn: Turn) -> int:
        """Return how many attempts take a turn."""
        return sum(one.turn is turn for one in self.effects)

    def _json(self) -> Json:
        effects: list[Json] = [
            [one.header.id, one.remark.before.revision, _points(one.remark.before), _points(one.remark.after), one.turn]
            for one in self.effects
        ]
        consequences: list[Json] = [
            [one.outcome, one.student_id, one.course_id, one.number, one.after] for one in self.consequences
        ]
        return {
            "bank": self.request.bank,
            "base": [self.base.version, self.base.content_hash()],
            "version": self.bank.version if self.bank else None,
            "changes": [one.to_json() for one in self.changes],
            "take_away": self.request.take_away,
            "effects": effects,
            "consequences": consequences,
        }


def preview(
    ports: Ports,
    request: Request,
    *,
    progress: Callable[[int, int], None] = lambda done, of: None,
    stop: Callable[[], bool] = lambda: False,
) -> Preview:
    """Return what a change of keys would do.

    Args:
        ports: the outside world.
        request: what is wanted.
        progress: is told how many of how many attempts were looked at.
        stop: is asked between two of them.

    Raises:
        NotFound: there is no such bank or question.
        InvalidResponse: a key is none of its question.
        WrongState: that is the key already, and every attempt is marked by it.
        NotAllowed: an exam could not be drawn any more, the version exists, or an attempt would have nothing left.
        Stopped: somebody stopped it.
    """
    with ports.store.read() as unit:
        base = _base(unit, request)
        changes, told = _changes(unit, base, request)
        bank = _next(unit, base, request)
        seen = tuple(dict.fromkeys(one for change in changes for one in unit.scores.holding(change.item)))
        before = in_force(unit)
        looker = _Looker(ports, unit, request, before=before, changes=changes)
        for done, attempt_id in enumerate(seen):
            if stop():
                raise Stopped(tr("Stopped."), hint=tr("Nothing was changed."))
            looker.look(attempt_id)
            progress(done + 1, len(seen))
        effects = tuple(_noted(unit, one) for one in looker.effects)
        if bank is None and not any(one.remark.changes or one.turn is Turn.KEPT for one in effects):
            raise WrongState(
                tr("That is the key already, and every attempt is marked by it."), hint=tr("Nothing is to be done.")
            )
        return Preview(
            request=request,
            base=base,
            bank=bank,
            changes=changes,
            told=told,
            seen=seen,
            effects=effects,
            consequences=consequences(unit, {one.header.id: one.remark.after for one in effects if one.remark.changes}),
            running=_running(unit, changes),
            voided=looker.voided,
            reworded=looker.reworded,
            before=before,
        )


def _base(unit: Unit, request: Request) -> Bank:
    base = bank_in_use(unit, request.bank) or unit.banks.latest(request.bank)
    if base is None:
        raise NotFound(
            tr("There is no bank {name}.", name=request.bank), hint=tr("`cequiz bank list` shows what is loaded.")
        )
    if not request.changes:
        raise WrongState(tr("No key is to be changed."), hint=tr("Nothing is to be done."))
    return base


def _changes(unit: Unit, base: Bank, request: Request) -> tuple[tuple[KeyChange, ...], tuple[Change, ...]]:
    """Return the changes with the versions that each holds for, and what they mean."""
    versions = [one.version for one in unit.banks.versions() if one.id == base.id]
    banks = [bank for version in versions if (bank := unit.banks.get(base.id, version)) is not None]
    found, told = [], list[Change]()
    for change in request.changes:
        asked = base.question(change.question)
        words = canonical(wording(base, asked))
        same = [
            question
            for bank in banks
            for question in bank.items
            if question.id == asked.id and canonical(wording(bank, question)) == words
        ]
        found.append(replace(change, hashes=frozenset(question.content_hash() for question in same)))
        told += _told(change, asked, same)
    return tuple(found), tuple(told)


def _told(change: KeyChange, asked: Question, same: Sequence[Question]) -> Iterator[Change]:
    """Yield what changes: against the newest version, or against the last one that says something else."""
    if change.fields is None:
        retired = asked.review.model_copy(update={"status": ReviewStatus.RETIRED})
        yield from question_changes(asked, asked.model_copy(update={"review": retired}))
        return
    wanted = with_fields(asked, change.fields)
    other = [one for one in same if one.content_hash() != wanted.content_hash()]
    if other:
        before = asked if asked.content_hash() != wanted.content_hash() else other[-1]
        yield from (
            one
            for one in question_changes(before, wanted)
            if one.kind not in {ChangeKind.REVIEW, ChangeKind.REVIEWER, ChangeKind.BLIND, ChangeKind.VERSION}
        )


def _next(unit: Unit, base: Bank, request: Request) -> Bank | None:
    """Return the bank version that would be loaded, sound and drawable.

    None where the base says it all already, and where the bank is out of use: a key brings no bank back.
    """
    keys, dropped = dict[str, Mapping[str, Json]](), set[str]()
    for change in request.changes:
        asked = base.question(change.question)
        if change.fields is None:
            if asked.is_scored:
                dropped.add(asked.id)
        elif with_fields(asked, change.fields).content_hash() != asked.content_hash():
            keys[asked.id] = change.fields
    if not (keys or dropped) or bank_in_use(unit, base.id) is None:
        return None
    bank = rekeyed_bank(base, version=_version(unit, base, request), keys=keys, dropped=frozenset(dropped))
    _refuse_unsound(base, bank, names={*keys, *dropped})
    check_drawable(unit, nothing_done=tr("Load a bank with more approved items first (rule E08)."), instead=bank)
    return bank


def _version(unit: Unit, base: Bank, request: Request) -> str:
    """Return the version of the new bank: as asked for, or the next free number behind the version it began with."""
    known = {one.version for one in unit.banks.versions() if one.id == base.id}
    if request.version:
        if request.version in known:
            raise NotAllowed(
                tr("The bank {id} has a version {version} already.", id=base.id, version=request.version),
                hint=tr("A loaded version never changes: name another one."),
            )
        return request.version
    stem, _, last = base.version.rpartition(".")
    root = stem if last.isdecimal() and stem in known else base.version
    number = 1
    while f"{root}.{number}" in known:
        number += 1
    return f"{root}.{number}"


def _refuse_unsound(base: Bank, bank: Bank, *, names: set[str]) -> None:
    """Refuse a key that the rules of good items call an error, and that was none before."""
    were = {(one.code, one.question_id) for one in lint_bank(base) if one.level is Level.ERROR}
    for finding in lint_bank(bank):
        if finding.level is Level.ERROR and finding.question_id in names:
            if (finding.code, finding.question_id) in were:
                continue
            raise NotAllowed(
                tr(
                    "The question {question} would not be sound: {code} {why}.",
                    question=finding.question_id,
                    code=finding.code,
                    why=finding.message,
                ),
                hint=tr("Nothing was changed."),
            )


class _Looker:
    """Looks at one attempt after the other, and reads every bank version once."""

    def __init__(
        self,
        ports: Ports,
        unit: Unit,
        request: Request,
        *,
        before: Sequence[KeyChange],
        changes: Sequence[KeyChange],
    ) -> None:
        self._unit, self._lexicon, self._take_away = unit, ports.lexicon, request.take_away
        self._changes, self._all = changes, (*before, *changes)
        self._about = {change.item for change in self._all}
        self._banks: dict[tuple[str, str], Bank] = {}
        self._names: dict[str, str] = {}
        self.effects: list[Effect] = []
        self.voided = self.reworded = 0

    def look(self, attempt_id: str) -> None:
        """Foresee one attempt."""
        header = self._unit.attempts.header(attempt_id)
        if header is None or header.standing.status is Status.VOIDED:
            self.voided += 1
            return
        attempt, score = load_attempt(self._unit, attempt_id), self._unit.scores.latest(attempt_id)
        if score is None or not any(holds(change, attempt) for change in self._changes):
            self.reworded += 1
            return
        questions = {item.key: self._question(item) for item in attempt.form.items if item.key in self._about}
        found = corrections(self._all, attempt, questions)
        done = remark(attempt, score, found, lexicon=self._lexicon, take_away=self._take_away)
        if not done.marked.possible:
            raise NotAllowed(
                tr("Nothing would be left of the attempt {attempt}.", attempt=attempt_id),
                hint=tr("Give everybody credit for the item instead of leaving it out."),
            )
        self.effects.append(Effect(header=header, student=self._name(header.student_id), remark=done, turn=_turn(done)))

    def _question(self, item: FormItem) -> Question:
        bank = self._banks.get((item.bank, item.bank_version)) or self._unit.banks.get(item.bank, item.bank_version)
        if bank is None:
            raise StorageDamaged(
                tr("The bank {bank} {version} is missing.", bank=item.bank, version=item.bank_version),
                hint=tr("`cequiz audit verify` checks the records."),
            )
        self._banks[item.bank, item.bank_version] = bank
        return bank.question(item.question)

    def _name(self, student_id: str) -> str:
        if student_id not in self._names:
            student = self._unit.students.get(student_id)
            self._names[student_id] = student.name if student else student_id
        return self._names[student_id]


def holds(change: KeyChange, attempt: Attempt) -> bool:
    """Whether an attempt's form holds the item of a change in a version that it is about."""
    return any(change.holds_for(item) for item in attempt.form.items)


def _turn(done: Remark) -> Turn:
    if done.kept:
        return Turn.KEPT
    if done.passes_now:
        return Turn.PASSES
    if done.fails_now:
        return Turn.FAILS
    return Turn.SCORE if done.changes else Turn.SAME


def _noted(unit: Unit, effect: Effect) -> Effect:
    """Return the effect with what one has to know beside it."""
    notes: list[Note] = []
    header, after = effect.header, effect.remark.marked
    if not after.passed and after.earned * 100 >= after.pass_mark * after.possible:
        notes.append(Note.FLOOR)
    if effect.turn in {Turn.PASSES, Turn.FAILS, Turn.KEPT}:
        enrolment = unit.enrolments.get(header.student_id, header.course_id)
        if enrolment is not None and not enrolment.counts(header):
            notes.append(Note.EARLIER_CYCLE)
        own = unit.attempts.headers(student_id=header.student_id, course_id=header.course_id, exam_id=header.exam_id)
        others = [one for one in own if one.id != header.id]
        if any(one.standing.status is Status.OPEN for one in others):
            notes.append(Note.RUNNING)
        ended = [one for one in others if one.standing.status not in {Status.OPEN, Status.VOIDED}]
        if any(score.passed for one in ended if (score := unit.scores.latest(one.id)) is not None):
            notes.append(Note.ALREADY)
    return replace(effect, notes=tuple(notes))


def _running(unit: Unit, changes: Sequence[KeyChange]) -> tuple[str, ...]:
    """Return the open attempts that hold one of the items."""
    lines = unit.listings.attempts(AttemptQuery(status=Status.OPEN), Window(limit=_EVERY)).rows
    found = (line.header.id for line in lines)
    return tuple(one for one in found if any(holds(change, load_attempt(unit, one)) for change in changes))


def _points(score: Score) -> Json:
    return [str(score.earned), str(score.possible), score.passed]
