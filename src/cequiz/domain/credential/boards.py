"""What a board asks of a certificate, as data with a source and a date; and whether a certificate satisfies it.

No rule of a board stands in code: packs come from `certificates/boards/*.yaml`, which a provider may edit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from cequiz.domain.bank.course import Approval, Delivery
from cequiz.domain.bank.fields import decimal_text
from cequiz.domain.credential.facts import UNIT, Facts, label_of
from cequiz.domain.credential.hours import HoursRule
from cequiz.domain.people.advisory import Advisory
from cequiz.domain.people.licences import LicenceFormat
from cequiz.language import tr

GENERIC = "generic"
"""The pack of every board that has none of its own; every certificate must satisfy it."""

_CEU = re.compile(r"\bC\.?E\.?U\.?s?\b|\bcontinuing education units?\b", re.IGNORECASE)
"""One CEU is ten contact hours (ANSI/IACET), so the word beside a number of hours is wrong ten-fold."""

_WORDED_BY_US = ("title", "hours", "examination", "format", "footer")
"""The fields in which a unit could stand; names, addresses and approved titles are other people's words."""


@dataclass(frozen=True, kw_only=True)
class BoardPack:
    """The rules of one board."""

    id: str
    name: str
    names: tuple[str, ...] = ()
    """What courses call the board besides its id and name, such as `Florida Board of Massage Therapy`."""
    required: frozenset[str]
    """Names of printed fields that must not be empty; `facts.label_of` knows them all."""
    titles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Delivery to the document titles the board accepts, the one to print first; a delivery that is absent: any."""
    unit: str = UNIT
    """The word for hours; never CEU, of which one is ten contact hours."""
    exact_approval: bool = True
    """Whether title and hours must be exactly those that were approved."""
    retroactive_days: int = 0
    """How long before the approval a completion may lie."""
    licence_states: tuple[str, ...] = ()
    """States of which the student must have a licence on the certificate, such as `FL`; none are asked for else."""
    report_within_days: int | None = None
    """How soon the provider must report a completion; None where the board asks for no report."""
    hours_rule: HoursRule | None = None
    """How the board reckons hours; None where the source does not say."""
    keep_years: int | None = None
    """How long the provider must keep records; None where the source does not say."""
    advisory: Advisory | None = None
    """What students should know before they spend time; nothing of it stands on a certificate."""
    licence_formats: tuple[LicenceFormat, ...] = ()
    """What licence numbers look like."""
    source: str
    checked_on: date
    note: str = ""
    """What the source leaves open, for people."""

    def body(self, board: str) -> str:
        """Return the approving body's name as certificates print it: the pack's own, else the course's word for it.

        Args:
            board: what a course calls the board; the pack `generic` stands for many and names none of them.
        """
        return self.name if self.id != GENERIC and self.is_called(board) else board

    def is_called(self, board: str) -> bool:
        """Whether a course means this board; letters and spaces count as alike in capitals or not."""
        return _folded(board) in {_folded(one) for one in (self.id, self.name, *self.names)}


@dataclass(frozen=True)
class Breach:
    """A rule that a certificate does not satisfy."""

    board: str
    rule: str
    """The rule's name in the pack, such as `required.licences`."""
    words: str
    """A sentence for people."""
    source: str
    checked_on: date


def told(found: Iterable[Breach]) -> tuple[str, ...]:
    """Return breaches as lines for people: each board once with its source and date, then its rules, one a line.

    What two boards ask for alike is told once, under the first of them: whoever mends it mends it for both.
    """
    told_already: set[str] = set()
    by_board: dict[tuple[str, str, date], list[str]] = {}
    for one in found:
        if one.words not in told_already:
            told_already.add(one.words)
            line = tr("- {words} (rule {rule})", words=one.words, rule=one.rule)
            by_board.setdefault((one.board, one.source, one.checked_on), []).append(line)
    return tuple(
        line
        for (board, source, day), lines in by_board.items()
        for line in (
            tr("{board} ({source}, checked on {date}):", board=board, source=source, date=day.isoformat()),
            *lines,
        )
    )


def breaches(pack: BoardPack, facts: Facts, approval: Approval | None) -> tuple[Breach, ...]:
    """Return every rule of a pack that a certificate would not satisfy.

    Args:
        pack: the board's rules.
        facts: the certificate, frozen or about to be.
        approval: what the board approved of the course; None where the pack is run without an approval.
    """
    printed = {one.name: one.text for one in facts.printed_fields()}
    return breaches_of_text(pack, printed, approval, completed_on=facts.completed_on)


