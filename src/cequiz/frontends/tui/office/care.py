"""Care of the house: backups while exams run, the way back, checks, and what `config.toml` says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from cequiz import upkeep
from cequiz.configuration import NAME, read_configuration, toml
from cequiz.domain.house_rules import rules
from cequiz.domain.people.staff import Right
from cequiz.domain.people.student import clean_words
from cequiz.errors import CequizError
from cequiz.frontends import health
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.question import OfficeQuestion
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.office.working import Progress, Stop
from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.frontends.tui.widgets.listing import Listing
from cequiz.language import mark, tr, trn
from cequiz.services import auditing
from cequiz.services.ports import Ports

if TYPE_CHECKING:
    from cequiz.adapters.store.backup import Backup, Restored

_SIGNS = {"ok": ("✓", "$success"), "warning": ("▲", "$warning"), "error": ("✗", "$error")}


class CareScreen(OfficeScreen[None]):
    """What keeps the records safe."""

    SCOPE = Scope.CARE
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Care")
    RIGHTS = {  # noqa: RUF012 - declared in the base
        "back_up": Right.ADMINISTER,
        "restore": Right.ADMINISTER,
        "check": Right.OVERSEE,
        "doctor": Right.OVERSEE,
        "settings": Right.OVERSEE,
    }

    def compose_body(self) -> ComposeResult:
        """Lay out the deeds, and below them what they found."""
        yield Listing(id="deeds")
        yield Static(tr("What was found stands here."), id="care-told", classes="quiet", markup=False)
        yield Listing(id="found-facts")

    def on_mount(self) -> None:
        """Start on the backup."""
        super().on_mount()
        doors = (
            ("back_up", "b", tr("Back up"), tr("One file with everything; exams go on meanwhile.")),
            ("restore", "r", tr("Restore"), tr("Put a backup in the place of the records; what was there is kept.")),
            ("check", "c", tr("Check"), tr("Look the database through and recompute every chain.")),
            ("doctor", "d", tr("Doctor"), tr("What is installed, where things live, what is wrong.")),
            ("settings", "s", tr("Settings"), tr("What config.toml says, and what it could say.")),
        )
        listing = self.query_one("#deeds", Listing)
        listing.fill(
            [Option(_door(letter, name, about), id=key) for key, letter, name, about in doors if self.allows(key)]
        )
        listing.focus()

    @on(Listing.OptionSelected, "#deeds")
    def chosen(self, event: Listing.OptionSelected) -> None:
        """Do what was chosen."""
        getattr(self, f"action_{event.option.id}")()

    def action_open(self) -> None:
        """Do what is highlighted."""
        self.query_one("#deeds", Listing).action_select()

    def action_back_up(self) -> None:
        """Ask where to, and write a backup."""
        now = self.desk.house.clock.read().wall
        wanted = self.desk.house.settings.backups / f"cequiz-{now:%Y%m%d-%H%M%S}.zip"
        question = OfficeQuestion(
            tr("Back up"),
            tr("The file holds records, certificates, keys and settings: keep it where only you can read it."),
            label=tr("Write it to"),
            yes=tr("Back up"),
            value=str(wanted),
        )
        self.ask_then(question, self._back_up)

    async def _back_up(self, answer: str) -> None:
        settings, at = self.desk.house.settings, self.desk.house.clock.read().wall
        target = Path(answer).expanduser()

        def job(ports: Ports, actor: str, progress: Progress, stop: Stop) -> Backup:
            if target.parent == settings.backups:
                settings.backups.mkdir(mode=0o700, parents=True, exist_ok=True)
            done = upkeep.back_up(settings, target, at=at, progress=progress, stop=stop)
            auditing.note_backup(ports, records=done.records, actor=actor)
            return done

        # It copies the keys too: whoever may only read does not get them.
        done = await self.work(tr("Backing up"), job, right=Right.ADMINISTER)
        if done is not None:
            size = f"{done.size / 1_000_000:,.1f} MB"
            self._show(
                [
                    (
                        "ok",
                        tr(
                            "{path} holds {records} records ({size}), and was proved.",
                            path=done.path,
                            records=done.records,
                            size=size,
                        ),
                    )
                ]
            )

    def action_restore(self) -> None:
        """Ask for the file, then for the word, and restore."""
        question = OfficeQuestion(
            tr("Restore a backup"),
            tr("It takes the place of the records, which are kept beside it. Nobody else may be connected."),
            label=tr("The backup's file"),
            yes=tr("Go on"),
        )
        self.ask_then(question, self._ask_again)

    async def _ask_again(self, answer: str) -> None:
        why = OfficeQuestion(
            tr("Restore {name}", name=Path(answer).name),
            tr("It is kept in the audit log of the records that take the place."),
            label=tr("Reason"),
            yes=tr("Go on"),
        )
        reason = await self.ask(why)
        if reason is None:
            return
        clean_words(reason, what=mark("reason"))
        word = tr("restore")
        sure = OfficeQuestion(
            tr("Restore {name}", name=Path(answer).name),
            tr("Everything that was recorded after this backup will not be in the records any more."),
            label=tr("Type {word} to do it", word=word),
            yes=tr("Restore"),
            expect=word,
        )
        if await self.ask(sure) is not None:
            await self._restore(Path(answer).expanduser(), reason)

    async def _restore(self, source: Path, reason: str) -> None:
        house, at = self.desk.house, self.desk.house.clock.read().wall

        def deed(_ports: Ports, actor: str, _progress: Progress, _stop: Stop) -> Restored:
            house.close()
            done = upkeep.restore(house.settings, source, at=at)
            auditing.note_restore(house.ports(), made_at=done.made_at, actor=actor, reason=reason)
            return done

        done = await self.work(tr("Restoring"), deed, right=Right.ADMINISTER, stoppable=False)
        if done is None:
            return
        found = [("ok", tr("{file} is the store now.", file=source))]
        found += [("ok", tr("Kept: {kept}", kept=kept)) for kept in done.kept]
        if done.back:
            students = ", ".join(done.back)
            words = tr("Purged after this backup, and back with it: {students}. Purge them again.", students=students)
            found.append(("warning", words))
        if done.missing:
            numbers = ", ".join(done.missing)
            found.append(("error", tr("Issued after this backup, and not in it: {numbers}.", numbers=numbers)))
        try:
            await self.desk.look(lambda ports: None)
        except CequizError:  # whoever sits here does not work in the office of the backup
            self.desk.leave_seat()
            self.app.pop_screen()
            self.tell(tr("The backup is in place. Sign in again."))
            return
        self._show(found)

    def action_check(self) -> None:
        """Look the database through and recompute every chain."""
        self.attend(self._check, group="deed")

    async def _check(self) -> None:
        settings = self.desk.house.settings

        def job(ports: Ports, actor: str, progress: Progress, stop: Stop) -> list[tuple[str, str]]:
            found = [("error", words) for words in upkeep.check_store(settings, stop=stop).problems]
            report = auditing.verify(ports, progress=progress, stop=stop)
            found += [("error", f"{one.chain} {one.place}: {one.words}") for one in report.findings]
            words = tr(
                "{chains} chains, {records} records: nothing differs.", chains=report.chains, records=report.records
            )
            return found or [("ok", words)]

        found = await self.work(tr("Checking"), job, right=Right.OVERSEE)
        if found is not None:
            self._show(found)

    def action_doctor(self) -> None:
        """Tell what is installed, where things live and what is wrong."""
        self.attend(self._doctor, group="deed")

    async def _doctor(self) -> None:
        house = self.desk.house

        def job(ports: Ports, actor: str, progress: Progress, stop: Stop) -> list[tuple[str, str]]:
            return [
                (level, f"{tr(name)}: {words}")
                for name, level, words in health.facts(house, progress=progress, stop=stop)
            ]

        found = await self.work(tr("Looking around"), job, right=Right.OVERSEE)
        if found is not None:
            self._show(found)

    def action_settings(self) -> None:
        """Tell what holds, and whether the file says so."""
        home = self.desk.house.settings.home
        try:
            found = read_configuration(home)
        except CequizError as error:
            self.complain(error)
            return
        told = [("ok", tr("The file is {path}.", path=home / NAME))]
        for one in rules():
            given = f"office.{one.name}" in found.given
            value = toml(getattr(found.rules, one.name))
            told.append(("warning" if given else "ok", f"{one.name} = {value}  {tr(one.about)}"))
        self._show(told, tr("What holds; ▲ marks what the file says itself."))

    def _show(self, found: list[tuple[str, str]], head: str = "") -> None:
        wrong = sum(level == "error" for level, _ in found)
        told = trn("{count} thing is wrong.", "{count} things are wrong.", wrong) if wrong else tr("All is well.")
        self.query_one("#care-told", Static).update(Content(head or told))
        self.query_one("#found-facts", Listing).fill([Option(_told(*one), id=f"f{n}") for n, one in enumerate(found)])


def _door(letter: str, name: str, about: str) -> Hanging:
    mark_ = Content.assemble((f" {letter} ", "bold $footer-key-foreground"), f" {name}".ljust(14))
    return Hanging(mark_, Content(about).stylize("$quiet"), one_line=True)


def _told(level: str, words: str) -> Hanging:
    sign, colour = _SIGNS[level]
    return Hanging(Content.assemble((f"{sign} ", colour)), Content(words))
