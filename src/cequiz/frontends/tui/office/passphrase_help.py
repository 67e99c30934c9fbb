"""A forgotten passphrase: a one-time code that the office reads to the student, who chooses a new one with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from cequiz.domain.people.staff import Right
from cequiz.frontends.dates import instant_text
from cequiz.frontends.tui.office.question import OfficeQuestion
from cequiz.frontends.tui.screen import Dialog
from cequiz.language import tr
from cequiz.services import enrolling

if TYPE_CHECKING:
    from cequiz.domain.people.student import Student
    from cequiz.frontends.tui.office.student_view import StudentScreen


async def help_with_passphrase(screen: StudentScreen, student: Student) -> None:
    """Make a code, after one question, and show it once."""
    words = tr(
        "The passphrase of {name} is void from then on. You get a one-time code; whoever signs in with it "
        "chooses a new passphrase. Make sure that it is {name} you speak to.",
        name=student.name,
    )
    reason = await screen.ask(OfficeQuestion(tr("Make a one-time code?"), words, label=tr("Reason"), yes=tr("Make it")))
    if reason is None:
        return
    code = await screen.desk.do(
        Right.ADMINISTER,
        lambda ports, actor: enrolling.reset_passphrase(ports, student_id=student.id, actor=actor, reason=reason),
    )
    lines = [
        code.shown,
        "",
        tr("It signs {email} in, once.", email=student.email),
        tr("Valid until: {when}", when=instant_text(code.until, screen.desk.zone)),
        tr("It is shown here only; nobody can look it up later."),
    ]
    await screen.app.push_screen_wait(
        Dialog(tr("One-time code of {name}", name=student.name), Content("\n".join(lines)))
    )
    screen.reload()
