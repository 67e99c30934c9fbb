"""Settling what is due when a student looks: whatever stands in the way of the paper, the course stays earned."""

from __future__ import annotations

from cequiz.errors import CequizError
from cequiz.services.issuing import settle
from cequiz.services.ports import Ports


def settle_if_due(ports: Ports, *, student_id: str, course_id: str, actor: str, here: bool) -> CequizError | None:
    """Make the award and the certificate that are due; return what stands in the way, None when nothing does.

    Args:
        ports: the outside world.
        student_id: whose.
        course_id: which course.
        actor: who does it.
        here: whether the machine's own files are the student's, so that the certificate is written as one.
    """
    try:
        settle(ports, student_id=student_id, course_id=course_id, actor=actor, files=here)
    except CequizError as error:
        return error
    return None
