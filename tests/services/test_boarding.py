"""Boarding: which boards a certificate has to satisfy, and the title that all of them accept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cequiz.adapters.board_files import BoardFiles
from cequiz.domain.bank.course import Course
from cequiz.domain.credential.boards import BoardPack
from cequiz.domain.credential.facts import LicenceFact
from cequiz.domain.people.student import Licence
from cequiz.errors import BoardRefuses, NotAllowed
from cequiz.services.boarding import boards_run, check_boards, check_printed, refuse_breaches, title_for
from cequiz.services.enrolling import enrol, register
from cequiz.services.evaluating import evaluate
from cequiz.services.issuing import settle
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from cequiz.services.providing import set_provider
from cequiz.services.starting import start
from tests.builders import course
from tests.fakes import FakeBoards
from tests.papers import CERTIFICATES, SCHOOL, facts, press

ACHIEVEMENT, ATTENDANCE, COMPLETION = (f"Certificate of {word}" for word in ("Achievement", "Attendance", "Completion"))


def pack(board: str, **changes: Any) -> BoardPack:
    asked: dict[str, Any] = {
        "id": board,
        "name": board.upper(),
        "required": frozenset(),
        "source": "A source",
        "checked_on": date(2026, 11, 22),
    }
    return BoardPack(**{**asked, **changes})


def approved(*boards: str, **changes: Any) -> Course:
    given = {"title": "Sample Course", "hours": "16", "from": "2026-01-01", "to": "2027-12-31", **changes}
    return course("course", approvals=[{"board": board, **given} for board in boards])


SAMPLE = facts(course_title="Sample Course")


def with_boards(ports: Ports, *packs: BoardPack) -> Ports:
    return replace(ports, boards=FakeBoards(pack("generic", required=frozenset({"name"})), *packs))


def test_the_general_rules_hold_where_no_board_approved_anything(ports: Ports) -> None:
    on = with_boards(ports)
    assert check_boards(on, SAMPLE, course("course")) == ()
    (missing,) = check_boards(on, replace(SAMPLE, student_name=""), course("course"))
    assert (missing.board, missing.rule) == ("GENERIC", "required.name")


def test_every_board_of_the_course_is_asked(ports: Ports) -> None:
    on = with_boards(ports, pack("a", required=frozenset({"subjects"})), pack("b", required=frozenset({"place"})))
    bare = replace(SAMPLE, subjects=(), place="")
    assert [one.rule for one in check_boards(on, bare, approved("a", "b"))] == ["required.subjects", "required.place"]
    assert boards_run(on, bare, approved("a", "b")) == ("a", "b", "generic")


def test_an_approval_that_is_over_holds_the_certificate_up(ports: Ports) -> None:
    on = with_boards(ports, pack("a"))
    (late,) = check_boards(on, SAMPLE, approved("a", to="2026-06-30"))
    assert late.rule == "approval.dates"


def test_of_approvals_that_followed_one_another_the_one_that_fits_counts(ports: Ports) -> None:
    on = with_boards(ports, pack("a"))
    one = {"board": "a", "title": "Sample Course", "hours": "16"}
    both = course(
        "course",
        approvals=[
            {**one, "from": "2024-01-01", "to": "2025-12-31"},
            {**one, "from": "2026-01-01", "to": "2027-12-31"},
        ],
    )
    assert check_boards(on, SAMPLE, both) == ()


def test_a_page_that_reads_otherwise_than_its_facts_is_caught(ports: Ports) -> None:
    on = with_boards(ports, pack("a"))
    printed = {one.name: one.text for one in SAMPLE.printed_fields()}
    assert check_printed(on, printed, SAMPLE, approved("a")) == ()
    found = check_printed(on, {**printed, "hours": "160 CE hours"}, SAMPLE, approved("a"))
    assert [one.rule for one in found] == ["approval.hours"]


def test_a_state_board_is_not_concerned_with_who_is_licensed_elsewhere_only(ports: Ports) -> None:
    on = with_boards(ports, pack("fl", licence_states=("FL",)), pack("national"))
    elsewhere = replace(SAMPLE, licences=(LicenceFact("NY", "27"),))
    assert check_boards(on, elsewhere, approved("fl", "national")) == ()
    assert check_boards(on, replace(SAMPLE, licences=()), approved("fl", "national")), "nobody knows where they work"
    assert check_boards(on, elsewhere, approved("fl")), "there is no other board the paper could be for"


def test_a_refusal_names_rule_source_and_date(ports: Ports) -> None:
    on = with_boards(ports, pack("a"))
    with pytest.raises(NotAllowed) as caught:
        refuse_breaches(check_boards(on, replace(SAMPLE, ce_hours="12"), approved("a")))
    assert all(word in caught.value.sentence for word in ("approval.hours", "A source", "2026-11-22"))
    refuse_breaches(())


def test_a_refusal_tells_each_board_once_and_each_rule_once(ports: Ports) -> None:
    alike = {"required": frozenset({"place", "licences"})}
    on = with_boards(ports, pack("fl", licence_states=("FL",), **alike), pack("national", **alike))
    with pytest.raises(BoardRefuses) as caught:
        refuse_breaches(check_boards(on, replace(SAMPLE, licences=(), place=""), approved("fl", "national")))
    assert caught.value.lines == (
        "A board would reject this certificate.",
        "FL (A source, checked on 2026-11-22):",
        "- The certificate has no text for Place. (rule required.place)",
        "- The certificate has no licence of FL. (rule licence_states.FL)",
        "NATIONAL (A source, checked on 2026-11-22):",
        "- The certificate has no text for Licenses. (rule required.licences)",
    )
    assert caught.value.sentence == "\n".join(caught.value.lines)
    assert "Nothing" not in caught.value.hint, "others of the same batch may well have been issued"


def test_a_title_of_the_template_is_kept_where_no_board_names_one(ports: Ports) -> None:
    assert title_for(with_boards(ports, pack("a")), approved("a")) == ACHIEVEMENT


def test_a_board_gets_the_title_it_speaks_of(ports: Ports) -> None:
    on = with_boards(ports, pack("fl", titles={"home-study": (ATTENDANCE, ACHIEVEMENT)}))
    assert title_for(on, approved("fl")) == ATTENDANCE


def test_two_boards_get_the_title_that_both_accept(ports: Ports) -> None:
    on = with_boards(
        ports,
        pack("fl", titles={"home-study": (ATTENDANCE, ACHIEVEMENT)}),
        pack("national", titles={"home-study": (ACHIEVEMENT,), "live": (COMPLETION,)}),
    )
    assert title_for(on, approved("fl", "national")) == title_for(on, approved("national", "fl")) == ACHIEVEMENT


def test_boards_whose_titles_exclude_each_other_are_told_apart(ports: Ports) -> None:
    on = with_boards(
        ports, pack("a", titles={"home-study": (ATTENDANCE,)}), pack("b", titles={"home-study": (ACHIEVEMENT,)})
    )
    with pytest.raises(NotAllowed, match=r"A: Certificate of Attendance; B: Certificate of Achievement"):
        title_for(on, approved("a", "b"))


def graduate(ports: Ports, *licences: Licence) -> str:
    who = register(ports, name="Ann Sample", email="ann@example.org", licences=licences, actor="test").id
    enrol(ports, student_id=who, course_id="course", actor="test")
    sitting = start(ports, student_id=who, exam_ref="course/quiz", attested=True, actor="test")
    for item in sitting.attempt.form.items:
        sitting.answer(item.key, {"choice": "b"})
    sitting.submit()
    evaluate(ports, student_id=who, course_id="course", answers=None, actor="test")
    return who


@pytest.fixture
def issuing(ports: Ports) -> Ports:
    """Ports with the packs that ship, the real press, and a course that NCBTMB and Florida approved."""
    on = replace(ports, boards=BoardFiles(CERTIFICATES / "boards"), press=press())
    both = approved("NCBTMB", "Florida", provider_number="1", course_number="2")
    changed = {**both.to_json(), "version": "2"}
    load(on, courses=[Course.model_validate(changed)], actor="test")
    set_provider(on, replace(SCHOOL, instructor=SCHOOL.administrator), actor="test")
    return on


def test_a_certificate_for_two_boards_is_issued_by_the_packs_that_ship(issuing: Ports) -> None:
    who = graduate(issuing, Licence("FL", "MA1"))
    record = settle(issuing, student_id=who, course_id="course", actor="test").certificate
    assert record is not None
    assert record.facts.document_title == ACHIEVEMENT
    assert issuing.press.read_fields(record.pdf)["approvals"] == (
        "NCBTMB, provider 1, course 2 · Florida Board of Massage Therapy, provider 1, course 2"
    )


def test_a_certificate_that_florida_would_reject_waits_until_the_licence_is_there(issuing: Ports) -> None:
    who = graduate(issuing)
    with pytest.raises(NotAllowed) as caught:
        settle(issuing, student_id=who, course_id="course", actor="test")
    assert "no licence of FL" in caught.value.sentence
    assert "licence_states.FL" in caught.value.sentence
    assert "checked on 2026-11-22" in caught.value.sentence
    with issuing.store.write() as unit:
        student = unit.students.get(who)
        assert student is not None
        unit.students.replace(replace(student, licences=(Licence("FL", "MA1"),)))
    done = settle(issuing, student_id=who, course_id="course", actor="test")
    assert done.certificate is not None
    assert done.certificate.number == "CQ-2026-000001", "the refusal took no number"


def test_a_course_that_no_title_could_satisfy_is_refused_when_it_is_loaded(ports: Ports) -> None:
    on = with_boards(
        ports, pack("a", titles={"home-study": (ATTENDANCE,)}), pack("b", titles={"home-study": (ACHIEVEMENT,)})
    )
    both = Course.model_validate({**approved("a", "b").to_json(), "version": "2"})
    with pytest.raises(NotAllowed, match="No document title"):
        load(on, courses=[both], actor="test")
    with on.store.read() as unit:
        assert unit.courses.get("course", "2") is None
