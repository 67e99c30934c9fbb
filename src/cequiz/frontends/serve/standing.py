"""Looks from time to time whether the sign-in of somebody who is served still stands.

A line outlives many minutes; that a passphrase was changed, or a record merged or purged, must not wait for its end.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cequiz.errors import EnvironmentFailed
from cequiz.services.standing import standing

if TYPE_CHECKING:
    from cequiz.frontends.serve.host import Host


async def until_fallen(host: Host, student_id: str, stood_on: str = "") -> None:
    """Return when somebody would have to sign in anew; the first look is at once.

    Args:
        host: whose store is asked, and how often.
        student_id: who is signed in.
        stood_on: what the sign-in stood on when it was made; empty for what it stands on at the first look.
    """
    while True:
        try:
            found = await asyncio.to_thread(lambda: standing(host.house.ports(), student_id))
        except EnvironmentFailed:
            pass  # a store that does not answer says nothing about anybody
        except Exception as error:  # noqa: BLE001 - the boundary: whoever watches must go on watching
            host.unforeseen(error)
        else:
            stood_on = stood_on or found
            if not found or found != stood_on:
                return
        await asyncio.sleep(host.rules.standing_seconds)
