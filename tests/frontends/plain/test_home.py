"""Home in line mode, for students who are served: what there is to do, what comes of it, and what stays unsaid."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cequiz.domain.bank.policies import Enrolment
from cequiz.errors import CequizError, NotAllowed, StorageFull
from cequiz.frontends.guest_words import guest_words
from cequiz.frontends.plain.console import Console
from cequiz.frontends.plain.home import HomeTalk, help_lines
from cequiz.frontends.plain.sign_in import sign_in
from cequiz.frontends.plain.sit import Exit
from cequiz.frontends.plain.ways import OverALine
from cequiz.services import coding, enrolling, grading, loading, providing
from cequiz.services.ports import Ports
from cequiz.settings import Settings
from tests.builders import course, exam_json
from tests.fakes import FakeClock
from tests.frontends.desks import Deed, Keyboard, conversation, fake_ports, universal_time
from tests.frontends.plain.conftest import mixed_bank
from tests.frontends.plain.test_sit import SCHOOL
from tests.frontends.plain.test_transcripts import is_as_written

PASSPHRASE = "four words that rhyme"


@pytest.fixture
def student_id(ports: Ports) -> str:
    return enrolling.student(ports, "sample@example.org").id


def home(ports: Ports, *script: str | Deed, who: str, folder: Path = Path("/srv/cequiz")) -> tuple[HomeTalk, str]:
    """Talk at home with this script."""
    screen = io.StringIO()
    settings = Settings(home=folder, database_url=None, user="tester")

    def words(error: CequizError) -> str:
        return " ".join(part for part in guest_words(error, settings) if part)

    talk = HomeTalk(
        Console(Keyboard(script, screen), screen, told=words),
        ports,
        student_id=who,
        actor=f"student:{who}",
        ways=OverALine(lambda name: f"Fetch it with: scp exam.example.org:certificates/{name} ."),
    )
    assert talk.run() is Exit.DONE
    return talk, screen.getvalue()


def test_from_the_list_to_the_certificate(ports: Ports, student_id: str, tmp_path: Path) -> None:
    providing.set_provider(ports, SCHOOL, actor="os:tester")
    answers = ("yes", "b", "a", "a b", "s", "yes")
    _, screen = home(ports, "?", "1", *answers, "x", "2", "5", "Clear.", "2", "1", "x", who=student_id)
    is_as_written("home", io.StringIO(screen), folder=tmp_path)
    assert not ports.folder.exists(), sorted(ports.folder.iterdir())


def test_what_is_left_goes_on_by_a_line_that_is_said(ports: Ports, clock: FakeClock, student_id: str) -> None:
    _, screen = home(ports, "sit course/quiz", "yes", "b", "x", "x", who=student_id)
    assert "Continue with: sit course/quiz\n" in screen
    assert "cequiz sit" not in screen
    clock.advance(timedelta(minutes=5))
    _, screen = home(ports, "c", "x", "x", who=student_id)
    assert "An exam of yours is running.\n1  Continue Sample exam: until 22 November 2026, 12:30:00 UTC\n" in screen
    assert "You continue this exam: 1 of 3 questions answered." in screen


def test_a_student_can_do_nothing_for_anybody_else(ports: Ports, student_id: str) -> None:
    other = enrolling.register(ports, name="Other", email="other@example.org", actor="test")
    home(ports, "1", "yes", "b", "a", "a b", "s", "yes", "x", "x", who=other.id)
    (attempt,) = grading.attempts(ports)
    _, screen = home(
        ports, f"result {attempt.id}", "result A-NONE", f"certificate course --student {other.id}", "x", who=student_id
    )
    assert screen.count("There is no such attempt of yours.") == 2
    assert "Score" not in screen
    assert "Other" not in screen


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("7", "There is no 7 in the list."),
        ("0", "There is no 0 in the list."),
        ("99999999999", "There is no 9999 in the list."),
        ("rm -rf /", "Type a number from the list, or ? for help."),
        ("sit", "Type a number from the list, or ? for help."),
        ("sit ../../etc", "There is no"),
        ("certificate nowhere", "There is no course nowhere."),
        ("practice course", "The course Sample Course has no practice."),
        ("evaluate course --decline", "Only somebody who took the course can evaluate it."),
        ("c", "No exam of yours is running."),
        ("code ABCDE-FGHJK", "There is no enrolment code"),
    ],
)
def test_every_line_gets_a_sentence(ports: Ports, student_id: str, line: str, words: str) -> None:
    _, screen = home(ports, line, "x", who=student_id)
    assert words in screen
    assert "`cequiz" not in screen


def test_help_names_what_can_be_typed(ports: Ports, student_id: str) -> None:
    _, screen = home(ports, "?", who=student_id)
    for line in help_lines():
        assert line in screen


def test_an_enrolment_code_opens_a_course_after_a_yes(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with universal_time(monkeypatch):
        ports = fake_ports(tmp_path, clock=clock)
        closed = course(exams=[exam_json(blueprint={"D1": 3})], enrolment=Enrolment.CODE.value)
        loading.load(ports, banks=[mixed_bank()], courses=[closed], actor="test")
        who = enrolling.register(ports, name="Sample", email="sample@example.org", actor="test").id
        code = coding.create(ports, course_id="course", uses=1, actor="test").code
        _, screen = home(ports, f"code {code}", "no", f"code {code}", "yes", "x", who=who)
    assert "This course needs an enrolment code: type code and then the code." in screen
    assert "You did not take it." in screen
    assert "1  Sample exam: ready; 3 questions, 10 minutes; 2 attempts left" in screen


class FullStore:
    """Ports whose store fails with words for those who keep the house."""

    def __init__(self, ports: Ports, folder: Path) -> None:
        self.ports = ports
        self.folder = folder

    def fill(self) -> None:
        """Let every write fail from now on."""

        def full(*_: object, **__: object) -> object:
            raise StorageFull(f"The disk is full ({self.folder}/cequiz.db).", hint="Run `cequiz db check`.")

        vars(self.ports.store)["append"] = full


def test_a_full_disk_is_told_without_a_path_or_a_command_of_the_host(ports: Ports, student_id: str) -> None:
    folder = Path("/srv/cequiz")
    full = FullStore(ports, folder)
    _, screen = home(ports, "1", "yes", full.fill, "b", "x", "x", who=student_id, folder=folder)
    assert "NOT SAVED: The server that keeps the exams cannot do this now." in screen
    assert str(folder) not in screen
    assert "`cequiz" not in screen


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            NotAllowed("No.", hint="Ask the office. With a code: `cequiz student enrol S --code C`."),
            "No. Ask the office.",
        ),
        (NotAllowed("No.", hint="`cequiz course list` shows them."), "No. Your provider can help."),
        (NotAllowed("No."), "No."),
        (NotAllowed("No.", hint="Wait a minute."), "No. Wait a minute."),
        (
            StorageFull("No database at db.example.org.", hint="Ask DBA."),
            "The server that keeps the exams cannot do this now. "
            "Wait a moment, then try again; your provider can help.",
        ),
    ],
)
def test_a_guest_reads_what_a_guest_can_use(error: CequizError, words: str) -> None:
    url = "postgresql+psycopg://me:secret@db.example.org/cequiz"
    settings = Settings(home=Path("/srv/cequiz"), database_url=url, user="tester")
    assert " ".join(part for part in guest_words(error, settings) if part) == words


class Secrets:
    """Answers questions for a passphrase."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)

    def __call__(self, prompt: str) -> str:
        """Answer the next."""
        return self._answers.pop(0)


