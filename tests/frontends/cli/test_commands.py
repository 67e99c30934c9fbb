"""What the commands print and how they leave, on a house of fakes."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cequiz.frontends.cli.desk import json_text
from cequiz.services import enrolling, evaluating, grading, loading, papers, starting
from cequiz.services.ports import Ports
from tests.builders import bank, bank_json, course, exam_json, question
from tests.frontends.desks import Ran, command, fake_ports, universal_time

PROVIDER = ("--name", "Sample School", "--contact", "office@example.org", "--address", "Tampa, Florida")
ZONE = ("--time-zone", "America/New_York", "--administrator", "Sample Person")


@pytest.fixture
def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ports]:
    with universal_time(monkeypatch):
        made = fake_ports(tmp_path)
        loading.load(made, banks=[bank()], courses=[course()], actor="test")
        yield made


@pytest.fixture
def student(ports: Ports) -> str:
    ran = command(ports, "student", "add", "--name", "Zoë O'Neil", "--email", "zoe@example.org", "--licence", "fl:MA1")
    assert ran.code == 0
    return ran.out.strip()


def passed(ports: Ports, student: str, *, exam: str = "quiz") -> str:
    """Let the student pass an exam; return the attempt's id."""
    hold = starting.start(ports, student_id=student, exam_ref=exam, attested=True, actor="test")
    for item in hold.attempt.form.items:
        hold.answer(item.key, {"choice": "b"})
    hold.submit()
    return hold.attempt.id


def document(ran: Ran) -> Any:
    """Return the one JSON document that a command printed."""
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_what_is_created_prints_its_id_alone(ports: Ports, student: str) -> None:
    assert student.startswith("S-")
    assert "\n" not in student
    record = document(
        command(ports, "student", "add", "--name", "Ann", "--email", "ann@example.org", "--licence", "FL:MA1", "--json")
    )
    assert record["licences"] == [{"state": "FL", "number": "MA1"}]


def test_a_licence_that_somebody_has_is_a_warning_and_no_refusal(ports: Ports, student: str) -> None:
    ran = command(ports, "student", "add", "--name", "Ann", "--email", "ann@example.org", "--licence", "FL:MA1")
    assert ran.code == 0
    assert f"Warning: Zoë O'Neil ({student}) has the licence FL:MA1 too." in ran.err


def test_lists_of_nothing_say_so_beside_an_empty_output(ports: Ports) -> None:
    for noun, words in (("student", "no student"), ("attempt", "no attempt"), ("certificate", "No certificate")):
        ran = command(ports, noun, "list")
        assert (ran.code, ran.out) == (0, "")
        assert words in ran.err
        assert document(command(ports, noun, "list", "--json")) == []


def test_listings_have_stable_keys_and_utc(ports: Ports, student: str) -> None:
    attempt = passed(ports, student)
    assert set(document(command(ports, "bank", "list", "--json"))[0]) == {
        "id",
        "version",
        "title",
        "language",
        "content_hash",
        "questions",
        "loaded_at",
        "retired",
    }
    (line,) = document(command(ports, "attempt", "list", "--student", "zoe@example.org", "--json"))
    assert line["id"] == attempt
    assert line["exam"] == "course/quiz"
    assert line["status"] == "submitted"
    assert line["started_at"] == "2026-11-22T12:00:00Z"
    assert document(command(ports, "course", "show", "course", "--json"))["ce_hours"] == "16"
    assert document(command(ports, "audit", "list", "--json"))[0]["deed"] == "bank.loaded"


