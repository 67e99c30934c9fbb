"""Changing a key: what shall be right, a look at what that would do, and the proposals that wait for somebody."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from cequiz.domain.bank.question import Question
from cequiz.domain.exam.remark import Drop
from cequiz.domain.people.staff import Right
from cequiz.domain.text import folded
from cequiz.frontends.dates import instant_text, list_text
from cequiz.frontends.key_notation import key_example, key_lines, key_words, read_key
from cequiz.frontends.key_proposals import state_words, told_line
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.forms import OfficeForm
from cequiz.frontends.tui.office.key_preview import KeyPreviewScreen
from cequiz.frontends.tui.office.search_list import SearchListScreen
from cequiz.frontends.tui.office.working import Progress, Stop
from cequiz.frontends.tui.remembered import Remembered
from cequiz.frontends.tui.screen import Dialog
from cequiz.frontends.tui.widgets.long_list import ListColumn, ListRow, LongList, Rows
from cequiz.frontends.tui.widgets.picker import Picker
from cequiz.language import mark, tr
from cequiz.services import proposing, rekeying
from cequiz.services.admitting import names
from cequiz.services.corrections import APPLIED, KeyChange
from cequiz.services.foreseeing import Preview, Request, preview
from cequiz.services.ports import Ports, Proposal

_SIGNS = {proposing.WAITING: "◷", APPLIED: "✓", proposing.DECLINED: "✗"}


class KeyChangeScreen(OfficeForm):
    """Asks what shall be right about a question of the newest version of its bank."""

    HEADING = mark("Change a key")
    INTRODUCTION = mark("Nothing is changed yet: the next step shows what it would do to every attempt.")
    SEND = mark("Look at what it would do")
    RIGHTS = {"send": Right.ADMINISTER}  # noqa: RUF012 - declared in the base

    def __init__(self, desk: OfficeDesk, bank_id: str, question_id: str) -> None:
        """Prepare the form.

        Args:
            desk: where somebody sits.
            bank_id: which bank.
            question_id: a question of its newest version in use.
        """
        super().__init__(desk)
        self._bank_id = bank_id
        self._question_id = question_id
        self._question: Question | None = None

    def compose_fields(self) -> ComposeResult:
        """Lay out the question, what shall become of it, the key, and what becomes of passes."""
        yield Static("", id="asked", markup=False)
        kinds = (
            ("key", tr("Another answer is right")),
            (str(Drop.CREDIT), tr("Drop it: everybody gets the points")),
            (str(Drop.EXCLUDE), tr("Drop it: it leaves the sum")),
        )
        yield from self.pick("what", tr("What shall be right"), kinds)
        yield from self.field("key", tr("The right answer"))
        passes = (
            (False, tr("No pass is taken away")),
            (True, tr("Passes fall, and their certificates are revoked")),
        )
        yield from self.pick("passes", tr("Who passed only by the old key"), passes)

    def on_mount(self) -> None:
        """Show the question."""
        super().on_mount()
        self.query_one("#what").focus()
        self.attend(self._load, group="load")

    async def _load(self) -> None:
        def find(ports: Ports) -> Question:
            return rekeying.newest(ports, self._bank_id).question(self._question_id)

        question = self._question = await self.desk.look(find, right=Right.KEYS)
        lines = [
            f"{self._bank_id}/{question.id}",
            question.stem,
            *key_lines(question),
            tr("Right now: {key}", key=key_words(question)),
        ]
        self.query_one("#asked", Static).update(Content("\n".join(lines)))
        example = key_example(question)
        field = self.query_one("#key", Input)
        field.placeholder = tr("for example {example}; letters as above, or ids", example=example)
        self.show_keys()

    @on(Picker.Changed, "#what")
    def turned(self) -> None:
        """Ask for an answer only where one is wanted."""
        self.query_one("#key", Input).disabled = self.picker("what").value != "key"

    async def send(self) -> None:
        """Foresee it, and show what was foreseen."""
        self.refuse("")
        request = Request(bank=self._bank_id, changes=(self._change(),), take_away=self.picker("passes").value is True)

        def job(ports: Ports, actor: str, progress: Progress, stop: Stop) -> Preview:
            return preview(ports, request, progress=progress, stop=stop)

        seen = await self.work(tr("Looking at every attempt"), job, right=Right.KEYS)
        if seen is not None:
            self.app.push_screen(KeyPreviewScreen(self.desk, seen), self._leave)

    def _leave(self, done: bool | None) -> None:
        """Go back to where the change was asked for, once it is made."""
        if done:
            self.action_back()

    def _change(self) -> KeyChange:
        """Return what was asked for."""
        what = self.picker("what").value
        if what != "key":
            return rekeying.dropped(self._question_id, bank=self._bank_id, drop=Drop(str(what)))
        assert self._question is not None  # noqa: S101 - nothing is sent before it is there
        response, beside = read_key(self._question, self.value("key"))
        return rekeying.rekeyed(self._question, bank=self._bank_id, response=response, beside=beside)

    def allows(self, command: str) -> bool:
        """Send only when the question is there."""
        return super().allows(command) and (command != "send" or self._question is not None)


class ProposalsScreen(SearchListScreen[None]):
    """Changes of keys that wait for a second person, and those that were decided."""

    SCOPE = Scope.PROPOSALS
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Key changes")

    def __init__(self, desk: OfficeDesk) -> None:
        super().__init__(desk)
        self._all = False
        self._read = Remembered(lambda: desk.look(self._find, right=Right.KEYS))
        self._proposals: dict[str, Proposal] = {}
        self._names: dict[str, str] = {}

    def placeholder(self) -> str:
        """Say what the search looks for."""
        return tr("Search with /: part of a bank, a question or a reason")

    def empty(self) -> str:
        """Say where changes come from."""
        return tr("Nothing waits. A key is changed from its question's page.")

    def columns(self) -> tuple[ListColumn, ...]:
        """Return state, what it is about and who proposed it; wider terminals show when."""
        return (
            ListColumn(tr("State"), 12),
            ListColumn(tr("What"), 20, grows=True),
            ListColumn(tr("By"), 16),
            ListColumn(tr("When"), 16, least=76),
        )

    async def rows(self, words: str, offset: int, limit: int) -> Rows:
        """Return some proposals, the newest first."""
        self._names, every = await self._read.get()
        self._proposals.update({one.id: one for one in every})
        wanted = folded(words)
        found = [one for one in every if wanted in folded(f"{one.id} {self._about(one)} {one.reason}")]
        return Rows([self._row(one) for one in found[offset : offset + limit]], len(found))

    def _find(self, ports: Ports) -> tuple[dict[str, str], list[Proposal]]:
        return names(ports), list(reversed(proposing.proposals(ports, open_only=not self._all)))

    def forget(self) -> None:
        """Let go of the proposals."""
        self._read.forget()

    def _row(self, one: Proposal) -> ListRow:
        state, by = f"{_SIGNS[one.state]} {state_words(one)}", self._names.get(one.proposer, one.proposer)
        return ListRow(one.id, (state, self._about(one), by, list_text(one.proposed_at, self.desk.zone)))

    @staticmethod
    def _about(one: Proposal) -> str:
        return f"{one.body['bank']}: {told_line(one)}"

    def open_row(self, row_id: str) -> None:
        """Show what a waiting proposal would do now, or what became of a decided one."""
        found = self._proposals[row_id]
        if found.state == proposing.WAITING:
            self.attend(lambda: self._look(found), group="open")
        else:
            self.app.push_screen(Dialog(tr("Proposal {id}", id=found.id), Content("\n".join(self._facts(found)))))

    async def _look(self, found: Proposal) -> None:
        def job(ports: Ports, actor: str, progress: Progress, stop: Stop) -> tuple[Preview, bool]:
            return proposing.look(ports, found.id, progress=progress, stop=stop)

        seen = await self.work(tr("Looking at every attempt"), job, right=Right.KEYS)
        if seen is not None:
            self.app.push_screen(KeyPreviewScreen(self.desk, seen[0], proposal=found, same=seen[1]))

    def _facts(self, one: Proposal) -> list[str]:
        decider = self._names.get(one.decider, one.decider)
        when = instant_text(one.decided_at, self.desk.zone) if one.decided_at else ""
        return [
            self._about(one),
            tr("Reason: {reason}", reason=one.reason),
            tr("Proposed by: {who}", who=self._names.get(one.proposer, one.proposer)),
            tr("State: {state}", state=state_words(one)),
            tr("Decided by: {who}", who=decider),
            tr("When: {when}", when=when),
            *([tr("Note: {note}", note=one.note)] if one.note else []),
        ]

    @on(LongList.Loaded)
    def on_loaded(self) -> None:
        """Say which keys there are for what was found."""
        self.show_keys()

    def action_decided(self) -> None:
        """Show those that were decided too, or not."""
        self._all = not self._all
        self.forget()
        self.look()
