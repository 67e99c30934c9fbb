"""The main screens of the UI, each as the keys that lead to it: pictures are taken of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course
from cequiz.domain.bank.options import OptionQuestion
from cequiz.frontends.tui.app import CequizApp
from cequiz.frontends.tui.student.home import HomeScreen
from cequiz.services.enrolling import students
from cequiz.services.sitting import Sitting
from tests import builders
from tests.frontends.tui.stage import Stage, pass_time, press, settle, write

Act = Callable[[Stage, Pilot[Any]], Awaitable[None]]

STEMS = {
    "D1": (
        "A 41-year-old driver has buttock pain that spreads down the back of the thigh. In side-lying, flexion, "
        "adduction and internal rotation of the hip reproduce it. As the test is described, which structure is under "
        "suspicion?"
    ),
    "D2": "Which of these structures lie in the anatomical snuffbox?",
}
TEXTS = {
    "D1": (
        "Pudendal nerve within the pudendal canal",
        "Sciatic nerve beneath the piriformis muscle, or through it where it divides early",
        "Obturator nerve within the obturator canal",
        "Femoral nerve at the inguinal ligament",
    ),
    "D2": ("Radial artery", "Scaphoid bone", "Median nerve", "Ulnar artery"),
}


def bank() -> Bank:
    """Return a bank whose questions have the length of real ones."""
    data = builders.bank_json(counts={"D1": 12, "D2": 12})
    data["objectives"] = {"D1": "Clinical reasoning and safety", "D2": "Landmark palpation and levels"}
    for one in data["questions"]:
        objective = one["objective"]
        one["stem"] = STEMS[objective]
        for option, text in zip(one["options"], TEXTS[objective], strict=True):
            option["text"] = text
            option["rationale"] = "This is why the option is right or wrong, in a sentence of the usual length."
        if objective == "D2":
            one["type"], one["scoring"] = "multiple", {"method": "all-or-nothing"}
            one["options"][0]["correct"] = True
    return Bank.from_json(data)


def course() -> Course:
    """Return a course with two exams."""
    exam = {"blueprint": {"D1": 12, "D2": 8}, "time_limit": "30m", "section_floors": {"D1": "75"}}
    exams = [
        builders.exam_json("anatomy", title="Neck anatomy", **exam),
        builders.exam_json("final", title="Final exam", **exam),
    ]
    return builders.course(
        title="Essential Orthopedic and Osteopathic Assessments",
        subjects=["Assessment", "Anatomy"],
        attestation="I am the person named, I studied the course material, and the answers are my own.",
        evaluation={
            "required": True,
            "questions": [
                {"id": "clear", "text": "The material was clear and well organised.", "scale": 5},
                {"id": "useful", "text": "I can use what I learned in my practice.", "scale": 5},
                {"id": "comment", "text": "What should the provider keep or change?", "free": True},
            ],
        },
        exams=exams,
    )


def set_up(stage: Stage) -> CequizApp:
    """Load the course and return an app with its student signed in."""
    stage.load(course=course(), bank=bank())
    return stage.app(stage.student())


def set_up_outside(stage: Stage) -> CequizApp:
    """Load the course and return an app with nobody there."""
    stage.load(course=course(), bank=bank())
    return stage.app()


async def home(stage: Stage, pilot: Pilot[Any]) -> None:
    """Wait for home."""
    await settle(pilot)


def answered(stage: Stage, exam: str, *, wrong: int) -> Sitting:
    """Return an exam that was started and answered behind the UI's back, so many of its questions wrongly."""
    [student] = students(stage.ports)
    sitting = stage.start(student, f"course/{exam}")
    for place, item in enumerate(sitting.attempt.form.items):
        question = sitting.questions[item.key]
        assert isinstance(question, OptionQuestion)
        sitting.answer(item.key, question.respond(["c"] if place < wrong else question.right_ids()))
    return sitting


async def again(pilot: Pilot[Any]) -> None:
    """Let home see what happened behind the UI's back."""
    screen = pilot.app.screen
    assert isinstance(screen, HomeScreen)
    screen.reload()
    await settle(pilot)


async def home_running(stage: Stage, pilot: Pilot[Any]) -> None:
    """One exam is passed, the other runs."""
    answered(stage, "anatomy", wrong=2).submit()
    answered(stage, "final", wrong=0)
    await again(pilot)


async def home_earned(stage: Stage, pilot: Pilot[Any]) -> None:
    """Both exams are passed."""
    answered(stage, "anatomy", wrong=2).submit()
    answered(stage, "final", wrong=1).submit()
    await again(pilot)


