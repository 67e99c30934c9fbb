"""`cequiz student correct`, `enrol`, `renew` and `accommodate`: what the office changes about people."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cequiz.frontends.cli.desk import JsonOption, clock_words, desk_of, iso
from cequiz.frontends.cli.noun import example
from cequiz.frontends.profile_words import profile_words
from cequiz.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cequiz.domain.people.student import Student
    from cequiz.frontends.cli.desk import Desk
    from cequiz.services.ports import AccommodationRecord, Enrolment

Who = Annotated[str, typer.Argument(metavar="ID", help="ID or e-mail address of a student.")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept in the audit record.")]


class Factor(StrEnum):
    """The factors that are granted, as they are typed."""

    NONE = "1"
    QUARTER = "1.25"
    HALF = "1.5"
    DOUBLE = "2"


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    app.command("correct", epilog=example('cequiz student correct sample@example.org --name "Sample Q. Student"'))(
        correct
    )
    app.command("enrol", epilog=example("cequiz student enrol sample@example.org essential-assessments"))(enrol)
    app.command("renew", epilog=example("cequiz student renew sample@example.org essential-assessments"))(renew)
    app.command(
        "accommodate",
        epilog=example('cequiz student accommodate sample@example.org --factor 1.5 --breaks --reason "letter on file"'),
    )(accommodate)


def correct(
    ctx: typer.Context,
    student: Who,
    *,
    name: Annotated[str | None, typer.Option(help="The name as on the licence.")] = None,
    email: Annotated[str | None, typer.Option(help="The e-mail address.")] = None,
    licence: Annotated[
        list[str] | None,
        typer.Option(help="STATE:NUMBER; all licences that there are, each given once."),
    ] = None,
    no_licence: Annotated[bool, typer.Option("--no-licence", help="There is no licence.")] = False,
    reissue: Annotated[
        bool, typer.Option("--reissue", help="Issue the certificates in force that show the old facts anew.")
    ] = False,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why; it is kept with the correction, and with what is issued anew.")
    ] = "",
    as_json: JsonOption = False,
) -> int:
    """Correct what is written about a student; certificates that were issued keep what they say, or are issued anew."""
    from cequiz.domain.people.student import parse_licence
    from cequiz.errors import WrongUsage
    from cequiz.services import licensing, rolling

    desk = desk_of(ctx)
    if licence and no_licence:
        raise WrongUsage(tr("There cannot be a licence and none."), hint=tr("Nothing was changed."))
    licences = [parse_licence(one) for one in licence] if licence else ([] if no_licence else None)
    after = rolling.correct(
        desk.ports(), student_id=student, name=name, email=email, licences=licences, reason=reason, actor=desk.actor
    )
    say_warnings(desk, licensing.warnings(desk.ports(), licences or (), of=after.id))
    touched = [one.number for one in rolling.certificates_touched(desk.ports(), after.id)]
    made = rolling.reissue(desk.ports(), touched, reason=reason, actor=desk.actor) if reissue else ()
    if as_json:
        numbers = [one.number for one in made]
        desk.document({**student_record(after), "certificates_touched": touched, "reissued": numbers})
        return 0
    desk.fields(
        [
            (tr("ID"), after.id),
            (tr("Name"), after.name),
            (tr("E-mail"), after.email),
            (tr("Licences"), ", ".join(map(str, after.licences)) or tr("none")),
        ]
    )
    for one in made:
        desk.say(tr("{new} takes the place of {old}.", new=one.number, old=one.facts.supersedes))
    if touched and not made:
        desk.say(
            tr(
                "These certificates in force show something else: {numbers}. "
                "`cequiz certificate correct NUMBER` issues one anew, `student correct --reissue` does it at once.",
                numbers=", ".join(touched),
            )
        )
    return 0


def enrol(
    ctx: typer.Context,
    student: Who,
    course: Annotated[str | None, typer.Argument(metavar="COURSE", help="ID of a course.")] = None,
    code: Annotated[
        str | None, typer.Option(metavar="CODE", help="An enrolment code, in the place of a course.")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Enrol a student in a course, also where it takes nobody by itself, and print the enrolment's id."""
    from cequiz.errors import WrongUsage
    from cequiz.services import advising, coding, enrolling

    desk = desk_of(ctx)
    ports = desk.ports()
    if code is not None and course is None:
        advice = advising.advice_for_code(ports, student_id=student, typed=code)
        say_all(desk, advice)
        made = coding.redeem(ports, student_id=student, typed=code, actor=desk.actor)
    elif course is not None and code is None:
        advice = advising.advice_for(ports, student_id=student, course_id=course)
        say_all(desk, advice)
        made = enrolling.enrol(ports, student_id=student, course_id=course, actor=desk.actor)
    else:
        raise WrongUsage(tr("Name a course, or give a code with --code."), hint=tr("Nothing was changed."))
    if as_json:
        desk.document({**enrolment_record(made), "advice": advice})
    else:
        desk.print(made.id)
    return 0


def renew(
    ctx: typer.Context,
    student: Who,
    course: Annotated[str, typer.Argument(metavar="COURSE", help="ID of a course.")],
    reason: Why = "",
    as_json: JsonOption = False,
) -> int:
    """Let a student earn a course again in its next renewal cycle, and print the cycle; what was earned stays."""
    from cequiz.services import enrolling

    desk = desk_of(ctx)
    made = enrolling.renew(desk.ports(), student_id=student, course_id=course, actor=desk.actor, reason=reason)
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
        "delivery": made.delivery or None,
    }


def say_all(desk: Desk, sentences: Sequence[str]) -> None:
    """Say what somebody should know before they go on."""
    for words in sentences:
        desk.say(words)


def say_warnings(desk: Desk, warnings: Sequence[str]) -> None:
    """Say what looks odd and was kept all the same."""
    for words in warnings:
        desk.say(tr("Warning: {words}", words=words))


def student_record(student: Student) -> dict[str, object]:
    """Return a student as JSON values, without what was granted."""
    return {
        "id": student.id,
        "name": student.name,
        "email": student.email,
        "licences": [{"state": one.state, "number": one.number} for one in student.licences],
    }


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
