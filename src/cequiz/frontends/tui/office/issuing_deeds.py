"""Issuing from the office: one certificate or all that are due, with the question before and the words after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from cequiz.domain.people.staff import Right
from cequiz.frontends.breach_words import advice, grounds
from cequiz.frontends.tui.screen import Dialog
from cequiz.language import tr, trn
from cequiz.services import correcting, hindering, issuing

if TYPE_CHECKING:
    from cequiz.frontends.tui.office.screen import OfficeScreen
    from cequiz.frontends.tui.office.working import Progress, Stop
    from cequiz.services.hindering import Prospect
    from cequiz.services.issuing import Issued
    from cequiz.services.ports import Ports

_SHOWN = 20
"""So many refusals are told one by one."""


async def issue_one(screen: OfficeScreen[None], *, student_id: str, name: str, course_id: str) -> str | None:
    """Ask, issue, and tell the number; return it, or None where the answer was no or something stands in the way.

    What stands in the way is shown in place of the question.

    Raises:
        CequizError: it cannot be issued.
    """
    found = await screen.desk.look(lambda ports: hindering.prospect(ports, student_id=student_id, course_id=course_id))
    if not found.can_be_issued:
        title = tr("The certificate of {name} cannot be issued yet", name=name)
        await screen.app.push_screen_wait(Dialog(title, Content(_hindered(found))))
        return None
    body = tr("The certificate of {name} gets the next number, which nobody can take back.", name=name)
    if not await screen.app.push_screen_wait(Dialog(tr("Issue this certificate?"), Content(body), yes=tr("Issue"))):
        return None
    record = await screen.desk.do(
        Right.ADMINISTER,
        lambda ports, actor: issuing.issue_for(ports, student_id=student_id, course_id=course_id, actor=actor),
    )
    screen.tell(tr("{number} was issued.", number=record.number))
    return record.number


async def issue_all(screen: OfficeScreen[None], count: int) -> bool:
    """Ask, issue all that is due with progress, and tell what became of it; False where the answer was no."""
    title = trn("Issue {count} certificate?", "Issue {count} certificates?", count)
    body = tr("It can be stopped at any time: what is issued by then stays issued, the rest stays due.")
    if not await screen.app.push_screen_wait(Dialog(title, Content(body), yes=tr("Issue"))):
        return False

    def job(ports: Ports, actor: str, progress: Progress, stop: Stop) -> Issued:
        issued = issuing.issue_due(ports, actor=actor, progress=progress, stop=stop)
        if stop():
            return issued
        more = correcting.catch_up(ports, actor=actor)  # what a re-mark has left behind
        return issuing.Issued(issued.certificates + more.certificates, issued.refused + more.refused)

    done = await screen.work(tr("Issuing what is due"), job, right=Right.ADMINISTER)
    if done is not None:
        await screen.app.push_screen_wait(Dialog(_issued(done), Content(_refused(done))))
    return True


def _hindered(found: Prospect) -> str:
    refusals = [f"✗ {one.sentence} {one.hint}".rstrip() for one in found.refusals]
    breaches = [f"✗ {one.words}\n{grounds(one)}\n→ {advice(one)}" for one in found.breaches]
    return "\n\n".join([*refusals, *breaches])


def _issued(done: Issued) -> str:
    return trn("{count} certificate was issued", "{count} certificates were issued", len(done.certificates))


def _refused(done: Issued) -> str:
    if not done.refused:
        return tr("Nothing stood in the way.")
    lines = [
        trn(
            "{count} could not be issued and stays due:", "{count} could not be issued and stay due:", len(done.refused)
        )
    ]
    lines += [f"✗ {one.student.name}: {one.error.sentence} {one.error.hint}".rstrip() for one in done.refused[:_SHOWN]]
    rest = len(done.refused) - _SHOWN
    return "\n".join([*lines, *([trn("and {count} more", "and {count} more", rest)] if rest > 0 else [])])
