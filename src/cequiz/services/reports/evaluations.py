"""`report evaluations`: what students said of a course, without saying who.

Comments stand by themselves, sorted by their words, so that neither their order nor a neighbour leads to a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from cequiz.domain.bank.course import Course
from cequiz.domain.bank.policies import EvaluationQuestion
from cequiz.domain.canonical import Json
from cequiz.domain.report import Align, Column, Report
from cequiz.language import tr, trn
from cequiz.services.ports import Evaluation, Ports
from cequiz.services.reports.periods import ALWAYS, Period, about, house, newest_course
from cequiz.services.reports.results import mean
from cequiz.services.reports.roster import courses_of


def evaluations(ports: Ports, *, course_id: str, period: Period = ALWAYS) -> Report:
    """Return the evaluations of a course that were given or declined in a period; questions of all versions asked.

    Raises:
        NotFound: there is no such course.
    """
    with ports.store.read() as unit:
        here = house(ports, unit)
        course = newest_course(unit, course_id)
        found = unit.reports.evaluations(course_id, period.stretch(here.zone))
        taught = courses_of(unit)
        versions = dict.fromkeys(one.course_version for one in found)
        asked = _asked([*filter(None, (taught(course_id, one) for one in versions)), course])
    given = [one.answers for one in found if one.answers is not None]
    declined = len(found) - len(given)
    rows = [row for question in asked for row in _rows(question, given)]
    return Report(
        id="evaluations",
        title=tr("Course evaluations"),
        made_at=here.now,
        covers=about(period, course),
        columns=_columns(),
        rows=rows if found else (),
        notes=(_counted(found, declined), tr("The scales go from 1 up. Names are not part of this report."))
        if found
        else (),
        summary={"given": len(given), "declined": declined},
    )


def _asked(courses: Iterable[Course]) -> Sequence[EvaluationQuestion]:
    """Return every question once, worded as it was asked; one that was worded otherwise is another question."""
    return list(dict.fromkeys(question for course in courses for question in course.evaluation.questions))


def _rows(question: EvaluationQuestion, given: Sequence[Mapping[str, Json]]) -> list[dict[str, Json]]:
    answers = [answer for one in given if (answer := one.get(question.id)) is not None]
    if question.scale is None:
        comments = sorted(text for one in answers if (text := str(one).strip()))
        return [_row(question, count=len(comments)), *(_row(question, comment=text) for text in comments)]
    counts = Counter(one for one in answers if isinstance(one, int))
    values = [Fraction(one) for one in counts.elements()]
    return [
        _row(
            question,
            count=len(values),
            average=_hundredths(mean(values)) if values else None,
            distribution={str(step): counts[step] for step in range(1, question.scale + 1)},
        )
    ]


def _row(
    question: EvaluationQuestion,
    *,
    count: int | None = None,
    average: str | None = None,
    distribution: Json = None,
    comment: str | None = None,
) -> dict[str, Json]:
    return {
        "question": question.text,
        "comment": comment,
        "answers": count,
        "mean": average,
        "distribution": distribution,
        "id": question.id,
    }


def _hundredths(value: Fraction) -> str:
    """Return a mean, cut to two decimals."""
    whole, rest = divmod(value.numerator * 100 // value.denominator, 100)
    return f"{whole}.{rest:02}"


def _counted(found: Sequence[Evaluation], declined: int) -> str:
    given = trn("{count} evaluation was given", "{count} evaluations were given", len(found) - declined)
    return tr("{given}; {declined} declined.", given=given, declined=declined)


def _columns() -> tuple[Column, ...]:
    return (
        Column("question", tr("Wording")),
        Column("comment", tr("Comment")),
        Column("answers", tr("Answers"), Align.RIGHT),
        Column("mean", tr("Mean"), Align.RIGHT),
        Column("distribution", tr("How often each")),
        Column("id", tr("Question")),
    )
