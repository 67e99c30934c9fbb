"""`cequiz course`: loading and looking at courses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.frontends.cli import bank_retire
from cequiz.frontends.cli.desk import JsonOption, clock_words, desk_of
from cequiz.frontends.cli.noun import example, noun
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.domain.bank.course import Course, Exam
    from cequiz.services.supplying import Supply

app = noun("course", about="Courses: load, look at.", shows="cequiz course show essential-assessments")


@app.command(epilog=example("cequiz course load question_banks"))
def load(
    ctx: typer.Context,
    path: Annotated[
        str, typer.Argument(metavar="PATH", help="A course file, or a folder with courses and their banks.")
    ],
    as_json: JsonOption = False,
) -> int:
    """Load a course, with the banks beside it; nothing is loaded when any file has an error."""
    from cequiz.errors import KeysContradicted, NotFound
    from cequiz.frontends.cli.bank import say_loaded
    from cequiz.frontends.cli.files import is_there, read_sound, say_contradicted
    from cequiz.services import loading

    desk = desk_of(ctx)
    is_file = is_there(path) and not Path(path).is_dir()
    beside = path.removesuffix(Path(path).name) or "."
    reading = read_sound(desk, [path, beside] if is_file else [path], as_json=as_json)
    if reading is None:
        return 1
    chosen = [one for one in reading.courses if not is_file or one.path.samefile(path)]
    if not chosen:
        raise NotFound(
            tr("{path} holds no course.", path=path), hint=tr("A course file says `format: cequiz-course/1`.")
        )
    needed = {bank for one in chosen for exam in one.course.exams for bank in exam.banks}
    needed |= {bank for one in chosen for bank in one.course.practice_banks}
    sources = [one for one in reading.banks if one.bank.id in needed]
    try:
        loaded = loading.load(
            desk.ports(),
            banks=[one.bank for one in sources],
            courses=[one.course for one in chosen],
            figures=[figure for one in sources for figure in one.figure_files()],
            actor=desk.actor,
        )
    except KeysContradicted as error:
        return say_contradicted(desk, error, sources, as_json=as_json)
    say_loaded(desk, loaded, as_json=as_json)
    return 0


@app.command("list", epilog=example("cequiz course list --json"))
def list_(ctx: typer.Context, as_json: JsonOption = False) -> int:
    """List every loaded version."""
    desk = desk_of(ctx)
    with desk.ports().store.read() as unit:
        versions, retired = unit.courses.versions(), unit.retirements.retired("course")
    if as_json:
        desk.document([{**vars(one), "retired": (one.id, one.version) in retired} for one in versions])
        return 0
    rows = [
        (
            one.id,
            one.version,
            tr("retired") if (one.id, one.version) in retired else tr("in use"),
            one.ce_hours,
            clock_words(one.loaded_at),
            one.title,
        )
        for one in versions
    ]
    headings = (tr("ID"), tr("VERSION"), tr("STATE"), tr("CE HOURS"), tr("LOADED"), tr("TITLE"))
    desk.table(headings, rows, none=tr("No course is loaded."))
    return 0


@app.command(epilog=example("cequiz course show essential-assessments"))
def show(
    ctx: typer.Context,
    course: Annotated[str, typer.Argument(metavar="ID", help="ID of a course, or ID@VERSION; the newest one else.")],
    as_json: JsonOption = False,
) -> int:
    """Show a loaded course, its exams, and what their blueprints need and the banks in use have."""
    from cequiz.frontends.cli.files import stored_course
    from cequiz.services import supplying

    desk = desk_of(ctx)
    found = stored_course(desk, course)
    if as_json:
        desk.document({**found.to_json(), "content_hash": found.content_hash()})
        return 0
    desk.fields(_facts(found))
    desk.print()
    headings = (
        tr("EXAM"),
        tr("QUESTIONS"),
        tr("TIME"),
        tr("PASS MARK"),
        tr("ATTEMPTS"),
        tr("REQUIRED"),
        tr("TITLE"),
    )
    desk.table(headings, [_exam_row(found, exam) for exam in found.exams], none=tr("The course has no exam."))
    desk.print()
    supply = [_supply_row(found, one) for one in supplying.supplies(desk.ports(), found)]
    needs = (tr("EXAM"), tr("OBJECTIVE"), tr("NEEDED"), tr("APPROVED"), tr("OTHERS"), "")
    desk.table(needs, supply, none="")
    return 0


@app.command(epilog=example("cequiz course schema > question_banks/schema/course-1.json"))
def schema(ctx: typer.Context) -> int:
    """Print the JSON Schema of a course file, for editors."""
    from cequiz.domain.bank.course import course_schema

    desk_of(ctx).document(course_schema())
    return 0


bank_retire.add_to_courses(app)


def _facts(course: Course) -> list[tuple[str, str]]:
    from cequiz.domain.bank.fields import decimal_text
    from cequiz.frontends.policy_words import enrolment_words
    from cequiz.frontends.practice_words import practice_policy

    return [
        (tr("ID"), course.id),
        (tr("Version"), course.version),
        (tr("Title"), course.title),
        (tr("CE hours"), decimal_text(course.ce_hours)),
        (tr("Delivery"), tr(course.delivery.words())),
        (tr("Subjects"), ", ".join(course.subjects)),
        (tr("Instructors"), ", ".join(one.name for one in course.instructors)),
        (tr("Approvals"), ", ".join(one.board for one in course.approvals) or tr("none")),
        (tr("Enrolment"), enrolment_words(course.enrolment)),
        (tr("Practice"), practice_policy(course)),
        (tr("Content hash"), course.content_hash()),
    ]


def _supply_row(course: Course, one: Supply) -> tuple[str, ...]:
    short = tr("too few") if one.approved < one.needed else ""
    numbers = (str(one.needed), str(one.approved), str(one.others))
    return (f"{course.id}/{one.exam_id}", one.objective, *numbers, short)


def _exam_row(course: Course, exam: Exam) -> tuple[str, ...]:
    from cequiz.frontends.dates import duration_words, percent

    limit = tr("none") if exam.time_limit is None else duration_words(exam.time_limit)
    return (
        f"{course.id}/{exam.id}",
        str(exam.length),
        limit,
        percent(exam.pass_mark),
        str(exam.attempts.limit),
        tr("yes") if exam.required else tr("no"),
        exam.title,
    )
