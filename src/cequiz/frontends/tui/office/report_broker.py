"""Reporting to CE Broker: who would be reported, writing the files, and what became of every batch."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cequiz.domain.people.staff import Right
from cequiz.errors import EnvironmentFailed, Refused
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.question import OfficeQuestion
from cequiz.frontends.tui.office.report_view import ReportScreen, ReportTable
from cequiz.frontends.tui.screen import Dialog
from cequiz.language import mark, tr, trn
from cequiz.services.reports import batches as service
from cequiz.services.reports import ce_broker
from cequiz.services.reports.ce_broker import Roster, left_out_report, roster_report

if TYPE_CHECKING:
    from cequiz.domain.report import Report


async def opened(desk: OfficeDesk) -> RosterScreen:
    """Return the screen of who would be reported now."""
    return RosterScreen(desk, await desk.look(ce_broker.preview))


async def batches_opened(desk: OfficeDesk) -> BatchesScreen:
    """Return the screen of what was reported."""
    return BatchesScreen(desk, await desk.look(service.batches))


class RosterScreen(ReportTable):
    """Who would be reported now; writing the files keeps them as reported."""

    SCOPE = Scope.BROKER
    BINDINGS = bindings(SCOPE)
    HEADING = mark("CE Broker")
    RIGHTS = {"write": Right.ADMINISTER}  # noqa: RUF012 - declared in the base

    def __init__(self, desk: OfficeDesk, found: Roster) -> None:
        super().__init__(desk, _told(found))
        self._found = found

    def empty(self) -> str:
        """Say that there is nobody."""
        return tr("There is nobody to report.")

    def allows(self, command: str) -> bool:
        """Files need somebody in them, and the list of those left out somebody in it."""
        if command in ("write", "open") and not self._found.lines:
            return False
        return super().allows(command) and (command != "left_out" or bool(self._found.left_out))

    def action_write(self) -> None:
        """Ask for the folder, keep the batch, write its files and open it."""
        from cequiz.frontends.report_files import check_roster, save_roster  # noqa: PLC0415 - loaded when asked for

        async def deed(folder: str) -> None:
            state, place = self._found.state, Path(folder).expanduser()
            shown = [line.cells() for line in self._found.lines]
            await self.desk.look(lambda _: check_roster(place, shown))
            found = await self.desk.do(
                Right.ADMINISTER, lambda ports, actor: ce_broker.export(ports, state=state, actor=actor)
            )
            self._show_state(state)
            if found.batch is None:
                self.tell(tr("There is nobody to report."))
                return
            batch_id, lines = found.batch.id, [line.cells() for line in found.lines]
            try:
                paths = await self.desk.look(lambda _: save_roster(place, batch_id, lines))
            except (EnvironmentFailed, Refused) as error:
                await self._open_unwritten(batch_id, error)
                return
            words = tr("Written: {csv} and {xls}", csv=paths[0], xls=paths[1])
            words += "\n\n" + tr("Hand one of them in at CE Broker, then mark the batch as posted: m in the batches.")
            await self.app.push_screen_wait(Dialog(tr("Batch {id}", id=batch_id), words))

        count = len(self._found.lines)
        body = trn("{count} completion counts as reported.", "{count} completions count as reported.", count)
        at = str(self.desk.house.settings.home / "reports")
        body = "\n".join([body, *(f"▲ {note}" for note in self._found.notes)])
        question = OfficeQuestion(tr("Write the roster?"), body, label=tr("Folder"), yes=tr("Write"), value=at)
        self.ask_then(question, deed)

    async def _open_unwritten(self, batch_id: str, error: EnvironmentFailed | Refused) -> None:
        """Say that everybody counts as reported all the same, and open what is kept of it."""
        kept = tr("The batch {id} is kept: w in the batches writes its files.", id=batch_id)
        await self.app.push_screen(await batches_opened(self.desk))
        await self.app.push_screen_wait(Dialog(tr("Batch {id}", id=batch_id), f"{error.sentence}\n\n{kept}"))

    def _show_state(self, state: str) -> None:
        """Show who would be reported to a state now."""
        self.freshen(partial(self._look, state))

    async def _look(self, state: str) -> None:
        self._found = await self.desk.look(lambda ports: ce_broker.preview(ports, state=state))
        self.fill(_told(self._found))

    def action_state(self) -> None:
        """Ask to which state is reported."""
        body = tr("Whose licences are reported, in two letters.")

        async def asked(state: str) -> None:
            self._show_state(state)

        title, state = tr("Report to which state?"), self._found.state
        self.ask_then(OfficeQuestion(title, body, label=tr("State"), yes=tr("Show"), value=state), asked)

    def action_left_out(self) -> None:
        """Show who is left out, and why."""
        self.app.push_screen(ReportScreen(self.desk, left_out_report(self._found)))

    def action_batches(self) -> None:
        """Show what was reported before."""

        async def work() -> None:
            await self.app.push_screen(await batches_opened(self.desk))

        self.attend(work, group="open")


class BatchesScreen(ReportTable):
    """What was reported, the newest first."""

    SCOPE = Scope.BATCHES
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Batches")
    RIGHTS = {"post": Right.ADMINISTER, "write": Right.ADMINISTER}  # noqa: RUF012 - declared in the base

    def empty(self) -> str:
        """Say that nothing was reported."""
        return tr("Nothing was reported yet.")

    def allows(self, command: str) -> bool:
        """Every deed needs a batch."""
        return super().allows(command) and (bool(self.report.rows) or command in ("csv", "pdf"))

    def on_screen_resume(self) -> None:
        """Show what has changed meanwhile."""
        super().on_screen_resume()
        self.freshen(self._again)

    async def _again(self) -> None:
        self.fill(await self.desk.look(service.batches))

    def _batch_id(self) -> str:
        row = self.list.row
        return str(self.report.rows[int(row.id)]["id"]) if row else ""

    def open_row(self, place: int) -> None:
        """Open a batch."""
        batch_id = str(self.report.rows[place]["id"])

        async def work() -> None:
            report = await self.desk.look(lambda ports: service.batch_report(ports, batch_id))
            await self.app.push_screen(BatchScreen(self.desk, report, batch_id))

        self.attend(work, group="open")

    def action_post(self) -> None:
        """Mark the highlighted batch as posted, after a yes."""
        batch_id = self._batch_id()

        async def work() -> None:
            late = await self.desk.look(lambda ports: service.outdated(ports, batch_id))
            words = tr("Everybody in it counts as reported from then on.")
            words = "\n".join([words, *(f"▲ {one}" for one in late)])
            question = Dialog(tr("Was {id} handed in?", id=batch_id), words, yes=tr("Mark as posted"))
            if await self.app.push_screen_wait(question):
                await self.desk.do(
                    Right.ADMINISTER, lambda ports, actor: service.post(ports, batch_id=batch_id, actor=actor)
                )
                self.tell(tr("The batch {id} is marked as posted.", id=batch_id))
                self.freshen(self._again)

        self.attend(work, group="deed")

    def action_write(self) -> None:
        """Write both files of the highlighted batch again."""
        from cequiz.frontends.report_files import save_roster  # noqa: PLC0415 - loaded when asked for

        batch_id = self._batch_id()

        async def deed(folder: str) -> None:
            view = await self.desk.look(lambda ports: service.batch(ports, batch_id))
            paths = await self.desk.look(lambda _: save_roster(Path(folder).expanduser(), batch_id, view.cells))
            self.tell(tr("Written: {csv} and {xls}", csv=paths[0], xls=paths[1]))

        at = str(self.desk.house.settings.home / "reports")
        body = tr("They say what they said before.")
        question = OfficeQuestion(tr("Write the files again?"), body, label=tr("Folder"), yes=tr("Write"), value=at)
        self.ask_then(question, deed)


class BatchScreen(ReportTable):
    """The completions of one batch."""

    SCOPE = Scope.BATCH
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Batch")
    RIGHTS = {"requeue": Right.ADMINISTER}  # noqa: RUF012 - declared in the base

    def __init__(self, desk: OfficeDesk, report: Report, batch_id: str) -> None:
        super().__init__(desk, report)
        self._batch_id = batch_id

    def action_requeue(self) -> None:
        """Ask why, then let the highlighted completion be reported again."""
        row = self.list.row
        if row is None:
            return
        award = str(self.report.rows[int(row.id)]["award"])

        async def deed(reason: str) -> None:
            await self.desk.do(
                Right.ADMINISTER,
                lambda ports, actor: service.requeue(ports, what=award, reason=reason, actor=actor),
            )
            self.tell(tr("{what} will be reported again.", what=award))
            self.fill(await self.desk.look(lambda ports: service.batch_report(ports, self._batch_id)))

        body = tr("The next file holds it again.")
        question = OfficeQuestion(
            tr("Report {what} again?", what=award), body, label=tr("Reason"), yes=tr("Report again")
        )
        self.ask_then(question, deed)


def _told(found: Roster) -> Report:
    """Return the roster with how many are left out in its heading."""
    report = roster_report(found)
    if not found.left_out:
        return report
    left = trn("{count} left out", "{count} left out", len(found.left_out))
    return replace(report, covers=f"{report.covers} · {left}")
