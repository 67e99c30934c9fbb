"""`cequiz demo`: the whole way without a keyboard, on a store that is thrown away.

Everything is sat, marked and drawn by the same services as in earnest. The student is fictional, no provider is set,
so the certificate is a SPECIMEN.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.frontends.cli.desk import Desk, desk_of
from cequiz.frontends.cli.noun import example
from cequiz.language import tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cequiz.domain.bank.course import Course, Exam
    from cequiz.domain.bank.question import Question
    from cequiz.domain.canonical import Json
    from cequiz.domain.people.student import Student
    from cequiz.services.ports import Ports

_ONE_WRONG_IN = 9
"""Every so many-th answer is a wrong one, so that the result shows both kinds; any usual pass mark is reached."""


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    app.command("demo", epilog=example("cequiz demo --out certificates"))(demo)


def demo(
    ctx: typer.Context,
    out: Annotated[Path, typer.Option(help="Folder for the SPECIMEN certificate.")] = Path("cequiz-demo"),
) -> int:
    """Walk the whole way on a throw-away store: load, enrol, sit, pass, draw a SPECIMEN certificate, verify it."""
    import tempfile

    from cequiz.bootstrap import House
    from cequiz.settings import Settings

    desk = desk_of(ctx)
    _check_writable(out)
    with tempfile.TemporaryDirectory(prefix="cequiz-demo-") as folder:
        settings = Settings(home=Path(folder) / "home", database_url=None, user=desk.settings.user)
        house = House(settings, clock=desk.house.clock)
        try:
            return walk(desk, house.ports(), out=out.absolute(), actor=settings.actor)
        finally:
            house.close()


def _check_writable(folder: Path) -> None:
    """Make the folder and try a file in it, so that nobody waits for a walk whose end cannot be written.

    Raises:
        EnvironmentFailed: nothing can be written there.
    """
    import tempfile

    from cequiz.errors import EnvironmentFailed

    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise EnvironmentFailed(
            tr("Nothing can be written to {folder}: {reason}.", folder=folder, reason=error.strerror),
            hint=tr("Choose another folder with --out."),
        ) from None


def walk(desk: Desk, ports: Ports, *, out: Path, actor: str) -> int:
    """Walk through every step and print it; return 0 when everything came out as it should."""
    from cequiz.services import auditing

    course = _course(desk, ports)
    student = _student(desk, ports, actor)
    for exam in course.exams:
        _sit(desk, ports, student, course, exam, actor)
    _evaluate(desk, ports, student, course, actor)
    good = _certificate(desk, ports, student, course, out, actor)
    report = auditing.verify(ports)
    counts = {"chains": report.chains, "records": report.records, "differing": len(report.findings)}
    if report.findings:
        words = tr("Records: {chains} chains with {records} records were recomputed, {differing} differ", **counts)
    else:
        words = tr("Records: {chains} chains with {records} records were recomputed, all are whole", **counts)
    desk.print(words)
    return 0 if good and not report.findings else 1


def _course(desk: Desk, ports: Ports) -> Course:
    from cequiz.domain.bank.fields import decimal_text
    from cequiz.errors import NotFound

    with ports.store.read() as unit:
        versions = unit.courses.versions()
        course = unit.courses.latest(versions[0].id) if versions else None
        if course is None:
            raise NotFound(tr("No course came with this cequiz."), hint=tr("Install it again."))
        banks = {bank for exam in course.exams for bank in exam.banks}
        questions = sum(version.questions for version in unit.banks.versions() if version.id in banks)
    desk.print(
        tr(
            "Loaded: {title} ({hours} CE hours, {banks} banks, {questions} questions)",
            title=course.title,
            hours=decimal_text(course.ce_hours),
            banks=len(banks),
            questions=questions,
        )
    )
    return course


def _student(desk: Desk, ports: Ports, actor: str) -> Student:
    from cequiz.domain.people.student import Licence
    from cequiz.services import enrolling

    student = enrolling.register(
        ports,
        name="Sample Student",
        email="sample.student@example.org",
        licences=[Licence("FL", "MA00000")],
        actor=actor,
    )
    desk.print(tr("Registered: {name}, licence {licence} (fictional)", name=student.name, licence=student.licences[0]))
    return student


def _sit(desk: Desk, ports: Ports, student: Student, course: Course, exam: Exam, actor: str) -> None:
    from cequiz.frontends.plain.outcome import score_line
    from cequiz.services import starting

    hold = starting.start(ports, student_id=student.id, exam_ref=f"{course.id}/{exam.id}", attested=True, actor=actor)
    items = hold.attempt.form.items
    for place, item in enumerate(items, start=1):
        # A floor of its own can be missed with two wrong answers, and the draw may put both there.
        wrong = place % _ONE_WRONG_IN == 0 and item.objective not in exam.section_floors
        hold.answer(item.key, _response(hold.questions[item.key], wrong=wrong))
    saved = len(hold.attempt.responses)
    score = hold.submit()
    desk.print(
        tr(
            "Sat: {title}, {saved} of {number} answers saved. {score}",
            title=exam.title,
            saved=saved,
            number=len(items),
            score=score_line(score),
        )
    )


def _response(question: Question, *, wrong: bool) -> Mapping[str, Json]:
    from cequiz.domain.bank.frames import ChoiceQuestion

    key = question.key()
    if not wrong or not isinstance(question, ChoiceQuestion):
        return key
    others = [choice.id for choice in question.choices() if choice.id not in question.chosen(key)]
    return question.respond(others[:1]) if others else key


def _evaluate(desk: Desk, ports: Ports, student: Student, course: Course, actor: str) -> None:
    from cequiz.services.evaluating import evaluate

    answers: dict[str, Json] = {one.id: one.scale or "A demonstration." for one in course.evaluation.questions}
    evaluate(ports, student_id=student.id, course_id=course.id, answers=answers, actor=actor)
    desk.print(tr("Evaluated: {number} questions answered", number=len(answers)))


def _certificate(desk: Desk, ports: Ports, student: Student, course: Course, out: Path, actor: str) -> bool:
    from cequiz.services import issuing, papers, verifying

    settlement = issuing.settle(ports, student_id=student.id, course_id=course.id, actor=actor)
    if settlement.award is None:
        desk.print(tr("Not earned: {missing}", missing=" ".join(settlement.progress.missing)))
        return False
    desk.print(tr("Earned: {title}", title=course.title))
    drawn = papers.specimen(ports, student_id=student.id, course_id=course.id)
    path = papers.write_file(ports, drawn, folder=out)
    found = verifying.verify_file(ports, path.read_bytes())
    standing = str(found.verdict.standing)
    desk.print(
        tr(
            "Verified: {number} printed fields, {standing} (no provider is set)",
            number=len(found.fields),
            standing=standing.upper(),
        )
    )
    desk.print(tr("Certificate: {path}", path=path))
    return standing == "specimen"