def breaches_of_text(
    pack: BoardPack, printed: Mapping[str, str], approval: Approval | None, *, completed_on: date
) -> tuple[Breach, ...]:
    """Return every rule that a page would not satisfy as it reads; runs of space count as one.

    Args:
        pack: the board's rules.
        printed: field name to text, as the page has it.
        approval: what the board approved of the course, or None.
        completed_on: the day of completion in the provider's time zone.
    """
    texts = {name: " ".join(text.split()) for name, text in printed.items()}
    found = [*_required(pack, texts), *_title(pack, texts), *_unit(pack, texts), *_licences(pack, texts)]
    if approval is not None:
        if pack.exact_approval:
            found += _exact(pack, texts, approval)
        found += _in_force(pack, approval, completed_on)
    return tuple(Breach(pack.name, rule, words, pack.source, pack.checked_on) for rule, words in found)


def accepts_title(pack: BoardPack, delivery: str, title: str) -> bool:
    """Whether a board accepts a document title for a delivery; where its pack names none, it accepts any."""
    accepted = pack.titles.get(delivery)
    return accepted is None or _folded(title) in map(_folded, accepted)


def speaks_of_ceu(text: str) -> bool:
    """Whether a text holds the unit that is ten times too large."""
    return _CEU.search(text) is not None


_Found = Iterator[tuple[str, str]]
"""Names of rules with sentences for people."""


def _required(pack: BoardPack, texts: Mapping[str, str]) -> _Found:
    for name in sorted(pack.required):
        # That of a state says the same, and of which state.
        if not texts.get(name) and not (name == "licences" and pack.licence_states):
            yield f"required.{name}", tr("The certificate has no text for {label}.", label=tr(label_of(name)))


def _title(pack: BoardPack, texts: Mapping[str, str]) -> _Found:
    delivery = next((one.value for one in Delivery if _folded(one.words()) == _folded(texts.get("format", ""))), "")
    title = texts.get("title", "")
    if not accepts_title(pack, delivery, title):
        yield (
            f"titles.{delivery}",
            tr(
                "The document is called {title!r}; for this delivery it must be: {accepted}.",
                title=title,
                accepted=", ".join(pack.titles[delivery]),
            ),
        )


def _unit(pack: BoardPack, texts: Mapping[str, str]) -> _Found:
    hours = texts.get("hours", "")
    number, _, unit = hours.partition(" ")
    if not number or _folded(unit) != _folded(pack.unit):
        sentence = tr("The hours read {hours!r}; the unit must be {unit}.", hours=hours, unit=pack.unit)
        yield "unit", sentence
    for name in _WORDED_BY_US:
        if speaks_of_ceu(texts.get(name, "")):
            label = tr(label_of(name))
            yield "unit", tr("{label} speaks of CEU, of which one is ten contact hours.", label=label)


def _licences(pack: BoardPack, texts: Mapping[str, str]) -> _Found:
    licences = texts.get("licences", "")
    for state in pack.licence_states:
        # Printed as `Licenses FL MA12345 · NY 27`: a state stands at the beginning of its licence.
        if not re.search(rf"(?:^(?:Licen[cs]es?\s+)?|·\s*){re.escape(state)}\s+\S", licences, re.IGNORECASE):
            yield f"licence_states.{state}", tr("The certificate has no licence of {state}.", state=state)


def _exact(pack: BoardPack, texts: Mapping[str, str], approval: Approval) -> _Found:
    title, hours = " ".join(approval.title.split()), f"{decimal_text(approval.hours)} {pack.unit}"
    if texts.get("course", "") != title:
        yield (
            "approval.title",
            tr(
                "The course is called {printed!r}, approved is {approved!r}.",
                printed=texts.get("course", ""),
                approved=title,
            ),
        )
    if _folded(texts.get("hours", "")) != _folded(hours):
        yield (
            "approval.hours",
            tr(
                "The certificate has {printed}, approved are {approved}.",
                printed=texts.get("hours", "") or "0",
                approved=hours,
            ),
        )


def _in_force(pack: BoardPack, approval: Approval, completed_on: date) -> _Found:
    try:
        first = approval.from_ - timedelta(days=pack.retroactive_days)
    except OverflowError:
        first = date.min
    if not first <= completed_on <= approval.to:
        yield (
            "approval.dates",
            tr(
                "The course was completed on {day}; the approval covers {first} to {last}.",
                day=completed_on.isoformat(),
                first=first.isoformat(),
                last=approval.to.isoformat(),
            ),
        )


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
