"""`cequiz attempt`: attempts, their time, their events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.frontends.cli import attempt_live, attempt_time
from cequiz.frontends.cli.attempt_time import AttemptId
from cequiz.frontends.cli.desk import JsonOption, clock_words, desk_of
from cequiz.frontends.cli.noun import example, noun
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.domain.bank.question import Question
    from cequiz.domain.exam.attempt import Attempt, Response
    from cequiz.domain.exam.events import AttemptEvent
    from cequiz.domain.exam.marking import Score
    from cequiz.domain.exam.study import Topic
    from cequiz.services.ports import AttemptHeader

app = noun("attempt", about="Attempts: what happened in an exam.", shows="cequiz attempt list")


@app.command("list", epilog=example("cequiz attempt list --student sample@example.org --json"))
def list_(
    ctx: typer.Context,
    student: Annotated[str | None, typer.Option(help="Only those of this student (ID or e-mail address).")] = None,
    as_json: JsonOption = False,
) -> int:
    """List attempts, oldest first; attempts that ran out are closed first."""
    from cequiz.frontends.policy_words import attempt_words
    from cequiz.services import enrolling, grading

    desk = desk_of(ctx)
    student_id = enrolling.student(desk.ports(), student).id if student else None
    headers = grading.each_attempt(desk.ports(), student_id=student_id)
    if as_json:
        desk.documents(_header_record(one) for one in headers)
        return 0
    rows = (
        (
            one.id,
            one.student_id,
            f"{one.course_id}/{one.exam_id}",
            str(one.number),
            attempt_words(one.standing.status),
            clock_words(one.started_at),
        )
        for one in headers
    )
    headings = (tr("ID"), tr("STUDENT"), tr("EXAM"), tr("NUMBER"), tr("STATUS"), tr("STARTED"))
    desk.table(headings, rows, none=tr("There is no attempt yet."))
    return 0


@app.command(epilog=example("cequiz attempt show A-7K3Q9V2MXA"))
def show(ctx: typer.Context, attempt: AttemptId, as_json: JsonOption = False) -> int:
    """Show an attempt: its state, its score and every item."""
    from cequiz.frontends.plain.outcome import study_lines
    from cequiz.services import grading, studying

    desk = desk_of(ctx)
    found, score, questions = grading.attempt(desk.ports(), attempt)
    study = studying.study(desk.ports(), attempt)
    if as_json:
        desk.document({**_record(found, score), "study": [_study_record(topic) for topic in study]})
        return 0
    desk.fields(_facts(found, score))
    desk.print()
    headings = (tr("ITEM"), tr("OBJECTIVE"), tr("ANSWER"), tr("EARNED"), tr("FLAGGED"))
    desk.table(headings, _item_rows(found, score, questions), none=tr("The form is empty."))
    for line in ["", *study_lines(study)] if study else []:
        desk.print(line)
    return 0


@app.command(epilog=example("cequiz attempt export A-7K3Q9V2MXA > attempt.json"))
def export(ctx: typer.Context, attempt: AttemptId) -> int:
    """Print an attempt's events with their hashes as one JSON document, for an auditor.

    What was granted to the student as an accommodation is left out, and the document says so.
    """
    from cequiz.errors import NotFound

    desk = desk_of(ctx)
    with desk.ports().store.read() as unit:
        events = unit.attempts.events(attempt)
    if not events:
        raise NotFound(
            tr("There is no attempt {attempt}.", attempt=attempt),
            hint=tr("`cequiz attempt list` shows what there is."),
        )
    desk.document({"attempt": attempt, "events": [_event_record(event) for event in events]})
    return 0


attempt_time.add_to(app)
attempt_live.add_to(app)


def _answer(question: Question, response: Response | None) -> str:
    """Return an answer by the ids of its options, or what fills each place."""
    from cequiz.domain.bank.frames import ChoiceQuestion, SlotQuestion

    if isinstance(question, ChoiceQuestion):
        return ", ".join(question.chosen(response))
    if isinstance(question, SlotQuestion):
        return ", ".join(f"{slot}={value}" for slot, value in question.filled(response).items())
    return ""


def exported(event: AttemptEvent) -> tuple[dict[str, object], list[str]]:
    """Return an event's payload as it leaves the house, and the names of what is left out of it.

    An accommodation is nobody's business who reads an exam's record; earlier versions of cequiz kept its factor beside
    the other terms.
    """
    payload: dict[str, object] = dict(event.payload)
    terms = payload.get("terms")
    if not isinstance(terms, Mapping):
        return payload, []
    kept = {name: value for name, value in terms.items() if name not in {"accommodation", "factor"}}
    return {**payload, "terms": kept}, ["terms.accommodation"]


def _header_record(header: AttemptHeader) -> dict[str, object]:
    return {
        "id": header.id,
        "student": header.student_id,
        "exam": f"{header.course_id}/{header.exam_id}",
        "course_version": header.course_version,
        "number": header.number,
        "status": str(header.standing.status),
        "started_at": header.started_at,
        "deadline": header.standing.deadline,
        "finished_at": header.standing.finished_at,
        "events": header.seq,
        "head": header.head.hex(),
    }


def _record(attempt: Attempt, score: Score | None) -> dict[str, object]:
    marks = {one.item: one for one in score.marks} if score else {}
    return {
        "id": attempt.id,
        "student": attempt.student_id,
        "exam": attempt.exam,
        "course_version": attempt.course_version,
        "number": attempt.number,
        "status": str(attempt.status),
        "started_at": attempt.ledger.started_at,
        "deadline": attempt.ledger.deadline,
        "finished_at": attempt.finished_at,
        "seed": attempt.form.seed,
        "events": attempt.seq,
        "head": attempt.head.hex(),
        "score": _score_record(score) if score else None,
        "items": [
            {
                **item.to_json(),
                "response": attempt.responses.get(item.key),
                "flagged": item.key in attempt.flags,
                "earned": str(marks[item.key].earned) if item.key in marks else None,
            }
            for item in attempt.form.items
        ],
        "challenges": attempt.challenges,
    }


def _study_record(topic: Topic) -> dict[str, object]:
    return {
        "objective": topic.score.objective,
        "title": topic.score.title,
        "earned": str(topic.score.earned),
        "possible": str(topic.score.possible),
        "references": [reference.model_dump(exclude_none=True) for reference in topic.references],
    }


def _score_record(score: Score) -> dict[str, object]:
    return {
        "revision": score.revision,
        "earned": str(score.earned),
        "possible": str(score.possible),
        "pass_mark": str(score.pass_mark),
        "passed": score.passed,
        "objectives": [
            {
                "objective": part.objective,
                "title": part.title,
                "earned": str(part.earned),
                "possible": str(part.possible),
                "floor": None if part.floor is None else str(part.floor),
                "met": part.met,
            }
            for part in score.objectives
        ],
    }


def _facts(attempt: Attempt, score: Score | None) -> list[tuple[str, str]]:
    from cequiz.frontends.plain.outcome import score_line
    from cequiz.frontends.policy_words import attempt_words

    answered, items = len(attempt.responses), len(attempt.form.items)
    held = attempt.ledger.held
    version = tr("{exam} (course version {version})", exam=attempt.exam, version=attempt.course_version)
    return [
        (tr("Attempt"), attempt.id),
        (tr("Student"), attempt.student_id),
        (tr("Exam"), version),
        (tr("Number"), str(attempt.number)),
        (tr("Status"), attempt_words(attempt.status)),
        (tr("Started"), clock_words(attempt.ledger.started_at)),
        (tr("Deadline"), attempt_time.deadline_line(attempt.ledger.deadline, stands_still=_stands_still(attempt))),
        *([(tr("Suspended"), held.reason)] if held is not None else []),
        (tr("Finished"), "" if attempt.finished_at is None else clock_words(attempt.finished_at)),
        (tr("Answered"), tr("{done} of {all}", done=answered, all=items)),
        (tr("Result"), score_line(score) if score else tr("not marked")),
    ]


def _stands_still(attempt: Attempt) -> bool:
    return attempt_time.stands_still(attempt.ledger)


def _item_rows(attempt: Attempt, score: Score | None, questions: Mapping[str, Question]) -> list[tuple[str, ...]]:
    from cequiz.frontends.dates import points

    marks = {one.item: one for one in score.marks} if score else {}
    rows: list[tuple[str, ...]] = []
    for item in attempt.form.items:
        mark = marks.get(item.key)
        earned = tr("{done} of {all}", done=points(mark.earned), all=points(mark.possible)) if mark else ""
        answer = _answer(questions[item.key], attempt.responses.get(item.key))
        rows.append((item.key, item.objective, answer, earned, tr("yes") if item.key in attempt.flags else ""))
    return rows


def _event_record(event: AttemptEvent) -> dict[str, object]:
    payload, withheld = exported(event)
    record: dict[str, object] = {
        "seq": event.seq,
        "kind": str(event.kind),
        "payload": payload,
        "at": event.at,
        "wall": event.stamp.wall,
        "boot_us": event.stamp.boot_us,
        "boot_id": event.stamp.boot_id,
        "actor": event.actor,
        "session": event.session,
        "key": event.key,
        "previous": event.previous.hex(),
        "hash": event.hash.hex(),
    }
    return {**record, "withheld": withheld} if withheld else record
