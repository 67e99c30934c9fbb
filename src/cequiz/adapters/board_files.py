"""Board packs from their files: those that ship with cequiz, and the provider's own in the place of them.

A pack decides whether a certificate may be issued, so a slip in one is never guessed around: whatever is wrong is
named with file, line and column, and nothing is issued by rules that cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError
from pydantic_core import PydanticCustomError

from cequiz.adapters.bank_files.codes import Code
from cequiz.adapters.bank_files.document import TOP, Document, Note
from cequiz.adapters.bank_files.explain import refusals
from cequiz.adapters.bank_files.problems import shown
from cequiz.adapters.bank_files.whole_file import read_whole
from cequiz.adapters.licence_files import NAME, pattern, read_formats
from cequiz.domain.bank.course import Delivery, Hours
from cequiz.domain.bank.fields import Day, Flag, Id, Statement, Value, Whole, Words
from cequiz.domain.credential.boards import GENERIC, BoardPack, speaks_of_ceu
from cequiz.domain.credential.claims import FIELD_CODES
from cequiz.domain.credential.facts import UNIT
from cequiz.domain.credential.hours import HoursRule
from cequiz.domain.people.advisory import Advisory
from cequiz.domain.people.licences import LicenceFormat
from cequiz.errors import EnvironmentFailed
from cequiz.language import tr

FORMAT = "cequiz-board/1"
"""What a board's file says it is."""


def _field_name(name: str) -> str:
    if name not in FIELD_CODES:
        sentence = tr(
            "there is no printed field {name}; known are {names}", name=shown(name), names=", ".join(FIELD_CODES)
        )
        raise PydanticCustomError("unknown_name", sentence)
    return name


def _unit(text: str) -> str:
    if speaks_of_ceu(text):
        raise PydanticCustomError("range", tr("one CEU is ten contact hours: the unit cannot be CEU"))
    return text


class _Advisory(Value):
    """How many hours of a period may be earned in some deliveries."""

    state: Words
    name: Words
    hours: Hours
    of: Hours
    about: Flag = False
    deliveries: Annotated[tuple[Delivery, ...], Field(min_length=1)] = (Delivery.HOME_STUDY,)
    source: Words | None = None
    checked_on: Day | None = None

    def advisory(self, *, source: str, checked_on: date) -> Advisory:
        return Advisory(
            state=self.state,
            name=self.name,
            hours=self.hours,
            of=self.of,
            about=self.about,
            deliveries=frozenset(one.value for one in self.deliveries),
            source=self.source or source,
            checked_on=self.checked_on or checked_on,
        )


class _LicenceFormat(Value):
    """What licence numbers of a state look like."""

    pattern: Annotated[Words, AfterValidator(pattern)]
    example: Words
    source: Words | None = None
    checked_on: Day | None = None


class _HoursRule(Value):
    """How much of what makes one hour."""

    words: Annotated[Whole, Field(ge=1)] | None = None
    media_minutes: Annotated[Whole, Field(ge=1)] | None = None
    live_minutes: Annotated[Whole, Field(ge=1)] | None = None

    def rule(self) -> HoursRule:
        return HoursRule(words=self.words, media_minutes=self.media_minutes, live_minutes=self.live_minutes)


class _BoardFile(Value):
    """A pack as its file has it."""

    format: Literal["cequiz-board/1"]
    id: Id
    name: Words
    names: tuple[Words, ...] = ()
    required: tuple[Annotated[str, AfterValidator(_field_name)], ...]
    titles: Mapping[Delivery, Annotated[tuple[Words, ...], Field(min_length=1)]] = Field(default_factory=dict)
    unit: Annotated[Words, AfterValidator(_unit)] = UNIT
    exact_approval: Flag = True
    retroactive_days: Annotated[Whole, Field(ge=0, le=3660)] = 0
    licence_states: tuple[Words, ...] = ()
    report_within_days: Annotated[Whole, Field(ge=1, le=3660)] | None = None
    hours_rule: _HoursRule | None = None
    keep_years: Annotated[Whole, Field(ge=1, le=100)] | None = None
    advisory: _Advisory | None = None
    licence_format: Mapping[Words, _LicenceFormat] = Field(default_factory=dict)
    source: Words
    checked_on: Day
    note: Statement | None = None

    def pack(self) -> BoardPack:
        return BoardPack(
            id=self.id,
            name=self.name,
            names=self.names,
            required=frozenset(self.required),
            titles={delivery.value: titles for delivery, titles in self.titles.items()},
            unit=self.unit,
            exact_approval=self.exact_approval,
            retroactive_days=self.retroactive_days,
            licence_states=self.licence_states,
            report_within_days=self.report_within_days,
            hours_rule=self.hours_rule.rule() if self.hours_rule else None,
            keep_years=self.keep_years,
            advisory=self.advisory.advisory(source=self.source, checked_on=self.checked_on) if self.advisory else None,
            licence_formats=tuple(
                LicenceFormat(
                    state=state,
                    pattern=one.pattern,
                    example=one.example,
                    source=one.source or self.source,
                    checked_on=one.checked_on or self.checked_on,
                )
                for state, one in self.licence_format.items()
            ),
            source=self.source,
            checked_on=self.checked_on,
            note=self.note or "",
        )


