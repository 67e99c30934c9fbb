"""Changing keys: a new version of the bank, new scores, what they mean for awards, and then the certificates.

Everything that counts is one transaction: the bank version, every new score beside the old one, awards, and
certificates that lose their ground. Papers are drawn after it, as everywhere. A pass is never taken away unless
somebody says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.question import Question
from cequiz.domain.bank.rekey import with_key, wording
from cequiz.domain.canonical import Json, canonical
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.exam.marking import Score, percent_text
from cequiz.domain.exam.remark import Drop
from cequiz.errors import CequizError, NotFound, WrongState
from cequiz.language import tr
from cequiz.services.consequences import Consequence, Outcome, consequences
from cequiz.services.correcting import RE_MARKED, correct
from cequiz.services.corrections import CHANGED, KeyChange, in_force
from cequiz.services.earning import earn_in, regain_in
from cequiz.services.foreseeing import Effect, Preview
from cequiz.services.forfeiting import forfeit, shortened
from cequiz.services.in_use import bank_in_use
from cequiz.services.issuing import settle
from cequiz.services.loading import load_in
from cequiz.services.ports import AuditRecord, CertificateRecord, Ports, Unit

_TRIES = 3
"""How often it is looked, before the store is held, whether everything is as it was foreseen."""


@dataclass(frozen=True)
class Trouble:
    """A certificate that could not be issued, corrected or written, for whom, and why."""

    consequence: Consequence
    error: CequizError


@dataclass(frozen=True, kw_only=True)
class Papers:
    """The certificates that were drawn after a change of keys."""

    certificates: tuple[CertificateRecord, ...]
    troubles: tuple[Trouble, ...]
    """What has to be done again: `certificate issue` does it."""


def rekeyed(question: Question, *, bank: str, response: Mapping[str, Json], beside: bool = False) -> KeyChange:
    """Return the change that makes a response the right one.

    Args:
        question: of the newest version of the bank.
        bank: its id.
        response: the right response, whole.
        beside: whether typed texts are taken beside the ones that are accepted already.

    Raises:
        InvalidResponse: it cannot be the key.
    """
    return KeyChange(bank=bank, question=question.id, fields=with_key(question, response, beside=beside))


def dropped(question_id: str, *, bank: str, drop: Drop) -> KeyChange:
    """Return the change that lets an item not count."""
    return KeyChange(bank=bank, question=question_id, drop=drop)


def newest(ports: Ports, bank_id: str) -> Bank:
    """Return the version of a bank whose keys are changed: the newest in use.

    Raises:
        NotFound: there is none.
    """
    with ports.store.read() as unit:
        found = bank_in_use(unit, bank_id) or unit.banks.latest(bank_id)
    if found is None:
        raise NotFound(
            tr("There is no bank {name}.", name=bank_id), hint=tr("`cequiz bank list` shows what is loaded.")
        )
    return found


def differences(ports: Ports, bank: Bank) -> tuple[KeyChange, ...]:
    """Return the keys in which a checked bank differs from the newest version of it in the store.

    Questions that are worded otherwise are left out: theirs is no change of a key.

    Raises:
        NotFound: no version of the bank is in the store.
        WrongState: no key differs.
    """
    base = newest(ports, bank.id)
    known = {question.id: question for question in base.items}
    found = tuple(
        KeyChange(bank=bank.id, question=one.id, fields=one.key_fields())
        for one in bank.items
        if one.id in known
        and one.content_hash() != known[one.id].content_hash()
        and canonical(wording(bank, one)) == canonical(wording(base, known[one.id]))
    )
    if not found:
        raise WrongState(
            tr("No key differs from {bank} {version}.", bank=base.id, version=base.version),
            hint=tr("Questions that are worded otherwise are no change of a key: load the file as a new version."),
        )
    return found


def check_same(unit: Unit, seen: Preview) -> None:
    """Refuse to apply what was foreseen when anything it rests on has changed.

    Raises:
        WrongState: attempts, scores, awards, certificates or the bank are others now: look again.
    """
    held = tuple(dict.fromkeys(one for change in seen.changes for one in unit.scores.holding(change.item)))
    same = (
        _same_keys(unit, seen)
        and held == seen.seen
        and all(_is_as_it_was(unit, one) for one in seen.effects)
        and consequences(unit, new_scores(seen)) == seen.consequences
    )
    if not same:
        raise look_again()


@contextmanager
def as_foreseen(ports: Ports, seen: Preview) -> Iterator[Unit]:
    """Open a transaction in which everything is as it was foreseen.

    Looking takes seconds where thousands of attempts are concerned, so it is done before the store is held; then only
    a fingerprint is compared. Where somebody concerned has done something in between, it is looked at again, the last
    time while the store is held: in a busy hour too it comes to an end.

    Raises:
        WrongState: something is other than it was foreseen.
    """
    for _ in range(_TRIES):
        with ports.store.read() as unit:
            check_same(unit, seen)
            place, ground = unit.tallies.newest(), unit.awards.rests_on(seen.seen)
        with ports.store.write() as unit:
            fresh = any(unit.scores.holding(change.item, after=place) for change in seen.changes)
            if not fresh and _same_keys(unit, seen) and unit.awards.rests_on(seen.seen) == ground:
                yield unit
                return
    with ports.store.write() as unit:
        check_same(unit, seen)
        yield unit


def _same_keys(unit: Unit, seen: Preview) -> bool:
    """Whether the bank and every key in force are still those of before."""
    known = unit.banks.content_hash(seen.request.bank, seen.bank.version) if seen.bank else None
    base = bank_in_use(unit, seen.request.bank) or unit.banks.latest(seen.request.bank)
    return (
        known is None
        and base is not None
        and (base.version, base.content_hash()) == (seen.base.version, seen.base.content_hash())
        and in_force(unit) == seen.before
    )


def look_again() -> WrongState:
    """Return the refusal of what was foreseen before something else happened."""
    return WrongState(
        tr("Something has happened since this was looked at, such as another attempt that ended."),
        hint=tr("Look again: nothing was changed."),
    )


def new_scores(seen: Preview) -> dict[str, Score]:
    """Return the scores that would be kept, by attempt."""
    return {one.header.id: one.remark.after for one in seen.changed}


def apply_in(ports: Ports, unit: Unit, seen: Preview, *, reason: str, actor: str, proposal_id: str) -> None:
    """Do everything that was foreseen, inside a unit of `as_foreseen`; only the papers are left for `papers`.

    Args:
        ports: the outside world.
        unit: the transaction.
        seen: what was foreseen.
        reason: why; every record keeps it.
        actor: who does it.
        proposal_id: under which it is on record.

    Raises:
        NotAllowed: the bank that it makes cannot be loaded.
    """
    now, deed = ports.clock.read().wall, "score.remarked"
    if seen.bank is not None:
        load_in(ports, unit, banks=[seen.bank], actor=actor)
    unit.scores.add_all([one.remark.after for one in seen.changed], actor=actor, at=now)
    told = [(one.header.id, _remarked(one, reason=reason, proposal_id=proposal_id)) for one in seen.changed]
    unit.audit.add_all([AuditRecord(at=now, actor=actor, deed=deed, subject=who, details=what) for who, what in told])
    for one in seen.consequences:
        _follow(ports, unit, one, reason=reason, actor=actor)
    details = _key_changed(seen, reason=reason, proposal_id=proposal_id)
    unit.audit.add(AuditRecord(at=now, actor=actor, deed=CHANGED, subject=seen.request.bank, details=details))


def papers(ports: Ports, seen: Preview, *, reason: str, actor: str) -> Papers:
    """Issue and correct the certificates of what was applied; one that is refused holds up no other."""
    done: list[CertificateRecord] = []
    troubles: list[Trouble] = []
    for one in seen.consequences:
        try:
            done += _paper(ports, one, reason=reason, actor=actor)
        except CequizError as error:
            troubles.append(Trouble(one, error))
    return Papers(certificates=tuple(done), troubles=tuple(troubles))


def _is_as_it_was(unit: Unit, effect: Effect) -> bool:
    header, score = unit.attempts.header(effect.header.id), unit.scores.latest(effect.header.id)
    return (
        header is not None
        and score is not None
        and header.standing.status is effect.header.standing.status
        and score.revision == effect.remark.before.revision
    )


def _follow(ports: Ports, unit: Unit, one: Consequence, *, reason: str, actor: str) -> None:
    """Let what was earned follow the new scores."""
    match one.outcome:
        case Outcome.EARNED if one.award is not None:
            regain_in(ports, unit, one.award, actor=actor)
        case Outcome.EARNED:
            earn_in(ports, unit, student_id=one.student_id, course_id=one.course_id, actor=actor)
        case _:
            forfeit(ports, unit, one, because=RE_MARKED, reason=reason, actor=actor)


def _paper(ports: Ports, one: Consequence, *, reason: str, actor: str) -> Iterator[CertificateRecord]:
    match one.outcome:
        case Outcome.EARNED:
            made = settle(ports, student_id=one.student_id, course_id=one.course_id, actor=actor).certificate
            if made is not None and _is_in_force(ports, made):
                yield made
        case Outcome.SUPERSEDED:
            yield correct(ports, one.number, reason=shortened(RE_MARKED, reason), actor=actor)
        case _:
            return


def _is_in_force(ports: Ports, record: CertificateRecord) -> bool:
    with ports.store.read() as unit:
        status = unit.certificates.status(record.number)
    return status is not None and status.status == Life.ISSUED


def _remarked(effect: Effect, *, reason: str, proposal_id: str) -> dict[str, Json]:
    before, after = effect.remark.before, effect.remark.after
    return {
        "revision": after.revision,
        "before": _score(before),
        "after": _score(after),
        "reason": reason,
        "proposal": proposal_id,
    }


def _score(score: Score) -> dict[str, Json]:
    return {
        "earned": str(score.earned),
        "possible": str(score.possible),
        "percent": percent_text(score.percent),
        "passed": score.passed,
    }


def _key_changed(seen: Preview, *, reason: str, proposal_id: str) -> dict[str, Json]:
    kept: Sequence[Json] = [one.header.id for one in seen.effects if one.remark.kept]
    return {
        "before": seen.base.version,
        "version": seen.bank.version if seen.bank else None,
        "changes": [change.to_json() for change in seen.changes],
        "take_away": seen.request.take_away,
        "remarked": len(seen.changed),
        "kept": kept,
        "digest": seen.digest,
        "reason": reason,
        "proposal": proposal_id,
    }
