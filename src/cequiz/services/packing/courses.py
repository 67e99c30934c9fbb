"""What a course promises, in a pack: outline, blueprint, approvals, policies, and its items with their evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course, Exam
from cequiz.domain.bank.fields import decimal_text
from cequiz.domain.bank.policies import Navigation, SuspendClock
from cequiz.domain.bank.question import Question, Reference
from cequiz.language import tr, trn
from cequiz.services.corrections import APPLIED, KIND
from cequiz.services.packing.parcel import Packing
from cequiz.services.ports import Ports, Unit


def put_course(packing: Packing, course: Course) -> None:
    """Put in a version of a course: whole, and as tables and text."""
    folder = f"courses/{course.id}@{course.version}"
    packing.json(f"{folder}/course.json", course.to_json())
    packing.lines(f"{folder}/outline.txt", _outline(course))
    packing.lines(f"{folder}/policies.txt", _policies(course))
    packing.table(
        f"{folder}/approvals.csv",
        ("board", "provider_number", "course_number", "title", "hours", "from", "to"),
        [
            (
                one.board,
                one.provider_number,
                one.course_number,
                one.title,
                decimal_text(one.hours),
                one.from_.isoformat(),
                one.to.isoformat(),
            )
            for one in course.approvals
        ],
    )
    packing.table(
        f"{folder}/blueprint.csv",
        ("exam", "objective", "items", "section_floor_percent"),
        [
            (exam.id, objective, count, _floor(exam, objective))
            for exam in course.exams
            for objective, count in exam.blueprint.items()
        ],
    )


def put_bank(packing: Packing, unit: Unit, bank: Bank) -> None:
    """Put in a version of a bank: whole with its figures, and its items with key, references and state of review."""
    folder = f"banks/{bank.id}@{bank.version}"
    packing.json(f"{folder}/bank.json", bank.to_json())
    packing.table(
        f"{folder}/items.csv",
        (
            "item",
            "version",
            "content_hash",
            "type",
            "objective",
            "stem",
            "key",
            "points",
            "references",
            "review",
            "reviewed_by",
            "reviewed_on",
        ),
        [_item(one) for one in bank.items],
    )
    for name, one in bank.figures.items():
        found = unit.figures.get(one.sha256) if one.sha256 else None
        if found is not None:
            ending = "svg" if found.media_type == "image/svg+xml" else "png"
            packing.put(f"{folder}/figures/{name}.{ending}", found.content)


def put_key_changes(packing: Packing, unit: Unit, banks: Collection[str]) -> None:
    """Put in which keys of these banks were corrected after items had been drawn, by whom and why."""
    packing.json(
        "banks/key-changes.json",
        [
            {
                "bank": one.body["bank"],
                "changes": one.body["changes"],
                "reason": one.reason,
                "proposed_by": one.proposer,
                "proposed_at": one.proposed_at,
                "decided_by": one.decider,
                "decided_at": one.decided_at,
            }
            for one in unit.proposals.all()
            if (one.kind, one.state) == (KIND, APPLIED) and one.body["bank"] in banks
        ],
    )


def put_boards(packing: Packing, ports: Ports, courses: Iterable[Course]) -> None:
    """Put in the rules of the boards that approved the courses, each with its source."""
    names = sorted({one.board for course in courses for one in course.approvals})
    packing.json(
        "provider/boards.json",
        [
            {
                "board": name,
                "pack": pack.id,
                "name": pack.name,
                "required_fields": sorted(pack.required),
                "titles": {delivery: list(titles) for delivery, titles in pack.titles.items()},
                "unit": pack.unit,
                "exact_approval": pack.exact_approval,
                "retroactive_days": pack.retroactive_days,
                "keep_years": pack.keep_years,
                "source": pack.source,
                "checked_on": pack.checked_on.isoformat(),
                "note": pack.note,
            }
            for name, pack in ((name, ports.boards.pack(name)) for name in names)
        ],
    )


def _floor(exam: Exam, objective: str) -> str:
    floor = exam.section_floors.get(objective)
    return "" if floor is None else decimal_text(floor)


def _item(question: Question) -> tuple[object, ...]:
    parts = question.parts(None)
    return (
        question.id,
        question.version,
        question.content_hash(),
        question.type,
        question.objective,
        question.stem,
        "; ".join(f"{one.label}: {one.right}" if one.label else one.right for one in parts),
        decimal_text(question.points),
        "; ".join(map(_reference, question.references)),
        str(question.review.status),
        question.review.by,
        question.review.on.isoformat(),
    )


def _reference(found: Reference) -> str:
    return " ".join(part for part in (found.cite, found.doi and f"doi:{found.doi}", found.url) if part)


def _outline(course: Course) -> Iterator[str]:
    yield tr("{title} ({id}, version {version})", title=course.title, id=course.id, version=course.version)
    yield tr(
        "{hours} CE hours of {minutes} minutes; {delivery}",
        hours=decimal_text(course.ce_hours),
        minutes=course.hour_minutes,
        delivery=tr(course.delivery.words()),
    )
    for subject in course.subjects:
        yield tr("Subject: {subject}", subject=subject)
    for one in course.instructors:
        yield tr("Instructor: {who}", who=", ".join(part for part in (one.name, one.credentials) if part))
    if course.scope_statement:
        yield tr("Scope: {words}", words=course.scope_statement)
    for exam in course.exams:
        yield ""
        yield tr("Exam {id}: {title}", id=exam.id, title=exam.title)
        yield from (f"  {objective}: {count}" for objective, count in exam.blueprint.items())


def _policies(course: Course) -> Iterator[str]:
    yield tr("Policies of {title}, version {version}", title=course.title, version=course.version)
    yield tr("Attestation: {words}", words=course.attestation)
    if course.evaluation.required:
        yield tr("An evaluation is asked for before the award; it may be declined.")
    for exam in course.exams:
        yield ""
        yield tr("Exam {id}: {title}", id=exam.id, title=exam.title)
        yield from (f"  {line}" for line in _rules(exam))


def _rules(exam: Exam) -> Iterator[str]:
    yield tr("Pass mark: {percent} %", percent=decimal_text(exam.pass_mark))
    yield tr("Basis of the pass mark: {words}", words=exam.cut_score_basis)
    yield tr("Time limit: {limit}", limit=_span(exam.time_limit) if exam.time_limit else tr("none"))
    yield trn("{count} attempt", "{count} attempts", exam.attempts.limit)
    if exam.attempts.wait:
        yield tr("Waiting time between attempts: {span}", span=_span(exam.attempts.wait))
    forward = exam.navigation is Navigation.FORWARD_ONLY
    yield tr("Questions may not be gone back to.") if forward else tr("Questions may be gone back to.")
    paused = exam.resume.clock is SuspendClock.PAUSES
    yield tr("The clock stands still while the exam is left.") if paused else tr("The clock runs on while it is left.")
    yield tr("Outages give back at most {span}.", span=_span(exam.resume.outage_credit))
    yield tr("Open book.") if exam.open_book else tr("Closed book.")
    yield tr("Required for the award.") if exam.required else tr("Not required for the award.")
    yield tr(
        "Shown afterwards: {after_pass} (passed), {after_fail} (not passed)",
        after_pass=str(exam.review.after_pass),
        after_fail=str(exam.review.after_fail),
    )


def _span(span: timedelta) -> str:
    """Return a span as `1:30:00`: hours, minutes, seconds."""
    seconds = int(span.total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
