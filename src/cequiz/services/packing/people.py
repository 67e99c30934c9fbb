"""What one person did, in a pack: attempts with form, time, answers, marks and events; evaluations; awards.

Nothing here tells of an accommodation: its terms are left out of events, and the explanation of the time names the
limit of the exam and no deadline, for everybody alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from cequiz.domain.bank.question import Question
from cequiz.domain.credential.award import Award
from cequiz.domain.exam.attempt import Attempt
from cequiz.domain.exam.events import AttemptEvent
from cequiz.domain.exam.ledger import Explanation, Reason, ReasonKind, TimeLedger, explain
from cequiz.domain.exam.marking import Mark, Score
from cequiz.domain.people.student import Student
from cequiz.language import tr
from cequiz.services.corrections import KeyChange, as_judged, corrections
from cequiz.services.grading import load_attempt, questions_of
from cequiz.services.packing.parcel import Packing, instant_text
from cequiz.services.ports import AttemptHeader, Ports, Unit

_WITHHELD = frozenset({"accommodation", "factor"})
"""What the terms of an attempt say of an accommodation; earlier versions of cequiz kept the factor beside the rest."""


def put_student(
    packing: Packing,
    unit: Unit,
    student: Student,
    *,
    courses: Iterable[str],
    awards: Iterable[Award],
    ended: Collection[str],
) -> None:
    """Put in a person: name, licences, enrolments, awards and evaluations.

    Args:
        packing: where it goes.
        unit: the records.
        student: whose.
        courses: ids of the courses that the pack is about.
        awards: this student's, those that the pack is about.
        ended: the ids of awards that stand no more.
    """
    wanted = set(courses)
    enrolments = [one for one in unit.enrolments.of(student.id) if one.course_id in wanted]
    packing.json(
        f"students/{student.id}/student.json",
        {
            "id": student.id,
            "name": student.name,
            "email": student.email,
            "licences": [str(one) for one in student.licences],
            "enrolments": [
                {
                    "course": one.course_id,
                    "course_version": one.course_version,
                    "enrolled_at": one.enrolled_at,
                    "cycle": one.cycle,
                    "delivery": one.delivery,
                }
                for one in enrolments
            ],
            "awards": [
                {
                    "id": one.id,
                    "course": one.course_id,
                    "course_version": one.course_version,
                    "cycle": one.cycle,
                    "completed_at": one.completed_at,
                    "percent": str(one.percent),
                    "pass_mark": str(one.pass_mark),
                    "awarded_at": one.awarded_at,
                    "ended": one.id in ended,
                }
                for one in awards
            ],
        },
    )
    given = [
        {
            "course": found.course_id,
            "course_version": found.course_version,
            "cycle": found.cycle,
            "given_at": found.given_at,
            "answers": found.answers,
        }
        for one in enrolments
        for cycle in range(1, one.cycle + 1)
        if (found := unit.evaluations.get(student.id, one.course_id, cycle=cycle)) is not None
    ]
    packing.json(f"students/{student.id}/evaluations.json", given)


def put_attempt(
    packing: Packing, ports: Ports, unit: Unit, header: AttemptHeader, *, changes: Sequence[KeyChange]
) -> frozenset[tuple[str, str]]:
    """Put in an attempt, and return the versions of banks (id and version) that its form was drawn from.

    Args:
        packing: where it goes.
        ports: the outside world.
        unit: the records.
        header: which attempt.
        changes: of keys that are in force; answers stand beside the key that their marks went by.
    """
    attempt = load_attempt(unit, header.id)
    questions, scores = questions_of(unit, attempt), unit.scores.of(attempt.id)
    folder = f"students/{header.student_id}/attempts/{attempt.id}"
    packing.json(f"{folder}/attempt.json", _summary(header, attempt, scores))
    packing.json(
        f"{folder}/form.json", {"seed": attempt.form.seed, "items": [one.to_json() for one in attempt.form.items]}
    )
    packing.json(f"{folder}/time.json", _time(attempt))
    packing.table(
        f"{folder}/answers.csv",
        ("place", "item", "version", "content_hash", "objective", "part", "answer", "right", "earned", "possible"),
        _answers(ports, attempt, questions, scores[-1] if scores else None, changes),
    )
    packing.json(f"{folder}/responses.json", dict(attempt.responses))
    events = unit.attempts.events(attempt.id)
    packing.json(f"{folder}/events.json", [_event(one) for one in events])
    return frozenset((one.bank, one.bank_version) for one in attempt.form.items)


def _summary(header: AttemptHeader, attempt: Attempt, scores: Sequence[Score]) -> dict[str, object]:
    return {
        "id": attempt.id,
        "student": header.student_id,
        "course": header.course_id,
        "course_version": header.course_version,
        "exam": header.exam_id,
        "number": header.number,
        "status": str(attempt.status),
        "started_at": attempt.ledger.started_at,
        "finished_at": attempt.finished_at,
        "attestation": attempt.attestation,
        "events": header.seq,
        "head": header.head.hex(),
        "score": _score(scores[-1]) if scores else None,
        "earlier_scores": [_score(one) for one in scores[:-1]],
    }


def _score(score: Score) -> dict[str, object]:
    return {
        "revision": score.revision,
        "earned": str(score.earned),
        "possible": str(score.possible),
        "pass_mark": str(score.pass_mark),
        "passed": score.passed,
        "cause": str(score.cause),
        "finished_at": score.finished_at,
        "objectives": [
            {
                "objective": one.objective,
                "title": one.title,
                "earned": str(one.earned),
                "possible": str(one.possible),
                "floor": None if one.floor is None else str(one.floor),
                "met": one.met,
            }
            for one in score.objectives
        ],
    }


def _answers(
    ports: Ports,
    attempt: Attempt,
    questions: Mapping[str, Question],
    score: Score | None,
    changes: Sequence[KeyChange],
) -> Iterator[tuple[object, ...]]:
    """Yield a line for each part of each answer; what an item earned stands in the line of its first part."""
    if score is not None:
        attempt, questions = as_judged(attempt, score, questions, corrections(changes, attempt, questions))
    marks: dict[str, Mark] = {one.item: one for one in score.marks} if score else {}
    for place, item in enumerate(attempt.form.items, start=1):
        mark = marks.get(item.key)
        parts = questions[item.key].parts(attempt.responses.get(item.key), ports.lexicon)
        for count, part in enumerate(parts):
            earned = (str(mark.earned), str(mark.possible)) if mark and not count else ("", "")
            same = (place, item.key, item.bank_version, item.content_hash, item.objective)
            yield (*same, part.label, part.given, part.right, *earned)


def _time(attempt: Attempt) -> dict[str, object]:
    started, ended = attempt.ledger.started_at, attempt.finished_at
    return {
        "started_at": started,
        "finished_at": ended,
        "seconds": None if ended is None else (ended - started).total_seconds(),
        "reasons": list(_reasons(explain(_as_anybody(attempt.ledger)))),
    }


def _as_anybody(ledger: TimeLedger) -> TimeLedger:
    """Return a ledger as if nothing had been granted to the person; its deadline may be another, so none is told."""
    return replace(ledger, factor=Fraction(1), untimed=False)


def _reasons(explanation: Explanation) -> Iterator[dict[str, object]]:
    for one in explanation.reasons:
        if one.kind is ReasonKind.CLOSES:  # whether the window cuts off the time depends on how much there was
            continue
        yield {
            "kind": str(one.kind),
            "words": _words(one),
            "seconds": None if one.amount is None else one.amount.total_seconds(),
            "at": instant_text(one.at),
            "until": instant_text(one.until),
        }


def _words(reason: Reason) -> str:
    entry = reason.adjustment or reason.hold
    return reason.words if entry is None else tr("{reason} (by {actor})", reason=entry.reason, actor=entry.actor)


def _event(event: AttemptEvent) -> dict[str, object]:
    payload: dict[str, object] = dict(event.payload)
    terms = payload.get("terms")
    record: dict[str, object] = {
        "seq": event.seq,
        "kind": str(event.kind),
        "at": event.at,
        "wall": event.stamp.wall,
        "boot_us": event.stamp.boot_us,
        "boot_id": event.stamp.boot_id,
        "actor": event.actor,
        "session": event.session,
        "previous": event.previous.hex(),
        "hash": event.hash.hex(),
    }
    if isinstance(terms, Mapping):
        payload["terms"] = {name: value for name, value in terms.items() if name not in _WITHHELD}
        record["withheld"] = ["terms.accommodation"]
    return {**record, "payload": payload}
