"""One entry of the review queue: the question as it was drawn, what was answered, and the decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.frames import ChoiceQuestion
from cequiz.domain.bank.question import Question
from cequiz.domain.people.staff import Right
from cequiz.frontends.dates import duration_words, instant_text
from cequiz.frontends.item_words import statistics_lines
from cequiz.frontends.queue_words import gist, kind_text, outcome_text
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.counting import CountingScreen
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.item_rows import answer_rows, asked_rows, facts_line, plain, section
from cequiz.frontends.tui.office.question import OfficeQuestion
from cequiz.frontends.tui.screen import Dialog
from cequiz.frontends.tui.widgets.hanging import Column, Hanging
from cequiz.language import mark, tr
from cequiz.services import browsing, figures, queueing, tallying
from cequiz.services.ports import Ports
from cequiz.services.queueing import Entry, Kind, Outcome
from cequiz.services.tallying import ItemStatistics


@dataclass(frozen=True)
class _Case:
    """Everything that helps to decide an entry."""

    entry: Entry
    student: str
    drawn: tuple[Bank, Question] | None
    statistics: ItemStatistics | None


class ChallengeScreen(CountingScreen[None]):
    """Shows an entry; accepting and declining ask for a note."""

    SCOPE = Scope.QUEUE_ENTRY
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Challenge")
    RIGHTS = {  # noqa: RUF012 - declared in the base
        "accept": Right.ADMINISTER,
        "decline": Right.ADMINISTER,
        "give": Right.PROCTOR,
        "key": Right.ADMINISTER,
    }

    def __init__(self, desk: OfficeDesk, entry_id: str) -> None:
        super().__init__(desk)
        self._entry_id = entry_id
        self._case: _Case | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the place of the entry."""
        with VerticalScroll(classes="body", id="review"):
            yield Static("", id="entry", markup=False)

    def on_mount(self) -> None:
        """Show the entry; let the arrow keys scroll."""
        super().on_mount()
        self.set_focus(self.query_one("#review"))

    def on_screen_resume(self) -> None:
        """Show the entry as it is now."""
        super().on_screen_resume()
        self.freshen(self._load)

    def counted(self) -> None:
        """Show the statistics anew."""
        self.freshen(self._load)

    async def _load(self) -> None:
        case = self._case = await self.desk.look(self._read, right=Right.KEYS)
        self.top.where = f"{kind_text(case.entry.kind)} · {outcome_text(case.entry)}"
        self.query_one("#entry", Static).update(Column([*self._facts(case), *_question(case)]))
        self.show_keys()

    def _read(self, ports: Ports) -> _Case:
        entry = queueing.entry(ports, self._entry_id)
        with ports.store.read() as unit:
            student = unit.students.get(entry.student_id)
        drawn = browsing.drawn_item(ports, entry) if entry.item else None
        known = {}
        if drawn is not None:
            found = tallying.statistics(ports, bank_id=drawn[0].id, question_id=drawn[1].id)
            known = {one.content_hash: one for one in found}
        statistics = known.get(drawn[1].content_hash()) if drawn else None
        return _Case(entry, student.name if student else entry.student_id, drawn, statistics)

    def _facts(self, case: _Case) -> Iterator[Hanging]:
        entry = case.entry
        yield plain(gist(entry), "bold")
        who = tr(
            "{student}, attempt {attempt} at {exam}", student=case.student, attempt=entry.attempt_id, exam=entry.exam
        )
        yield plain(f"{instant_text(entry.at, self.desk.zone)} · {who}", "$quiet")
        yield from section(tr("What was said"), list(_said(entry)))
        if entry.decision is not None:
            made = instant_text(entry.decision.at, self.desk.zone)
            yield from section(tr("Decision"), [f"{outcome_text(entry)}, {made}: {entry.decision.note}"])

    def allows(self, command: str) -> bool:
        """Time is given for outages; keys and questions are there for the rest."""
        case = self._case
        if case is None:
            return False
        outage = case.entry.kind is Kind.OUTAGE
        match command:
            case "give":
                return outage and case.entry.decision is None and super().allows(command)
            case "key" | "item":
                return case.drawn is not None and super().allows(command)
            case _:
                return super().allows(command)

    def action_accept(self) -> None:
        """Ask for a note, and accept."""
        self._ask(Outcome.ACCEPTED, tr("Accept this entry"), yes=tr("Accept"))

    def action_decline(self) -> None:
        """Ask for a note, and decline."""
        self._ask(Outcome.DECLINED, tr("Decline this entry"), yes=tr("Decline"))

    def _ask(self, outcome: Outcome, title: str, *, yes: str) -> None:
        body = tr("The note is kept with the decision. No score is changed by it.")

        async def work(note: str) -> None:
            def decide(ports: Ports, actor: str) -> Entry:
                return queueing.decide(ports, entry_id=self._entry_id, outcome=outcome, note=note, actor=actor)

            await self.desk.do(Right.ADMINISTER, decide)
            self.freshen(self._load)
            if outcome is Outcome.ACCEPTED:
                await self._offer_key()

        self.ask_then(OfficeQuestion(title, body, label=tr("Note"), yes=yes), work)

    async def _offer_key(self) -> None:
        """Offer the change of the key: accepting alone changes no score."""
        if not self.allows("key"):
            return
        words = tr(
            "Accepting changes no score. The next step can show what another key, or dropping the question, "
            "would do to every attempt, before anything is changed."
        )
        if await self.app.push_screen_wait(Dialog(tr("Change the key now?"), words, yes=tr("Look at it"))):
            self.action_key()

    def action_give(self) -> None:
        """Ask why, and give the time of an outage back."""
        body = tr("The time that the course did not give back is added to the attempt. The student sees the reason.")

        async def work(note: str) -> None:
            def give(ports: Ports, actor: str) -> Entry:
                return queueing.give_back(ports, entry_id=self._entry_id, note=note, actor=actor)

            await self.desk.do(Right.PROCTOR, give)
            self.freshen(self._load)

        self.ask_then(OfficeQuestion(tr("Give the time back"), body, label=tr("Reason"), yes=tr("Give it")), work)

    def action_key(self) -> None:
        """Go to the change of the key."""
        from cequiz.frontends.tui.office.key_change import KeyChangeScreen  # noqa: PLC0415 - loaded when opened

        if self._case is not None and self._case.drawn is not None:
            bank, question = self._case.drawn
            self.app.push_screen(KeyChangeScreen(self.desk, bank.id, question.id))

    def action_item(self) -> None:
        """Open the question as it is now."""
        from cequiz.frontends.tui.office.item_page import ItemScreen  # noqa: PLC0415 - loaded when opened

        if self._case is not None:
            self.app.push_screen(ItemScreen(self.desk, [self._case.entry.item]))