async def sign_in(stage: Stage, pilot: Pilot[Any]) -> None:
    """Somebody whom nobody knows tries to sign in."""
    await press(pilot, "enter")
    for field in pilot.app.screen.query(Input):
        field.cursor_blink = False
    await write(pilot, "ana@example.org")
    await pilot.press("tab")
    await write(pilot, "correct horse")
    await press(pilot, "ctrl+s")


async def register(stage: Stage, pilot: Pilot[Any]) -> None:
    """Somebody fills the form in, with one thing wrong."""
    await press(pilot, "down", "enter")
    for text in ("Ana Maria Souza", "ana@example.org"):
        await write(pilot, text)
        await pilot.press("tab")
    for area in pilot.app.screen.query(TextArea):
        area.cursor_blink = False
    await write(pilot, "FL MA12345")
    await press(pilot, "ctrl+s")


async def confirm(stage: Stage, pilot: Pilot[Any]) -> None:
    """The name is shown back."""
    await press(pilot, "down", "enter")
    for text in (
        "Ana Maria Souza",
        "ana@example.org",
        "FL:MA12345, GA:MT009876",
        "correct horse battery",
        "correct horse battery",
    ):
        await write(pilot, text)
        await pilot.press("tab")
    await press(pilot, "ctrl+s")


async def briefing(stage: Stage, pilot: Pilot[Any]) -> None:
    """The statement is accepted."""
    await press(pilot, "enter", "a")


async def exam(stage: Stage, pilot: Pilot[Any]) -> None:
    """Some questions are answered, one is flagged."""
    await press(pilot, "enter", "a", "s", "b", "n", "*", "n", "c", "n", "a", "p")
    pilot.app.clear_notifications()
    await settle(pilot)


async def exam_ending(stage: Stage, pilot: Pilot[Any]) -> None:
    """The last minutes have begun, and the disk is jammed."""
    await exam(stage, pilot)
    stage.store.jammed = True
    await press(pilot, "d")
    await late(stage, pilot, timedelta(minutes=26))


async def late(stage: Stage, pilot: Pilot[Any], by: timedelta) -> None:
    """Let time pass and let the screen notice."""
    pass_time(stage, pilot, by - timedelta(minutes=2))
    await settle(pilot)
    pilot.app.clear_notifications()
    pass_time(stage, pilot, timedelta(minutes=2))
    await settle(pilot)


async def question_list(stage: Stage, pilot: Pilot[Any]) -> None:
    """Every question with its state."""
    await exam(stage, pilot)
    await press(pilot, "l")


async def time_note(stage: Stage, pilot: Pilot[Any]) -> None:
    """The time left, and why the deadline is where it is."""
    await exam(stage, pilot)
    await late(stage, pilot, timedelta(minutes=4))
    await press(pilot, "t")


async def too_small(stage: Stage, pilot: Pilot[Any]) -> None:
    """The window is made too small during an exam."""
    await exam(stage, pilot)
    await pilot.resize_terminal(59, 19)
    await settle(pilot)


async def leave(stage: Stage, pilot: Pilot[Any]) -> None:
    """The student is about to leave."""
    await exam(stage, pilot)
    await press(pilot, "x")


async def check(stage: Stage, pilot: Pilot[Any]) -> None:
    """The student is about to hand in."""
    await exam(stage, pilot)
    await press(pilot, "s")


async def passed(stage: Stage, pilot: Pilot[Any]) -> None:
    """The first exam was passed with two wrong answers."""
    await handed_in(stage, pilot, wrong=2)


async def failed(stage: Stage, pilot: Pilot[Any]) -> None:
    """The first exam was not passed."""
    await handed_in(stage, pilot, wrong=9)


async def handed_in(stage: Stage, pilot: Pilot[Any], *, wrong: int) -> None:
    """Continue an exam that was answered and left, and hand it in."""
    answered(stage, "anatomy", wrong=wrong).leave()
    await again(pilot)
    await press(pilot, "enter", "y", "s", "s", "y")


async def review(stage: Stage, pilot: Pilot[Any]) -> None:
    """The answers of the passed exam."""
    await passed(stage, pilot)
    await press(pilot, "v")


async def evaluation(stage: Stage, pilot: Pilot[Any]) -> None:
    """One question of the evaluation is answered."""
    await home_earned(stage, pilot)
    await press(pilot, "end", "enter", "4", "tab")


async def certificate(stage: Stage, pilot: Pilot[Any]) -> None:
    """The SPECIMEN."""
    await evaluation(stage, pilot)
    await press(pilot, "5", "ctrl+s")
    pilot.app.clear_notifications()
    await settle(pilot)


async def help_in_exam(stage: Stage, pilot: Pilot[Any]) -> None:
    """Help during an exam."""
    await exam(stage, pilot)
    await press(pilot, "?")
