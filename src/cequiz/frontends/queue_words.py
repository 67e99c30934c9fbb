"""An entry of the review queue in words; every face of the office says it with these."""

from __future__ import annotations

from collections.abc import Mapping

from cequiz.language import mark, tr
from cequiz.services.queueing import Entry, Kind, Outcome

KINDS: Mapping[Kind, tuple[str, str]] = {
    Kind.CHALLENGE: ("⚑", mark("challenge")),
    Kind.NEAR_MISS: ("▲", mark("near miss")),
    Kind.OUTAGE: ("◷", mark("outage")),
}
"""The sign and the word of each kind."""

_OUTCOMES = {Outcome.ACCEPTED.value: ("✓", mark("accepted")), Outcome.DECLINED.value: ("✗", mark("declined"))}


def kind_text(kind: Kind) -> str:
    """Return a kind with its sign, such as `⚑ challenge`."""
    sign, word = KINDS[kind]
    return f"{sign} {tr(word)}"


def outcome_text(entry: Entry) -> str:
    """Return what was decided, with a sign."""
    if entry.decision is None:
        return tr("○ waiting")
    sign, word = _OUTCOMES.get(entry.decision.outcome, ("·", entry.decision.outcome))
    return f"{sign} {tr(word)}"


def gist(entry: Entry) -> str:
    """Return what an entry is about, in a few words."""
    details = entry.details
    match entry.kind:
        case Kind.CHALLENGE:
            return str(details.get("reason") or "")
        case Kind.NEAR_MISS:
            return tr("{given} for {accepted}", given=details.get("given"), accepted=details.get("accepted"))
        case Kind.OUTAGE:
            seconds = int(str(details.get("uncredited_ms", 0))) // 1000
            return tr("{seconds} s were not given back", seconds=seconds)
