"""Retention: until when records are kept, legal holds, and the purge of what is over, with everything said before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from textual import on
from textual.content import Content

from cequiz.domain.people.staff import Right
from cequiz.domain.text import folded
from cequiz.frontends.retention_words import kind_words, left_lines, standing_words
from cequiz.frontends.tui.commands import Command, Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.question import OfficeQuestion
from cequiz.frontends.tui.office.search_list import SearchListScreen
from cequiz.frontends.tui.remembered import Remembered
from cequiz.frontends.tui.screen import Dialog
from cequiz.frontends.tui.widgets.long_list import ListColumn, ListRow, LongList, Rows
from cequiz.language import mark, tr, trn
from cequiz.services import retaining
from cequiz.services.ports import Ports, Window
from cequiz.services.retaining import Kept, Plan


class RetentionScreen(SearchListScreen[None]):
    """Everybody's records by name, or those whose time is over."""

    SCOPE = Scope.RETENTION
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Retention")
    RIGHTS = {  # noqa: RUF012 - declared in the base
        "hold": Right.ADMINISTER,
        "lift": Right.ADMINISTER,
        "purge": Right.ADMINISTER,
        "purge_due": Right.ADMINISTER,
    }

    def __init__(self, desk: OfficeDesk) -> None:
        super().__init__(desk)
        self._kept: dict[str, Kept | None] = {}
        """What is known of the rows that were shown; None for records that were purged."""
        self._due_only = True
        self._due = Remembered(lambda: desk.look(_all_due))
        """Those who are due, each with what a search looks through; kept while somebody types, since it takes long."""

    def placeholder(self) -> str:
        """Say what the search looks for."""
        return tr("Search with /: part of a name or an id")

    def empty(self) -> str:
        """Say that nobody is due, and how everybody is shown."""
        if self._due_only:
            return tr("Nobody's records are over their time. d shows everybody.")
        return super().empty()

    def columns(self) -> tuple[ListColumn, ...]:
        """Return name, when the records were complete, and from when on they may go."""
        return (
            ListColumn(tr("Name"), 12, grows=True),
            ListColumn(tr("May go from"), 11),
            ListColumn(tr("Standing"), 20),
            ListColumn(tr("Complete on"), 11, least=78),
            ListColumn(tr("Years"), 5, right=True, least=100),
            ListColumn(tr("ID"), 14, least=100),
        )

    async def rows(self, words: str, offset: int, limit: int) -> Rows:
        """Return some of those who are due, or of everybody."""
        if self._due_only:
            return self._page_of_due(await self._due.get(), folded(words), offset, limit)

        def work(ports: Ports) -> Rows:
            found = retaining.page(ports, words=folded(words), window=Window(offset, limit))
            self._kept.update({line.id: kept for line, kept in found.rows})
            return Rows([_row(line.id, line.name, kept) for line, kept in found.rows], found.total)

        return await self.desk.look(work)

    def _page_of_due(self, due: Sequence[tuple[str, Kept]], words: str, offset: int, limit: int) -> Rows:
        found = [one for sought, one in due if words in sought]
        shown = found[offset : offset + limit]
        self._kept.update({one.student_id: one for one in shown})
        return Rows([_row(one.student_id, one.name, one) for one in shown], len(found))

    @on(LongList.Loaded)
    def on_loaded(self) -> None:
        """Say which deeds there are."""
        self.show_keys()

    @property
    def _chosen(self) -> Kept | None:
        row = self.list.row
        return self._kept.get(row.id) if row else None

    def allows(self, command: str) -> bool:
        """Nothing can be done with nobody's records."""
        if command in {"open", "hold", "lift", "purge"}:
            return super().allows(command) and bool(self.list.total)
        if command == "purge_due":
            return super().allows(command) and self._due_only and bool(self.list.total)
        return super().allows(command)

    def as_shown(self, command: Command) -> Command:
        """Say what the key for the two views does now."""
        return replace(command, label=mark("everybody")) if command.id == "due" and self._due_only else command

    def action_due(self) -> None:
        """Show those who are due, or everybody."""
        self._due_only = not self._due_only
        self.look()
        self.show_keys()

    def action_reload(self) -> None:
        """Look again."""
        self._due.forget()
        self.again()

    def open_row(self, row_id: str) -> None:
        """Show what a purge would remove and what would stay."""
        self.attend(lambda: self._open(row_id), group="open")

    async def _open(self, student: str) -> None:
        plan = await self.desk.look(lambda ports: retaining.plan(ports, student=student))
        title = tr("The records of {name}", name=plan.kept.name)
        await self.app.push_screen_wait(Dialog(title, Content("\n".join(_told(plan)))))

    def action_hold(self) -> None:
        """Ask why, and place a hold."""
        if (chosen := self._chosen) is not None:
            title = tr("Hold the records of {name}?", name=chosen.name)
            body = tr("Nothing of the records is purged until the hold is lifted.")
            done = tr("The records of {who} are held from now on.", who=chosen.name)
            question = OfficeQuestion(title, body, label=tr("Reason"), yes=tr("Hold"))
            self._change(question, retaining.hold, chosen.student_id, done)

    def action_lift(self) -> None:
        """Ask why, and lift a hold."""
        if (chosen := self._chosen) is not None:
            title = tr("Lift the hold on the records of {name}?", name=chosen.name)
            body = tr("The times of retention go on as before.")
            done = tr("The records of {who} are held no more.", who=chosen.name)
            question = OfficeQuestion(title, body, label=tr("Reason"), yes=tr("Lift"))
            self._change(question, retaining.lift, chosen.student_id, done)

    def _change(self, question: OfficeQuestion, deed: Callable[..., object], student: str, done: str) -> None:
        async def work(reason: str) -> None:
            await self.desk.do(
                Right.ADMINISTER, lambda ports, actor: deed(ports, student=student, reason=reason, actor=actor)
            )
            self.tell(done)
            self.action_reload()

        self.ask_then(question, work)

    def action_purge(self) -> None:
        """Show what goes, ask why, let the id be typed, and purge."""
        chosen = self._chosen
        if chosen is not None and not self.busy("deed"):
            self.attend(lambda: self._purge(chosen.student_id), group="deed")

    async def _purge(self, student: str) -> None:
        plan = await self.desk.look(lambda ports: retaining.plan(ports, student=student))
        retaining.refuse(plan.kept)
        title = tr("Purge the records of {name}?", name=plan.kept.name)
        why = OfficeQuestion(title, "\n".join(_told(plan)), label=tr("Reason"), yes=tr("Go on"))
        reason = await self.ask(why)
        if reason is None or not await self._sure(title, student):
            return
        done = await self.desk.do(
            Right.ADMINISTER, lambda ports, actor: retaining.purge(ports, student=student, reason=reason, actor=actor)
        )
        self.tell(tr("The records of {who} were purged.", who=student))
        self.action_reload()
        await self._tell_left([done])

    def action_purge_due(self) -> None:
        """Ask why, let the word be typed, and purge everybody's who is due."""
        if not self.busy("deed"):
            self.attend(self._purge_due, group="deed")

    async def _purge_due(self) -> None:
        kept = await self.desk.look(lambda ports: retaining.keeping(ports, due_only=True))
        free = [one for one in kept if one.may_go]
        title = tr("Purge everybody's records who is due?")
        body = trn(
            "The records of {count} student go.",
            "The records of {count} students go.",
            len(free),
        )
        barred = len(kept) - len(free)
        if barred:
            body += "\n" + trn(
                "{count} stays: held, or an attempt is open.", "{count} stay: held, or an attempt is open.", barred
            )
        reason = await self.ask(OfficeQuestion(title, body, label=tr("Reason"), yes=tr("Go on")))
        if reason is None or not await self._sure(title, tr("purge {count}", count=len(free))):
            return
        done = await self.work(
            tr("Purging"),
            lambda ports, actor, progress, stop: retaining.purge_due(
                ports, reason=reason, actor=actor, progress=progress, stop=stop
            ),
            right=Right.ADMINISTER,
        )
        if done is not None:
            self.tell(_purged(len(done.done)), warn=done.stopped)
        self.action_reload()
        await self._tell_left(done.done if done is not None else ())

    async def _tell_left(self, done: Sequence[Plan]) -> None:
        """Name the files that still tell of people, if there are any: somebody must delete them by hand."""
        left = [file for plan in done for file in plan.left]
        if left:
            words = Content("\n".join(left_lines(left)))
            await self.app.push_screen_wait(Dialog(tr("The purge did not reach these"), words))

    async def _sure(self, title: str, expect: str) -> bool:
        """Whether the words were typed that nobody types by chance."""
        sure = OfficeQuestion(
            title,
            tr("It cannot be undone. Backups that were made before still hold the records."),
            label=tr("Type {word} to do it", word=expect),
            yes=tr("Purge"),
            expect=expect,
        )
        return await self.ask(sure) is not None


