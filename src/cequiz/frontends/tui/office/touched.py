"""After a correction: the certificates in force that show what was before, and issuing them anew."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from cequiz.domain.people.staff import Right
from cequiz.domain.people.student import clean_words
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.question import OfficeQuestion
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.office.working import Progress, Stop
from cequiz.frontends.tui.widgets.listing import Listing
from cequiz.language import mark, tr, trn
from cequiz.services import rolling
from cequiz.services.ports import Ports
from cequiz.services.rolling import Touched


class TouchedScreen(OfficeScreen[None]):
    """Names what still shows the old facts; it goes away by itself where nothing does."""

    SCOPE = Scope.TOUCHED
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Corrected")
    RIGHTS = {"reissue": Right.ADMINISTER}  # noqa: RUF012 - declared in the base

    def __init__(self, desk: OfficeDesk, student_id: str) -> None:
        super().__init__(desk)
        self._student_id = student_id
        self._touched: tuple[Touched, ...] = ()

    def compose_body(self) -> ComposeResult:
        """Lay out the words above the certificates."""
        yield Static(tr("Opening …"), id="greeting", classes="body", markup=False)
        yield Listing(id="records")

    def on_mount(self) -> None:
        """Look which certificates there are."""
        self.query_one(Listing).focus()
        self.freshen(self._load)

    async def _load(self) -> None:
        self._touched = await self.desk.look(lambda ports: rolling.certificates_touched(ports, self._student_id))
        if not self._touched:
            self.app.pop_screen()
            self.tell(tr("No certificate in force shows anything else."))
            return
        words = trn(
            "▲ It is corrected. {count} certificate in force still shows what was before; "
            "it may be issued anew with i.",
            "▲ It is corrected. {count} certificates in force still show what was before; "
            "they may be issued anew with i.",
            len(self._touched),
        )
        self.query_one("#greeting", Static).update(Content(words).stylize("bold $warning"))
        self.query_one(Listing).fill([Option(_row(one), id=one.number) for one in self._touched])
        self.show_keys()

    def allows(self, command: str) -> bool:
        """Nothing can be issued before it is known what."""
        return super().allows(command) and (command != "reissue" or bool(self._touched))

    def action_reissue(self) -> None:
        """Ask why, then issue each one anew."""
        body = trn(
            "{count} certificate gets a successor with what is on record today; the old one is superseded.",
            "{count} certificates get successors with what is on record today; the old ones are superseded.",
            len(self._touched),
        )
        self.ask_then(OfficeQuestion(tr("Issue anew?"), body, label=tr("Reason"), yes=tr("Issue anew")), self._reissue)

    async def _reissue(self, reason: str) -> None:
        why = clean_words(reason, what=mark("reason"))
        numbers = [one.number for one in self._touched]

        def job(ports: Ports, actor: str, progress: Progress, stop: Stop) -> int:
            done = 0
            for number in numbers:
                if stop():
                    break
                rolling.reissue(ports, [number], reason=why, actor=actor)
                done += 1
                progress(done, len(numbers))
            return done

        try:
            done = await self.work(tr("Issuing anew"), job, right=Right.ADMINISTER)
            if done:
                self.tell(trn("{count} certificate was issued anew.", "{count} certificates were issued anew.", done))
        finally:
            self.freshen(self._load)  # one may be refused after others were issued


def _row(one: Touched) -> Content:
    return Content.assemble((one.number, "bold"), f"  {one.name}\n", (f"{one.course_title} · {one.licences}", "$quiet"))
