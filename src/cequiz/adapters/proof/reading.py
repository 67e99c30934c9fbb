"""Reading the signed parts of a certificate, and the file that says whom to trust: who signed, and does it fit.

The signatures are checked here and judged elsewhere. A signature that fits, by a key nobody here knows, is kept apart
from one that does not fit: the first says that nobody can tell, the second that something was changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from cequiz.adapters.proof.cose import NOWHERE, open_code
from cequiz.adapters.proof.data_integrity import check_proof
from cequiz.adapters.proof.keyring import read_public
from cequiz.adapters.proof.observing import LARGEST_TEXT, Observed
from cequiz.adapters.proof.status_list import read_list
from cequiz.domain.canonical import Json
from cequiz.domain.credential.claims import FIELD_CODES, unpack
from cequiz.domain.credential.facts import Field, label_of
from cequiz.domain.credential.proof import PublicKey
from cequiz.domain.credential.trust import FORMAT, KEYS_FORMAT, Purpose, StatusList, Trust
from cequiz.domain.credential.verification import Difference, Exhibit, Kind, Signed, Source, absent_from, fault
from cequiz.errors import Refused
from cequiz.language import mark, tr

_LARGEST_TRUST = 8 * 1024 * 1024
"""Characters; four full status lists have a hundred thousand."""
_MOST_FIELDS = 2 * len(FIELD_CODES)


def exhibits(observed: Observed, keys: Sequence[PublicKey]) -> tuple[Exhibit, ...]:
    """Return the certificates that a file shows; a scan may show several.

    Args:
        observed: what was seen.
        keys: the known ones.

    Raises:
        Refused: a pasted code or credential is none of a certificate, or is damaged beyond reading.
    """
    if observed.kind is Kind.PDF:
        return (_page(observed, keys),)
    if observed.kind is Kind.CREDENTIAL:
        return (Exhibit(kind=Kind.CREDENTIAL, signed=(_credential(observed.credentials[0], keys),)),)
    return tuple(_copy(_code(one, keys), observed) for one in observed.codes)


def read_trust(text: str) -> Trust:
    """Return what a trust file says, or a file of public keys alone.

    Raises:
        Refused: it is none, or a signature in it does not fit its own keys.
    """
    found = _json(text, largest=_LARGEST_TRUST)
    keys_alone = found.get("format") == KEYS_FORMAT
    provider, keys = {} if keys_alone else found.get("provider"), found.get("keys")
    if not (keys_alone or found.get("format") == FORMAT):
        raise _no_trust()
    if not isinstance(provider, Mapping) or not isinstance(keys, list) or not keys:
        raise _no_trust()
    public = [read_public(json.dumps(one).encode()) for one in keys]
    known = tuple(one for one in public if one is not None)
    if len(known) != len(public):
        raise _changed_trust(tr("a key is not the one that its id names"))
    status = found.get("status") or {}
    if not isinstance(status, Mapping):
        raise _no_trust()
    if status and set(status) != set(Purpose):
        raise _changed_trust(tr("a status list is missing"))
    lists = {purpose: _status(status[purpose], purpose, known) for purpose in Purpose if status}
    head = found.get("log")
    if head is not None and (not isinstance(head, Mapping) or not _signed_by(head, known)):
        raise _changed_trust(tr("the signature of the log's head does not fit"))
    return Trust(
        provider=str(provider.get("name") or ""),
        contact=str(provider.get("contact") or ""),
        verify_at=str(provider.get("verify_at") or ""),
        made_at=_instant(found.get("made_at")),
        keys=known,
        lists=lists,
    )


def _copy(signed: Signed, observed: Observed) -> Exhibit:
    """Return the exhibit of one code; where the copy has text, every signed field must stand somewhere in it."""
    absent = absent_from(observed.text, signed.fields) if observed.text.strip() else ()
    faults = tuple(Difference(one.label, "", one.text, Source.PAGE, signed.source) for one in absent)
    return Exhibit(kind=observed.kind, signed=(signed,), faults=faults)


def _page(observed: Observed, keys: Sequence[PublicKey]) -> Exhibit:
    """Return a PDF's page with its signed parts; a part that cannot be read is a fault, not a refusal."""
    if observed.first_layout:
        return Exhibit(kind=Kind.PDF, page=observed.page)
    signed: list[Signed] = []
    faults = []
    if observed.additions:
        faults.append(fault(mark("Page"), mark("something was put on it"), Source.PAGE))
    faults += [fault(label_of(name), mark("does not look as it reads"), Source.PAGE) for name in observed.unseen]
    for text in observed.credentials:
        try:
            signed.append(_credential(text, keys))
        except Refused:
            faults.append(fault(mark("Attached credential"), mark("cannot be read"), Source.CREDENTIAL))
    for code in observed.codes:
        try:
            signed.insert(0, _code(code, keys))
        except Refused:
            faults.append(fault(mark("Signed code"), mark("cannot be read"), Source.CODE))
    return Exhibit(
        kind=Kind.PDF,
        page=observed.page,
        signed=tuple(signed),
        complete=True,
        faults=tuple(faults),
        seal=observed.seal,
    )


