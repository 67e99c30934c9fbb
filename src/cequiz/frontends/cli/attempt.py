"""`cequiz attempt`: attempts, their time, their events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.frontends.cli.desk import JsonOption, clock_words, desk_of
from cequiz.frontends.cli.noun import example, noun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cequiz.domain.bank.question import Question
    from cequiz.domain.exam.attempt import Attempt
    from cequiz.domain.exam.events import AttemptEvent
    from cequiz.domain.exam.marking import Score
    from cequiz.services.ports import AttemptHeader

app = noun("attempt", about="Attempts: what happened in an exam.", shows="cequiz attempt list")

AttemptId = Annotated[str, typer.Argument(metavar="ID", help="ID of an attempt.")]


@app.command("list", epilog=example("cequiz attempt list --student sample@example.org --json"))
def list_(
    ctx: typer.Context,
    student: Annotated[str | None, typer.Option(help="Only those of this student (ID or e-mail address).")] = None,
    as_json: JsonOption = False,
) -> int:
    """List attempts, oldest first; attempts that ran out are closed first."""
    from cequiz.services import enrolling, grading

    desk = desk_of(ctx)
    student_id = enrolling.student(desk.ports(), student).id if student else None
    headers = grading.attempts(desk.ports(), student_id=student_id)
    if as_json:
        desk.document([_header_record(one) for one in headers])
        return 0
    rows = [
        (
            one.id,
            one.student_id,
            f"{one.course_id}/{one.exam_id}",
            str(one.number),
            str(one.standing.status),
            clock_words(one.started_at),
        )
        for one in headers
    ]
    desk.table(("ID", "STUDENT", "EXAM", "NUMBER", "STATUS", "STARTED"), rows, none="There is no attempt yet.")
    return 0


@app.command(epilog=example("cequiz attempt show A-7K3Q9V2MXA"))
def show(ctx: typer.Context, attempt: AttemptId, as_json: JsonOption = False) -> int:
    """Show an attempt: its state, its score and every item."""
    from cequiz.services import grading

    desk = desk_of(ctx)
    found, score, questions = grading.attempt(desk.ports(), attempt)
    if as_json:
        desk.document(_record(found, score))
        return 0
    desk.fields(_facts(found, score))
    desk.print()
    headings = ("ITEM", "OBJECTIVE", "ANSWER", "EARNED", "FLAGGED")
    desk.table(headings, _item_rows(found, score, questions), none="The form is empty.")
    return 0


@app.command("explain-time", epilog=example("cequiz attempt explain-time A-7K3Q9V2MXA"))
def explain_time(ctx: typer.Context, attempt: AttemptId, as_json: JsonOption = False) -> int:
    """Say when the time of an attempt ends, and every reason for it."""
    from cequiz.frontends.plain.words import duration_words
    from cequiz.services import grading

    desk = desk_of(ctx)
    found, explanation, now = grading.explain_time(desk.ports(), attempt)
    if as_json:
        desk.document(
            {
                "attempt": found.id,
                "status": str(found.status),
                "now": now,
                "deadline": explanation.deadline,
                "suspended": explanation.suspended,
                "reasons": [
                    {
                        "kind": str(reason.kind),
                        "words": reason.words,
                        "seconds": None if reason.amount is None else reason.amount.total_seconds(),
                        "at": reason.at,
                    }
                    for reason in explanation.reasons
                ],
            }
        )
        return 0
    ends = "none" if explanation.deadline is None else clock_words(explanation.deadline)
    desk.fields([("Attempt", found.id), ("Status", str(found.status)), ("Deadline", ends), ("Now", clock_words(now))])
    for reason in explanation.reasons:
        amount = f": {duration_words(reason.amount)}" if reason.amount is not None else ""
        at = f", {clock_words(reason.at)}" if reason.at is not None else ""
        desk.print(f"{reason.words}{amount}{at}")
    return 0


@app.command(epilog=example("cequiz attempt export A-7K3Q9V2MXA > attempt.json"))
def export(ctx: typer.Context, attempt: AttemptId) -> int:
    """Print an attempt's events with their hashes as one JSON document, for an auditor."""
    from cequiz.errors import NotFound

    desk = desk_of(ctx)
    with desk.ports().store.read() as unit:
        events = unit.attempts.events(attempt)
    if not events:
        raise NotFound(f"There is no attempt {attempt}.", hint="`cequiz attempt list` shows what there is.")
    desk.document({"attempt": attempt, "events": [_event_record(event) for event in events]})
    return 0


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

    deadline = attempt.ledger.deadline
    return [
        ("Attempt", attempt.id),
        ("Student", attempt.student_id),
        ("Exam", f"{attempt.exam} (course version {attempt.course_version})"),
        ("Number", str(attempt.number)),
        ("Status", str(attempt.status)),
        ("Started", clock_words(attempt.ledger.started_at)),
        ("Deadline", "none" if deadline is None else clock_words(deadline)),
        ("Finished", "" if attempt.finished_at is None else clock_words(attempt.finished_at)),
        ("Answered", f"{len(attempt.responses)} of {len(attempt.form.items)}"),
        ("Result", score_line(score) if score else "not marked"),
    ]


def _item_rows(attempt: Attempt, score: Score | None, questions: Mapping[str, Question]) -> list[tuple[str, ...]]:
    from cequiz.domain.exam.marking import points_text

    marks = {one.item: one for one in score.marks} if score else {}
    rows: list[tuple[str, ...]] = []
    for item in attempt.form.items:
        mark = marks.get(item.key)
        earned = f"{points_text(mark.earned)} of {points_text(mark.possible)}" if mark else ""
        chosen = ", ".join(questions[item.key].chosen(attempt.responses.get(item.key)))
        rows.append((item.key, item.objective, chosen, earned, "yes" if item.key in attempt.flags else ""))
    return rows


def _event_record(event: AttemptEvent) -> dict[str, object]:
    return {
        "seq": event.seq,
        "kind": str(event.kind),
        "payload": event.payload,
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
