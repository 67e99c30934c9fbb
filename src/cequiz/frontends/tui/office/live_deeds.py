"""What the office does to an exam that runs, asked for from the board or from near: each deed asks why."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from cequiz.domain.exam.attempt import Attempt
from cequiz.domain.people.staff import Right
from cequiz.frontends.amounts import amount_of
from cequiz.frontends.dates import instant_text
from cequiz.frontends.stakes import lost_words, stake_words
from cequiz.frontends.tui.office.question import OfficeQuestion
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.screen import Dialog
from cequiz.language import tr
from cequiz.services import messaging, timing
from cequiz.services.consequences import Outcome
from cequiz.services.ports import Ports
from cequiz.services.timing import Stake

DEEDS = ("give_time", "hold", "release", "message", "void")


@dataclass(frozen=True)
class Target:
    """Whose exam a deed is about."""

    attempt_id: str
    name: str
    """The student's."""
    held: bool
    """Whether it is suspended now, as far as the screen knows."""
    ended: bool = False


class LiveDeeds(OfficeScreen[None]):
    """Adds the deeds; a subclass says which exam is meant, and looks again afterwards."""

    RIGHTS = dict.fromkeys(DEEDS, Right.PROCTOR)

    def target(self) -> Target | None:
        """Return the exam that is meant; None where there is none."""
        return None

    def look(self) -> None:
        """Show what has changed."""

    def allows(self, command: str) -> bool:
        """Offer only what can be done to the exam that is meant."""
        if not super().allows(command):
            return False
        target = self.target()
        match command:
            case "open":
                return target is not None
            case "give_time" | "message":
                return target is not None and not target.ended
            case "hold":
                return target is not None and not target.ended and not target.held
            case "release":
                return target is not None and target.held and not target.ended
            case "void":
                return target is not None
            case _:
                return True

    def action_give_time(self) -> None:
        """Give time, or take some away."""
        target = self.target()
        if target is None:
            return
        body = tr("The student sees it within two seconds, with the reason.")
        label = tr("How much? 10m gives ten minutes, -5m takes five away")
        amount = OfficeQuestion(tr("Time for {name}", name=target.name), body, label=label, yes=tr("Next"))

        async def asked(text: str) -> None:
            much = amount_of(text)
            why = await self.ask(
                OfficeQuestion(
                    tr("Time for {name}: {amount}", name=target.name, amount=text),
                    body,
                    label=why_label(),
                    yes=tr("Do it"),
                )
            )
            if why is None:
                return

            def work(ports: Ports, actor: str) -> Attempt:
                return timing.adjust_time(ports, attempt_id=target.attempt_id, amount=much, reason=why, actor=actor)

            after = await self.desk.do(Right.PROCTOR, work)
            deadline = after.ledger.deadline
            if deadline is None:
                self.tell(tr("The time of {name} was changed.", name=target.name))
            else:
                until = instant_text(deadline, self.desk.zone)
                self.tell(tr("{name} has time until {until}.", name=target.name, until=until))
            self.look()

        self.ask_then(amount, asked)

    def action_hold(self) -> None:
        """Suspend the exam."""
        target = self.target()
        if target is not None:
            body = tr("The clock stands still, the questions are covered, and the student reads the reason.")
            done = tr("The exam of {name} is suspended.", name=target.name)
            self._do(target, tr("Suspend the exam of {name}", name=target.name), body, timing.hold, done)

    def action_release(self) -> None:
        """Let the exam go on."""
        target = self.target()
        if target is not None:
            body = tr("The clock runs again at once.")
            done = tr("The exam of {name} goes on.", name=target.name)
            self._do(target, tr("Let the exam of {name} go on", name=target.name), body, timing.release, done)

    def action_void(self) -> None:
        """Declare the attempt void; where a certificate rests on it, only after a second yes that names it."""
        target = self.target()
        if target is not None and not self.busy("deed"):
            self.attend(lambda: self._void(target), group="deed")

    async def _void(self, target: Target) -> None:
        stakes = await self.desk.look(lambda ports: timing.at_stake(ports, target.attempt_id))
        numbers = ", ".join(one.number for one in stakes if one.number)
        right = Right.ADMINISTER if numbers else Right.PROCTOR
        if not self.desk.may(right):
            words = tr("The certificate {number} rests on this attempt.", number=numbers)
            self.tell(f"{words} {tr('Only an administrator may void it.')}", warn=True)
            return
        title = tr("Void the attempt of {name}", name=target.name)
        body = tr("It earns nothing and does not count as an attempt. This cannot be taken back.")
        body = "\n".join([body, *stake_words(stakes)])
        reason = await self.ask(OfficeQuestion(title, body, label=why_label(), yes=tr("Do it")))
        if reason is None or (numbers and not await self._agreed(stakes)):
            return

        def work(ports: Ports, actor: str) -> Attempt:
            take_away = bool(numbers)
            return timing.void(ports, attempt_id=target.attempt_id, reason=reason, actor=actor, take_away=take_away)

        await self.desk.do(right, work)
        self.tell("\n".join([tr("The attempt of {name} is void.", name=target.name), *lost_words(stakes)]))
        self.look()

    async def _agreed(self, stakes: Sequence[Stake]) -> bool:
        """Ask once more, by the number, whether the certificate is taken away, or must be corrected."""
        revoked = ", ".join(one.number for one in stakes if one.outcome is Outcome.REVOKED)
        if not revoked:
            numbers = ", ".join(one.number for one in stakes if one.number)
            body = tr("It stays in force, and says what is true no more, until it is corrected.")
            title = tr("Void what {number} rests on?", number=numbers)
            return await self.app.push_screen_wait(Dialog(title, body, yes=tr("Void the attempt")))
        body = tr("The certificate is revoked for good, with the reason that you gave. It is on record either way.")
        title = tr("Revoke {number} with the attempt?", number=revoked)
        return await self.app.push_screen_wait(Dialog(title, body, yes=tr("Void and revoke")))

    def _do(self, target: Target, title: str, body: str, deed: Callable[..., Attempt], done: str) -> None:
        """Ask why, and do it."""

        async def asked(reason: str) -> None:
            await self.desk.do(
                Right.PROCTOR,
                lambda ports, actor: deed(ports, attempt_id=target.attempt_id, reason=reason, actor=actor),
            )
            self.tell(done)
            self.look()

        self.ask_then(OfficeQuestion(title, body, label=why_label(), yes=tr("Do it")), asked)

    def action_message(self) -> None:
        """Write to the student."""
        target = self.target()
        if target is None:
            return

        async def asked(text: str) -> None:
            await self.desk.do(
                Right.PROCTOR,
                lambda ports, actor: messaging.message(ports, attempt_id=target.attempt_id, text=text, actor=actor),
            )
            self.tell(tr("Your message to {name} is sent.", name=target.name))
            self.look()

        self.write_to(tr("Message to {name}", name=target.name), asked)

    def write_to(self, title: str, deed: Callable[[str], Awaitable[None]]) -> None:
        """Ask for a message."""
        body = tr("It is shown over the exam until it is closed, and kept on record.")
        self.ask_then(OfficeQuestion(title, body, label=tr("What do you write?"), yes=tr("Send")), deed)


def why_label() -> str:
    """Return what stands above the field for a reason."""
    return tr("Why? The student reads it")