def _code(text: str, keys: Sequence[PublicKey]) -> Signed:
    opened = open_code(text, keys)
    index, fields = unpack(opened.claims)
    before, sign, _ = text.partition("#")
    return Signed(
        source=Source.CODE,
        key_id=opened.key_id,
        good=opened.good,
        index=index,
        fields=fields,
        address="".join(before.split()).upper() if sign else "",
    )


def _credential(text: str, keys: Sequence[PublicKey]) -> Signed:
    """Return what a credential says.

    Raises:
        Refused: it is not the credential of a certificate.
    """
    document = _json(text, largest=LARGEST_TEXT)
    subject, status = document.get("credentialSubject"), document.get("credentialStatus")
    printed = subject.get("printed") if isinstance(subject, Mapping) else None
    if not isinstance(status, Mapping):
        raise _no_credential()
    place = str(status.get("statusListIndex"))
    if not isinstance(printed, list) or not (place.isascii() and place.isdigit()) or len(place) > 9:
        raise _no_credential()
    checked = check_proof(document, keys)
    good = None if checked.good and checked.key is None else checked.good
    fields = _fields(printed)
    page, status_list, _ = str(status.get("statusListCredential")).rpartition("/STATUS")
    return Signed(
        source=Source.CREDENTIAL,
        key_id=checked.key_id,
        good=good,
        index=int(place),
        fields=fields,
        address=page.upper() if status_list else NOWHERE,
    )


def _fields(printed: Sequence[Json]) -> tuple[Field, ...]:
    if len(printed) > _MOST_FIELDS:
        raise _no_credential()
    fields = []
    for row in printed:
        if not isinstance(row, list) or len(row) != 2 or not all(isinstance(cell, str) for cell in row):
            raise _no_credential()
        name, text = str(row[0]), str(row[1])
        if name not in FIELD_CODES:
            raise _no_credential()
        fields.append(Field(name, label_of(name), text))
    if len({field.name for field in fields}) != len(fields) or not fields:
        raise _no_credential()
    return tuple(fields)


def _status(found: Json, purpose: Purpose, keys: tuple[PublicKey, ...]) -> StatusList:
    """Return a status list whose signature fits.

    Raises:
        Refused: the signature does not fit, or it is not the list of this purpose.
    """
    if not isinstance(found, Mapping) or not _signed_by(found, keys):
        raise _changed_trust(tr("the signature of the list `{purpose}` does not fit", purpose=str(purpose)))
    subject = found.get("credentialSubject")
    valid_from, valid_until = _instant(found.get("validFrom")), _instant(found.get("validUntil"))
    if (
        not isinstance(subject, Mapping)
        or subject.get("statusPurpose") != purpose
        or valid_from is None
        or valid_until is None
    ):
        raise _changed_trust(tr("the list `{purpose}` is another one", purpose=str(purpose)))
    try:
        bits = read_list(found)
    except ValueError:
        raise _changed_trust(tr("the list `{purpose}` cannot be read", purpose=str(purpose))) from None
    return StatusList(bits=bits, valid_from=valid_from, valid_until=valid_until)


def _signed_by(document: Mapping[str, Json], keys: tuple[PublicKey, ...]) -> bool:
    checked = check_proof(document, keys)
    return checked.good and checked.key is not None


def _instant(found: Json) -> datetime | None:
    """Return an instant with its time zone; None for anything else."""
    try:
        at = datetime.fromisoformat(str(found))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _json(text: str, *, largest: int) -> dict[str, Json]:
    """Return a JSON object in which no name stands twice, so that no two readers can see two things in it."""
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_never) if len(text) <= largest else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Refused(
            tr("This is not the JSON of a certificate or of a trust file."), hint=tr("Give the whole file, unchanged.")
        )
    return found


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(len(pairs))
    return found


def _never(constant: str) -> Json:
    raise ValueError(constant)  # NaN and the infinities are no JSON (RFC 8259, section 6)


def _no_credential() -> Refused:
    return Refused(
        tr("This is not the credential of a certificate of cequiz."), hint=tr("Give the whole file, unchanged.")
    )


def _no_trust() -> Refused:
    return Refused(
        tr("This is not a trust file of cequiz."), hint=tr("The provider makes one: `cequiz trust export FILE`.")
    )


def _changed_trust(what: str) -> Refused:
    return Refused(
        tr("The trust file was changed, or is damaged: {what}.", what=what), hint=tr("Ask the provider for a new one.")
    )
