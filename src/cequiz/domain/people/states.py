"""The states that license people, by the two letters of the post office (USPS Publication 28, appendix B).

Boards of other places have no letters here: what is reported goes to boards of the United States.
"""

from __future__ import annotations

from cequiz.errors import WrongUsage
from cequiz.language import tr

_EAST = "AL CT DC DE FL GA IL IN KY MA MD ME MI MS NC NH NJ NY OH PA RI SC TN VA VT WI WV"
_WEST = "AK AR AZ CA CO HI IA ID KS LA MN MO MT ND NE NM NV OK OR SD TX UT WA WY"
_TERRITORIES = "AS GU MP PR VI"

STATES = frozenset(f"{_EAST} {_WEST} {_TERRITORIES}".split())
"""The fifty states, the District of Columbia and the territories."""


def clean_state(text: str) -> str:
    """Return the letters of a state in capitals.

    Raises:
        WrongUsage: no state has these letters.
    """
    state = text.strip().upper()
    if state not in STATES:
        raise WrongUsage(
            tr("{text!r} is not a state.", text=text), hint=tr("Write the state in two letters, such as FL.")
        )
    return state
