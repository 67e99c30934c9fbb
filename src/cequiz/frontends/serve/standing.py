"""Looks from time to time whether the sign-in of somebody who is served still stands.

A line outlives many minutes; that a passphrase was changed, or a record merged or purged, must not wait for its end,
and nobody stays signed in for longer than the house says, but to the end of the exam that is open there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from cequiz.errors import EnvironmentFailed
from cequiz.language import tr
from cequiz.services.standing import SignedIn, standing

if TYPE_CHECKING:
    from cequiz.frontends.serve.host import Host


async def until_fallen(host: Host, signed_in: SignedIn, *, in_exam: Callable[[], bool]) -> Callable[[], str]:
    """Return when somebody would have to sign in anew, with what they are told; the first look is at once.

    Args:
        host: whose store is asked, and how often.
        signed_in: who it is, and what the sign-in stood on when it was made.
        in_exam: whether an exam is open there, which the hours of the house do not cut.
    """
    began = host.now()
    while True:
        try:
            ports = await asyncio.to_thread(host.house.ports)
            if host.now() - began >= ports.rules.visit_hours * 3600 and not in_exam():
                return over
            found = await asyncio.to_thread(standing, ports, signed_in.student.id)
        except EnvironmentFailed:
            pass  # a store that does not answer says nothing about anybody
        except Exception as error:  # noqa: BLE001 - the boundary: whoever watches must go on watching
            host.unforeseen(error)
        else:
            if not found or found != signed_in.standing:
                return changed
        await asyncio.sleep(host.rules.standing_seconds)


def changed() -> str:
    """Return what is told where what a sign-in stood on is another one now."""
    return tr("Your passphrase or your record was changed. Sign in again.")


def over() -> str:
    """Return what is told where somebody has been signed in for as long as the house lets anybody be."""
    return tr("You have been signed in for as long as this provider allows. Sign in again.")
