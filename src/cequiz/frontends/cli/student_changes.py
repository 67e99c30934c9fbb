"""`cequiz student import`, `correct`, `enrol`, `renew` and `accommodate`: what the office changes about people."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cequiz.frontends.cli.desk import JsonOption, clock_words, desk_of, iso
from cequiz.frontends.cli.noun import example
from cequiz.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cequiz.domain.people.accommodation import Accommodation
    from cequiz.domain.people.student import Student
    from cequiz.services.ports import AccommodationRecord, Enrolment

Who = Annotated[str, typer.Argument(metavar="ID", help="ID or e-mail address of a student.")]


class Factor(StrEnum):
    """The factors that are granted, as they are typed."""

    NONE = "1"
    QUARTER = "1.25"
    HALF = "1.5"
    DOUBLE = "2"


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    app.command("import", epilog=example("cequiz student import class-of-november.csv"))(import_)
    app.command("correct", epilog=example('cequiz student correct sample@example.org --name "Sample Q. Student"'))(
        correct
    )
    app.command("enrol", epilog=example("cequiz student enrol sample@example.org essential-assessments"))(enrol)
    app.command("renew", epilog=example("cequiz student renew sample@example.org essential-assessments"))(renew)
    app.command(
        "accommodate",
        epilog=example('cequiz student accommodate sample@example.org --factor 1.5 --breaks --reason "letter on file"'),
    )(accommodate)


def import_(
    ctx: typer.Context,
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="CSV with the columns name, email and, if wanted, licences (FL:1;CA:2)."),
    ],
    as_json: JsonOption = False,
) -> int:
    """Add everybody in a CSV file and print their new ids; with any error nobody is added."""
    from cequiz.domain.people.roll import read_roll
    from cequiz.services import rolling

    desk = desk_of(ctx)
    newcomers, slips = read_roll(_text_of(file))
    students: tuple[Student, ...] = ()
    if not slips:
        students, slips = rolling.take_in(desk.ports(), newcomers, actor=desk.actor)
    if slips:
        for slip in slips:
            desk.print(f"{file}:{slip.line}:{slip.column}: error {slip.words}")
        desk.say(tr("Nobody was added: correct the errors first."))
        return 1
    if as_json:
        desk.document([student_record(one) for one in students])
        return 0
    for one in students:
        desk.print(one.id)
    return 0


def correct(
    ctx: typer.Context,
    student: Who,
    name: Annotated[str | None, typer.Option(help="The name as on the licence.")] = None,
    email: Annotated[str | None, typer.Option(help="The e-mail address.")] = None,
    licence: Annotated[
        list[str] | None,
        typer.Option(help="STATE:NUMBER; all licences that there are, each given once."),
    ] = None,
    no_licence: Annotated[bool, typer.Option("--no-licence", help="There is no licence.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Correct what is written about a student; certificates that were issued keep what they say."""
    from cequiz.domain.people.student import parse_licence
    from cequiz.errors import WrongUsage
    from cequiz.services import rolling

    desk = desk_of(ctx)
    if licence and no_licence:
        raise WrongUsage(tr("There cannot be a licence and none."), hint=tr("Nothing was changed."))
    licences = [parse_licence(one) for one in licence] if licence else ([] if no_licence else None)
    after = rolling.correct(
        desk.ports(), student_id=student, name=name, email=email, licences=licences, actor=desk.actor
    )
    if as_json:
        desk.document(student_record(after))
        return 0
    desk.fields(
        [
            (tr("ID"), after.id),
            (tr("Name"), after.name),
            (tr("E-mail"), after.email),
            (tr("Licences"), ", ".join(map(str, after.licences)) or tr("none")),
        ]
    )
    return 0


def enrol(
    ctx: typer.Context,
    student: Who,
    course: Annotated[str, typer.Argument(metavar="COURSE", help="ID of a course.")],
    as_json: JsonOption = False,
) -> int:
    """Enrol a student in a course, also where it takes nobody by itself, and print the enrolment's id."""
    from cequiz.services import enrolling

    desk = desk_of(ctx)
    made = enrolling.enrol(desk.ports(), student_id=student, course_id=course, actor=desk.actor)
    if as_json:
        desk.document(enrolment_record(made))
    else:
        desk.print(made.id)
    return 0


def renew(
    ctx: typer.Context,
    student: Who,
    course: Annotated[str, typer.Argument(metavar="COURSE", help="ID of a course.")],
    as_json: JsonOption = False,
) -> int:
    """Let a student earn a course again in its next renewal cycle, and print the cycle; what was earned stays."""
    from cequiz.services import enrolling

    desk = desk_of(ctx)
    made = enrolling.renew(desk.ports(), student_id=student, course_id=course, actor=desk.actor)
    if as_json:
        desk.document(enrolment_record(made))
    else:
        desk.print(str(made.cycle))
    return 0


