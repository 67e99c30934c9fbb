"""`cequiz certificate verify`: one command that anyone can trust, with a store or without one.

Nothing of a certificate is believed here: texts are shown as text, and every field is shown, because the eye must
compare what no program can see.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.frontends.cli.desk import Desk, JsonOption, clock_words, desk_of
from cequiz.frontends.cli.noun import example
from cequiz.frontends.states import state_words
from cequiz.language import mark, tr

if TYPE_CHECKING:
    from cequiz.domain.credential.trust import Answer
    from cequiz.domain.credential.verification import Difference
    from cequiz.services.verifying import Means, Signer, Verification

_LARGEST_FILE = 64 * 1024 * 1024
"""Bytes; a page scanned at 600 dpi without compression is larger, and no help."""
_LARGEST_TEXT = 1024 * 1024
_FILES = (".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".json", ".txt")
_NUMBER = re.compile(r"CQ-[\d-]", re.IGNORECASE)
_LONGEST_NUMBER = 100
_CODE = re.compile(r"[^#]{0,600}#|[A-Z2-7\s]{100,}\Z|\{", re.IGNORECASE)


def add_to(app: typer.Typer) -> None:
    """Give the noun of certificates its `verify`."""
    app.command(epilog=example("cequiz certificate verify certificate.pdf --trust provider-trust.json"))(verify)


def verify(
    ctx: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="FILE|CODE|NUMBER",
            help="A PDF, a scan (PNG, JPEG, TIFF), a credential, what the code says, a number, or - for the input.",
        ),
    ],
    trust: Annotated[
        Path | None, typer.Option(help="The provider's trust file (`trust export`), or its keys (`keys export`).")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Show every field, who signed and the status; exit code 0 only when genuine and, as far as known, in force."""
    desk = desk_of(ctx)
    found = _verified(desk, what, _means(desk, trust))
    # The worst verdict leads, so that nobody who looks at one sees the better of two.
    ordered = sorted(found, key=lambda one: one.verdict.good)
    if as_json:
        documents = [_document(one) for one in ordered]
        desk.document({**documents[0], "others": documents[1:]})
    else:
        for number, one in enumerate(ordered):
            if number:
                desk.print()
            _tell(desk, one)
    return 0 if all(one.verdict.good for one in found) else 1


def _means(desk: Desk, trust: Path | None) -> Means:
    from cequiz.bootstrap import read_trust
    from cequiz.services.verifying import Means

    trusted = read_trust(_content(str(trust)).decode("utf-8", "replace")) if trust is not None else None
    ports = desk.house.stored()
    # Who brings a trust file and has no store is not kept from verifying by keys of another errand.
    own = desk.house.public_keys() if trusted is None or ports is not None else ()
    return Means(at=desk.house.clock.read().wall, own_keys=own, trust=trusted, ports=ports)


def _verified(desk: Desk, what: str, means: Means) -> Sequence[Verification]:
    from cequiz.frontends.cli.files import is_there
    from cequiz.services import verifying

    if what == "-":
        text = _typed(desk)
        return _of_text(desk, text, means)
    if not (is_there(what) or what.lower().endswith(_FILES)):
        return _of_text(desk, what, means)
    content = _content(what)
    if means.ports is not None:
        kept = verifying.verify_kept(means.ports, content)
        if kept is not None:
            return (kept,)
    exhibits = desk.house.examine(content, means.keys)
    own_file = content if content[:1024].find(b"%PDF-") >= 0 else None
    return [verifying.verify(means, one, content=own_file if one.page is not None else None) for one in exhibits]


def _of_text(desk: Desk, text: str, means: Means) -> Sequence[Verification]:
    from cequiz.services import verifying

    text = text.removeprefix("\ufeff").strip()
    if _NUMBER.match(text) or not _CODE.match(text):
        return (verifying.verify_number(means.ports, text[:_LONGEST_NUMBER]),)
    return [verifying.verify(means, one) for one in desk.house.examine(text, means.keys)]


