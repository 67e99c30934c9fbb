"""One student's hand on one attempt: what is shown before the disk has answered, and what of it is saved.

The pen lives in the UI's loop and hands every deed to the writing thread, in order. It decides nothing: the sitting
knows what is pending, the attempt knows what is kept, and the pen only remembers what was pressed in between.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from concurrent.futures import Future
from datetime import tzinfo
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from cequiz.domain.exam.events import EventDraft, EventKind
from cequiz.errors import AttemptHeld, CequizError, EnvironmentFailed, OpenElsewhere
from cequiz.frontends.dates import instant_text
from cequiz.language import tr, trn

if TYPE_CHECKING:
    from cequiz.domain.exam.attempt import Response
    from cequiz.domain.exam.timekeeping import Stamp
    from cequiz.services.sitting import Sitting

FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
"""Seconds before the first new try to save, and the most that later ones wait."""


SLOW = 5.0
"""Seconds after which something that is still on its way is told as not saved."""

CHALLENGE = "challenge"
"""Under this name, which no item can have, the challenges are counted."""


class Saved(Enum):
    """Where an answer is."""

    OPEN = "open"
    SAVING = "saving"
    SAVED = "saved"
    UNSAVED = "unsaved"


class Pen:
    """Answers, clears and flags; tells for each item what to show and whether it is on disk."""

    def __init__(
        self,
        sitting: Sitting,
        submit: Callable[[Callable[[], object]], Future[object]],
        done: Callable[[str, Future[object]], None],
    ) -> None:
        self.sitting = sitting
        self._submit = submit
        self._done = done
        self._wished: dict[str, Response | None] = {}
        self._wished_flags: dict[str, bool] = {}
        self._place = 0
        self._under_way: defaultdict[str, deque[int]] = defaultdict(deque)
        """When the deeds began that are on their way, by item, oldest first, in microseconds of the boot clock."""
        self._failures = 0
        self._lost: set[str] = set()
        self._challenges = 0
        self.refused: dict[str, Response | None] = {}
        """What was pressed after the office had suspended the exam, by item; whoever shows it takes it out."""
        self.trouble: EnvironmentFailed | None = None
        """Why what is pending could not be written."""

    # What the screen shows ------------------------------------------------------------------------------------

    def response(self, item: str) -> Response | None:
        """Return the response to show: the newest that was pressed, else the one on disk."""
        return self._wished[item] if item in self._wished else self.sitting.attempt.responses.get(item)

    def flagged(self, item: str) -> bool:
        """Whether to show a flag."""
        return self._wished_flags.get(item, item in self.sitting.attempt.flags)

    def saved(self, item: str) -> Saved:
        """Return where an item's answer is; only an acknowledged one counts as saved."""
        if item in self._lost:
            return Saved.UNSAVED
        pending = any(_is_of(draft, item) for draft in self.sitting.pending)
        if self.trouble is not None and (pending or self._under_way[item]):
            return Saved.UNSAVED
        if self._under_way[item]:
            return Saved.UNSAVED if self.slow(item) else Saved.SAVING
        if pending:
            return Saved.UNSAVED
        return Saved.SAVED if item in self.sitting.attempt.responses else Saved.OPEN

    def slow(self, item: str) -> bool:
        """Whether something of an item is on its way for so long that nobody may believe it saved."""
        began = self._under_way.get(item)
        return began is not None and len(began) > 0 and self.sitting.receive().boot_us - began[0] >= SLOW * 1_000_000

    def late(self) -> frozenset[str]:
        """Return of which items something is on its way for so long."""
        return frozenset(item for item in tuple(self._under_way) if self.slow(item))

    def lost(self, item: str) -> bool:
        """Whether an answer was refused because another window has taken the exam over: it is shown, and not saved."""
        return item in self._lost

    def lost_answers(self) -> dict[str, Response | None]:
        """Return the answers that were refused because another window has taken the exam over, by item."""
        return {item: response for item, response in self._wished.items() if item in self._lost}

    @property
    def reached(self) -> int:
        """The 0-based place that a forward-only exam has reached, on disk or on its way there; 0 in a free one."""
        attempt = self.sitting.attempt
        return max(attempt.reached, self._place) if attempt.terms.forward_only else 0

    @property
    def wait(self) -> float:
        """Seconds until the next try to save."""
        return min(FIRST_WAIT * float(2 ** min(max(self._failures - 1, 0), 10)), LONGEST_WAIT)

    # What the student does ------------------------------------------------------------------------------------

    def receive(self) -> Stamp:
        """Return the clocks now."""
        return self.sitting.receive()

    def answer(self, item: str, response: Response | None, *, received: Stamp | None = None) -> None:
        """Save a response, or take it back with None; written when its turn comes.

        Args:
            item: whose response.
            response: the response; None takes it back.
            received: the clocks when it was given; None for now.

        Raises:
            NotAllowed: the exam moves forward only and has left the item behind.
        """
        sitting = self.sitting
        sitting.attempt.check_navigable(sitting.attempt.form.position(item))
        received = received or sitting.receive()
        self._wished[item] = response
        if response is None:
            self._do(item, lambda: sitting.clear(item, received=received))
        else:
            self._do(item, lambda: sitting.answer(item, response, received=received))

    def flag(self, item: str) -> None:
        """Set the flag of an item, or take it away."""
        received = self.sitting.receive()
        self._wished_flags[item] = not self.flagged(item)
        sitting = self.sitting
        self._do(item, lambda: sitting.flag(item, received=received))

    def move_to(self, place: int) -> None:
        """Go to a later place; a forward-only exam leaves everything before it behind."""
        if place > self.reached and self.sitting.attempt.terms.forward_only:
            received, sitting = self.sitting.receive(), self.sitting
            self._place = place
            self._do("", lambda: sitting.move_to(place, received=received))

    def challenge(self, item: str, *, reason: str, source: str) -> None:
        """Dispute an item, with the response of this moment."""
        received, sitting = self.sitting.receive(), self.sitting
        self._challenges += 1
        self._do(CHALLENGE, lambda: sitting.challenge(item, reason=reason, source=source, received=received))

    @property
    def challenge_waits(self) -> bool:
        """Whether a challenge could not be written and is tried again."""
        return any(_is_challenge(draft) for draft in self.sitting.pending)

    def challenge_saved(self) -> bool:
        """Whether the challenges made here are all on disk; True once, then nothing is waited for any more."""
        if not self._challenges or self.challenge_waits or self._under_way[CHALLENGE]:
            return False
        self._challenges = 0
        return True

    def go_on(self) -> None:
        """Let a clock that waits run again from this moment."""
        received, sitting = self.sitting.receive(), self.sitting
        self._do("", lambda: sitting.go_on(received=received))

    def mend(self) -> None:
        """Write down that this program stood still."""
        self._do("", self.sitting.mend)

    def retry(self) -> None:
        """Try again to write what is pending."""
        self._do("", self.sitting.save_pending)

    def settle(self, item: str, future: Future[object]) -> None:
        """Take note that a deed is done, one way or the other; raises what it raised."""
        self._under_way[item].popleft()
        try:
            future.result()
        except EnvironmentFailed as error:
            self.trouble = error
            self._failures += 1
        except OpenElsewhere:
            kept = self.sitting.attempt.responses
            self._lost.update(one for one, response in self._wished.items() if response != kept.get(one))
            raise
        except CequizError as error:
            if item == CHALLENGE:
                self._challenges = 0
            if isinstance(error, AttemptHeld):
                self._refuse()
            raise
        else:
            self.trouble = None
            self._failures = 0
        finally:
            self._forget()

    def _refuse(self) -> None:
        """Note every response that is neither on record nor on its way there."""
        kept = self.sitting.attempt.responses
        on_way = {draft.payload.get("item") for draft in self.sitting.pending}
        on_way.update(item for item, began in self._under_way.items() if began)
        for item, response in self._wished.items():
            if item not in on_way and response != kept.get(item):
                self.refused[item] = response

    def _do(self, item: str, work: Callable[[], object]) -> None:
        self._under_way[item].append(self.sitting.receive().boot_us)
        self._submit(work).add_done_callback(partial(self._done, item))

    def _forget(self) -> None:
        """Drop what was pressed once the attempt says the same, or the store has refused it."""
        kept = {draft.payload.get("item") for draft in self.sitting.pending}
        kept.update(item for item, began in self._under_way.items() if began)
        kept.update(self._lost)
        self._wished = {item: response for item, response in self._wished.items() if item in kept}
        self._wished_flags = {item: flag for item, flag in self._wished_flags.items() if item in kept}