def test_long_lists_are_the_same_however_few_of_their_rows_are_read_at_once(
    ports: Ports, student: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scripts must not notice that a list of hundreds of thousands is never held as a whole."""
    commands = [(noun, "list", *more) for noun in ("attempt", "certificate") for more in ((), ("--json",))]
    nothing = [command(ports, *one) for one in commands]
    assert [one.out for one in nothing] == ["", "[]\n", "", "[]\n"]
    assert "There is no attempt yet." in nothing[0].err
    assert command(ports, "provider", "set", *PROVIDER, *ZONE).code == 0
    people = [student]
    for name in ("Ana", "Bea", "Caz"):
        added = enrolling.register(ports, name=name, email=f"{name}@example.org", actor="x")
        people.append(added.id)
    for one in people:
        passed(ports, one)
        assert command(ports, "evaluate", "course", "--student", one, typed="4\nWell done.\n").code == 0
    whole = [command(ports, *one).out for one in commands]
    assert [len(json.loads(one)) for one in whole[1::2]] == [4, 4]
    assert whole[1] == f"{json_text(json.loads(whole[1]))}\n", "indented as one document"
    for leaf in (1, 2, 3):
        monkeypatch.setattr(grading, "_LEAF", leaf)
        monkeypatch.setattr(papers, "_LEAF", leaf)
        assert [command(ports, *one).out for one in commands] == whole


def test_an_attempt_shows_its_score_its_time_and_its_events(ports: Ports, student: str) -> None:
    attempt = passed(ports, student)
    shown = command(ports, "attempt", "show", attempt)
    assert "Result:   Score: 4 of 4 (100 %). Passed." in shown.out
    record = document(command(ports, "attempt", "show", attempt, "--json"))
    assert record["score"]["passed"] is True
    assert [item["response"] for item in record["items"]] == [{"choice": "b"}] * 4
    time = document(command(ports, "attempt", "explain-time", attempt, "--json"))
    assert [reason["kind"] for reason in time["reasons"]] == ["started", "limit"]
    assert time["deadline"] == "2026-11-22T12:10:00Z"
    events = document(command(ports, "attempt", "export", attempt))["events"]
    assert [event["kind"] for event in events] == ["started", *["answered"] * 4, "submitted"]
    assert all(after["previous"] == before["hash"] for before, after in itertools.pairwise(events))


def test_a_certificate_from_issue_to_verify(ports: Ports, student: str) -> None:
    passed(ports, student)
    refused = command(ports, "certificate", "issue")
    assert refused.code == 3
    assert "No provider is set" in refused.err
    preview = command(ports, "certificate", "preview", "course", "--student", student)
    specimen = preview.out.strip()
    assert Path(specimen).is_file()
    assert command(ports, "certificate", "verify", specimen).code == 1
    assert command(ports, "provider", "set", *PROVIDER, *ZONE).code == 0
    assert document(command(ports, "provider", "show", "--json"))["time_zone"] == "America/New_York"
    evaluated = command(ports, "evaluate", "course", "--student", student, typed="4\nGood.\n")
    assert evaluated.code == 0
    assert "Certificate CQ-2026-000001:" in evaluated.out
    shown = document(command(ports, "certificate", "show", "cq-2026-000001", "--json"))
    assert shown["status"] == "issued"
    assert document(command(ports, "certificate", "verify", shown["path"], "--json"))["valid"] is True
    assert "Verdict: VALID." in command(ports, "certificate", "verify", "CQ-2026-000001").out
    assert document(command(ports, "certificate", "list", "--json"))[0]["number"] == "CQ-2026-000001"
    assert "fake printer" in command(ports, "certificate", "print", "CQ-2026-000001").err
    again = command(ports, "certificate", "issue")
    assert (again.code, again.out) == (0, "")
    assert command(ports, "evaluate", "course", "--student", student, typed="4\n").code == 3


def test_what_could_not_be_issued_is_named_beside_what_was(ports: Ports, student: str) -> None:
    nameless = course("nameless", exams=[exam_json("other")], instructors=[], title="Nameless Course")
    loading.load(ports, courses=[nameless], actor="test")
    said = command(ports, "provider", "set", *PROVIDER, *ZONE)
    assert said.code == 0
    assert "nothing can be issued for: Nameless Course (nameless 1)." in said.err
    passed(ports, student)
    passed(ports, student, exam="other")
    for one in ("course", "nameless"):
        evaluating.evaluate(ports, student_id=student, course_id=one, answers=None, actor="test")
    ran = command(ports, "certificate", "issue")
    assert (ran.code, ran.out) == (3, "CQ-2026-000001\n")
    assert "Zoë O'Neil, nameless: Nobody is named as instructor" in ran.err
    again = command(ports, "certificate", "issue", "--json")
    assert (again.code, json.loads(again.out)) == (3, [])
    named = command(ports, "provider", "set", *PROVIDER, *ZONE, "--instructor", "A", "--instructor-role", "LMT")
    assert "Nobody is named" not in named.err
    assert [one["number"] for one in document(command(ports, "certificate", "issue", "--json"))] == ["CQ-2026-000002"]


def test_an_evaluation_settles_whatever_stood_in_the_way(ports: Ports, student: str) -> None:
    nameless = course("nameless", exams=[exam_json("other")], instructors=[])
    free = course("free", exams=[exam_json("third")], evaluation={"required": False, "questions": []})
    loading.load(ports, courses=[nameless, free], actor="test")
    command(ports, "provider", "set", *PROVIDER, *ZONE)
    for exam in ("other", "third"):
        passed(ports, student, exam=exam)
    declined = command(ports, "evaluate", "nameless", "--student", student, "--decline")
    assert declined.code == 0
    assert "SPECIMEN certificate: " in declined.out
    assert "Nobody is named as instructor" in declined.out
    command(ports, "provider", "set", *PROVIDER, *ZONE, "--instructor", "A", "--instructor-role", "LMT")
    again = command(ports, "evaluate", "nameless", "--student", student)
    assert again.code == 3
    assert "Certificate CQ-2026-000001: " in again.out
    assert "evaluated already" in again.err
    unasked = command(ports, "evaluate", "free", "--student", student)
    assert unasked.code == 0
    assert "This course asks for no evaluation." in unasked.out
    assert "Certificate CQ-2026-000002: " in unasked.out


def test_an_altered_certificate_shows_what_differs(ports: Ports, student: str, tmp_path: Path) -> None:
    passed(ports, student)
    command(ports, "provider", "set", *PROVIDER, *ZONE)
    command(ports, "evaluate", "course", "--student", student, "--decline")
    path = Path(document(command(ports, "certificate", "show", "CQ-2026-000001", "--json"))["path"])
    forged = tmp_path / "forged.pdf"
    forged.write_bytes(path.read_bytes().replace(b'"16 CE hours"', b'"61 CE hours"'))
    ran = command(ports, "certificate", "verify", str(forged))
    assert ran.code == 1
    assert "Differs: Hours: printed '61 CE hours', recorded '16 CE hours'" in ran.out
    assert "Verdict: ALTERED." in ran.out


def test_a_seal_kept_outside_is_compared(ports: Ports, student: str, tmp_path: Path) -> None:
    passed(ports, student)
    file = tmp_path / "seal.json"
    assert command(ports, "audit", "seal", str(file)).code == 0
    assert command(ports, "audit", "verify", "--anchors", str(file)).code == 0
    seal = json.loads(file.read_text(encoding="utf-8"))
    seal["heads"][0]["hash"] = "00" * 32
    file.write_text(json.dumps(seal), encoding="utf-8")
    ran = command(ports, "audit", "verify", "--anchors", str(file))
    assert ran.code == 1
    assert ran.out
    file.write_text("[1", encoding="utf-8")
    assert command(ports, "audit", "verify", "--anchors", str(file)).code == 3


def test_loading_is_all_or_nothing_and_versions_never_change(ports: Ports, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(yaml.safe_dump(bank_json("other")), encoding="utf-8")
    bad.write_text(yaml.safe_dump({**bank_json("third"), "surprise": "x"}), encoding="utf-8")
    refused = command(ports, "bank", "load", str(tmp_path))
    assert refused.code == 1
    assert f"{bad}:" in refused.out
    assert "other" not in command(ports, "bank", "list").out
    bad.unlink()
    assert command(ports, "bank", "load", str(good)).out == "other@1\n"
    assert "was loaded already" in command(ports, "bank", "load", str(good)).err
    changed = {**bank_json("other"), "title": "Another title"}
    good.write_text(yaml.safe_dump(changed), encoding="utf-8")
    ran = command(ports, "bank", "load", str(good))
    assert ran.code == 3
    assert "never changes" in ran.err


def test_json_keeps_every_character_and_shows_none_that_acts() -> None:
    text = "a\x9b\u202e\U000e0041\ud800"
    assert json.loads(json_text(text)) == text
    assert json_text(text).isascii()


@pytest.mark.parametrize("noun", ["bank", "course"])
def test_a_refused_load_is_one_json_document_too(ports: Ports, tmp_path: Path, noun: str) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(yaml.safe_dump({**bank_json("third"), "surprise": "x"}), encoding="utf-8")
    ran = command(ports, noun, "load", str(bad), "--json")
    assert ran.code == 1
    assert [(one["path"], one["code"]) for one in json.loads(ran.out)] == [(str(bad), "R17")]
    assert "Nothing was loaded" in ran.err


def test_what_a_load_warns_of_stands_beside_the_data(ports: Ports, tmp_path: Path) -> None:
    data = bank_json("other")
    data["questions"][0]["enemies"] = ["nobody"]
    file = tmp_path / "other.yaml"
    file.write_text(yaml.safe_dump(data), encoding="utf-8")
    ran = command(ports, "bank", "load", str(file), "--json")
    assert [one["id"] for one in document(ran)] == ["other"]
    assert "warning R28" in ran.err


def test_a_course_file_is_named_as_typed_and_brings_the_banks_beside_it(
    ports: Ports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "course.yaml").write_text("format: cequiz-course/1\n", encoding="utf-8")
    (tmp_path / "a" / "bank.yaml").write_text("x: y\n", encoding="utf-8")
    ran = command(ports, "course", "load", "./a/course.yaml")
    assert ran.code == 1
    assert {line.partition(":")[0] for line in ran.out.splitlines()} == {"./a/course.yaml", "./a/bank.yaml"}


def test_an_option_without_its_value_leads_to_the_help_of_its_command(ports: Ports) -> None:
    assert "`cequiz bank check --help`" in command(ports, "bank", "check", "--profile").err


def test_a_diff_sees_swapped_options_pictures_and_titles(ports: Ports, tmp_path: Path) -> None:
    before, after = bank_json("pictures"), bank_json("pictures", version="2")
    for number, data in enumerate((before, after)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "a.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg"><title>{number}</title></svg>')
        data["figures"] = {"a": {"file": "a.svg", "alt": "A muscle"}}
        data["questions"][1]["figure"] = "a"
    options = after["questions"][0]["options"]
    options[0]["text"], options[1]["text"] = options[1]["text"], options[0]["text"]
    after["title"] = "Another title"
    after["objectives"]["D1"] = "Another objective"
    for number, data in enumerate((before, after)):
        (tmp_path / str(number) / "bank.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
    ran = command(ports, "bank", "diff", str(tmp_path / "0" / "bank.yaml"), str(tmp_path / "1" / "bank.yaml"))
    assert ran.out.splitlines() == [
        "question d1-1: distractor A reworded: 'First of d1-1' -> 'Second of d1-1'; "
        "key B reworded: 'Second of d1-1' -> 'First of d1-1'",
        "question d1-2: figure a redrawn or described anew",
        "bank: title: 'Sample bank' -> 'Another title'",
        "bank: objectives.D1: 'Objective D1' -> 'Another objective'",
        ran.out.splitlines()[-1],
    ]
    assert ran.out.splitlines()[-1].startswith("bank: figures.a: ")


def test_a_diff_names_changed_keys_first(ports: Ports, tmp_path: Path) -> None:
    after = bank_json(version="2", counts={"D1": 6, "D2": 5})
    after["questions"][0]["options"][0]["correct"] = "true"
    del after["questions"][0]["options"][1]["correct"]
    after["questions"][1]["stem"] = "Which option is the right one today?"
    after["questions"][2]["references"] = [{"cite": "Another reference"}]
    for extra in ("new",):
        after["questions"].append(question(extra, objective="D2"))
    for one in after["questions"]:
        for option in one["options"]:
            if option.get("correct") is True:
                option["correct"] = "true"
    file = tmp_path / "sample.yaml"
    file.write_text(yaml.safe_dump(after), encoding="utf-8")
    ran = command(ports, "bank", "diff", "sample@1", str(file))
    assert ran.code == 0, ran.err
    assert ran.out.splitlines() == [
        "question d1-1: key B -> A",
        "question d1-2: stem reworded: 'Which option is the right one for d1-2?' -> "
        "'Which option is the right one today?'",
        "question d1-3: references changed: 'Sample reference' -> 'Another reference'",
        "question new: added: 'Which option is the right one for new?'",
        "question d2-6: removed: 'Which option is the right one for d2-6?'",
    ]
    for_programs = json.loads(command(ports, "bank", "diff", "sample@1", str(file), "--json").out)
    assert for_programs["key_changed"] == ["d1-1"]
    assert for_programs["notes_changed"] == ["d1-3"]
    assert for_programs["changes"][0] == {
        "kind": "key",
        "question": "d1-1",
        "part": "",
        "before": "B",
        "after": "A",
    }


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("bank", "show", "nothing"), 3),
        (("course", "show", "course@9"), 3),
        (("student", "show", "S-none"), 3),
        (("student", "add", "--name", "A\u202eB", "--email", "a@example.org"), 3),
        (("student", "add", "--name", "Ann", "--email", "nowhere"), 3),
        (("attempt", "export", "A-none"), 3),
        (("certificate", "show", "CQ-2026-000009"), 3),
        (("certificate", "verify", "nothing.pdf"), 3),
        (("provider", "show"), 3),
        (("sit", "quiz", "--student", "S-none", "--plain"), 3),
        (("sit", "nothing", "--student", "S-none", "--plain"), 3),
        (("sit", "quiz", "--student", "S-none"), 2),
        ((), 2),
        (("bank",), 2),
        (("bank", "fly"), 2),
        (("bank", "check", ""), 3),
        (("bank", "check", "a" * 300), 3),
        (("bank", "diff", "a" * 300, "course"), 3),
        (("course", "load", "a" * 300), 3),
        (("bank", "list", "--nothing"), 2),
        (("bank", "check", "question_banks", "--profile", "nobody"), 2),
        (("student", "reset-passphrase", "S-none"), 3),
    ],
)
def test_every_refusal_is_a_sentence_and_an_exit_code(ports: Ports, arguments: tuple[str, ...], code: int) -> None:
    ran = command(ports, *arguments)
    assert ran.code == code, ran.err
    assert ran.out == ""
    assert ran.err.strip()
    assert "Traceback" not in ran.err


def test_a_passphrase_comes_from_the_input(ports: Ports, student: str) -> None:
    assert command(ports, "student", "reset-passphrase", student, typed="a long enough one\n").code == 0
    assert command(ports, "student", "reset-passphrase", student, typed="short\n").code == 3
    closed = command(ports, "student", "reset-passphrase", student)
    assert closed.code == 2
    assert "No passphrase was given." in closed.err


def test_text_from_records_cannot_steer_the_terminal(ports: Ports) -> None:
    ran = command(ports, "bank", "show", "\x1b]0;title\x07")
    assert "\\x1b]0;title\\x07" in ran.err
    assert "\x1b" not in ran.err


def test_control_c_ends_a_command_with_a_sentence(ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(ports.store, "read", interrupted)
    ran = command(ports, "bank", "list")
    assert (ran.code, ran.out) == (130, "")
    assert ran.err == "Stopped. Everything that was reported as saved is saved.\n"
