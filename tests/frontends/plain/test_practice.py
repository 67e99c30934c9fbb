"""Practice in line mode, word for word; the texts are files in `transcripts/`, rewritten as in `test_transcripts`."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from cequiz.domain.bank.bank import Bank
from cequiz.errors import NotAllowed
from cequiz.frontends.plain.practice import Practice
from cequiz.frontends.plain.sit import Exit
from cequiz.services import enrolling, loading
from cequiz.services.figures import FigureView
from cequiz.services.ports import Ports
from cequiz.services.practising import begin
from cequiz.services.starting import start
from tests import builders, samples
from tests.fakes import FakeClock
from tests.frontends.desks import Deed, conversation, fake_ports, universal_time
from tests.frontends.plain.test_transcripts import is_as_written
from tests.frontends.stuck import StuckStore


def set_up(folder: Path, clock: FakeClock, store: StuckStore | None = None) -> Ports:
    """Return ports with a course whose bank for practice has a question of every type, and one student."""
    ports = fake_ports(folder, clock=clock, store=store)
    every = Bank.from_json({**samples.bank_json(), "id": "every"})
    taken = builders.course(practice={"enabled": True, "banks": ["every"]})
    loading.load(ports, banks=[builders.bank(), every], courses=[taken], actor="test")
    enrolling.register(ports, name="Sample", email="sample@example.org", actor="test")
    return ports


@pytest.fixture(autouse=True)
def _times_in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with universal_time(monkeypatch):
        yield


@pytest.fixture
def trained(tmp_path: Path, clock: FakeClock) -> Ports:
    return set_up(tmp_path, clock)


def look(views: Sequence[FigureView]) -> str:
    """Stand in for a viewer outside of the terminal."""
    return f"A viewer shows: {' '.join(view.alt for view in views)}"


def talk(ports: Ports, *script: str | Deed, five: bool = False, spacious: bool = False) -> tuple[Exit, io.StringIO]:
    """Practise with this script."""
    console, screen = conversation(*script)
    hold = begin(ports, student_id="sample@example.org", course_id="course", five=five)
    talking = Practice(console, hold, now=lambda: ports.clock.read().wall, open_figures=look, spacious=spacious)
    return talking.run(), screen


def test_every_type_right(trained: Ports, tmp_path: Path) -> None:
    script = ["b", "b c", "= delta", "b", "a", "b d a c", "= axillary nerve", "b c", "1b 2a 3d", "= 42", "1b"]
    code, screen = talk(trained, *script, "2 = spiral groove", "1a 2b", "this line is not read")
    assert code is Exit.DONE
    is_as_written("practice-right", screen, folder=tmp_path)
    assert screen.getvalue().count("Right. Saved.") == 12


def test_every_type_wrong_half_right_or_not_known(trained: Ports, tmp_path: Path) -> None:
    script = ["a", "a b", "s", "z", "d", "b", "b d a", "s", "= circumflex nerve", "b", "1b 2d", "s", "= many", "= 41"]
    code, screen = talk(trained, *script, "1c", "-", "1b", "2 = radial groove", "v", "1a 2c")
    assert code is Exit.DONE
    is_as_written("practice-wrong", screen, folder=tmp_path)


def test_five_today_over_two_days(trained: Ports, clock: FakeClock, tmp_path: Path) -> None:
    code, first = talk(trained, "?", "a", "b c", "n", "x", five=True)
    assert code is Exit.DONE
    code, second = talk(trained, "= delta", "b", "a", five=True)
    assert code is Exit.DONE
    assert second.getvalue().endswith("Five today: 5 of 5. Streak: 1 day.\n")
    code, again = talk(trained, five=True)
    assert code is Exit.DONE
    clock.advance(timedelta(days=1))
    code, third = talk(trained, "l", five=True)
    assert code is Exit.DONE
    is_as_written("practice-five", first, second, again, third, folder=tmp_path)


def test_a_near_miss_is_named(trained: Ports) -> None:
    added = samples.item("near", "short_answer", accept=[{"text": "hip abduction"}], spelling="tolerant")
    bank = Bank.from_json({**samples.bank_json(added, only=("q-label",)), "id": "every", "version": "2"})
    loading.load(trained, banks=[bank], actor="test")
    _, screen = talk(trained, "= hip adduction", "n", "= hip adduction", "x")
    assert "Close to hip abduction, but hip adduction means something else." in screen.getvalue()


def test_what_could_not_be_saved_says_so_and_is_sent_again(tmp_path: Path, clock: FakeClock) -> None:
    store = StuckStore()
    ports = set_up(tmp_path, clock, store)

    code, screen = talk(ports, store.stick, "b", store.free, "", "x")
    assert code is Exit.DONE
    said = screen.getvalue()
    assert said.index("NOT SAVED: Another program holds the store.") < said.index("Right. Saved.")
    assert "Your answer: B" not in said[: said.index("NOT SAVED")]


def test_leaving_with_an_answer_that_is_not_saved_says_so(tmp_path: Path, clock: FakeClock) -> None:
    store = StuckStore()
    ports = set_up(tmp_path, clock, store)

    code, screen = talk(ports, store.stick, "b")
    assert code is Exit.ENVIRONMENT
    assert screen.getvalue().splitlines()[-1] == "You left, and your last answer is NOT SAVED."


def test_a_figure_opens_outside_of_the_terminal(trained: Ports) -> None:
    _, screen = talk(trained, "o", *["n"] * 11, "o", "x")
    assert "This question has no figure." in screen.getvalue()
    assert "A viewer shows: A square on the left and a circle on the right." in screen.getvalue()


def test_an_answer_that_was_not_checked_is_said_not_to_be_kept(trained: Ports) -> None:
    _, screen = talk(trained, "n", "n", "n", "n", "n", "b d", "x")
    assert "Your last answer was not checked, and is not kept." in screen.getvalue()


def test_an_exam_that_is_opened_meanwhile_ends_practice(trained: Ports) -> None:
    def open_exam() -> None:
        start(trained, student_id="sample@example.org", exam_ref="course/quiz", attested=True, actor="test")

    with pytest.raises(NotAllowed, match="practice waits"):
        talk(trained, open_exam, "b")


def test_who_answered_nothing_is_not_told_that_something_is_saved(trained: Ports) -> None:
    _, screen = talk(trained, "n", "b d", "x")
    assert "You left practice.\n" in screen.getvalue()
    assert "saved" not in screen.getvalue()
    _, screen = talk(trained, "b", "x")
    assert "You left practice. What you answered is saved.\n" in screen.getvalue()


def test_who_needs_room_has_an_empty_line_between_the_choices(trained: Ports) -> None:
    _, screen = talk(trained, "x")
    close = screen.getvalue()
    _, screen = talk(trained, "x", spacious=True)
    assert "\nB) " in close
    assert "\n\nB) " not in close
    assert "\n\nB) " in screen.getvalue()
    assert [line for line in screen.getvalue().splitlines() if line] == [line for line in close.splitlines() if line]


def test_questions_in_another_language_are_announced(trained: Ports) -> None:
    _, screen = talk(trained, "x")
    assert "The questions are in" not in screen.getvalue()
    other = Bank.from_json({**samples.bank_json(), "id": "every", "version": "2", "language": "es-MX"})
    loading.load(trained, banks=[other], actor="test")
    _, screen = talk(trained, "x")
    assert "The questions are in Spanish.\n" in screen.getvalue()