@pytest.fixture
def ana(ports: Ports) -> Iterator[str]:
    yield enrolling.register(ports, name="Ana", email="ana@example.org", passphrase=PASSPHRASE, actor="test").id


def test_signing_in_by_line(ports: Ports, ana: str) -> None:
    console, screen = conversation("ana@example.org")
    found = sign_in(console, ports, address="192.0.2.7", ask_secret=Secrets(PASSPHRASE))
    assert found is not None
    assert found.student.id == ana
    assert PASSPHRASE not in screen.getvalue()


def test_a_wrong_passphrase_is_said_and_can_be_tried_again(ports: Ports, ana: str) -> None:
    console, screen = conversation("ana@example.org", "ana@example.org")
    found = sign_in(console, ports, address="192.0.2.7", ask_secret=Secrets("wrong and long enough", PASSPHRASE))
    assert found is not None
    assert "The e-mail address or the passphrase is wrong." in screen.getvalue()


@pytest.mark.parametrize("script", [(), ("",), ("x",)])
def test_who_gives_up_is_let_go(ports: Ports, script: tuple[str, ...]) -> None:
    console, _ = conversation(*script)
    assert sign_in(console, ports, address="192.0.2.7", ask_secret=Secrets()) is None


def test_a_one_time_code_becomes_a_passphrase(ports: Ports, ana: str) -> None:
    code = enrolling.reset_passphrase(ports, student_id=ana, actor="test").shown
    console, screen = conversation("ana@example.org")
    new = "another set of four words"
    typed = Secrets(code, "short", "short", new, "not the same at all", new, new)
    assert sign_in(console, ports, address="192.0.2.7", ask_secret=typed) is not None
    assert "The one-time code is right." in screen.getvalue()
    assert "A passphrase has at least" in screen.getvalue()
    assert "The two passphrases differ." in screen.getvalue()
    console, _ = conversation("ana@example.org")
    assert sign_in(console, ports, address="192.0.2.7", ask_secret=Secrets(new)) is not None
