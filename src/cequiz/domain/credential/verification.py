"""What verifying means: all that a certificate says of itself must agree, be signed by a known key, and be in force.

Whatever a certificate consists of (the text of its page, the signed code, the attached credential) and the record of
it, where there is one, is compared field by field; then its life is looked up. Reading and signatures are the business
of others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import category, normalize

from cequiz.domain.credential.facts import SPECIMEN, Facts, Field, label_of
from cequiz.domain.credential.trust import Answer
from cequiz.language import mark

_REORDERED = re.compile(
    r"[\u0590-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00011fff]"
)
"""Scripts from right to left, and those of India, Tibet, Burma and Cambodia."""
_LIGATURE = re.compile(r"f[fijlt]+|Th|tt|ti")
"""Letters that fonts draw as one shape, whose letters some programs forget."""


class Standing(StrEnum):
    """What a certificate is worth."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    EXPIRED = "expired"
    SPECIMEN = "specimen"
    ALTERED = "altered"
    UNKNOWN_KEY = "unknown-key"
    """It is signed, but nobody here knows by whom."""
    UNKNOWN = "unknown"
    """It is not signed, and no store here has such a certificate."""


_BY_STATUS = {"issued": Standing.VALID} | {
    one.value: one for one in (Standing.SUPERSEDED, Standing.SUSPENDED, Standing.REVOKED, Standing.EXPIRED)
}


class Source(StrEnum):
    """Where a text of a certificate was read."""

    PAGE = "page"
    CODE = "code"
    CREDENTIAL = "credential"
    RECORD = "record"


class Kind(StrEnum):
    """What was handed in."""

    PDF = "pdf"
    SCAN = "scan"
    CODE = "code"
    CREDENTIAL = "credential"
    NUMBER = "number"


@dataclass(frozen=True)
class Difference:
    """One field that does not read as it was issued."""

    label: str
    printed: str
    recorded: str
    source: Source = Source.PAGE
    """Where `printed` was read."""
    against: Source = Source.RECORD
    """Where `recorded` comes from."""
    fault: bool = False
    """Whether something is wrong as a whole: `printed` is then a word of ours for it, and `recorded` is empty."""


@dataclass(frozen=True)
class Verdict:
    """The answer, with every field that differs."""

    standing: Standing
    differences: tuple[Difference, ...] = ()

    @property
    def good(self) -> bool:
        """Whether it is genuine and in force."""
        return self.standing is Standing.VALID


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A signed part of a certificate."""

    source: Source
    key_id: str
    """Sixteen hexadecimal digits: who is said to have signed."""
    good: bool | None
    """Whether the signature fits; None where it may fit, but nobody here knows the key."""
    index: int
    """The certificate's place in the status list."""
    fields: tuple[Field, ...]
    address: str = ""
    """What it opens, in capitals: of a credential signed, of a code not; empty where it does not say."""


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """A certificate as it was handed in, taken apart."""

    kind: Kind
    page: Mapping[str, str] | None = None
    """Field name to the text on the page; None where only a picture or a signed part was handed in."""
    signed: tuple[Signed, ...] = ()
    complete: bool = False
    """Whether it must have both signed parts: a page of a layout that always has them."""
    faults: tuple[Difference, ...] = ()
    """What was found wrong while reading: a damaged part, something put on the page."""
    seal: bool | None = None
    """Whether the signature of the PDF file itself fits; None where it has none, or nobody here can check it."""


def judge(exhibit: Exhibit, *, record: Facts | None = None, index: int | None = None, answer: Answer) -> Verdict:
    """Return what a certificate is worth.

    Args:
        exhibit: what was handed in.
        record: the frozen facts of the store, where there is one that issued it.
        index: the record's place in the status list.
        answer: what is known of its life.
    """
    differences = tuple(_differences(exhibit, record, index))
    if differences:
        return Verdict(Standing.ALTERED, differences)
    if _is_specimen(exhibit, record):
        return Verdict(Standing.SPECIMEN)
    if any(one.good is None for one in exhibit.signed):
        return Verdict(Standing.UNKNOWN_KEY)
    if not exhibit.signed and record is None:
        return Verdict(Standing.UNKNOWN)
    if answer.life is None:
        # Signed by a known key, nobody can say more; a record always has a life, or its store is damaged.
        return Verdict(Standing.VALID if record is None else Standing.UNKNOWN)
    return Verdict(standing_of(answer.life))


def fields_of(exhibit: Exhibit, record: Facts | None = None) -> tuple[Field, ...]:
    """Return the fields to show: those that deserve most belief, with every name that stands anywhere."""
    texts: dict[str, Field] = {}
    good = sorted(exhibit.signed, key=lambda one: one.good is not True)
    for fields in (record.printed_fields() if record else (), *(one.fields for one in good), _of_page(exhibit)):
        for field in fields:
            texts.setdefault(field.name, field)
    return tuple(texts.values())


def compare(printed: Mapping[str, str], facts: Facts | None, status: str | None) -> Verdict:
    """Compare a printed certificate with its record.

    Args:
        printed: field name to text, as read from the page; runs of space count as one.
        facts: the frozen facts; None when no record was found.
        status: the newest status of the record.
    """
    if facts is None:
        return Verdict(Standing.SPECIMEN if _folded(printed.get("specimen", "")) == SPECIMEN else Standing.UNKNOWN)
    differences = tuple(differing(printed, facts.printed_fields(), source=Source.PAGE, against=Source.RECORD))
    if differences:
        return Verdict(Standing.ALTERED, differences)
    if facts.is_specimen:
        return Verdict(Standing.SPECIMEN)
    return Verdict(standing_of(status))