def _said(entry: Entry) -> Iterator[str]:
    """Yield what the entry's own record says."""
    details = entry.details
    match entry.kind:
        case Kind.CHALLENGE:
            yield tr("Reason: {reason}", reason=details.get("reason") or tr("none was given"))
            if details.get("source"):
                yield tr("Source: {source}", source=details["source"])
        case Kind.NEAR_MISS:
            yield tr("Typed: {given}", given=details.get("given"))
            yield tr("Close to the accepted answer: {accepted}", accepted=details.get("accepted"))
            pair = details.get("pair")
            if isinstance(pair, list | tuple):
                yield tr("Kept apart: {pair}", pair=" / ".join(str(one) for one in pair if one))
        case Kind.OUTAGE:
            yield tr("From {since} to {until}", since=details.get("since"), until=details.get("until"))
            yield tr("Given back: {credited}", credited=_span(details, "credited_ms"))
            yield tr("Not given back: {uncredited}", uncredited=_span(details, "uncredited_ms"))


def _question(case: _Case) -> Iterator[Hanging]:
    """Yield the question as it was drawn, what was answered, what is right, and its statistics."""
    if case.drawn is None:
        if case.entry.item:
            yield from section(tr("The question"), [tr("The version that was drawn is not there any more.")])
        return
    bank, question = case.drawn
    yield from section(
        tr("The question as it was drawn"), [f"{case.entry.item} · {bank.version} · {facts_line(question)}"]
    )
    yield from asked_rows(question, figures.views(question, bank.figures))
    yield from section(tr("What was answered"), list(_answered(question, case.entry)))
    yield from answer_rows(question, case.statistics, picked=_picked(question, case.entry))
    yield from section(tr("Statistics"), list(statistics_lines(case.statistics)))


def _answered(question: Question, entry: Entry) -> Iterator[str]:
    response = entry.details.get("response")
    if entry.kind is not Kind.CHALLENGE:
        yield str(entry.details.get("given"))
    elif not isinstance(response, Mapping):
        yield tr("Nothing was answered when it was challenged.")
    else:
        for part in question.parts(response):
            given = part.given if part.given is not None else tr("no answer")
            yield f"{part.label}: {given}" if part.label else given


def _picked(question: Question, entry: Entry) -> tuple[str, ...]:
    """Return the choices that were answered, where choosing from a list is the answer."""
    response = entry.details.get("response")
    if isinstance(question, ChoiceQuestion) and not question.in_order and isinstance(response, Mapping):
        return question.chosen(response)
    return ()


def _span(details: Mapping[str, object], name: str) -> str:
    return duration_words(timedelta(milliseconds=int(str(details.get(name, 0)))))
