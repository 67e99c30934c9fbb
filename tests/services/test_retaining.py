"""Records are kept as long as they must be, held when somebody says so, and purged without a trace of the person."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cequiz.adapters.proof.data_integrity import check_proof
from cequiz.adapters.proof.notary import KeyNotary
from cequiz.adapters.proof.observing import observe_text
from cequiz.adapters.proof.reading import exhibits
from cequiz.domain.credential import merkle
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.credential.verification import Standing
from cequiz.domain.people.accommodation import Accommodation
from cequiz.errors import EnvironmentFailed, InvalidText, NotAllowed, NotFound, WrongState
from cequiz.services import auditing, correcting, merging, papers, retaining, trusting, verifying
from cequiz.services.accommodating import grant
from cequiz.services.enrolling import enrol, register
from cequiz.services.loading import load
from cequiz.services.ports import AuditRecord, HouseRules, Ports
from cequiz.services.signing_in import sign_in
from cequiz.services.starting import start
from tests.builders import bank, course
from tests.fakes import FakeClock
from tests.services.earned import audit, deeds, earn, issue, join, set_school
from tests.storing import open_store

WHY = "seven years are over"


def years_later(clock: FakeClock, years: int, *, days: int = 0) -> None:
    """Let years pass from 2026 on, to the second day of a year."""
    now = clock.read().wall
    clock.advance(datetime(now.year + years, 1, 1, 12, tzinfo=UTC) - now + timedelta(days=days))


@pytest.fixture(params=["fake", "sqlite", "postgres"])
def house(request: pytest.FixtureRequest, ports: Ports, tmp_path: Path) -> Iterator[Ports]:
    """Return ports with the real notary, on each store."""
    made = replace(ports, notary=KeyNotary(tmp_path / "home" / "keys"))
    if request.param == "fake":
        (tmp_path / "home" / "keys").mkdir(parents=True)
        with open_store(tmp_path / "home"):
            pass  # its key locks the provider's
        yield made
        return
    if request.param == "postgres":
        # Every host has the same key beside it: it locks the provider's there too.
        (tmp_path / "home" / "keys").mkdir(parents=True)
        shutil.copy(request.getfixturevalue("postgres_template")[1], tmp_path / "home" / "keys" / "store.key")
    opened = open_store(tmp_path / "home") if request.param == "sqlite" else request.getfixturevalue("postgres_store")
    with opened as store:
        made = replace(made, store=store)
        load(made, banks=[bank()], courses=[course()], actor="test")
        yield made


def graduate(ports: Ports, name: str, email: str) -> str:
    """Return a student who earned the course, with the certificate."""
    who = join(ports, name=name, email=email)
    earn(ports, who)
    issue(ports, who)
    return who


def test_records_are_kept_until_the_end_of_the_seventh_year_after_completion(house: Ports, clock: FakeClock) -> None:
    set_school(house)
    who = graduate(house, "Ana", "ana@example.org")
    found = retaining.plan(house, student=who).kept
    assert (found.complete_on, found.free_on, found.due) == (date(2026, 11, 22), date(2034, 1, 1), False)
    years_later(clock, 8, days=-2)
    assert retaining.keeping(house, due_only=True) == ()
    with pytest.raises(NotAllowed, match="until 2033-12-31"):
        retaining.purge(house, student=who, reason=WHY, actor="test")
    clock.advance(timedelta(days=2))
    assert [one.student_id for one in retaining.keeping(house, due_only=True)] == [who]


def test_the_year_ends_where_the_provider_is(house: Ports, clock: FakeClock) -> None:
    """At three in the morning UTC of New Year it is still the old year in Miami."""
    set_school(house)
    graduate(house, "Ana", "ana@example.org")
    clock.advance(datetime(2034, 1, 1, 3, tzinfo=UTC) - clock.read().wall)
    assert retaining.keeping(house, due_only=True) == ()
    clock.advance(timedelta(hours=3))
    assert len(retaining.keeping(house, due_only=True)) == 1


def test_a_house_may_keep_longer_or_shorter_and_people_who_never_came_are_kept_too(
    house: Ports, clock: FakeClock
) -> None:
    who = join(house)
    assert retaining.plan(house, student=who).kept.free_on == date(2034, 1, 1)
    four = replace(house, rules=HouseRules(retention_years=4))
    assert retaining.plan(four, student=who).kept.free_on == date(2031, 1, 1)


def test_an_attempt_that_was_never_finished_counts_from_its_end_and_bars_a_purge_while_it_is_open(
    house: Ports, clock: FakeClock
) -> None:
    who = join(house)
    clock.advance(timedelta(days=60))
    sitting = start(house, student_id=who, exam_ref="course/quiz", attested=True, actor="test")
    assert retaining.plan(house, student=who).kept.complete_on.year == 2027
    years_later(clock, 8)
    with pytest.raises(WrongState, match=sitting.attempt.id):
        retaining.purge(house, student=who, reason=WHY, actor="test")


def test_a_hold_bars_a_purge_until_it_is_lifted_and_both_are_on_record(house: Ports, clock: FakeClock) -> None:
    set_school(house)
    who = graduate(house, "Ana", "ana@example.org")
    retaining.hold(house, student="ana@example.org", reason="case 12/34", actor="lee")
    with pytest.raises(WrongState, match="already"):
        retaining.hold(house, student=who, reason="again", actor="lee")
    years_later(clock, 8)
    with pytest.raises(NotAllowed, match="legal hold"):
        retaining.purge(house, student=who, reason=WHY, actor="test")
    found = retaining.purge_due(house, reason=WHY, actor="test")
    assert (found.done, [one.student_id for one, _ in found.refused]) == ((), [who])
    assert [(one.student_id, one.reason) for one in retaining.holds(house)] == [(who, "case 12/34")]
    retaining.lift(house, student=who, reason="the case is closed", actor="lee")
    assert retaining.holds(house) == ()
    with pytest.raises(WrongState, match="no legal hold"):
        retaining.lift(house, student=who, reason="again", actor="lee")
    retaining.purge(house, student=who, reason=WHY, actor="test")
    told = [(one.deed, one.subject, one.details["reason"]) for one in audit(house) if one.deed.startswith("retention.")]
    assert told == [
        # What was typed of a person goes; who held the records, and when, stays.
        ("retention.held", who, "purged"),
        ("retention.lifted", who, "purged"),
        ("retention.purged", who, WHY),
    ]
    assert auditing.verify(house).findings == ()


def test_a_reason_is_asked_for(house: Ports, clock: FakeClock) -> None:
    who = join(house)
    years_later(clock, 8)
    with pytest.raises(InvalidText):
        retaining.purge(house, student=who, reason="  ", actor="test")
    with pytest.raises(InvalidText):
        retaining.hold(house, student=who, reason="", actor="test")
    assert retaining.plan(house, student=who).kept.may_go


def test_a_purge_takes_everything_of_the_person_and_leaves_the_others_alone(house: Ports, clock: FakeClock) -> None:
    set_school(house)
    stays = graduate(house, "Bea", "bea@example.org")
    who = graduate(house, "Ana Sample", "ana@example.org")
    grant(house, student_id=who, profile=Accommodation(breaks=True), reason="a letter", actor="lee")
    years_later(clock, 8)
    planned = retaining.plan(house, student=who)
    assert planned.goes.counts["scores"] == planned.goes.counts["certificates"] == 1
    assert len(planned.files) == 1 and planned.files[0].exists()
    went = retaining.purge(house, student=who, reason=WHY, actor="lee")
    assert (went.goes, [file.exists() for file in went.files]) == (planned.goes, [False])
    with house.store.read() as unit:
        person = unit.students.get(who)
        assert person is not None
        assert (person.name, person.email, person.licences) == ("purged", "", ())
        assert not unit.accommodations.all(who)
        assert [one.student_id for one in unit.awards.all()] == [stays]
        assert [one.student_id for one in unit.attempts.headers()] == [stays]
        assert [one.facts.student_name for one in unit.certificates.all()] == ["Bea"]
        assert not unit.enrolments.of(who)
        left = unit.retention.holdings(who)
    assert not left.attempts and not left.certificates and not any(left.counts.values())
    assert auditing.verify(house).findings == ()
    assert deeds(house)[-1] == "retention.purged"


def test_nobody_signs_in_as_somebody_who_was_purged_nor_is_found_by_an_empty_address(
    house: Ports, clock: FakeClock
) -> None:
    who = join(house)
    years_later(clock, 8)
    retaining.purge(house, student=who, reason=WHY, actor="lee")
    with pytest.raises(NotAllowed):
        sign_in(house, email="", passphrase="a long enough passphrase")
    with pytest.raises(NotFound):
        retaining.plan(house, student="s@example.org")


def test_what_was_purged_is_not_purged_or_held_again(house: Ports, clock: FakeClock) -> None:
    who = join(house)
    years_later(clock, 8)
    retaining.purge(house, student=who, reason=WHY, actor="lee")
    for deed in (retaining.purge, retaining.hold):
        with pytest.raises(WrongState, match="purged already"):
            deed(house, student=who, reason=WHY, actor="lee")
    assert retaining.keeping(house) == ()


def test_numbers_and_places_are_never_given_again(house: Ports, clock: FakeClock) -> None:
    set_school(house)
    first = graduate(house, "Ana", "ana@example.org")
    second = graduate(house, "Bea", "bea@example.org")
    years_later(clock, 8)
    for who in (first, second):
        retaining.purge(house, student=who, reason=WHY, actor="lee")
    third = join(house, name="Cid", email="cid@example.org")
    with house.store.read() as unit:
        assert unit.certificates.next_sequence(2026) == 3
        assert unit.certificates.count() == 2
    earn(house, third)
    record = issue(house, third)
    assert record.proof is not None
    assert (record.number, record.proof.index) == ("CQ-2034-000001", 2)
    assert auditing.verify(house).findings == ()


def test_the_log_goes_on_so_proofs_that_were_given_before_still_hold(house: Ports, clock: FakeClock) -> None:
    set_school(house)
    people = [graduate(house, name, f"{name}@example.org") for name in ("ana", "bea", "cid")]
    given = trusting.prove(house, "CQ-2026-000003")
    old: Any = given["head"]
    root = old["credentialSubject"]["root"]
    years_later(clock, 8)
    retaining.purge(house, student=people[1], reason=WHY, actor="lee")
    assert trusting.begins_with(house, size=3, root=root)
    again = trusting.prove(house, "CQ-2026-000003", since=(3, old))
    assert (again["index"], again["path"]) == (2, given["path"])
    with pytest.raises(NotFound, match="purged"):
        trusting.prove(house, "CQ-2026-000002")
    dan = graduate(house, "dan", "dan@example.org")
    later: Any = trusting.prove(house, "CQ-2034-000001", since=(3, old))
    since, head = later["since"], later["head"]["credentialSubject"]
    assert merkle.continues(
        [bytes.fromhex(one) for one in since["path"]],
        before=3,
        old=bytes.fromhex(root),
        size=head["size"],
        head=bytes.fromhex(head["root"]),
    )
    assert dan and check_proof(later["head"], house.notary.keys())


def test_status_lists_go_on_telling_that_a_purged_certificate_was_revoked(house: Ports, clock: FakeClock) -> None:
    set_school(house)
    who = graduate(house, "Ana", "ana@example.org")
    correcting.move(house, "CQ-2026-000001", to=Life.REVOKED, reason="not earned", actor="lee")
    before = _revoked(house)
    years_later(clock, 8)
    retaining.purge(house, student=who, reason=WHY, actor="lee")
    assert _revoked(house) == before


@pytest.mark.parametrize(("life", "standing"), [(Life.ISSUED, Standing.VALID), (Life.REVOKED, Standing.REVOKED)])
def test_a_certificate_that_somebody_kept_still_verifies_as_it_last_stood(
    house: Ports, clock: FakeClock, life: Life, standing: Standing
) -> None:
    set_school(house)
    who = graduate(house, "Ana", "ana@example.org")
    with house.store.read() as unit:
        proof = unit.certificates.all()[0].proof
    assert proof is not None
    if life is not Life.ISSUED:
        correcting.move(house, "CQ-2026-000001", to=life, reason="not earned", actor="lee")
    years_later(clock, 8)
    retaining.purge(house, student=who, reason=WHY, actor="lee")
    keys = house.notary.keys()
    (exhibit,) = exhibits(observe_text(proof.code.encode()), keys)
    found = verifying.verify(verifying.Means(at=clock.read().wall, own_keys=keys, ports=house), exhibit)
    assert (found.verdict.standing, found.answer.where) == (standing, "store")
    with pytest.raises(NotFound, match="was purged"):
        papers.certificate(house, "CQ-2026-000001")


def _revoked(ports: Ports) -> object:
    status = trusting.export(ports)["status"]
    assert isinstance(status, dict)
    return status["revocation"]["credentialSubject"]["encodedList"]


def test_a_seal_that_was_kept_outside_before_a_purge_still_verifies(house: Ports, clock: FakeClock) -> None:
    set_school(house)
    who = graduate(house, "Ana", "ana@example.org")
    graduate(house, "Bea", "bea@example.org")
    anchors = auditing.read_seal(json.loads(json.dumps(auditing.seal(house))))
    years_later(clock, 8)
    retaining.purge(house, student=who, reason=WHY, actor="lee")
    assert auditing.verify(house, anchors=anchors).findings == ()


def test_what_is_due_is_purged_one_after_the_other_and_can_be_stopped(house: Ports, clock: FakeClock) -> None:
    people = [join(house, name=f"P{count}", email=f"p{count}@example.org") for count in range(3)]
    years_later(clock, 8)
    late = join(house, name="late", email="late@example.org")
    told: list[tuple[int, int]] = []
    found = retaining.purge_due(
        house, reason=WHY, actor="lee", progress=lambda done, of: told.append((done, of)), stop=lambda: len(told) > 2
    )
    assert (found.stopped, [one.kept.student_id for one in found.done], told[0]) == (True, people[:2], (0, 3))
    rest = retaining.purge_due(house, reason=WHY, actor="lee")
    assert (rest.stopped, len(rest.done)) == (False, 1)
    assert [one.student_id for one in retaining.keeping(house)] == [late]


def test_a_file_that_cannot_be_removed_stops_the_purge_before_anything_is_gone(
    house: Ports, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_school(house)
    who = graduate(house, "Ana", "ana@example.org")
    years_later(clock, 8)

    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    with _patched(monkeypatch, refuse), pytest.raises(EnvironmentFailed, match="cannot be removed"):
        retaining.purge(house, student=who, reason=WHY, actor="lee")
    assert retaining.plan(house, student=who).goes.certificates == ("CQ-2026-000001",)
    assert auditing.verify(house).findings == ()


@contextmanager
def _patched(monkeypatch: pytest.MonkeyPatch, refuse: object) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        yield


def test_a_hold_goes_with_a_student_who_was_merged(house: Ports, clock: FakeClock) -> None:
    """Else a merge would free what a court wants kept."""
    twin = register(house, name="Ana Twin", email="twin@example.org", actor="test").id
    who = join(house)
    retaining.hold(house, student=twin, reason="case 12/34", actor="lee")
    merging.merge(house, from_id=twin, into_id=who, reason="added twice", actor="lee")
    years_later(clock, 8)
    with pytest.raises(NotAllowed, match="legal hold"):
        retaining.purge(house, student=who, reason=WHY, actor="lee")
    with pytest.raises(WrongState, match="already"):
        retaining.hold(house, student=who, reason="again", actor="lee")
    retaining.lift(house, student=who, reason="closed", actor="lee")
    assert retaining.holds(house) == ()
    retaining.purge(house, student=who, reason=WHY, actor="lee")


def test_a_person_who_comes_back_is_somebody_new(house: Ports, clock: FakeClock) -> None:
    who = join(house)
    years_later(clock, 8)
    retaining.purge(house, student=who, reason=WHY, actor="lee")
    with pytest.raises(WrongState, match="purged"):
        enrol(house, student_id=who, course_id="course", actor="test")
    again = join(house)
    enrol(house, student_id=again, course_id="course", actor="test")
    assert again != who


def _about(records: list[AuditRecord], who: str) -> list[str]:
    return [one.deed for one in records if one.subject == who]


def test_the_audit_record_still_says_what_was_done_for_the_one_who_is_gone(house: Ports, clock: FakeClock) -> None:
    who = join(house)
    years_later(clock, 8)
    before = _about(audit(house), who)
    retaining.purge(house, student=who, reason=WHY, actor="lee")
    assert _about(audit(house), who) == [*before, "retention.purged"]
