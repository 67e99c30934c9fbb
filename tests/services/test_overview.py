"""The office's first screen tells what waits, and nothing that does not."""

from __future__ import annotations

from cequiz.services.enrolling import register
from cequiz.services.overview import Overview, overview
from cequiz.services.ports import Ports
from cequiz.services.starting import start


def test_nothing_waits_in_a_new_office(ports: Ports) -> None:
    assert overview(ports) == Overview(running=0, waiting=0, proposed=0, due=0)


def test_a_running_exam_and_a_challenge_are_counted_until_they_are_over(ports: Ports) -> None:
    student = register(ports, name="Ana", email="ana@example.org", actor="t")
    sitting = start(ports, student_id=student.id, exam_ref="course/quiz", attested=True, actor="t")
    sitting.challenge(sitting.attempt.form.items[0].key, reason="Two are right.", source="")
    assert overview(ports) == Overview(running=1, waiting=1, proposed=0, due=0)
    sitting.submit()
    assert overview(ports).running == 0
    assert overview(ports).waiting == 1
