"""Enrolment codes: who has one comes in, in its way, and nobody after the last use, the last day, or a withdrawal."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cequiz.domain.bank.course import Delivery
from cequiz.domain.credential.boards import BoardPack
from cequiz.domain.house_rules import HouseRules
from cequiz.domain.people.code import spelled
from cequiz.errors import CequizError, InvalidText, NotAllowed, NotFound, Refused, WrongState
from cequiz.services import auditing, coding, enrolling, retiring
from cequiz.services.coding import CodeState
from cequiz.services.loading import load
from cequiz.services.ports import AuditQuery, EnrolmentCode, Ports, Window
from tests.builders import NOON, bank, course
from tests.fakes import FakeBoards, FakeClock
from tests.services.earned import audit, deeds, earn, issue, set_school
from tests.storing import open_store


def ann(ports: Ports, email: str = "ann@example.org") -> str:
    return enrolling.register(ports, name="Ann", email=email, actor="test").id


def make(ports: Ports, **options: Any) -> EnrolmentCode:
    return coding.create(ports, course_id="course", actor="os:admin", **options)


def test_a_code_enrols_however_it_is_typed_and_counts_once(ports: Ports) -> None:
    code = make(ports, uses=3)
    student = ann(ports)
    made = coding.redeem(
        ports, student_id="ann@example.org", typed=f" {code.code.lower()[:2]}-{code.code[2:]} ", actor="a"
    )
    assert (made.course_id, made.delivery) == ("course", "")
    assert coding.redeem(ports, student_id=student, typed=code.code, actor="a") == made, "the same code again"
    view = coding.code(ports, code.code)
    assert ([one.id for one in view.users], view.line.code.used, view.line.state) == ([student], 1, CodeState.VALID)
    assert deeds(ports)[-3:] == ["student.registered", "student.enrolled", "code.used"]


def test_the_codes_way_of_taking_a_course_stands_on_the_certificate(ports: Ports) -> None:
    code = make(ports, delivery=Delivery.LIVE)
    student = ann(ports)
    coding.redeem(ports, student_id=student, typed=code.code, actor="a")
    set_school(ports)
    earn(ports, student)
    facts = issue(ports, student).facts
    assert (facts.delivery, facts.delivery_id, facts.document_title) == ("Live", "live", "Certificate of Completion")
    assert not facts.place.startswith("Home study")


def test_who_is_enrolled_already_takes_the_course_in_the_codes_way_until_it_is_earned(ports: Ports) -> None:
    code = make(ports, delivery=Delivery.WEBINAR)
    first, second = ann(ports), ann(ports, "bea@example.org")
    for student in (first, second):
        enrolling.enrol(ports, student_id=student, course_id="course", actor="test")
    assert coding.redeem(ports, student_id=first, typed=code.code, actor="a").delivery == "webinar"
    earn(ports, second)
    set_school(ports)
    issue(ports, second)
    with pytest.raises(WrongState, match="is earned already"):
        coding.redeem(ports, student_id=second, typed=code.code, actor="a")
    assert coding.code(ports, code.code).line.code.used == 1, "a refusal is no use"


def test_the_courses_own_way_is_no_way_of_its_own(ports: Ports) -> None:
    assert make(ports, delivery=Delivery.HOME_STUDY).delivery == ""


def test_a_code_that_enrols_nobody_any_more_says_why(ports: Ports, clock: FakeClock) -> None:
    used, late, gone = make(ports, uses=1), make(ports, valid_until=NOON + timedelta(hours=1)), make(ports)
    coding.redeem(ports, student_id=ann(ports), typed=used.code, actor="a")
    coding.withdraw(ports, gone.code, reason="sent to the wrong list", actor="os:admin")
    clock.advance(timedelta(hours=1))
    bea = ann(ports, "bea@example.org")
    for code, words in ((used, "is used up"), (late, "has expired"), (gone, "was withdrawn")):
        with pytest.raises(NotAllowed, match=words):
            coding.redeem(ports, student_id=bea, typed=code.code, actor="a")
        with pytest.raises(NotAllowed, match=words):
            coding.lookup(ports, student_id=bea, typed=code.code)
    states = {one.code.code: one.state for one in coding.codes(ports)}
    assert states == {used.code: CodeState.USED_UP, late.code: CodeState.EXPIRED, gone.code: CodeState.WITHDRAWN}
    with pytest.raises(WrongState, match="withdrawn already"):
        coding.withdraw(ports, gone.code, reason="again", actor="os:admin")


def test_a_retired_course_takes_nobody_in_by_code(ports: Ports) -> None:
    code = make(ports)
    retiring.retire(ports, kind=retiring.Kind.COURSE, name="course", reason="replaced", actor="os:admin")
    with pytest.raises(NotAllowed, match="is retired"):
        coding.redeem(ports, student_id=ann(ports), typed=code.code, actor="a")
    with pytest.raises(WrongState, match="is retired"):
        make(ports)
    load(ports, courses=[course(version="2")], actor="test")
    assert coding.redeem(ports, student_id="ann@example.org", typed=code.code, actor="a").course_version == "2"


def test_who_guesses_codes_has_to_wait_and_others_do_not(ports: Ports, clock: FakeClock) -> None:
    code = make(ports)
    student, bea = ann(ports), ann(ports, "bea@example.org")
    for _ in range(ports.rules.sign_in_failures):
        with pytest.raises(NotFound, match="no enrolment code"):
            coding.redeem(ports, student_id=student, typed="GUESS-GUESS", actor="a")
    with pytest.raises(NotAllowed, match="Too many codes") as caught:
        coding.redeem(ports, student_id=student, typed=code.code, actor="a")
    assert caught.value.hint == "Wait 15 minutes, then try again."
    assert deeds(ports)[-1] == "code.locked_out"
    assert coding.redeem(ports, student_id=bea, typed=code.code, actor="a")
    clock.advance(timedelta(minutes=15))
    assert coding.redeem(ports, student_id=student, typed=code.code, actor="a")


def test_coming_in_forgives_wrong_codes_and_looking_at_one_does_not(ports: Ports, clock: FakeClock) -> None:
    code = make(ports)
    student = ann(ports)
    guesses = ports.rules.sign_in_failures - 1
    for _ in range(guesses):
        with pytest.raises(NotFound):
            coding.lookup(ports, student_id=student, typed="GUESS")
        assert coding.lookup(ports, student_id=student, typed=code.code).course_title
    coding.redeem(ports, student_id=student, typed=code.code, actor="a")
    for _ in range(guesses):
        with pytest.raises(NotFound):
            coding.redeem(ports, student_id=student, typed="GUESS", actor="a")
    coding.redeem(ports, student_id=student, typed=code.code, actor="a")
    with pytest.raises(NotFound):
        coding.lookup(ports, student_id=student, typed="GUESS")
    with pytest.raises(NotAllowed, match="Too many"):
        coding.lookup(ports, student_id=student, typed=code.code)
    clock.advance(timedelta(minutes=15))
    assert coding.lookup(ports, student_id=student, typed=code.code), "wrong codes of long ago count no more"


def test_a_code_for_nobody_is_not_made(ports: Ports) -> None:
    with pytest.raises(NotFound, match="no course nowhere"):
        coding.create(ports, course_id="nowhere", actor="x")
    for options in ({"uses": 0}, {"uses": 10**6}, {"valid_until": NOON}):
        with pytest.raises(Refused):
            make(ports, **options)
    with pytest.raises(InvalidText):
        make(ports, note="\u202ekcab")
    with pytest.raises(InvalidText):
        coding.withdraw(ports, make(ports).code, reason=" ", actor="x")


def test_a_date_counts_to_its_end_where_the_provider_is(ports: Ports) -> None:
    assert coding.last_moment(ports, "2026-12-31") == datetime(2027, 1, 1, tzinfo=UTC)
    set_school(ports)  # in New York
    assert coding.last_moment(ports, "2026-12-31") == datetime(2027, 1, 1, 5, tzinfo=UTC)
    assert coding.last_moment(ports, "20261231") == datetime(2027, 1, 1, 5, tzinfo=UTC)
    assert coding.last_moment(ports, "2026-12-31T18:00") == datetime(2026, 12, 31, 23, tzinfo=UTC)
    assert coding.last_moment(ports, "2026-12-31T18:00Z") == datetime(2026, 12, 31, 18, tzinfo=UTC)
    for never in ("new year", "9999-12-31", "9999-12-31T23:59Z"):
        with pytest.raises(Refused, match="is not a date"):
            coding.last_moment(ports, never)


def test_of_many_who_take_the_last_uses_at_once_as_many_come_in_as_there_are(ports: Ports, tmp_path: Path) -> None:
    real = replace(ports, store=open_store(tmp_path))
    load(real, banks=[bank()], courses=[course()], actor="test")
    code = make(real, uses=2)
    people = [ann(real, f"{number}@example.org") for number in range(6)]

    def come(student: str) -> bool:
        try:
            coding.redeem(real, student_id=student, typed=code.code, actor="a")
        except NotAllowed:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        came = list(pool.map(come, people))
    view = coding.code(real, code.code)
    real.store.close()
    assert sum(came) == view.line.code.used == len(view.users) == 2
    assert {one.id for one in view.users} == {student for student, in_ in zip(people, came, strict=True) if in_}


def test_what_was_done_with_codes_is_on_record(ports: Ports) -> None:
    code = make(ports, uses=3, valid_until=NOON + timedelta(days=1), delivery=Delivery.LIVE, note="autumn class")
    coding.withdraw(ports, code.code, reason="the class is full", actor="staff:1")
    made, gone = audit(ports)[-2:]
    assert (made.deed, made.subject, made.details["uses"], made.details["delivery"]) == (
        "code.created",
        spelled(code.code),
        3,
        "live",
    )
    assert (gone.deed, gone.actor, gone.details) == ("code.withdrawn", "staff:1", {"reason": "the class is full"})
    for typed in (code.code, spelled(code.code), code.code.lower()):
        assert auditing.page(ports, words=typed, window=Window()).total == 2
        assert len(auditing.records(ports, AuditQuery(subject=typed))) == 2


def test_a_way_in_which_no_title_satisfies_every_board_is_refused_when_the_code_is_made(ports: Ports) -> None:
    def pack(board: str, title: str) -> BoardPack:
        titles = {"live": (title,)}
        return BoardPack(
            id=board, name=board, required=frozenset(), titles=titles, source="", checked_on=date(2026, 11, 23)
        )

    ports = replace(ports, boards=FakeBoards(pack("A", "Certificate of Attendance"), pack("B", "Diploma")))
    approvals = [
        {"board": one, "title": "Sample Course", "hours": "16", "from": "2026-01-01", "to": "2028-01-01"}
        for one in "AB"
    ]
    load(ports, courses=[course(version="2", approvals=approvals)], actor="test")
    with pytest.raises(NotAllowed, match="No document title"):
        make(ports, delivery=Delivery.LIVE)
    assert make(ports, delivery=Delivery.WEBINAR)


def test_who_registers_again_and_again_cannot_try_codes_for_ever_from_one_place(ports: Ports) -> None:
    strict = replace(ports, rules=HouseRules(sign_in_address_failures=6))
    told = []
    for number in range(4):
        email = f"guesser{number}@example.org"
        who = enrolling.register(strict, name="Guesser", email=email, actor="line:web", address="192.0.2.7").id
        for _ in range(2):
            with pytest.raises(CequizError) as caught:
                coding.lookup(strict, student_id=who, typed="AAAAA-AAAAA", address="192.0.2.7")
            told.append(caught.value.sentence)
    assert told.count("Too many tries from your address.") == 2
    with pytest.raises(NotFound):
        coding.lookup(strict, student_id=who, typed="AAAAA-AAAAA", address="198.51.100.9")