def _typed(desk: Desk) -> str:
    from cequiz.errors import WrongUsage

    text = desk.stdin.read(_LARGEST_TEXT) if desk.stdin is not None else ""
    if not text.strip():
        raise WrongUsage(tr("Nothing came in."), hint=tr("Paste the code, then end the input."))
    return text


def _content(name: str) -> bytes:
    from cequiz.errors import EnvironmentFailed, NotFound, Refused

    path = Path(name)
    if path.exists() and not (path.is_file() or path.is_dir()):
        # Nobody knows whether anything ever comes out of a pipe or a device, or an end.
        raise Refused(tr("{name} is not a file.", name=name), hint=tr("Save the certificate into a file first."))
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except (FileNotFoundError, IsADirectoryError):
        raise NotFound(tr("There is no file {name}.", name=name)) from None
    except OSError as error:
        raise EnvironmentFailed(tr("{what} cannot be read: {reason}.", what=name, reason=error.strerror)) from None
    if len(content) > _LARGEST_FILE:
        raise Refused(tr("{name} is too large.", name=name), hint=tr("Scan the certificate at 300 dpi."))
    return content


def _tell(desk: Desk, found: Verification) -> None:
    if found.fields:
        desk.fields([*((tr(field.label), field.text) for field in found.fields), *_revision(found)])
    if found.signer is not None:
        desk.print(_signer_words(found.signer))
    if words := _other_name(found):
        desk.print(words)
    if found.address:
        desk.print(tr("The code opens: {address}", address=found.address))
    if found.seal is not None:
        desk.print(tr("The PDF's own signature fits.") if found.seal else tr("The PDF's own signature does not fit."))
    if status := _status_words(found):
        desk.print(status)
    for one in found.differences:
        desk.print(_difference_words(one))
    words = tr(_WORDS["unchecked" if found.verdict.good and not found.checked else str(found.verdict.standing)])
    if found.status_reason:
        desk.print(tr("Verdict: {words} ({reason})", words=words, reason=found.status_reason))
    else:
        desk.print(tr("Verdict: {words}", words=words))
    if found.verdict.good:
        desk.say(tr("Compare these fields with what you see: they were issued so, whatever the paper looks like."))


_WORDS = {
    "valid": mark("VALID. It is genuine and in force."),
    "unchecked": mark("VALID when issued; revocation not checked."),
    "superseded": mark("SUPERSEDED. A newer revision has taken its place."),
    "suspended": mark("SUSPENDED. It has no force now."),
    "revoked": mark("REVOKED. It has no force."),
    "expired": mark("EXPIRED. It has no force any more."),
    "specimen": mark("SPECIMEN. It is a preview without any standing."),
    "altered": mark("ALTERED. It does not read as it was issued."),
    "unknown-key": mark("UNKNOWN KEY. Nobody here knows who signed it."),
    "unknown": mark("UNKNOWN. It is not signed, and no store here has issued it."),
}


def _revision(found: Verification) -> list[tuple[str, str]]:
    """Return which issue of the certificate this is, as a field, where no printed field says so."""
    from cequiz.domain.credential.numbering import parse_number
    from cequiz.errors import Refused

    if any(field.name == "revision" for field in found.fields):
        return []
    try:
        number = parse_number(found.number or "")
    except Refused:
        return []
    if not number.revision:
        return [(tr("Revision"), tr("first issue"))]
    before = replace(number, revision=number.revision - 1)
    return [(tr("Revision"), tr("R{revision}, replaces {number}", revision=number.revision, number=before))]


def _other_name(found: Verification) -> str:
    """Return a sentence where the provider of the key has another name today than on the paper; else nothing."""
    name = found.signer.name if found.signer is not None else ""
    printed = next((field.text for field in found.fields if field.name == "provider"), "")
    if not (name and printed) or name.split() == printed.split():
        return ""
    return tr("The key now belongs to {name}; the paper names {printed}.", name=name, printed=printed)


