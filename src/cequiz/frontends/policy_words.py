"""The policies of a course and the kinds of its questions in words; every face of the office says them with these.

JSON and bank files keep the names themselves. This room must not know where words are shown.
"""

from __future__ import annotations

from collections.abc import Mapping

from cequiz.domain.bank.policies import Enrolment, Navigation, Shown, SuspendClock
from cequiz.domain.bank.question import Aspect, Claim, Cognitive, Difficulty
from cequiz.domain.exam.attempt import Status
from cequiz.language import mark, tr

_NAVIGATION = {
    Navigation.FREE: mark("questions in any order"),
    Navigation.FORWARD_ONLY: mark("one direction only"),
}
_CLOCK = {
    SuspendClock.RUNS: mark("the clock runs on when it is left"),
    SuspendClock.PAUSES: mark("the clock stands still when it is left"),
}
_SHOWN = {
    Shown.NONE: mark("nothing"),
    Shown.SCORE: mark("the score"),
    Shown.OBJECTIVES: mark("the score by objective"),
    Shown.RESPONSES: mark("the own answers"),
    Shown.FULL: mark("answers and key"),
}
_ENROLMENT = {
    Enrolment.OPEN: mark("open to everybody"),
    Enrolment.CODE: mark("with an enrolment code"),
}
_COGNITIVE = {
    Cognitive.RECALL: mark("recall"),
    Cognitive.APPLICATION: mark("application"),
    Cognitive.ANALYSIS: mark("analysis"),
}
_DIFFICULTY = {
    Difficulty.EASY: mark("easy"),
    Difficulty.MEDIUM: mark("medium"),
    Difficulty.HARD: mark("hard"),
}
_CLAIMS = {
    Claim.ANATOMY: mark("anatomy"),
    Claim.PROCEDURE: mark("procedure"),
    Claim.ATTRIBUTED: mark("an opinion with its author"),
    Claim.EVIDENCE: mark("a finding with its study"),
}
_ASPECTS = {
    Aspect.PROCEDURE: mark("how it is done"),
    Aspect.FINDING: mark("what a positive finding is"),
    Aspect.STRUCTURE: mark("which structure or condition"),
    Aspect.INTERPRETATION: mark("what a result says, and its limits"),
    Aspect.REFERRAL: mark("when to stop and refer"),
}
_ATTEMPTS: Mapping[Status, str] = {
    Status.OPEN: mark("in progress"),
    Status.SUBMITTED: mark("handed in"),
    Status.EXPIRED: mark("the time ran out"),
    Status.VOIDED: mark("voided"),
}


def navigation_words(navigation: Navigation) -> str:
    """Return whether a student may go back."""
    return tr(_NAVIGATION[navigation])


def clock_policy(clock: SuspendClock) -> str:
    """Return what the clock does while an exam is left."""
    return tr(_CLOCK[clock])


def shown_words(shown: Shown) -> str:
    """Return how much of a finished exam may be looked at."""
    return tr(_SHOWN[shown])


def enrolment_words(enrolment: Enrolment) -> str:
    """Return who may enrol."""
    return tr(_ENROLMENT[enrolment])


def type_words(kind: str) -> str:
    """Return the name of a type of question as words, such as `short answer`; no room lists the types."""
    return kind.replace("_", " ")


def level_words(cognitive: Cognitive, difficulty: Difficulty) -> str:
    """Return what a question asks of the mind and how hard it is, such as `recall, easy`."""
    return f"{tr(_COGNITIVE[cognitive])}, {tr(_DIFFICULTY[difficulty])}"


def claim_words(claim: Claim) -> str:
    """Return what kind of statement a key is."""
    return tr(_CLAIMS[claim])


def aspect_words(aspect: Aspect) -> str:
    """Return what of an assessment test a question asks about."""
    return tr(_ASPECTS[aspect])


def attempt_words(status: Status) -> str:
    """Return how an attempt stands."""
    return tr(_ATTEMPTS[status])
