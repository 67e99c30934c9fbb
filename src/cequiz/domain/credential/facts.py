"""The facts of a certificate, frozen at issue: everything that is printed, and nothing that could change later.

`printed_fields` is the one list of what stands on the page. Drawing, tables, verification and audits all read it, so
that nothing can be printed that is not compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from cequiz.domain.canonical import Json, digest
from cequiz.domain.credential.provider import Signatory
from cequiz.language import mark

# Not strftime: a certificate does not depend on the machine's locale.
_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905 - reads better than twelve quoted words

SPECIMEN = "SPECIMEN"

UNIT = "CE hours"
"""The word for hours; never CEU, of which one is ten contact hours (ANSI/IACET)."""

_TEXTS = (
    "document_title",
    "provider_name",
    "provider_contact",
    "student_name",
    "course_title",
    "course_id",
    "course_version",
    "delivery",
    "ce_hours",
    "place",
    "score",
    "pass_mark",
    "revision_note",
    "footer",
)

_LATER_TEXTS = ("delivery_id", "supersedes", "template", "paper")
"""What the second format brought."""


_LABELS = {
    "specimen": mark("Status"),
    "provider": mark("Provider"),
    "contact": mark("Provider's contact"),
    "title": mark("Document"),
    "name": mark("Name"),
    "licences": mark("Licenses"),
    "course": mark("Course"),
    "hours": mark("Hours"),
    "subjects": mark("Subjects"),
    "completed": mark("Completed"),
    "examination": mark("Examination"),
    "format": mark("Format"),
    "number": mark("Certificate number"),
    "issued": mark("Issued"),
    "place": mark("Place"),
    "approvals": mark("Approvals"),
    "instructor": mark("Instructor"),
    "administrator": mark("Administrator"),
    "revision": mark("Revision"),
    "footer": mark("Note"),
}


def label_of(name: str) -> str:
    """Return the label of a printed field, for people; it is translated where it is shown."""
    return _LABELS[name]


@dataclass(frozen=True)
class LicenceFact:
    """A licence as printed."""

    state: str
    number: str

    def __str__(self) -> str:
        return f"{self.state} {self.number}"


@dataclass(frozen=True)
class ApprovalFact:
    """An approving body and the numbers it gave, as printed."""

    body: str
    provider_number: str
    course_number: str
    title: str
    hours: str

    def __str__(self) -> str:
        numbers = [f"provider {self.provider_number}"] if self.provider_number else []
        numbers += [f"course {self.course_number}"] if self.course_number else []
        return ", ".join([self.body, *numbers])


@dataclass(frozen=True)
class Field:
    """One printed field: its name in records, its label for people, its text exactly as printed."""

    name: str
    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Every fact that a certificate prints."""

    document_title: str
    provider_name: str
    provider_contact: str
    student_name: str
    licences: tuple[LicenceFact, ...]
    course_title: str
    course_id: str
    course_version: str
    subjects: tuple[str, ...]
    delivery: str
    """The course format in words: `Home study`."""
    ce_hours: str
    """Exactly as approved, without the unit."""
    completed_on: date
    issued_on: date
    place: str
    instructors: tuple[Signatory, ...]
    administrator: Signatory
    approvals: tuple[ApprovalFact, ...] = ()
    score: str = ""
    """`92 %`."""
    pass_mark: str = ""
    """`75 %`."""
    number: str | None = None
    """None makes it a SPECIMEN: a preview without any standing."""
    revision: int = 0
    revision_note: str = ""
    footer: str = ""
    printed: tuple[Field, ...] = ()
    """The fields exactly as they were printed, frozen at issue; empty while nothing is issued."""
    edition: int = 1
    """Which format the record has: 2 for what is issued with a proof; the first one keeps its JSON for ever."""
    delivery_id: str = ""
    """The course format as courses name it: `home-study`. This and what follows is of edition 2, and not printed."""
    supersedes: str = ""
    """The number of the certificate that this one corrects."""
    cycle: int = 1
    """Which renewal cycle it is for, from 1."""
    boards: tuple[str, ...] = ()
    """The board packs that it was checked against."""
    template: str = ""
    paper: str = ""

    @property
    def is_specimen(self) -> bool:
        """Whether this is a preview."""
        return self.number is None

    def printed_fields(self) -> tuple[Field, ...]:
        """Return every printed field in reading order; empty ones are left out.

        A certificate keeps the fields as they stood on its own page: later wordings are for later certificates.
        """
        return self.printed or self._fields()

    def frozen(self) -> Facts:
        """Return the facts with the printed fields as they are worded today."""
        return replace(self, printed=self._fields())

    def _fields(self) -> tuple[Field, ...]:
        texts = {
            "specimen": SPECIMEN if self.is_specimen else "",
            "provider": self.provider_name,
            "contact": self.provider_contact,
            "title": self.document_title,
            "name": self.student_name,
            "licences": licences_text(self.licences),
            "course": self.course_title,
            "hours": f"{self.ce_hours} {UNIT}",
            "subjects": ", ".join(self.subjects),
            "completed": date_text(self.completed_on),
            "examination": self._examination(),
            "format": self.delivery,
            "number": self.number or "",
            "issued": date_text(self.issued_on),
            "place": self.place,
            "approvals": " · ".join(str(one) for one in self.approvals),
            "instructor": " · ".join(_signed(one) for one in self.instructors),
            "administrator": _signed(self.administrator),
            "revision": self.revision_note if self.revision else "",
            "footer": self.footer,
        }
        return tuple(Field(name, label_of(name), text) for name, text in texts.items() if text)

    def _examination(self) -> str:
        return f"Passed with {self.score}, {self.pass_mark} required" if self.score else ""

    def to_json(self) -> dict[str, Json]:
        """Return the facts as JSON values; their canonical form is what a certificate is verified against."""
        later: dict[str, Json] = {
            "delivery_id": self.delivery_id,
            "supersedes": self.supersedes,
            "cycle": self.cycle,
            "boards": list(self.boards),
            "template": self.template,
            "paper": self.paper,
        }
        return {
            **(later if self.edition > 1 else {}),
            "format": f"cequiz-certificate/{self.edition}",
            "document_title": self.document_title,
            "provider_name": self.provider_name,
            "provider_contact": self.provider_contact,
            "student_name": self.student_name,
            "licences": [[one.state, one.number] for one in self.licences],
            "course_title": self.course_title,
            "course_id": self.course_id,
            "course_version": self.course_version,
            "subjects": list(self.subjects),
            "delivery": self.delivery,
            "ce_hours": self.ce_hours,
            "completed_on": self.completed_on.isoformat(),
            "issued_on": self.issued_on.isoformat(),
            "place": self.place,
            "instructors": [one.to_json() for one in self.instructors],
            "administrator": self.administrator.to_json(),
            "approvals": [
                [one.body, one.provider_number, one.course_number, one.title, one.hours] for one in self.approvals
            ],
            "score": self.score,
            "pass_mark": self.pass_mark,
            "number": self.number,
            "revision": self.revision,
            "revision_note": self.revision_note,
            "footer": self.footer,
            "printed": [[one.name, one.label, one.text] for one in self.printed],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Facts:
        """Rebuild facts from `to_json`."""
        administrator = data["administrator"]
        assert isinstance(administrator, Mapping)  # noqa: S101 - our own record, checked for the type checker
        text = {name: str(data[name]) for name in _TEXTS}
        text |= {name: str(data.get(name, "")) for name in _LATER_TEXTS}
        return cls(
            **text,
            licences=tuple(LicenceFact(*row) for row in _rows(data["licences"])),
            subjects=tuple(str(one) for one in _list(data["subjects"])),
            completed_on=date.fromisoformat(str(data["completed_on"])),
            issued_on=date.fromisoformat(str(data["issued_on"])),
            instructors=tuple(
                Signatory.from_json(one) for one in _list(data["instructors"]) if isinstance(one, Mapping)
            ),
            administrator=Signatory.from_json(administrator),
            approvals=tuple(ApprovalFact(*row) for row in _rows(data["approvals"])),
            number=None if data["number"] is None else str(data["number"]),
            revision=int(str(data["revision"])),
            printed=tuple(Field(*row) for row in _rows(data["printed"])),
            edition=int(str(data["format"]).rpartition("/")[2]),
            cycle=int(str(data.get("cycle", 1))),
            boards=tuple(str(one) for one in _list(data.get("boards", []))),
        )

    def digest(self) -> str:
        """Return the SHA-256 of the canonical JSON, in hexadecimal."""
        return digest(self.to_json())


def licences_text(licences: Sequence[LicenceFact]) -> str:
    """Return licences as certificates print them: `License FL MA12345`, in American; empty for none."""
    words = "License " if len(licences) == 1 else "Licenses "
    return words + " · ".join(str(one) for one in licences) if licences else ""


def date_text(day: date) -> str:
    """Return a date as certificates print it: `November 22, 2026`."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def _signed(person: Signatory) -> str:
    return f"{person.name}, {person.role}" if person.role else person.name


def _list(value: Json) -> list[Json]:
    return list(value) if isinstance(value, list | tuple) else []


def _rows(value: Json) -> list[list[str]]:
    return [[str(cell) for cell in _list(row)] for row in _list(value)]