def _signer_words(signer: Signer) -> str:
    from cequiz.services.verifying import Known

    if signer.known is Known.TRUST and not signer.name:
        return tr("Signed by: key {key}, in your trust file", key=signer.key_id)
    if signer.known is Known.TRUST:
        return tr("Signed by: key {key} = {name}, in your trust file", key=signer.key_id, name=signer.name)
    if signer.known is Known.OWN and signer.name:
        return tr("Signed by: key {key} = {name}, this provider's own key", key=signer.key_id, name=signer.name)
    if signer.known is Known.OWN:
        return tr("Signed by: key {key}, this provider's own key", key=signer.key_id)
    return tr("Signed by: key {key}, which is not known here", key=signer.key_id or "?")


def _status_words(found: Verification) -> str:
    answer = found.answer
    if answer.life is None or answer.as_of is None:
        return _unchecked_words(answer) if found.signer is not None else ""
    words = state_words(str(answer.life))
    if answer.successor:
        words = tr("superseded by {number}", number=answer.successor)
    if answer.where == "store":
        return tr("Status: {words}, in the store", words=words)
    return tr("Status: {words}, in the trust file of {at}", words=words, at=clock_words(answer.as_of))


def _unchecked_words(answer: Answer) -> str:
    """Return why nobody can say here whether it was revoked; days are those of UTC, as the lists have them."""
    if answer.unchecked is None:
        return tr("Status: not checked")
    if answer.as_of is None or answer.until is None:
        return tr("Status: not checked: there are no status lists")
    day = answer.as_of.astimezone(UTC).date().isoformat()
    if answer.unchecked == "old":
        days = (answer.until - answer.as_of).days
        return tr("Status: not checked: the list is of {day}, older than {days} days", day=day, days=days)
    if answer.unchecked == "early":
        return tr("Status: not checked: the list is of {day}, which is still to come", day=day)
    return tr("Status: not checked: the list of {day} does not reach this certificate", day=day)


def _difference_words(one: Difference) -> str:
    from cequiz.domain.credential.verification import Source

    label, here, there = tr(one.label), one.printed, one.recorded
    if one.fault:
        return tr("Wrong: {label}: {what}", label=label, what=tr(here))
    if one.source is Source.PAGE and one.against is Source.RECORD:
        return tr(
            "Differs: {label}: printed {printed!r}, recorded {recorded!r}", label=label, printed=here, recorded=there
        )
    return tr(
        "Differs: {label}: {source} {printed!r}, {against} {recorded!r}",
        label=label,
        source=tr(_SOURCES[str(one.source)]),
        printed=here,
        against=tr(_SOURCES[str(one.against)]),
        recorded=there,
    )


_SOURCES = {
    "page": mark("on the page"),
    "code": mark("in the signed code"),
    "credential": mark("in the attached credential"),
    "record": mark("in the record"),
}


def _document(found: Verification) -> dict[str, object]:
    from cequiz.domain.credential.numbering import parse_number
    from cequiz.errors import Refused

    verdict, answer, signer = found.verdict, found.answer, found.signer
    try:
        revision = parse_number(found.number or "").revision
    except Refused:
        revision = None
    return {
        "standing": str(verdict.standing),
        "valid": verdict.good,
        "number": found.number,
        "revision": revision,
        "reason": found.status_reason,
        "kind": str(found.kind),
        "address": found.address,
        "signer": None if signer is None else {**vars(signer), "known": str(signer.known)},
        "status": {
            "checked": found.checked,
            "life": answer.life and str(answer.life),
            "where": answer.where,
            "as_of": answer.as_of,
            "unchecked": answer.unchecked and str(answer.unchecked),
            "successor": answer.successor,
        },
        "pdf_signature": found.seal,
        "fields": [vars(field) for field in found.fields],
        "differences": [vars(one) for one in verdict.differences],
    }
