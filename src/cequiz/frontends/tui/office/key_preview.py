"""What a change of keys would do: what follows for students first, then every attempt, and the deed itself.

What is shown is a frozen value; the deed is refused when anything it rests on has changed since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cequiz.domain.people.staff import Right
from cequiz.frontends.dates import percent
from cequiz.frontends.key_effects import SIGNS, TURNS, consequence_words, effect_words, summary
from cequiz.frontends.tui.commands import Command, Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.question import OfficeQuestion
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.screen import Dialog
from cequiz.frontends.tui.widgets.long_list import ListColumn, ListRow, LongList
from cequiz.language import mark, tr, trn
from cequiz.services import proposing
from cequiz.services.consequences import Consequence, Outcome
from cequiz.services.foreseeing import Effect, Preview, Turn
from cequiz.services.ports import Ports, Proposal
from cequiz.services.proposing import Submitted

_ORDER = tuple(Turn)
_WHAT = {
    Outcome.EARNED: mark("★ earned"),
    Outcome.MISSING: mark("… not yet"),
    Outcome.SUPERSEDED: mark("↻ corrected"),
    Outcome.RESCORED: mark("≠ rescored"),
    Outcome.REVOKED: mark("✗ revoked"),
    Outcome.LOST: mark("✗ lost"),
}


class KeyPreviewScreen(OfficeScreen[bool]):
    """Shows what was foreseen; returns whether something was done."""

    SCOPE = Scope.KEY_PREVIEW
    BINDINGS = bindings(SCOPE)
    HEADING = mark("What it would do")
    RIGHTS = dict.fromkeys(("apply", "renew", "decline"), Right.ADMINISTER)

    def __init__(self, desk: OfficeDesk, seen: Preview, *, proposal: Proposal | None = None, same: bool = True) -> None:
        """Prepare the screen.

        Args:
            desk: where somebody sits.
            seen: what was foreseen.
            proposal: the one that waits for somebody; None before there is one.
            same: whether it would do now what it would have done when it was proposed.
        """
        super().__init__(desk)
        self._seen = seen
        self._proposal = proposal
        self._same = same

    def compose_body(self) -> ComposeResult:
        """Lay out the sum above the list."""
        with Vertical(classes="body", id="key-preview"):
            with VerticalScroll(id="key-sum"):
                yield Static(Content("\n".join(self._lines())), markup=False)
            yield LongList(
                ListColumn(tr("What"), 14),
                ListColumn(tr("Student"), 12, grows=True),
                ListColumn(tr("Exam"), 14, grows=True, least=76),
                ListColumn(tr("Before"), 9, right=True),
                ListColumn(tr("After"), 9, right=True),
                empty=tr("No attempt was asked this."),
                id="rows",
            )

    def on_mount(self) -> None:
        """Fill the list: what follows, then the attempts whose score changes, then the rest."""
        super().on_mount()
        followed = [self._followed(place, one) for place, one in enumerate(self._seen.consequences)]
        effects = sorted(enumerate(self._seen.effects), key=lambda pair: _ORDER.index(pair[1].turn))
        self.list.put([*followed, *(self._attempt(place, one) for place, one in effects)])
        self.list.focus()

    @property
    def list(self) -> LongList:
        """The list."""
        return self.query_one(LongList)

    def _lines(self) -> Iterator[str]:
        if self._proposal is not None:
            yield tr("Reason: {reason}", reason=self._proposal.reason)
            if not self._same:
                yield tr("⚠ Something has happened since it was proposed: this is what it would do now.")
        yield from summary(self._seen)

    def _followed(self, place: int, one: Consequence) -> ListRow:
        where = one.number or one.course_id
        return ListRow(f"c{place}", (tr(_WHAT[one.outcome]), one.student, where, one.before, one.after))

    def _attempt(self, place: int, one: Effect) -> ListRow:
        what = f"{SIGNS[one.turn]} {tr(TURNS[one.turn])}"
        before, after = (percent(score.percent) for score in (one.remark.before, one.remark.marked))
        return ListRow(f"a{place}", (what, one.student, one.exam, before, after))

    @on(LongList.Chosen)
    def chosen(self, event: LongList.Chosen) -> None:
        """Show everything about a line."""
        kind, place = event.row.id[0], int(event.row.id[1:])
        if kind == "c":
            one = self._seen.consequences[place]
            self.app.push_screen(Dialog(one.student, Content(consequence_words(one))))
        else:
            effect = self._seen.effects[place]
            self.app.push_screen(Dialog(effect.student, Content("\n".join(effect_words(effect)))))

    def action_open(self) -> None:
        """Open the highlighted line."""
        self.list.action_choose()

    def allows(self, command: str) -> bool:
        """A proposal is decided, by another person; anything else is applied or proposed."""
        if not super().allows(command):
            return False
        waiting = self._proposal
        match command:
            case "apply":
                return waiting is None or (self._same and waiting.proposer != self.desk.actor)
            case "renew":
                return waiting is not None and not self._same
            case "decline":
                return waiting is not None
            case _:
                return True

    def as_shown(self, command: Command) -> Command:
        """Say that a proposal is approved, which applies it."""
        if command.id == "apply" and self._proposal is not None:
            return replace(command, label=mark("approve"))
        return command

    def action_apply(self) -> None:
        """Ask why, and change the key; propose it where the house asks for a second person, or approve a proposal."""
        seen, waiting = self._seen, self._proposal

        def deed(ports: Ports, actor: str, reason: str) -> Submitted:
            if waiting is None:
                return proposing.submit(ports, seen, reason=reason, actor=actor)
            return proposing.approve(ports, proposal_id=waiting.id, seen=seen, reason=reason, actor=actor)

        if waiting is not None:
            self._ask(tr("Approve the change?"), tr("Approve"), deed)
        elif self.desk.house.ports().rules.second_approver:
            body = tr("This house asks for a second person: nothing is changed before another one approves it.")
            self._ask(tr("Propose the change of the key?"), tr("Propose"), deed, body=body)
        else:
            self._ask(tr("Change the key?"), tr("Change it"), deed)

    def action_renew(self) -> None:
        """Ask why, and propose what is shown now."""
        waiting = self._proposal
        if waiting is None:
            return

        async def deed(reason: str) -> None:
            await self.desk.do(
                Right.ADMINISTER,
                lambda ports, actor: proposing.renew(
                    ports, proposal_id=waiting.id, seen=self._seen, reason=reason, actor=actor
                ),
            )
            self.tell(tr("Proposed anew: another person has to approve it."))
            self.dismiss(True)

        body = tr("What is shown now takes the place of what was proposed. You are its proposer then.")
        question = OfficeQuestion(tr("Propose it anew?"), body, label=tr("Reason"), yes=tr("Propose"))
        self.ask_then(question, deed)

    def action_decline(self) -> None:
        """Ask why, and turn the proposal down."""
        waiting = self._proposal
        if waiting is None:
            return

        async def deed(reason: str) -> None:
            await self.desk.do(
                Right.ADMINISTER,
                lambda ports, actor: proposing.decline(ports, proposal_id=waiting.id, reason=reason, actor=actor),
            )
            self.tell(tr("Declined: nothing was changed."))
            self.dismiss(True)

        body = tr("No key and no score is changed.")
        question = OfficeQuestion(tr("Decline the proposal?"), body, label=tr("Reason"), yes=tr("Decline"))
        self.ask_then(question, deed)

    def _ask(self, title: str, yes: str, deed: Callable[[Ports, str, str], Submitted], *, body: str = "") -> None:
        async def work(reason: str) -> None:
            done = await self.desk.do(Right.ADMINISTER, lambda ports, actor: deed(ports, actor, reason))
            await self._say(done)
            self.dismiss(True)

        told = body or tr("Every old score stays on record beside the new one.")
        self.ask_then(OfficeQuestion(title, told, label=tr("Reason"), yes=yes), work)

    async def _say(self, done: Submitted) -> None:
        if done.papers is None:
            self.tell(tr("Proposed: another person has to approve it, under Key changes."))
            return
        scores, made = len(done.preview.changed), len(done.papers.certificates)
        words = trn("{count} score was changed.", "{count} scores were changed.", scores)
        if made:
            drawn = trn("{count} certificate was issued.", "{count} certificates were issued.", made)
            words = f"{words} {drawn}"
        self.tell(words)
        if done.papers.troubles:
            lines = [
                f"✗ {one.consequence.student}: {one.error.sentence} {one.error.hint}" for one in done.papers.troubles
            ]
            await self.app.push_screen_wait(Dialog(tr("Not every certificate was issued"), Content("\n".join(lines))))
