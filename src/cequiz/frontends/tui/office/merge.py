"""Merging a student who was added twice: finding the other one, seeing what moves and what collides, doing it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from cequiz.domain.people.staff import Right
from cequiz.domain.people.student import Student
from cequiz.frontends.merge_words import moved_words
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.question import OfficeQuestion
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.office.students import StudentSearch
from cequiz.language import mark, tr
from cequiz.services import merging
from cequiz.services.merging import MergePlan


class TwinScreen(StudentSearch):
    """Asks for the other record of a student; it begins with everybody of the same name."""

    SCOPE = Scope.TWINS
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Which is the same person?")
    RIGHTS = {"open": Right.ADMINISTER}  # noqa: RUF012 - declared in the base

    def __init__(self, desk: OfficeDesk, student: Student) -> None:
        super().__init__(desk)
        self._student = student

    def on_mount(self) -> None:
        """Look for the name."""
        self.top.where = tr("Who is {name} too?", name=self._student.name)
        self.query_one("#search", Input).value = self._student.name

    def open_row(self, row_id: str) -> None:
        """Show what a merge would do."""
        if row_id == self._student.id:
            self.tell(tr("That is the student whom you came from. Choose the other one."), warn=True)
            return
        self.app.push_screen(MergeScreen(self.desk, leaving=row_id, staying=self._student.id))


class MergeScreen(OfficeScreen[None]):
    """What moves, what is good to know, and what stands in the way."""

    SCOPE = Scope.MERGE
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Merge")
    RIGHTS = {"merge": Right.ADMINISTER, "swap": Right.ADMINISTER}  # noqa: RUF012 - declared in the base

    def __init__(self, desk: OfficeDesk, *, leaving: str, staying: str) -> None:
        super().__init__(desk)
        self._leaving = leaving
        self._staying = staying
        self._plan: MergePlan | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out one page to scroll."""
        with VerticalScroll(classes="body form", id="plan"):
            yield Static(tr("Opening …"), id="plan-words", markup=False)

    def on_mount(self) -> None:
        """Look what a merge would do."""
        self.query_one("#plan").focus()
        self._look()

    def _look(self) -> None:
        self._plan = None
        self.freshen(self._load)

    async def _load(self) -> None:
        leaving, staying = self._leaving, self._staying
        self._plan = await self.desk.look(lambda ports: merging.preview(ports, from_id=leaving, into_id=staying))
        self.query_one("#plan-words", Static).update(_plan_words(self._plan))
        self.show_keys()

    def allows(self, command: str) -> bool:
        """Nothing is merged before it is known what that does, nor while anything collides."""
        if not super().allows(command):
            return False
        match command:
            case "merge":
                return self._plan is not None and not self._plan.collisions
            case "swap":
                return self._plan is not None
            case _:
                return True

    def action_swap(self) -> None:
        """Let the other one stay."""
        self._leaving, self._staying = self._staying, self._leaving
        self._look()

    def action_merge(self) -> None:
        """Ask why, then merge."""
        plan = self._plan
        if plan is None:
            return
        body = tr("{old} becomes {new}. It cannot be taken back.", old=_who(plan.leaving), new=_who(plan.staying))
        question = OfficeQuestion(tr("Merge the two?"), body, label=tr("Reason"), yes=tr("Merge"))

        async def deed(reason: str) -> None:
            await self.desk.do(
                Right.ADMINISTER,
                lambda ports, actor: merging.merge(
                    ports, from_id=plan.leaving.id, into_id=plan.staying.id, reason=reason, actor=actor
                ),
            )
            # Back to the file of the student: whichever of the two it was, it is that of the one who stays.
            self.app.pop_screen()
            self.app.pop_screen()
            self.tell(tr("{old} is {new} from now on.", old=plan.leaving.id, new=plan.staying.id))

        self.ask_then(question, deed)


def _plan_words(plan: MergePlan) -> Content:
    moved = [f"{kind}: {count}" for kind, count in moved_words(plan) if count != "0"]
    parts: list[Content | tuple[str, str] | str] = [
        (tr("This record ends"), "bold $primary"),
        f"\n{_who(plan.leaving)}\n{', '.join(map(str, plan.leaving.licences)) or tr('no licence')}\n\n",
        (tr("This one stays"), "bold $primary"),
        f"\n{_who(plan.staying)}\n{', '.join(map(str, plan.staying.licences)) or tr('no licence')}\n\n",
        (tr("What moves"), "bold $primary"),
        f"\n{', '.join(moved) or tr('nothing')}\n",
        *(f"· {one}\n" for one in plan.notes),
    ]
    if plan.collisions:
        parts += ["\n", (tr("They cannot become one"), "bold $error"), "\n"]
        parts += [(f"✗ {one}\n", "$error") for one in plan.collisions]
    return Content.assemble(*parts)


def _who(student: Student) -> str:
    return f"{student.name} ({student.id}, {student.email})"