def accommodate(
    ctx: typer.Context,
    student: Who,
    *,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it stays with the person's record.")],
    factor: Annotated[Factor | None, typer.Option(help="What every time limit is multiplied by.")] = None,
    untimed: Annotated[bool, typer.Option("--untimed", help="No time limit at all, in the place of a factor.")] = False,
    breaks: Annotated[
        bool | None, typer.Option("--breaks/--no-breaks", help="The clock stands still while the exam is left.")
    ] = None,
    spacious: Annotated[
        bool | None, typer.Option("--spacious/--no-spacious", help="A blank line between the options.")
    ] = None,
    plain: Annotated[
        bool | None, typer.Option("--plain/--no-plain", help="Line mode, as screen readers like it.")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Grant an accommodation as a new version; what is not named stays. Exams that run already keep their terms."""
    from dataclasses import replace
    from fractions import Fraction

    from cequiz.errors import WrongUsage
    from cequiz.services import accommodating

    desk = desk_of(ctx)
    if untimed and factor is not None:
        raise WrongUsage(tr("Either a factor or no time limit is granted."), hint=tr("Nothing was changed."))
    wanted: dict[str, Any] = {"breaks": breaks, "spacious": spacious, "plain": plain}
    profile = accommodating.profile_of(desk.ports(), student)
    if untimed:
        profile = replace(profile, factor=Fraction(1), untimed=True)
    elif factor is not None:
        profile = replace(profile, factor=Fraction(factor.value), untimed=False)
    profile = replace(profile, **{what: value for what, value in wanted.items() if value is not None})
    granted = accommodating.grant(desk.ports(), student_id=student, profile=profile, reason=reason, actor=desk.actor)
    if as_json:
        desk.document(_version_record(granted))
    else:
        version = tr("Version {version}: {what}", version=granted.version, what=profile_words(granted.profile))
        desk.print(version)
    return 0


def enrolment_record(made: Enrolment) -> dict[str, object]:
    """Return an enrolment as JSON values."""
    return {
        "id": made.id,
        "student": made.student_id,
        "course": made.course_id,
        "course_version": made.course_version,
        "enrolled_at": iso(made.enrolled_at),
        "cycle": made.cycle,
    }


def student_record(student: Student) -> dict[str, object]:
    """Return a student as JSON values, without what was granted."""
    return {
        "id": student.id,
        "name": student.name,
        "email": student.email,
        "licences": [{"state": one.state, "number": one.number} for one in student.licences],
    }


def profile_words(profile: Accommodation) -> str:
    """Return what an accommodation grants, in words."""
    words = [
        *([tr("{factor} times the limit", factor=f"{float(profile.factor):g}")] if profile.factor != 1 else []),
        *([tr("no time limit")] if profile.untimed else []),
        *([tr("stop-clock breaks")] if profile.breaks else []),
        *([tr("large spacing")] if profile.spacious else []),
        *([tr("line mode")] if profile.plain else []),
    ]
    return ", ".join(words) or tr("none")


def version_rows(student: Student, versions: Sequence[AccommodationRecord]) -> list[tuple[str, ...]]:
    """Return every version of a student's accommodation as rows; version 0 is what an earlier cequiz kept."""
    from cequiz.domain.people.accommodation import Accommodation

    rows: list[tuple[str, ...]] = []
    if student.factor != 1:
        rows.append(("0", profile_words(Accommodation(factor=student.factor)), "", "", ""))
    for one in versions:
        rows.append((str(one.version), profile_words(one.profile), clock_words(one.at), one.actor, one.reason))
    return rows


def version_records(student: Student, versions: Sequence[AccommodationRecord]) -> list[dict[str, object]]:
    """Return every version as JSON values."""
    first: list[dict[str, object]] = [{"version": 0, "factor": str(student.factor)}] if student.factor != 1 else []
    return [*first, *(_version_record(one) for one in versions)]


def _version_record(record: AccommodationRecord) -> dict[str, object]:
    return {
        "version": record.version,
        **record.profile.to_json(),
        "reason": record.reason,
        "actor": record.actor,
        "at": iso(record.at),
    }


def _text_of(file: str) -> str:
    from cequiz.errors import NotFound, WrongUsage

    try:
        return Path(file).read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise WrongUsage(tr("{file} is not UTF-8 text.", file=file), hint=tr("Save it as UTF-8.")) from None
    except (OSError, ValueError):
        raise NotFound(tr("There is no file {file} that can be read.", file=file), hint=tr("Check the name.")) from None