class BoardFiles:
    """Implements the `Boards` port with folders of YAML files; they are read once, when a pack is first asked for."""

    def __init__(self, folder: Path, *, own: Path | None = None) -> None:
        """Know the folders.

        Args:
            folder: the packs that ship with cequiz.
            own: the provider's packs, which take the place of those with the same id; it need not exist.
        """
        self._folders = (folder, own) if own else (folder,)
        self._packs: Mapping[str, BoardPack] | None = None
        self._formats: tuple[LicenceFormat, ...] | None = None
        self._lock = Lock()

    def pack(self, board: str) -> BoardPack:
        """Return the pack of a board by its id or any of its names; that of `generic` for every other board.

        Raises:
            EnvironmentFailed: a file cannot be read, or something in it is wrong; the sentence names the place.
        """
        packs = self._read()
        # An id goes first: a provider's pack may be called like another one's alias.
        return packs.get(board.casefold()) or next(
            (one for one in packs.values() if one.is_called(board)), packs[GENERIC]
        )

    def packs(self) -> tuple[BoardPack, ...]:
        """Return every pack, by id."""
        return tuple(pack for _, pack in sorted(self._read().items()))

    def licence_formats(self) -> tuple[LicenceFormat, ...]:
        """Return what licence numbers look like, one a state: the provider's own in the place of those in packs.

        Raises:
            EnvironmentFailed: a file cannot be read, or something in it is wrong; the sentence names the place.
        """
        packs = self._read()
        with self._lock:
            if self._formats is None:
                known = {one.state: one for pack in packs.values() for one in pack.licence_formats}
                own = [one for folder in self._folders[1:] for one in read_formats(folder / NAME)]
                known |= {one.state: one for one in own}
                self._formats = tuple(one for _, one in sorted(known.items()))
            return self._formats

    def _read(self) -> Mapping[str, BoardPack]:
        with self._lock:
            if self._packs is None:
                found = {pack.id: pack for folder in self._folders for pack in _packs_in(folder)}
                if GENERIC not in found:
                    raise EnvironmentFailed(
                        tr(
                            "The rules for boards in general are missing: {path}.",
                            path=self._folders[0] / "generic.yaml",
                        ),
                        hint=tr("Install cequiz again."),
                    )
                self._packs = found
            return self._packs


def read_pack(path: Path) -> BoardPack:
    """Return the pack that a YAML file holds.

    Raises:
        EnvironmentFailed: when it cannot be read or anything in it is wrong; the sentence names the place.
    """
    document, found = read_whole(path, _BoardFile, _refused)
    if found.id != path.stem:
        sentence = tr("the file of the board {id} is called {id}.yaml", id=found.id)
        raise _refused(path, Note(document.place(("id",)), Code.ID, sentence))
    return found.pack()


def wrong_in(document: Document) -> Iterator[Note]:
    """Yield everything that is wrong with a document that says it is a board's pack."""
    try:
        _BoardFile.model_validate(document.data)
    except ValidationError as error:
        yield from (one.note for one in refusals(error, document, _BoardFile))


def _packs_in(folder: Path) -> Iterator[BoardPack]:
    try:
        files = sorted(file for file in folder.glob("*.yaml") if file.name != NAME)
    except OSError as error:
        raise _refused(folder, Note(TOP, Code.UNREADABLE, error.strerror or "")) from None
    yield from map(read_pack, files)


def _refused(path: Path, note: Note) -> EnvironmentFailed:
    place = f"{path}:{note.place.line}:{note.place.column}"
    return EnvironmentFailed(
        tr("The rules of a board cannot be used: {place}: {message}", place=place, message=note.message),
        hint=tr("Mend the file, or install cequiz again."),
    )
