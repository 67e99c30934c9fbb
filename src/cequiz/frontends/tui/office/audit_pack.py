"""The audit pack: what it is about, where it goes, how far it is, and where it is in the end."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input

from cequiz.domain.people.staff import Right
from cequiz.errors import Refused
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.forms import OfficeForm
from cequiz.frontends.tui.office.working import Progress, Stop
from cequiz.frontends.tui.screen import Dialog
from cequiz.language import mark, tr, trn
from cequiz.services.packing.chosen import Scope as PackScope
from cequiz.services.packing.whole import Packed, pack
from cequiz.services.ports import Ports
from cequiz.services.reports.periods import Period


class AuditPackScreen(OfficeForm):
    """Asks what the pack is about and makes it."""

    SCOPE = Scope.AUDIT_PACK
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Audit pack")
    INTRODUCTION = mark(
        "One signed file with approvals, courses, items, attempts, evaluations, certificates and the audit log. "
        "Anybody can verify it without cequiz. Empty fields ask for all."
    )
    SEND = mark("Make the pack")
    RIGHTS = {"send": Right.PACK}  # noqa: RUF012 - declared in the base

    def compose_fields(self) -> ComposeResult:
        """Lay out the fields."""
        everything: list[tuple[str | None, str]] = [(None, tr("all courses"))]
        yield from self.pick("course", tr("Course"), everything)
        yield from self.field("student", tr("Student (ID or e-mail address)"))
        yield from self.field("since", tr("First day"), hint="2026-01-01")
        yield from self.field("until", tr("Last day"), hint="2026-12-31")
        yield from self.field("target", tr("Write it to"))

    def on_mount(self) -> None:
        """Offer a file's name, and read which courses there are."""
        house = self.desk.house
        name = f"audit-pack-{house.clock.read().wall:%Y%m%d-%H%M%S}.zip"
        self.query_one("#target", Input).value = str(house.settings.home / name)
        self.picker("course").focus()
        self.attend(self._load, group="load")

    async def _load(self) -> None:
        def work(ports: Ports) -> list[tuple[str, str]]:
            with ports.store.read() as unit:
                newest = {one.id: one.title for one in unit.courses.versions()}
            return list(newest.items())

        self.picker("course").fill([(None, tr("all courses")), *await self.desk.look(work)])

    async def send(self) -> None:
        """Make the pack, with its progress and a way to stop it, and say where it is."""
        self.refuse("")
        if not self.value("target").strip():
            self.refuse(tr("Type something first."), self.query_one("#target"))
            return
        target = Path(self.value("target").strip()).expanduser()
        scope = self._scope()

        def job(ports: Ports, actor: str, progress: Progress, stop: Stop) -> Packed:
            from cequiz.bootstrap import audit_pack_file  # noqa: PLC0415 - with the work

            return pack(ports, lambda: audit_pack_file(target), scope, actor=actor, progress=progress, stop=stop)

        done = await self.work(tr("Packing"), job, right=Right.PACK)
        if done is not None:
            await self.app.push_screen_wait(Dialog(tr("✓ The pack is made"), Content("\n".join(_told(target, done)))))

    def _scope(self) -> PackScope:
        course = self.picker("course").value
        return PackScope(
            course_id=course if isinstance(course, str) else None,
            student=self.value("student").strip() or None,
            period=Period(self._day("since"), self._day("until")),
        )

    def _day(self, name: str) -> date | None:
        """Return a day that was typed; None for an empty field.

        Raises:
            Refused: something else was typed.
        """
        text = self.value(name).strip()
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.query_one(f"#{name}").focus()
            raise Refused(tr("{text!r} is not a day.", text=text), hint=tr("Write it like 2026-11-22.")) from None


def _told(target: Path, done: Packed) -> list[str]:
    lines = [
        str(target),
        "",
        tr("{count} files, signed by the key {key}.", count=done.files, key=done.key),
        tr(
            "Students: {students}, attempts: {attempts}, certificates: {certificates}.",
            students=done.students,
            attempts=done.attempts,
            certificates=done.certificates,
        ),
    ]
    if done.findings:
        lines.append(
            trn(
                "✗ The records differ in {count} chain from what was written; the pack says so.",
                "✗ The records differ in {count} chains from what was written; the pack says so.",
                done.findings,
            )
        )
    else:
        lines.append(tr("Every chain of the records was recomputed: all are whole."))
    lines += ["", tr("README.txt in it says how to verify it without cequiz.")]
    return lines
