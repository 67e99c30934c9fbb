"""Who has to leave so that somebody else can be served: strangers before students, and the oldest first.

Where the house, or an address, is full, whoever comes takes the place of the oldest stranger, at whose screen nobody is
signed in; so nobody keeps others out by standing there. Strangers have no fewer places than students: in browsers
everybody begins as one, a whole class at once. So that a class that is too large does not put itself out in turns, a
stranger makes room for another one only after a while without a key, and not while their passphrase is looked at. For
somebody who has signed in already any stranger makes room, those whose passphrase is looked at last. A student has a
few screens at once. Whoever is being put down has no place any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cequiz.errors import Refused
from cequiz.frontends.serve.rules import ServeRules
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.frontends.serve.host import Guest

Words = Callable[[], str]
"""What somebody is told, asked for in their language."""


def who_leaves(
    guests: Sequence[Guest], rules: ServeRules, *, address: str, student_id: str | None
) -> dict[Guest, Words]:
    """Return who has to leave for somebody new, and what they are told.

    Args:
        guests: everybody who is there, in the order of coming.
        rules: how many may be there.
        address: where the new one comes from.
        student_id: who it is; None for a stranger.

    Raises:
        Refused: too many are there who do not make room.
    """
    here = [one for one in guests if not one.leaving]
    leave: dict[Guest, Words] = {}
    if student_id is not None and (oldest := one_too_many(here, rules, student_id)) is not None:
        leave[oldest] = elsewhere
    near = [one for one in here if one not in leave and one.peer.address == address]
    if len(near) >= rules.most_per_address:
        leave[_stranger(near, rules, student_id, _full_network)] = room_for_others
    rest = [one for one in here if one not in leave]
    if len(rest) >= rules.most_sessions:
        leave[_stranger(rest, rules, student_id, _full_house)] = room_for_others
    return leave


def refuse_full(guests: Sequence[Guest], rules: ServeRules) -> None:
    """Refuse whoever comes where every place is a student's.

    Raises:
        Refused: it is so.
    """
    if sum(one.student_id is not None and not one.leaving for one in guests) >= rules.most_sessions:
        raise _full_house()


def one_too_many(guests: Sequence[Guest], rules: ServeRules, student_id: str) -> Guest | None:
    """Return which of a student's screens ends when they open one more; one with an open exam only among such."""
    own = [one for one in guests if one.student_id == student_id and not one.leaving]
    if len(own) < rules.most_per_student:
        return None
    return next((one for one in own if not one.in_exam), own[0])


def room_for_others() -> str:
    """Return what is told to whoever stood there for longest without signing in when somebody else came."""
    return tr("Many people want to sign in: this connection had to make room. Connect again in a minute.")


def elsewhere() -> str:
    """Return what is told at a screen that ends because its student has opened others."""
    return tr("You have signed in at too many places at once: the oldest one was ended.")


def _stranger(
    there: Sequence[Guest], rules: ServeRules, student_id: str | None, refusal: Callable[[], Refused]
) -> Guest:
    """Return the stranger who makes room for somebody new.

    Raises:
        Refused: nobody does.
    """
    strangers = [one for one in there if one.student_id is None]
    waiting = [one for one in strangers if not one.working]
    quiet = [one for one in waiting if one.quiet_for >= rules.stranger_keeps_seconds]
    found = quiet if student_id is None else quiet or waiting or strangers
    if not found:
        raise refusal()
    return found[0]


def _full_house() -> Refused:
    return Refused(tr("Too many people are signed in at the moment."), hint=tr("Try again in a few minutes."))


def _full_network() -> Refused:
    return Refused(
        tr("Too many people are signed in from your network."),
        hint=tr("Close the other windows, or try again in a few minutes."),
    )