def leaving_words(sitting: Sitting, zone: tzinfo | None, *, typed: int = 0) -> str:
    """Return what a student who leaves is told: until when the exam goes on, and what is not saved.

    Args:
        sitting: the exam.
        zone: the zone to show times in; None for the machine's own.
        typed: how many typed answers the exam could not take.
    """
    attempt = sitting.attempt
    title = attempt.terms.exam_title
    deadline = attempt.ledger.deadline
    if attempt.ledger.held is not None:
        words = tr("{title} is suspended by the provider: its clock stands still until it goes on.", title=title)
    elif attempt.ledger.suspended:
        words = tr("{title}: the clock stands still until you come back.", title=title)
    elif deadline is None:
        words = tr("{title} goes on; it has no time limit.", title=title)
    else:
        until = instant_text(deadline, zone)
        words = tr("{title} goes on until {until}. Come back before that.", title=title, until=until)
    challenged = any(_is_challenge(draft) for draft in sitting.pending)
    unsaved = typed + sum("item" in draft.payload for draft in sitting.pending if not _is_challenge(draft))
    if unsaved:
        lost = trn(
            "NOT SAVED: {count} of your last answers or flags.",
            "NOT SAVED: {count} of your last answers or flags.",
            unsaved,
        )
        words = f"{words} {lost}"
    if challenged:
        words += " " + tr("NOT SAVED: your challenge.")
    return words


def _is_challenge(draft: EventDraft) -> bool:
    return draft.kind is EventKind.CHALLENGED


def _is_of(draft: EventDraft, item: str) -> bool:
    """Whether a deed is about the answer or the flag of an item; its challenge is told apart from them."""
    return draft.payload.get("item") == item and not _is_challenge(draft)
