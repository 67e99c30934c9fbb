"""A bank's file that says another key than was decided is not loaded without a word."""

from __future__ import annotations

from typing import Any

import pytest

from cequiz.domain.bank.bank import Bank
from cequiz.domain.canonical import Json
from cequiz.domain.exam.remark import Drop
from cequiz.errors import KeysContradicted
from cequiz.services import proposing, rekeying
from cequiz.services.corrections import KeyChange, in_force
from cequiz.services.foreseeing import Request, preview
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from tests import samples
from tests.builders import bank, bank_json, course, exam_json


@pytest.fixture
def ports(ports: Ports) -> Ports:
    small = course("small", exams=[exam_json(banks=["small"], blueprint={"D1": 2})])
    load(ports, banks=[bank("small", counts={"D1": 4})], courses=[small], actor="test")
    return ports


def change(ports: Ports, question: str, choice: str) -> KeyChange:
    found = rekeying.newest(ports, "small").question(question)
    return rekeying.rekeyed(found, bank="small", response={"choice": choice})


def apply(ports: Ports, *changes: KeyChange) -> str:
    seen = preview(ports, Request(bank=changes[0].bank, changes=changes))
    return proposing.submit(ports, seen, reason="the textbook changed", actor="test").proposal.id


def later(version: str = "2", **questions: dict[str, Any]) -> Bank:
    """Return the author's next version of the bank, with some fields of some questions changed."""
    data = bank_json("small", version=version, counts={"D1": 4})
    for one in data["questions"]:
        one.update(questions.get(one["id"].replace("-", "_"), {}))
    return Bank.from_json(data)


def right(letter: str, rationale: str = "Because.") -> dict[str, Any]:
    """Return the options of a question of the sample bank, with this one right."""
    options = bank_json("small", counts={"D1": 4})["questions"][0]["options"]
    bare = [{name: value for name, value in one.items() if name != "correct"} for one in options]
    return {
        "options": [
            {**one, "rationale": rationale, **({"correct": True} if one["id"] == letter else {})} for one in bare
        ]
    }


def test_a_file_with_the_old_key_is_refused_and_says_what_is_in_force_and_since_when(ports: Ports) -> None:
    proposal = apply(ports, change(ports, "d1-1", "c"))
    with pytest.raises(KeysContradicted) as caught:
        load(ports, banks=[later()], actor="test")
    ((bank_id, question, words),) = caught.value.why
    assert (bank_id, question) == ("small", "d1-1")
    assert words.startswith("the file says B, but the key in force is C")
    assert proposal in words
    assert "22 November 2026" in words
    assert caught.value.exit_code == 1
    assert "Mend the file" in caught.value.hint
    with ports.store.read() as unit:
        assert unit.banks.content_hash("small", "2") is None


def test_an_item_with_the_old_key_that_the_file_retires_is_loaded(ports: Ports) -> None:
    """Nothing is marked by it, and the author could not take it out of use."""
    apply(ports, change(ports, "d1-1", "c"))
    retired = {"status": "retired", "by": "Author", "on": "2026-11-22"}
    load(ports, banks=[later(d1_1={"review": retired})], actor="test")
    assert not rekeying.newest(ports, "small").question("d1-1").is_scored


def test_every_item_that_is_contradicted_is_named(ports: Ports) -> None:
    apply(ports, change(ports, "d1-1", "c"), change(ports, "d1-2", "d"))
    with pytest.raises(KeysContradicted) as caught:
        load(ports, banks=[later()], actor="test")
    assert [question for _, question, _ in caught.value.why] == ["d1-1", "d1-2"]
    assert len(caught.value.lines) == 3


def test_an_item_that_was_dropped_is_not_brought_back_by_a_file(ports: Ports) -> None:
    """It would be drawn again, and everybody would get its points."""
    apply(ports, rekeying.dropped("d1-1", bank="small", drop=Drop.CREDIT))
    with pytest.raises(KeysContradicted, match="was dropped"):
        load(ports, banks=[later()], actor="test")
    retired = {"status": "retired", "by": "Author", "on": "2026-11-22"}
    load(ports, banks=[later(d1_1={"review": retired})], actor="test")


def test_a_file_that_agrees_is_loaded_and_the_change_stays_on_record(ports: Ports) -> None:
    """Authors mend the rationale with the key; that is no contradiction."""
    apply(ports, change(ports, "d1-1", "c"))
    load(ports, banks=[later(d1_1=right("c", "As the new edition says."))], actor="test")
    with ports.store.read() as unit:
        assert len(in_force(unit)) == 1
        newest = unit.banks.latest("small")
        assert newest is not None
        assert newest.version == "2"


def test_another_rationale_does_not_hide_the_old_key(ports: Ports) -> None:
    apply(ports, change(ports, "d1-1", "c"))
    with pytest.raises(KeysContradicted):
        load(ports, banks=[later(d1_1=right("b", "Another reason for the old key."))], actor="test")


def test_a_key_that_was_changed_back_lets_the_file_in(ports: Ports) -> None:
    apply(ports, change(ports, "d1-1", "c"))
    apply(ports, change(ports, "d1-1", "b"))
    assert [one.new for one in load(ports, banks=[later()], actor="test")] == [True]


def test_a_question_in_other_words_is_another_question(ports: Ports) -> None:
    apply(ports, change(ports, "d1-1", "c"))
    load(ports, banks=[later(d1_1={"stem": "Which of these is right, in other words?"})], actor="test")


def test_a_version_that_is_there_already_is_loaded_again_without_a_word(ports: Ports) -> None:
    apply(ports, change(ports, "d1-1", "c"))
    again = bank("small", counts={"D1": 4})
    assert [one.new for one in load(ports, banks=[again], actor="test")] == [False]


OTHER: dict[str, dict[str, Json]] = {
    "q-single": {"choice": "c"},
    "q-multiple": {"choices": ["a", "d"]},
    "q-true-false": {"value": False},
    "q-matching": {"pairs": {"p1": "x1", "p2": "p1", "p3": "p3"}},
    "q-ordering": {"order": ["i2", "i1", "i3", "i4"]},
    "q-short": {"text": "circumflex nerve"},
    "q-numeric": {"text": "50"},
    "q-cloze": {"blanks": {"n1": "b", "g1": "radial groove"}},
    "q-label": {"points": {"A": "ci", "B": "sq"}},
    "q-case-1": {"choice": "b"},
}


def test_every_type_of_question_is_compared_by_what_is_right(ports: Ports) -> None:
    """A change that was taken over into the file must not be refused, whatever the ids in it are called."""
    load(ports, banks=[typed("8")], actor="test")
    asked = rekeying.newest(ports, "typed")
    apply(
        ports,
        *(rekeying.rekeyed(asked.question(name), bank="typed", response=key) for name, key in OTHER.items()),
    )
    with pytest.raises(KeysContradicted) as caught:
        load(ports, banks=[typed("9")], actor="test")
    assert {question for _, question, _ in caught.value.why} == set(OTHER)
    mended = rekeying.newest(ports, "typed").to_json()
    assert mended["version"] == "8.1"
    load(ports, banks=[Bank.from_json({**mended, "version": "10"})], actor="test")


def typed(version: str) -> Bank:
    return Bank.from_json({**samples.bank_json(), "id": "typed", "version": version})
