"""A score as screens show it: points and percentage with what was needed, and a bar for each objective."""

from __future__ import annotations

from textual.content import Content

from cequiz.domain.exam.marking import ObjectiveScore, Score
from cequiz.frontends.dates import percent, points
from cequiz.frontends.tui.widgets.bars import Bar
from cequiz.language import tr


def score_line(score: Score) -> Content:
    """Return points, percentage, what was needed, and the objectives whose floor was missed."""
    words = tr(
        "{earned} of {possible} points, {percent}",
        earned=points(score.earned),
        possible=points(score.possible),
        percent=percent(score.percent),
    )
    needed = tr("{percent} needed", percent=percent(score.pass_mark))
    missed = [part.title for part in score.objectives if not part.met]
    if missed:
        needed = tr("{needed}; not reached in {objectives}", needed=needed, objectives=", ".join(missed))
    return Content.assemble((words, "bold"), f"  ({needed})")


def objective_bar(part: ObjectiveScore) -> Bar:
    """Return the bar of one objective, with its floor where it has one."""
    share = float(part.earned / part.possible) if part.possible else 0.0
    note = ""
    if part.floor is not None:
        floor = percent(part.floor)
        reached = tr("{percent} reached", percent=floor) if part.met else tr("{percent} NOT reached", percent=floor)
        note = f"{'✓' if part.met else '✗'} {reached}"
    words = tr("{earned} of {possible}", earned=points(part.earned), possible=points(part.possible))
    return Bar(label=part.title, share=share, words=words, good=None if part.floor is None else part.met, note=note)