def standing_of(status: str | None) -> Standing:
    """Return what a certificate of this status is worth."""
    return _BY_STATUS.get(status or "", Standing.UNKNOWN)


def fault(label: str, words: str, source: Source) -> Difference:
    """Return what is wrong with a part as a whole."""
    return Difference(label, words, "", source, source, fault=True)


def differing(
    texts: Mapping[str, str], fields: Sequence[Field], *, source: Source, against: Source
) -> Iterator[Difference]:
    """Yield every field that reads otherwise in one place than in the other, that is missing, or that was added.

    Args:
        texts: field name to text; runs of space count as one.
        fields: what they should be.
        source: where the texts were read.
        against: where the fields come from.
    """
    wanted = {field.name: field for field in fields}
    for name, field in wanted.items():
        text = texts.get(name, "")
        if _folded(text) != _folded(field.text):
            yield Difference(field.label, text, field.text, source, against)
    for name, text in texts.items():
        if name not in wanted and _folded(text):
            yield Difference(_label(name), text, "", source, against)


def absent_from(text: str, fields: Sequence[Field]) -> tuple[Field, ...]:
    """Return the fields that do not stand in the text of a copy, where nothing says what is which field.

    Spaces, accents, joined letters and the order of letters may get lost when a page is printed to a file. So the
    letters and numbers must follow each other as they are signed or, where a script is drawn in another order, be
    there at all.
    """
    known = _bare(text)
    there = Counter(known)
    return tuple(
        field
        for field in fields
        if not re.search(_LIGATURE.sub(".{0,3}", _bare(field.text)), known)
        and not (_REORDERED.search(field.text) and Counter(_bare(field.text)) <= there)
    )


def _bare(text: str) -> str:
    return "".join(one for one in normalize("NFKD", text) if category(one)[0] in "LN")


def _differences(exhibit: Exhibit, record: Facts | None, index: int | None) -> Iterator[Difference]:
    yield from exhibit.faults
    for one in exhibit.signed:
        if one.good is False:
            yield fault(mark("Signature"), mark("does not fit"), one.source)
    if exhibit.complete:
        yield from _missing(exhibit)
    if exhibit.seal is False:
        yield fault(mark("Signature of the file"), mark("does not fit"), Source.PAGE)
    yield from _disagreements(exhibit.signed)
    if record is not None:
        # The record is what was issued.
        yield from _against(exhibit, record.printed_fields(), Source.RECORD)
        for one in exhibit.signed:
            if index is not None and one.index != index:
                yield Difference(mark("Place in the status list"), str(one.index), str(index), one.source)
    elif exhibit.signed:
        believed = min(exhibit.signed, key=lambda one: one.good is not True)
        yield from _against(exhibit, believed.fields, believed.source)


def _against(exhibit: Exhibit, wanted: Sequence[Field], source: Source) -> Iterator[Difference]:
    """Yield where the page or a signed part says something else than fields that come from one source."""
    if exhibit.page is not None:
        yield from differing(exhibit.page, wanted, source=Source.PAGE, against=source)
    for one in exhibit.signed:
        yield from differing(_texts(one), wanted, source=one.source, against=source)


def _missing(exhibit: Exhibit) -> Iterator[Difference]:
    """Yield the signed parts that a page must have and has not; a SPECIMEN has none."""
    if exhibit.page is not None and "specimen" in exhibit.page and not exhibit.signed:
        return
    there = {one.source for one in exhibit.signed} | {one.source for one in exhibit.faults}
    for source, label in ((Source.CODE, mark("Signed code")), (Source.CREDENTIAL, mark("Attached credential"))):
        if source not in there:
            yield fault(label, mark("missing"), source)


def _disagreements(signed: Sequence[Signed]) -> Iterator[Difference]:
    """Yield where the signed parts are not of one certificate: another key, another place, another page opened."""
    for one in signed[1:]:
        first = signed[0]
        if one.key_id != first.key_id:
            yield Difference(mark("Key"), one.key_id, first.key_id, one.source, first.source)
        if one.index != first.index:
            yield Difference(
                mark("Place in the status list"), str(one.index), str(first.index), one.source, first.source
            )
        if one.address and first.address and one.address != first.address:
            yield Difference(mark("Address"), first.address, one.address, first.source, one.source)


def _is_specimen(exhibit: Exhibit, record: Facts | None) -> bool:
    return (record is not None and record.is_specimen) or (
        record is None
        and not exhibit.signed
        and exhibit.page is not None
        and _folded(exhibit.page.get("specimen", "")) == SPECIMEN
    )


def _of_page(exhibit: Exhibit) -> tuple[Field, ...]:
    return tuple(Field(name, _label(name), text) for name, text in (exhibit.page or {}).items() if text)


def _texts(signed: Signed) -> dict[str, str]:
    return {field.name: field.text for field in signed.fields}


def _label(name: str) -> str:
    try:
        return label_of(name)
    except KeyError:
        return name


def _folded(text: str) -> str:
    return " ".join(text.split())
