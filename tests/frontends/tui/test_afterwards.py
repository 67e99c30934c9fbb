"""After an exam: what is earned is settled when somebody looks, and a result that the course keeps stays kept."""

from __future__ import annotations

import re

import pytest

from cequiz.domain.bank.options import OptionQuestion
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.credential.provider import Provider, Signatory
from cequiz.domain.people.student import Student
from cequiz.services.correcting import move
from cequiz.services.earning import course_progress
from cequiz.services.evaluating import evaluate
from cequiz.services.issuing import settle
from cequiz.services.papers import certificates
from cequiz.services.providing import set_provider
from tests import builders
from tests.frontends.tui.stage import Stage, course, notes, press, said

SCHOOL = Provider(
    name="Sample School",
    contact="office@example.org",
    address="Tampa, Florida",
    time_zone="America/New_York",
    administrator=Signatory("Sample Person", "Provider Administrator"),
)
NO_EVALUATION = {"required": False, "questions": []}


def sat(stage: Stage, student: Student, *, right: bool = True, hand_in: bool = True) -> None:
    """Sit the sample exam behind the UI's back."""
    sitting = stage.start(student)
    for item in sitting.attempt.form.items:
        question = sitting.questions[item.key]
        assert isinstance(question, OptionQuestion)
        sitting.answer(item.key, question.respond(question.right_ids() if right else ["c"]))
    if hand_in:
        sitting.submit()


def earned(stage: Stage, student: Student) -> bool:
    """Whether the award was made."""
    return course_progress(stage.ports, student_id=student.id, course_id="course").award is not None


async def test_handing_the_last_exam_in_earns_the_course(empty_stage: Stage) -> None:
    empty_stage.load(course=builders.course(evaluation=NO_EVALUATION))
    set_provider(empty_stage.ports, SCHOOL, actor="test")
    student = empty_stage.student()
    sat(empty_stage, student, hand_in=False)
    async with empty_stage.open(student) as pilot:
        await press(pilot, "enter", "y", "s", "s", "y")
        assert "✓ PASSED" in said(pilot)
        assert earned(empty_stage, student)
        [line] = certificates(empty_stage.ports)
        await press(pilot, "h")
        assert f"Certificate  {line.number}" in said(pilot)


@pytest.mark.parametrize("exam", [None, "course/quiz"])
async def test_looking_again_at_a_passed_exam_earns_what_was_not_settled(empty_stage: Stage, exam: str | None) -> None:
    empty_stage.load(course=builders.course(evaluation=NO_EVALUATION))
    student = empty_stage.student()
    sat(empty_stage, student)
    async with empty_stage.open(student, exam) as pilot:
        if exam is None:
            await press(pilot, "enter")
            assert "✓ PASSED" in said(pilot)
        else:
            assert "✗ You have passed this exam." in said(pilot)
        assert earned(empty_stage, student)


async def test_an_evaluation_given_elsewhere_meanwhile_is_not_asked_for_again(stage: Stage) -> None:
    student = stage.student()
    sat(stage, student)
    async with stage.open(student) as pilot:
        assert "Course evaluation  needed for your certificate" in said(pilot)
        evaluate(stage.ports, student_id=student.id, course_id="course", answers=None, actor="test")
        await press(pilot, "end", "enter")
        assert "You have evaluated this course already." in notes(pilot)
        assert "SPECIMEN" in said(pilot)
        assert earned(stage, student)


