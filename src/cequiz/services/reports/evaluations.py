"""`report evaluations`: what students said of a course, without saying who.

Comments stand by themselves, sorted by their words, so that neither their order nor a neighbour leads to a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from cequiz.domain.bank.policies import EvaluationQuestion
from cequiz.domain.canonical import Json
from cequiz.domain.report import Align, Column, Report
from cequiz.language import tr, trn
from cequiz.services.ports import Ports
from cequiz.services.reports.pacing import Stop, Tell, paced
from cequiz.services.reports.periods import ALWAYS, Period, about, house, newest_course
from cequiz.services.reports.results import mean
from cequiz.services.reports.roster import courses_of
from cequiz.services.tallying import never, quiet


def evaluations(
    ports: Ports, *, course_id: str, period: Period = ALWAYS, progress: Tell = quiet, stop: Stop = never
) -> Report:
    """Return the evaluations of a course that were given or declined in a period; questions of all versions asked.

    An answer counts under the wording and the scale that it was given to.

    Args:
        ports: the outside world.
        course_id: which course.
        period: of the evaluations.
        progress: is told how many evaluations are counted, and of how many.
        stop: whether to stop.

    Raises:
        NotFound: there is no such course.
        Stopped: it was stopped.
    """
    with ports.store.read() as unit:
        here = house(ports, unit)
        course = newest_course(unit, course_id)
        found = unit.reports.evaluations(course_id, period.stretch(here.zone))
        taught = courses_of(unit)
        asked: dict[EvaluationQuestion, list[Json]] = {}
        given = 0
        for one in paced(found, progress, stop):
            answers = one.answers or {}
            given += one.answers is not None
            for question in (taught(course_id, one.course_version) or course).evaluation.questions:
                asked.setdefault(question, []).append(answers.get(question.id))
        for question in course.evaluation.questions:
            asked.setdefault(question, [])
    rows = [row for question, answers in asked.items() for row in _rows(question, answers)]
    return Report(
        id="evaluations",
        title=tr("Course evaluations"),
        made_at=here.now,
        covers=about(period, course),
        columns=_columns(),
        rows=rows if found else (),
        notes=(
            _counted(given, len(found) - given),
            tr("The scales go from 1 up. Names are not part of this report."),
        )
        if found
        else (),
        summary={"given": given, "declined": len(found) - given},
    )


def _rows(question: EvaluationQuestion, given: Sequence[Json]) -> list[dict[str, Json]]:
    """Return the rows of a question as it was asked; one that was worded otherwise is another question."""
    answers = [answer for answer in given if answer is not None]
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


def _counted(given: int, declined: int) -> str:
    words = trn("{count} evaluation was given", "{count} evaluations were given", given)
    return tr("{given}; {declined} declined.", given=words, declined=declined)


def _columns() -> tuple[Column, ...]:
    return (
        Column("question", tr("Wording")),
        Column("comment", tr("Comment")),
        Column("answers", tr("Answers"), Align.RIGHT),
        Column("mean", tr("Mean"), Align.RIGHT),
        Column("distribution", tr("How often each")),
        Column("id", tr("Question")),
    )
