"""The audit log: who did what, when and why. Nothing here can change anything."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from cequiz.domain.people.staff import Right
from cequiz.frontends.dates import instant_text, list_text
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.search_list import SearchListScreen
from cequiz.frontends.tui.office.working import Progress, Stop
from cequiz.frontends.tui.screen import Dialog
from cequiz.frontends.tui.widgets.long_list import ListColumn, ListRow, Rows
from cequiz.language import mark, tr
from cequiz.services import auditing
from cequiz.services.admitting import names
from cequiz.services.ports import AuditRecord, ChainReport, Ports, Window

_OF_QUESTIONS = ("bank.", "proposal.", "queue.", "score.")
"""How deeds begin whose reasons may tell what is right."""


class AuditLogScreen(SearchListScreen[None]):
    """Every record, the newest first."""

    SCOPE = Scope.AUDIT_LOG
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Audit log")
    RIGHTS = {"verify": Right.READ}  # noqa: RUF012 - declared in the base

    def __init__(self, desk: OfficeDesk) -> None:
        super().__init__(desk)
        self._records: dict[str, AuditRecord] = {}
        self._names: dict[str, str] = {}

    def placeholder(self) -> str:
        """Say what the search looks for."""
        return tr("Search with /: deed, id, name or 2026-11-22")

    def columns(self) -> tuple[ListColumn, ...]:
        """Return when, what, to what, who and why."""
        return (
            ListColumn(tr("When"), 16),
            ListColumn(tr("Deed"), 24),
            ListColumn(tr("On"), 14, grows=True),
            ListColumn(tr("Who"), 18, least=70),
            ListColumn(tr("Why"), 14, grows=True, least=100),
        )

    async def rows(self, words: str, offset: int, limit: int) -> Rows:
        """Return some records."""

        def work(ports: Ports) -> Rows:
            page = auditing.page(ports, words=words, window=Window(offset, limit))
            self._names = names(ports)
            found = {f"{page.total - offset - place}": one for place, one in enumerate(page.rows)}
            self._records.update(found)
            return Rows([self._row(key, one) for key, one in found.items()], page.total)

        return await self.desk.look(work)

    def _row(self, key: str, record: AuditRecord) -> ListRow:
        when = list_text(record.at, self.desk.zone)
        who = self._names.get(record.actor, record.actor)
        why = auditing.why(record) if self._may_read(record) else ""
        return ListRow(key, (when, record.deed, record.subject, who, why))

    def _may_read(self, record: AuditRecord) -> bool:
        """Whether who sits here may read why, and of what: that of a question may tell its key."""
        return self.desk.may(Right.KEYS) or not record.deed.startswith(_OF_QUESTIONS)

    def open_row(self, row_id: str) -> None:
        """Show a whole record."""
        record = self._records[row_id]
        who = self._names.get(record.actor)
        lines = [
            tr("When: {when}", when=instant_text(record.at, self.desk.zone)),
            tr("Who: {who}", who=f"{who} ({record.actor})" if who else record.actor),
            tr("On: {subject}", subject=record.subject),
            *_details(record, may=self._may_read(record)),
        ]
        self.app.push_screen(Dialog(record.deed, Content("\n".join(lines))))

    def action_verify(self) -> None:
        """Recompute every chain and say what was found."""
        if not self.busy("verify"):
            self.attend(self._verify, group="verify")

    async def _verify(self) -> None:
        def job(ports: Ports, _actor: str, progress: Progress, stop: Stop) -> ChainReport:
            return auditing.verify(ports, progress=progress, stop=stop)

        report = await self.work(tr("Recomputing every chain …"), job)
        if report is None:
            return
        if report.findings:
            words = "\n".join(f"✗ {one.chain} {one.place}: {one.words}" for one in report.findings)
            await self.app.push_screen_wait(Dialog(tr("The records are not what they were"), Content(words)))
            return
        words = tr("{chains} chains, {records} records: nothing differs.", chains=report.chains, records=report.records)
        await self.app.push_screen_wait(Dialog(tr("✓ The records are sound"), Content(words)))


def _details(record: AuditRecord, *, may: bool) -> Iterator[str]:
    """Yield what stands with a deed, a line each."""
    if not may:
        yield tr("The rest is for who may see questions with their keys.")
        return
    yield from (f"{name}: {value}" for name, value in record.details.items())