async def test_the_certificate_shows_its_page_or_its_fields_and_opens_its_file(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    student = stage.student()
    sat(stage, student)
    evaluate(stage.ports, student_id=student.id, course_id="course", answers=None, actor="test")
    async with stage.open(student) as pilot:
        opened: list[str] = []
        monkeypatch.setattr(pilot.app, "open_url", opened.append)
        await press(pilot, "end", "enter")
        [path] = stage.ports.folder.rglob("*.pdf")
        page, fields = pilot.app.screen.query_one("#page"), pilot.app.screen.query_one("#fields")
        assert f"File: {path}" in said(pilot)
        assert (page.display, fields.display) == (False, True)
        await press(pilot, "v")
        assert (page.display, fields.display) == (True, False)
        assert page.render_line(0).text == "▀" * page.size.width
        assert f"File: {path}" in said(pilot)
        await press(pilot, "v")
        assert (page.display, fields.display) == (False, True)
        await press(pilot, "o")
        assert opened == [path.as_uri()]
        assert "Asked this computer's viewer to open the PDF." in notes(pilot)


async def test_without_an_instructor_there_is_a_specimen_and_what_the_provider_has_to_do(empty_stage: Stage) -> None:
    empty_stage.load(course=builders.course(evaluation=NO_EVALUATION, instructors=[]))
    set_provider(empty_stage.ports, SCHOOL, actor="test")
    student = empty_stage.student()
    sat(empty_stage, student)
    async with empty_stage.open(student) as pilot:
        await press(pilot, "end", "enter")
        shown = said(pilot)
        assert "SPECIMEN: a preview without any standing. You have earned the hours, and they stay earned." in shown
        assert "Your provider will issue the real certificate" in shown
        assert "Nobody is named as instructor" in shown
        assert "SPECIMEN-course-" in shown
        assert "has entered its name" not in shown
        assert earned(empty_stage, student)
    assert certificates(empty_stage.ports) == ()


@pytest.mark.parametrize(
    ("to", "words"),
    [
        (Life.SUSPENDED, "suspended. Ask your provider why."),
        (Life.REVOKED, "revoked. Ask your provider why."),
        (Life.EXPIRED, "expired. Ask your provider why."),
    ],
)
async def test_a_certificate_that_is_out_of_force_says_so(stage: Stage, to: Life, words: str) -> None:
    student = stage.student()
    sat(stage, student)
    evaluate(stage.ports, student_id=student.id, course_id="course", answers=None, actor="test")
    set_provider(stage.ports, SCHOOL, actor="test")
    record = settle(stage.ports, student_id=student.id, course_id="course", actor="test").certificate
    assert record is not None
    move(stage.ports, record.number, to=to, reason="complaint", actor="admin")
    async with stage.open(student) as pilot:
        assert f"Certificate  {to.value}" in said(pilot)
        assert "SPECIMEN" not in said(pilot)
        await press(pilot, "end", "enter")
        assert f"▲ Certificate of Achievement, number {record.number}: {words}" in said(pilot)
        assert "SPECIMEN" not in said(pilot)


async def test_a_kept_result_reads_the_same_after_passing_and_after_failing(empty_stage: Stage) -> None:
    kept = course(
        review={"after_pass": "none", "after_fail": "none"}, attempts={"limit": 1, "wait": "1h", "prefer_unseen": True}
    )
    empty_stage.load(course=kept)
    shown = []
    for number, right in enumerate([True, False]):
        student = empty_stage.student(email=f"student{number}@example.org")
        sat(empty_stage, student, right=right, hand_in=False)
        async with empty_stage.open(student) as pilot:
            await press(pilot, "enter", "y", "s", "s", "y")
            result = re.sub(r"Receipt \S+", "Receipt", said(pilot))
            await press(pilot, "h")
            home = said(pilot).split("Course evaluation")[0]
            shown.append((result, next(line for line in home.splitlines() if "Sample exam" in line)))
            assert pilot.app.desk.exit_code == 0  # type: ignore[attr-defined] # the app
    assert "Handed in. This course does not show results here." in shown[0][0]
    assert "Home (h)" in shown[0][0]
    assert "valuat" not in shown[0][0] and "ertificate" not in shown[0][0] and "attempt" not in shown[0][0]
    assert shown[0] == shown[1]
    assert shown[0][1].startswith("Sample exam  handed in")
