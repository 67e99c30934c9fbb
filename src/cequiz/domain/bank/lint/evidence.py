"""E06, E07, E09: every item belongs to an objective and stands on a reference, contested ones on an attribution."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cequiz.domain.bank.lint.finding import Finding, error
from cequiz.domain.bank.lint.profile import Profile
from cequiz.domain.bank.lint.told import key_words
from cequiz.domain.bank.lint.words import any_of
from cequiz.domain.bank.question import Claim, Question, Status
from cequiz.language import mark, tr


@dataclass(frozen=True, slots=True)
class Contested:
    """A topic on which sources differ.

    Attributes:
        name: as the message has it.
        signs: patterns that must all be found in the stem and the key together.
        procedure: True when describing how it is done is uncontested.
    """

    name: str
    signs: tuple[re.Pattern[str], ...]
    procedure: bool = False


_OUTLET_TESTS = any_of("Adson", "Wright", "costoclavicular", "Eden", "Halste?a?d", "Roos", "EAST", "thoracic outlet")

CONTESTED: tuple[Contested, ...] = (
    Contested(
        mark("the weight of a head held forward"),
        (any_of("head"), any_of(r"(?:10|ten)[ -](?:lbs?|pounds?)", "per inch", "(?:each|every) (?:additional )?inch")),
    ),
    Contested(
        mark("a bridge from the obliquus capitis inferior to the dura"),
        (
            any_of("obliquus capitis inferior", "inferior oblique", "OCI"),
            any_of("dura", "dural", "dura mater"),
            any_of(r"86 ?%", "86 percent", "86 per cent"),
        ),
    ),
    Contested(
        mark("suboccipital muscles causing headache by pulling on the dura"),
        (
            any_of("suboccipitals?", "rectus capitis posterior minor", "myodural"),
            any_of("headaches?"),
            any_of("dura", "dural", "dura mater", "myodural"),
            any_of("causes?", "caused", "causing", "pull", "pulling", "traction", "tension on"),
        ),
    ),
    Contested(
        mark("a negative vertebral-artery test making treatment safe"),
        (
            any_of("vertebral[ -]artery", "VBI", "vertebrobasilar", "de Kleyn"),
            any_of("negative"),
            any_of("safe", "safely", "safety", "rules? out", "excludes?", "clears?"),
        ),
    ),
    Contested(
        mark("the reliability of alar and sacroiliac motion tests"),
        (
            any_of("alar", "sacroiliac motion", "Gillet", "(?:standing|seated) flexion test"),
            any_of("reliable", "reliability", "accurate", "accurately", "valid", "validity"),
        ),
    ),
    Contested(
        mark("Fryette's coupling as proven"),
        (
            any_of("Fryette(?:['’]?s)?"),
            any_of("proven?", "proves?", "established", "confirm(?:s|ed)?", "valid", "true", "fact", "law of nature"),
        ),
    ),
    Contested(
        mark("thoracic-outlet tests diagnosing by the pulse alone"),
        (_OUTLET_TESTS, any_of("pulse"), any_of("diagnos\\w+", "confirm(?:s|ed)?", "proves?", "establish(?:es)?")),
    ),
    Contested(mark("the Halstead manoeuvre by name"), (any_of("Halste?a?d(?:['’]s)?"),), procedure=True),
    Contested(mark("a cure"), (any_of("cures?", "cured", "curing"),)),
)
"""Topics that must never be keyed as fact; add to the list as the literature does."""


def referenced(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """E07 (PV, NC): an item that can be scored stands on a reference."""
    if not question.references and question.review.status is not Status.RETIRED:
        yield error("E07", tr("the item has no reference"), "references")


def attributed(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """E09: a contested topic says whose statement it is, or which evidence there is, with the reference."""
    if question.claim in (Claim.ATTRIBUTED, Claim.EVIDENCE) and question.references:
        return
    text = "\n".join([question.stem, *key_words(question)])
    for topic in CONTESTED:
        described = topic.procedure and question.claim is Claim.PROCEDURE and question.references
        if not described and all(sign.search(text) for sign in topic.signs):
            yield error(
                "E09",
                tr(
                    "contested topic ({topic}): it needs claim: attributed or claim: evidence, and a reference",
                    topic=tr(topic.name),
                ),
                "claim",
            )


def objective(question: Question, objectives: Mapping[str, str] | None) -> Iterator[Finding]:
    """E06 (H1): the item belongs to an objective that the bank names."""
    if not question.objective.strip():
        yield error("E06", tr("the item has no objective"), "objective")
    elif objectives is not None and question.objective not in objectives:
        yield error("E06", tr("the bank has no objective {objective}", objective=question.objective), "objective")


RULES = (referenced, attributed)
