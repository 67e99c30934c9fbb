"""Advisories: who has a licence of a state that limits such hours is told before spending time, and nobody else is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from cequiz.adapters.board_files import BoardFiles
from cequiz.domain.bank.course import Course, Delivery
from cequiz.domain.credential.boards import BoardPack
from cequiz.domain.people.licences import LicenceFormat
from cequiz.domain.people.roll import read_roll
from cequiz.domain.people.student import Licence
from cequiz.errors import EnvironmentFailed
from cequiz.services import coding, enrolling
from cequiz.services.advising import advice, advice_for, advice_for_code, advice_for_roll
from cequiz.services.briefing import brief
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from tests.builders import course
from tests.papers import CERTIFICATES


@pytest.fixture
def ports(ports: Ports) -> Ports:
    return replace(ports, boards=BoardFiles(CERTIFICATES / "boards"))


def told(ports: Ports, *licences: str, of: Course) -> list[str]:
    found = [Licence(*one.split(":")) for one in licences]
    return list(advice(ports, licences=found, course=of))


def long_course(hours: int = 16, delivery: str = "home-study") -> Course:
    return course(ce_hours=str(hours), delivery=delivery)


def test_each_state_that_limits_home_study_is_named_with_its_hours(ports: Ports) -> None:
    words = told(ports, "NY:1", "TN:2", "IA:3", "AZ:4", "CT:5", "FL:MA6", "TX:7", of=long_course())
    assert words == [
        "Arizona: at most 12 of these 16 hours may count; check with your board.",
        "Connecticut: at most 6 of these 16 hours may count; check with your board.",
        "Florida: at most about 5 of these 16 hours may count; check with your board.",
        "Iowa: at most 8 of these 16 hours may count; check with your board.",
        "New York: at most 12 of these 16 hours may count; check with your board.",
        "Tennessee: at most 8 of these 16 hours may count; check with your board.",
    ]


def test_a_shorter_course_is_told_the_limit_of_the_period(ports: Ports) -> None:
    assert told(ports, "ny:1", of=long_course(3)) == [
        "New York: of the 36 hours of a period, at most 12 of this kind may count; check with your board."
    ]
    assert told(ports, "FL:MA1", of=long_course(5)) == [
        "Florida: of the 24 hours of a period, at most about 5 of this kind may count; check with your board."
    ]


def test_only_the_deliveries_that_a_source_speaks_of_are_limited(ports: Ports) -> None:
    assert told(ports, "NY:1", "TN:1", of=long_course(delivery="live")) == []
    assert [one.partition(":")[0] for one in told(ports, "NY:1", "TN:1", of=long_course(delivery="webinar"))] == [
        "Tennessee"
    ]
    assert told(ports, of=long_course()) == []


def test_no_advisory_ever_says_that_a_board_accepts_something(ports: Ports) -> None:
    for pack in ports.boards.packs():
        if pack.advisory is not None:
            words = pack.advisory.words(long_course().ce_hours) + pack.advisory.grounds()
            assert "accept" not in words.casefold()
            assert pack.advisory.checked_on.isoformat() in words


def test_a_code_is_advised_on_in_its_own_way_of_taking_the_course(ports: Ports) -> None:
    student = enrolling.register(
        ports, name="Ann", email="ann@example.org", licences=[Licence("NY", "1")], actor="test"
    )
    live = coding.create(ports, course_id="course", delivery=Delivery.LIVE, actor="x")
    own = coding.create(ports, course_id="course", actor="x")
    assert advice_for_code(ports, student_id=student.id, typed=live.code) == ()
    assert len(advice_for_code(ports, student_id=student.id, typed=own.code)) == 1
    assert len(advice_for(ports, student_id="ann@example.org", course_id="course")) == 1
    assert len(brief(ports, student_id=student.id, exam_ref="course/quiz").advice) == 1
    coding.redeem(ports, student_id=student.id, typed=live.code, actor="x")
    assert advice_for(ports, student_id=student.id, course_id="course") == ()
    assert brief(ports, student_id=student.id, exam_ref="course/quiz").advice == ()


def test_a_boards_file_with_a_slip_keeps_nobody_from_an_exam(ports: Ports) -> None:
    class Broken:
        def pack(self, board: str) -> BoardPack:
            raise EnvironmentFailed("The rules of a board cannot be used.")

        def packs(self) -> Sequence[BoardPack]:
            raise EnvironmentFailed("The rules of a board cannot be used.")

        def licence_formats(self) -> Sequence[LicenceFormat]:
            raise EnvironmentFailed("The rules of a board cannot be used.")

    broken = replace(ports, boards=Broken())
    assert told(broken, "NY:1", of=long_course()) == []


FLORIDA = {
    "board": "FL", "title": "Sample Course", "hours": "16", "from": "2026-01-01", "to": "2027-12-31",
}  # fmt: skip
NEEDED = (
    "Florida Board of Massage Therapy: the certificate needs a licence number of FL, and none is on record. "
    "Have it added before the exam."
)


@pytest.mark.parametrize("licences", [(), ("NY:1",)])
def test_who_has_no_licence_that_the_certificate_needs_hears_of_it_before_the_exam(
    ports: Ports, licences: tuple[str, ...]
) -> None:
    """If this fails, somebody passes first, and is told only then that the board would reject the certificate."""
    assert told(ports, *licences, of=course(approvals=[FLORIDA], delivery="live")) == [NEEDED]
    assert told(ports, *licences, "fl:MA1", of=course(approvals=[FLORIDA], delivery="live")) == []


def test_a_licence_of_a_state_is_not_asked_of_who_is_licensed_elsewhere_where_another_board_approved_too(
    ports: Ports,
) -> None:
    both = course(approvals=[FLORIDA, {**FLORIDA, "board": "ncbtmb"}], delivery="live")
    assert told(ports, "TX:1", of=both) == []
    assert told(ports, of=both) == [NEEDED]
    assert told(ports, of=course(delivery="live")) == []


def test_the_briefing_and_the_enrolment_say_that_a_licence_will_be_asked_for(ports: Ports) -> None:
    load(ports, courses=[course(version="2", approvals=[FLORIDA])], actor="test")
    ann = enrolling.register(ports, name="Ann", email="ann@example.org", actor="test")
    assert advice_for(ports, student_id=ann.id, course_id="course") == (NEEDED,)
    assert brief(ports, student_id=ann.id, exam_ref="course/quiz").advice == (NEEDED,)


def test_a_roll_is_told_once_for_everybody_a_state_concerns(ports: Ports) -> None:
    load(ports, courses=[course(version="2", approvals=[FLORIDA])], actor="test")
    lines = [
        "name,email,licences,course",
        "Ann,a@example.org,FL:MA1,course",
        "Bob,b@example.org,FL:MA2;NY:3,course",
        "Cid,c@example.org,fl:MA3,course",
        "Dan,d@example.org,,course",
        "Eve,e@example.org,FL:MA5,",
        "Fay,f@example.org,FL:MA6,nowhere",
    ]
    newcomers, slips = read_roll("\n".join(lines))
    assert not slips
    assert advice_for_roll(ports, newcomers) == (
        f"Sample Course, 1 student: {NEEDED}",
        "Sample Course, 3 students: Florida: at most about 5 of these 16 hours may count; check with your board.",
        "Sample Course, 1 student: New York: at most 12 of these 16 hours may count; check with your board.",
    )
    assert advice_for_roll(ports, ()) == ()
