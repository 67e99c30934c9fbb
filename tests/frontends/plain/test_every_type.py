"""Every question type in line mode: what is shown, what a typed line means, and a whole exam word for word."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cequiz.domain.bank.question import Question
from cequiz.domain.bank.types import question_types
from cequiz.domain.exam.attempt import Attempt
from cequiz.domain.people.accommodation import Accommodation
from cequiz.errors import InvalidResponse
from cequiz.frontends.plain.questions import face_of
from cequiz.frontends.plain.sit import Exit, sit
from cequiz.services import accommodating, enrolling, loading, starting
from cequiz.services.ports import Ports
from tests import samples
from tests.frontends.desks import conversation, fake_ports, universal_time
from tests.frontends.plain.test_transcripts import is_as_written

ORDER: Mapping[str, tuple[str, ...]] = {
    "q-matching": ("p3", "x1", "p1", "p2"),
    "q-ordering": ("i3", "i1", "i4", "i2"),
    "q-short": (),
    "q-numeric": (),
    "q-cloze": ("n1/c", "n1/a", "n1/b"),
    "q-label": ("tr", "sq", "ci"),
}
"""How the form shows the choices."""


def asked(name: str) -> Question:
    return samples.bank().question(name)


def read(name: str, typed: str, current: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    return face_of(asked(name)).read(asked(name), ORDER[name], typed, current=current)


def test_every_question_type_can_be_asked_in_line_mode() -> None:
    bank = samples.bank()
    assert {question.type for question in bank.items} == set(question_types()) - {"case"}
    for question in bank.items:
        order = tuple(choice.id for choice in question.choices())
        assert face_of(question).lines(question, order), question.id
        right = samples.RIGHT[question.id]
        assert face_of(question).short(question, order, right), question.id
        assert face_of(question).long(question, order, right), question.id


@pytest.mark.parametrize(
    ("name", "typed", "response", "short"),
    [
        ("q-matching", "1c 2d 3a", {"pairs": {"p1": "p1", "p2": "p2", "p3": "p3"}}, "1C 2D 3A"),
        ("q-matching", "1C,2D;3A", {"pairs": {"p1": "p1", "p2": "p2", "p3": "p3"}}, "1C 2D 3A"),
        ("q-matching", "1c2d", {"pairs": {"p1": "p1", "p2": "p2"}}, "1C 2D"),
        ("q-matching", "3: b", {"pairs": {"p3": "x1"}}, "3B"),
        ("q-matching", "1 = c", {"pairs": {"p1": "p1"}}, "1C"),
        ("q-matching", "1-c", {"pairs": {"p1": "p1"}}, "1C"),
        ("q-ordering", "b d a c", {"order": ["i1", "i2", "i3", "i4"]}, "B D A C"),
        ("q-ordering", "bd", {"order": ["i1", "i2"]}, "B D"),
        ("q-short", "= Axillary nerve", {"text": "Axillary nerve"}, "Axillary nerve"),
        ("q-short", "=7", {"text": "7"}, "7"),
        ("q-short", "= [red] 1b = 2", {"text": "[red] 1b = 2"}, "[red] 1b = 2"),
        ("q-numeric", "= 42", {"text": "42"}, "42"),
        ("q-numeric", "=0.042 g", {"text": "0.042 g"}, "0.042 g"),
        ("q-cloze", "1b", {"blanks": {"n1": "a"}}, "1B"),
        ("q-cloze", "2 = spiral groove", {"blanks": {"g1": "spiral groove"}}, "2= spiral groove"),
        ("q-cloze", "= spiral groove", {"blanks": {"g1": "spiral groove"}}, "2= spiral groove"),
        ("q-label", "1b 2c", {"points": {"A": "sq", "B": "ci"}}, "1B 2C"),
    ],
)
def test_a_typed_line_is_the_answer_it_looks_like(name: str, typed: str, response: dict[str, Any], short: str) -> None:
    assert read(name, typed) == response
    assert face_of(asked(name)).short(asked(name), ORDER[name], response) == short


def test_a_line_adds_to_the_answer_and_a_minus_takes_one_place_away() -> None:
    assert read("q-matching", "2d", {"pairs": {"p1": "p1"}}) == {"pairs": {"p1": "p1", "p2": "p2"}}
    assert read("q-matching", "1-", {"pairs": {"p1": "p1", "p2": "p2"}}) == {"pairs": {"p2": "p2"}}
    assert read("q-matching", "2d 1-", {"pairs": {"p1": "p1"}}) == {"pairs": {"p2": "p2"}}
    assert read("q-matching", "1-", {"pairs": {"p1": "p1"}}) is None
    both = {"blanks": {"n1": "a", "g1": "spiral groove"}}
    assert read("q-cloze", "2 = spiral groove", {"blanks": {"n1": "a"}}) == both


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("q-matching", "9a", "no number 9 here: they go from 1 to 3"),
        ("q-matching", "0a", "no number 0 here"),
        ("q-matching", "1e", "no answer E: the letters go from A to D"),
        ("q-matching", "1a 1b", "Number 1 stands in the line twice. Type each number once"),
        ("q-label", "2a 1b 2-", "Number 2 stands in the line twice"),
        ("q-matching", "1a 2=wrist", "Number 2 has letters to choose from. For example: 2b"),
        ("q-cloze", "1=radial", "Number 1 has letters to choose from. For example: 1b"),
        ("q-matching", "1z", "neither an answer nor a command"),
        ("q-matching", "b", "neither an answer nor a command"),
        ("q-matching", "1a and 2b", "neither an answer nor a command"),
        ("q-ordering", "a e", "no answer E"),
        ("q-short", "axillary nerve", "type = and your words"),
        ("q-short", "=", "type = and your words"),
        ("q-numeric", "= forty", "forty is not a number"),
        ("q-numeric", "42", "type = and the number, for example: = 42"),
        ("q-numeric", "= 1e3", "Write the number in full, such as 1000"),
        ("q-numeric", "= 1,000", "1,000"),
        ("q-cloze", "2b", "Number 2 is typed"),
        ("q-cloze", "3 = words", "no number 3 here"),
    ],
)
def test_what_is_no_answer_is_refused_in_words_that_help(name: str, typed: str, words: str) -> None:
    with pytest.raises(InvalidResponse) as refusal:
        read(name, typed)
    assert words in f"{refusal.value.sentence} {refusal.value.hint}"


@pytest.fixture
def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    with universal_time(monkeypatch):
        yield school(tmp_path)


def school(folder: Path, **exam: Any) -> Ports:
    """Return a store with the sample exam and one student; made twice, it draws the same form twice."""
    made = fake_ports(folder)
    course = samples.course(time_limit="60m", pass_mark="60", **exam)
    loading.load(made, banks=[samples.bank()], courses=[course], actor="test")
    enrolling.register(made, name="Sample Student", email="sample@example.org", actor="test")
    return made


def places(folder: Path) -> dict[str, tuple[int, Attempt]]:
    """Return the number of every question in the form that the exam will have."""
    hold = starting.start(
        school(folder), student_id="sample@example.org", exam_ref="quiz", attested=True, actor="os:tester"
    )
    return {item.question: (place, hold.attempt) for place, item in enumerate(hold.attempt.form.items, start=1)}


def lettered(attempt: Attempt, name: str, *ids: str) -> list[str]:
    """Return the letters that choices have in the form."""
    (item,) = (item for item in attempt.form.items if item.question == name)
    return ["abcdefghijk"[item.order.index(one)] for one in ids]


def test_a_whole_exam_of_every_type(ports: Ports, tmp_path: Path) -> None:
    found = places(tmp_path)
    attempt = found["q-single"][1]

    def at(name: str, *lines: str) -> list[str]:
        return [str(found[name][0]), *lines]

    first, second, third = lettered(attempt, "q-matching", "p1", "p2", "p3")
    square, circle = lettered(attempt, "q-label", "sq", "ci")
    script = [
        "yes",
        *at("q-single", *lettered(attempt, "q-single", "b")),
        *at("q-multiple", " ".join(lettered(attempt, "q-multiple", "a", "b"))),
        *at("q-true-false", "true"),
        *at("q-matching", f"1{first}", f"2{second}", "3-", f"3{third}"),
        *at("q-ordering", " ".join(lettered(attempt, "q-ordering", "i1", "i2", "i4", "i3"))),
        *at("q-short", "axillary nerve", "= axilary nerve"),
        *at("q-numeric", "= 1,000", "= 0.042 g"),
        *at("q-cloze", f"1{lettered(attempt, 'q-cloze', 'n1/b')[0]}", "2 = spiral grove"),
        *at("q-label", f"1{square}", "o", f"2{circle}"),
        *at("q-case-1", *lettered(attempt, "q-case-1", "a"), " ".join(lettered(attempt, "q-case-2", "a", "b")), "v"),
        *at("q-case-3", "= gamma"),
        "l",
        "s",
        "yes",
        "decline",
    ]
    console, screen = conversation(*script)
    code = sit(console, ports, student_id="sample@example.org", exam_ref="quiz", actor="os:tester")
    assert code is Exit.DONE
    is_as_written("every-type", screen, folder=tmp_path)


def test_what_is_open_in_an_answer_is_said(ports: Ports) -> None:
    number = places(Path("/nowhere"))["q-matching"][0]
    console, screen = conversation("yes", str(number), "1a", "l", "s", "no", "x")
    sit(console, ports, student_id="sample@example.org", exam_ref="quiz", actor="os:tester")
    said = screen.getvalue()
    assert "2 parts of the answer are still open." in said
    assert f"Answered in part: {number}." in said
    assert "1 question is answered in part." in said


def reviewed(folder: Path, level: str) -> str:
    """Return what is said after an exam in which little was right, under this review policy."""
    found = places(folder)
    attempt = found["q-single"][1]
    (first,) = lettered(attempt, "q-matching", "p1")
    lines = [
        *(str(found["q-matching"][0]), f"1{first} 2{first} 3{first}"),
        *(str(found["q-short"][0]), "= radial nerve"),
        *(str(found["q-cloze"][0]), "2 = spinal groove"),
    ]
    ports = school(folder, review={"after_pass": level, "after_fail": level})
    console, screen = conversation("yes", *lines, "s", "yes")
    sit(console, ports, student_id="sample@example.org", exam_ref="quiz", actor="os:tester")
    return screen.getvalue().partition("Score:")[2]


@pytest.mark.usefixtures("ports")
def test_a_review_with_keys_names_the_near_miss_and_shows_the_text_of_a_cloze(tmp_path: Path) -> None:
    said = reviewed(tmp_path, "full")
    assert "Close to axillary nerve, but radial nerve means something else. radial is not axillary." in said
    assert "The [blank 1] nerve lies in the [blank 2]." in said


@pytest.mark.usefixtures("ports")
def test_a_review_without_keys_does_not_say_which_part_is_right(tmp_path: Path) -> None:
    said = reviewed(tmp_path, "responses")
    assert "partly right: " in said
    for secret in ("Right answer", "Close to", "Not right.", " Right.", "axillary"):
        assert secret not in said


def test_who_needs_room_has_an_empty_line_between_the_choices(ports: Ports) -> None:
    def shown() -> str:
        console, screen = conversation("yes", *map(str, range(1, 13)), "x")
        sit(console, ports, student_id="sample@example.org", exam_ref="quiz", actor="os:tester")
        return screen.getvalue()

    assert "\n\nB) " not in shown()
    [student] = enrolling.students(ports)
    accommodating.grant(
        ports, student_id=student.id, profile=Accommodation(spacious=True), reason="letter", actor="test"
    )
    assert "\n\nA) " in shown()
    assert "\n\nB) " in shown()