def _all_due(ports: Ports) -> list[tuple[str, Kept]]:
    return [(folded(f"{one.name} {one.student_id}"), one) for one in retaining.keeping(ports, due_only=True)]


def _purged(count: int) -> str:
    return trn("The records of {count} student were purged.", "The records of {count} students were purged.", count)


def _row(student: str, name: str, kept: Kept | None) -> ListRow:
    if kept is None:
        return ListRow(student, (name, "", tr("✓ purged"), "", "", student))
    sign = "■" if kept.held else "▶" if kept.running else "○" if kept.due else "·"
    standing = f"{sign} {standing_words(kept)}"
    days = kept.free_on.isoformat(), standing, kept.complete_on.isoformat(), str(kept.years)
    return ListRow(student, (name, *days, student))


def _told(plan: Plan) -> list[str]:
    """Return what goes and what stays, as lines."""
    kept = plan.kept
    goes = [
        *plan.goes.certificates,
        *(f"{kind_words(kind)}: {count}" for kind, count in plan.goes.counts.items() if count),
        tr("name, address, licences and passphrase"),
    ]
    return [
        tr(
            "Complete on {day}; may go from {free} on ({years} years).",
            day=kept.complete_on.isoformat(),
            free=kept.free_on.isoformat(),
            years=kept.years,
        ),
        tr("Now: {standing}", standing=standing_words(kept)),
        tr("A purge removes: {what}.", what=" · ".join(goes)),
        tr("It leaves the id, the audit record, and a tombstone in every chain."),
        *([tr("It does not reach: {what}.", what=" · ".join(left_lines(plan.left)))] if plan.left else ()),
    ]
