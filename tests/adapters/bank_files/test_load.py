"""Files and folders: every problem of every file in one run, at its place, in words for the author."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from cequiz.adapters.bank_files import sources
from cequiz.adapters.bank_files.codes import Code
from cequiz.adapters.bank_files.document import TOP, Note
from cequiz.adapters.bank_files.explain import refusals
from cequiz.adapters.bank_files.load import Reading, read_paths
from cequiz.adapters.bank_files.partial import without_shadows
from cequiz.adapters.bank_files.reader import read
from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.lint import PROFILES, Finding, Level
from cequiz.errors import NotFound, WrongUsage
from cequiz.frontends.cli.bank_check import run_bank_check

HEADER = """\
format: cequiz-bank/1
id: neck
title: Neck anatomy
version: "2026.10"
language: en
licence: CC-BY-4.0
objectives: {D4: Head and neck anatomy}
"""

QUESTION = """\
  - id: oci-action
    type: single
    objective: D4
    cognitive: recall
    difficulty: medium
    claim: anatomy
    stem: Which muscle turns the atlas on the axis to its own side?
    options:
      - {id: a, text: Obliquus capitis inferior, correct: true, rationale: It turns the atlas.}
      - {id: b, text: Obliquus capitis superior}
      - {id: c, text: Rectus capitis lateralis}
      - {id: d, text: Rectus capitis anterior}
    references: [{cite: "Moore, 9th ed."}]
    review: {status: approved, by: somebody, on: 2026-11-22}
"""

BANK = HEADER + "questions:\n" + QUESTION

COURSE = """\
format: cequiz-course/1
id: essential
title: Essential Assessments
version: "2026.1"
ce_hours: 16
hour_minutes: 50
delivery: home-study
instructors: []
approvals: []
attestation: I am the person named.
evaluation: {required: true, questions: [{id: clear, text: "Clear?", scale: 5}]}
exams:
  - id: neck
    title: Neck anatomy
    banks: [neck]
    blueprint: {D4: 1}
    time_limit: 30m
    pass_mark: 75
    cut_score_basis: Provider policy
    attempts: {limit: 1, wait: 24h, prefer_unseen: true}
    navigation: free
    review: {after_pass: full, after_fail: objectives}
    resume: {clock: runs, outage_credit: 5m}
    open_book: true
    required: true
"""

BROKEN = (
    BANK.replace("title: Neck anatomy", "title: Neck # anatomy")
    .replace("D4\n    cognitive: recall", "D9\n    cognitive: recal")
    .replace("stem: Which", "stem: {Which")
    .replace("side?", "side?}")
    .replace("correct: true", "corect: yes")
    .replace("on: 2026-11-22", "on: 2026-02-30")
    .replace("    claim: anatomy\n", "")
    + "    points: 1_000\n    shuffle: no\n    tests: none\n"
)

GOLDEN = """\
bank.yaml:3:13: warning W27 everything from this # on is a comment and is lost: put the text in quotes
bank.yaml:9:5: error R16 the field claim is missing here (oci-action)
bank.yaml:11:16: error E06 the bank has no objective D9 (oci-action)
bank.yaml:12:16: error R23 recal is not one of: recall, application, analysis (oci-action)
bank.yaml:14:11: error R18 text is expected here: put it in quotes (oci-action)
bank.yaml:16:50: error R17 there is no field corect here; did you mean correct? (oci-action)
bank.yaml:21:50: error R24 a date such as 2026-11-22 is expected here (oci-action)
bank.yaml:22:13: error R22 a number such as 42 or 0.5 is expected here (oci-action)
bank.yaml:23:14: error R21 true or false is expected here (yes, no, on and off are plain text) (oci-action)
bank.yaml:24:12: error R19 a list is expected here (oci-action)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current one, so that paths in messages are short."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read_text(folder: Path, text: str | bytes, name: str = "bank.yaml") -> Reading:
    """Read one file with this text."""
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return read_paths([Path(name)])


def lines(reading: Reading) -> list[str]:
    """Place, level and code of every problem."""
    return [f"{problem.line}:{problem.column} {problem.level} {problem.code}" for problem in reading.problems]


def check(*paths: str, profile: str | None = None, as_json: bool = False) -> tuple[int, str, str]:
    """Run the command and return its exit code and what it wrote."""
    out, err = io.StringIO(), io.StringIO()
    code = run_bank_check(paths, profile, as_json=as_json, out=out, err=err)
    return code, out.getvalue(), err.getvalue()


def test_a_good_bank_is_read_without_a_word(folder: Path) -> None:
    reading = read_text(folder, BANK)
    assert reading.problems == ()
    assert reading.banks[0].bank.version == "2026.10"
    assert reading.banks[0].bank.question("oci-action").references[0].cite == "Moore, 9th ed."


def test_all_problems_come_in_one_run_with_their_places(folder: Path) -> None:
    (folder / "bank.yaml").write_text(BROKEN)
    code, out, err = check("bank.yaml")
    assert (code, out) == (1, GOLDEN)
    assert "    title: Neck # anatomy\n                ^\n" in err
    assert err.endswith("1 file, 0 questions, 9 errors, 1 warning.\n")


def test_json_is_one_array_of_the_same_problems(folder: Path) -> None:
    (folder / "bank.yaml").write_text(BROKEN)
    code, out, _ = check("bank.yaml", as_json=True)
    found = json.loads(out)
    assert (code, len(found)) == (1, GOLDEN.count("\n"))
    assert found[1] == {
        "path": "bank.yaml",
        "line": 9,
        "column": 5,
        "level": "error",
        "code": "R16",
        "message": "the field claim is missing here",
        "question_id": "oci-action",
    }


def test_many_enemies_of_banks_that_were_not_given_are_told_in_one_line(folder: Path) -> None:
    text = BANK.replace("    references:", "    enemies: [one, two, three, four, five]\n    references:")
    found = [one for one in read_text(folder, text).problems if one.code == Code.REFERENCE]
    assert [one.column for one in found] == [15, 20, 25, 32]
    assert "2 more enemies are not among these files" in found[-1].message


def test_warnings_do_not_change_the_exit_code(folder: Path) -> None:
    (folder / "bank.yaml").write_text(BANK.replace("Which muscle turns", "Which muscle does not turn"))
    code, out, _ = check("bank.yaml")
    assert code == 0
    assert "bank.yaml:9:3: warning B04 1 of 1 stems ask negatively" in out
    assert "bank.yaml:15:11: warning W04 the stem asks negatively (not) (oci-action)\n" in out


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "1:1 error R01"),
        (b"\xef\xbb\xbf", "1:1 error R01"),
        (b"title: \xff\n", "1:1 error R02"),
        ("title: x".encode("utf-16"), "1:1 error R02"),
        (b"title: x\n", "1:1 error R15"),
        (b"format: quiz/9\n", "1:9 error R15"),
        (b"just text\n", "1:1 error R15"),
        (b"- a\n", "1:1 error R15"),
    ],
)
def test_files_that_are_no_bank_are_problems_not_exceptions(folder: Path, content: bytes, expected: str) -> None:
    assert lines(read_text(folder, content)) == [expected]


def test_a_byte_order_mark_at_the_start_is_fine(folder: Path) -> None:
    assert read_text(folder, b"\xef\xbb\xbf" + BANK.encode()).problems == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: neck\n", "id: Neck\n", "2:5 error R25"),
        ("language: en", "langauge: en", "5:1 error R17"),
        ("type: single", "type: singel", "10:11 error R23"),
        ("    type: single\n", "", "9:5 error R16"),
        ("text: Obliquus capitis superior", "text: [C2]", "18:23 error R18"),
        ("{id: b, text: Obliquus capitis superior}", "text", "18:9 error R20"),
        ("stem: Which", 'stem: "\\e[31mWhich', "15:11 error R13"),
        ("- id: oci-action", "- id: oci-action\n    id: twice", "10:5 error R11"),
        ("D4: Head", '"": Head', "7:14 error R12"),
        ("objectives: {D4: Head and neck anatomy}", "objectives: {}", "7:13 error R26"),
        ("D4\n", "D9\n", "11:16 error E06"),
        ("correct: true", "correct: false", "17:7 error E01"),
        ("references:", "figure: atlas\n    references:", "21:13 error R28"),
        ("references:", "waive: {E01: why}\n    references:", "21:13 error R26"),
        ("references:", "enemies: [nobody]\n    references:", "21:15 warning R28"),
    ],
)
def test_each_problem_stands_at_its_place(folder: Path, old: str, new: str, expected: str) -> None:
    text = BANK.replace(old, new)
    if old == "stem: Which":
        text = text.replace("side?", 'side?"')
    assert expected in lines(read_text(folder, text))


def test_an_unknown_field_is_met_with_the_one_that_was_meant(folder: Path) -> None:
    reading = read_text(folder, BANK.replace("licence:", "license:").replace("claim:", "claims:"))
    messages = " ".join(problem.message for problem in reading.problems)
    assert "did you mean licence?" in messages
    assert "did you mean claim?" in messages


def test_a_key_that_could_not_be_read_is_not_reported_as_missing_too(folder: Path) -> None:
    assert [problem.code for problem in read_text(folder, BANK.replace("correct: true", "correct: yes")).problems] == [
        "R21"
    ]


def test_control_characters_of_a_bank_never_reach_the_terminal(folder: Path) -> None:
    (folder / "bank.yaml").write_text(BANK.replace("claim: anatomy", '"cl\\eaim\\u202e": x \x1b[31m'), encoding="utf-8")
    _, out, err = check("bank.yaml")
    assert not {"\x1b", "\u202e"} & set(out + err)


def test_a_text_cut_off_by_a_comment_can_be_waived_and_a_comment_elsewhere_is_fine(folder: Path) -> None:
    cut = BANK.replace("to its own side?", "to its own # side?").replace("recall", "recall  # recall | analysis")
    assert lines(read_text(folder, cut)) == ["15:63 warning W27"]
    assert lines(read_text(folder, cut + "    waive: {W27: the rest is for authors}\n")) == []


def test_folders_are_searched_in_order_and_every_file_is_read_once(folder: Path) -> None:
    (folder / "b").mkdir()
    for name in ("b/two.yml", "a.yaml", "b/notes.txt"):
        (folder / name).write_text("- no bank\n")
    reading = read_paths([Path(), Path("b/two.yml")])
    assert [problem.path for problem in reading.problems] == ["./a.yaml", "./b/two.yml"]


def test_paths_are_spelled_as_they_were_typed(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "a.yaml").write_text("- no bank\n")
    for typed, said in (
        ("sub/a.yaml", "sub/a.yaml"),
        ("./sub//a.yaml", "./sub//a.yaml"),
        ("./sub", "./sub/a.yaml"),
        ("sub/", "sub/a.yaml"),
    ):
        assert check(typed)[1].startswith(f"{said}:1:1: error R15")


def test_a_search_takes_capitals_and_passes_over_what_is_hidden(folder: Path) -> None:
    (folder / ".git").mkdir()
    for name in ("UP.YAML", ".hidden.yaml", ".git/a.yaml"):
        (folder / name).write_text("- no bank\n")
    assert [problem.path for problem in read_paths(["."]).problems] == ["./UP.YAML"]


@pytest.mark.parametrize("name", ["missing.yaml", "empty", "", "a" * 300, f"empty/{'a' * 300}/b.yaml"])
def test_a_path_that_leads_nowhere_is_refused(folder: Path, name: str) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(NotFound):
        read_paths([name])


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that exists and cannot be read")
def test_a_file_that_cannot_be_read_is_a_problem(folder: Path) -> None:
    (folder / "bank.yaml").symlink_to("/proc/self/mem")
    assert lines(read_paths([Path("bank.yaml")])) == ["1:1 error R01"]


def test_a_course_is_checked_against_the_banks_beside_it(folder: Path) -> None:
    (folder / "bank.yaml").write_text(BANK)
    (folder / "course.yaml").write_text(COURSE.replace("{D4: 1}", "{D4: 2, D7: 1}").replace("75", "60"))
    reading = read_paths([folder], PROFILES["ncbtmb"])
    found = {(problem.line, problem.column, problem.code) for problem in reading.problems if problem.is_error}
    assert found == {(16, 21, "E08"), (16, 28, "E06"), (15, 12, "E08"), (18, 16, "E08")}


def test_everything_wrong_with_a_course_is_said_in_one_run(folder: Path) -> None:
    (folder / "bank.yaml").write_text(BANK)
    head, exam = COURSE.split("exams:\n")
    first = exam.replace("pass_mark: 75", "pass_mark: 60\n    section_floors: {DX: 50, DY: 200}")
    second = exam.replace("30m", "0m").replace("{D4: 1}", "{D4: 2}").replace("open_book", "surprise: x\n    open_book")
    course = f"{head}exams:\n{first}{second}".replace("required: true\n", "required: false\n")
    (folder / "course.yaml").write_text(course)
    _, out, _ = check("course.yaml", "bank.yaml", profile="ncbtmb")
    errors = [" ".join(line.split()[:3]) for line in out.splitlines() if " error " in line]
    assert errors == [
        "course.yaml:18:16: error E08",
        "course.yaml:19:22: error R28",
        "course.yaml:19:34: error R26",
        "course.yaml:26:15: error R26",
        "course.yaml:27:9: error R29",
        "course.yaml:29:12: error E08",
        "course.yaml:30:21: error E08",
        "course.yaml:31:17: error R26",
        "course.yaml:38:5: error R17",
    ]
    assert "unnamed" not in out


def test_what_could_not_be_read_in_a_course_casts_no_shadow(folder: Path) -> None:
    (folder / "bank.yaml").write_text(BANK)
    course = COURSE.replace("    blueprint: {D4: 1}\n", "    section_floors: {D4: 70}\n").replace("[neck]", "[neck, X]")
    (folder / "course.yaml").write_text(course)
    assert lines(read_paths(["course.yaml", "bank.yaml"])) == ["13:5 error R16", "15:19 error R25"]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("title: Neck anatomy", 'title: "Two\\nLines"', (3, 8)),
        ("title: Neck anatomy", 'title: "a\\tb"', (3, 8)),
        ("D4: Head and neck anatomy", 'D4: "a\\nb"', (7, 18)),
        ("Obliquus capitis superior", '"Beta\\rE) Zeta"', (18, 23)),
        ("Obliquus capitis superior", '"Beta\\nE) Zeta"', (18, 23)),
        ("Obliquus capitis superior", "Beta\u200b", (18, 27)),
        ("Moore, 9th ed.", "Moore\\n9th ed.", (21, 25)),
        ("by: somebody", 'by: "a\\tb"', (22, 36)),
        ("It turns the atlas.", '"It\\tturns."', (17, 76)),
        ("Which muscle turns the atlas on the axis to its own side?", '"Which\\rSaved: B."', (15, 11)),
    ],
)
def test_no_text_of_a_bank_can_forge_a_line(folder: Path, old: str, new: str, place: tuple[int, int]) -> None:
    problems = read_text(folder, BANK.replace(old, new)).problems
    assert (*place, "R13") in [(problem.line, problem.column, problem.code) for problem in problems]


def test_prose_may_have_several_lines_however_the_file_ends_them(folder: Path) -> None:
    stem = "stem: |-\n      A runner has pain.\n      Which muscle turns the atlas to its own side?"
    text = BANK.replace("stem: Which muscle turns the atlas on the axis to its own side?", stem)
    (one,) = read_text(folder, text).banks
    (other,) = read_text(folder, text.replace("\n", "\r\n")).banks
    assert one.bank.content_hash() == other.bank.content_hash()
    assert "\n" in other.bank.questions[0].stem


def test_every_bad_waiver_is_named_at_its_place(folder: Path) -> None:
    text = BANK + '    waive: {E01: a, W9: b, W08: "\\t"}\n'
    assert lines(read_text(folder, text)) == ["23:13 error R26", "23:21 error R26", "23:33 error R26"]


@pytest.mark.parametrize("number", ["010", "00", "-01", "007.5"])
def test_a_number_with_a_leading_zero_is_not_guessed_at(folder: Path, number: str) -> None:
    assert lines(read_text(folder, BANK + f"    points: {number}\n")) == ["23:13 error R22"]


def test_many_errors_do_not_make_the_check_slow() -> None:
    places = [("questions", index, "single", "options", 0, "correct") for index in range(20_000)]
    findings = [Finding(code="E01", level=Level.ERROR, message="", loc=(*place[:2], "options")) for place in places]
    start = time.process_time()
    assert list(without_shadows(findings, places)) == []
    document = read("{questions: [" + "{type: single, options: []}," * 5_000 + "]}")
    with pytest.raises(ValidationError) as caught:
        Bank.model_validate(document.data)
    assert len(list(refusals(caught.value, document, Bank))) > 20_000
    assert time.process_time() - start < 4


def test_a_course_without_its_banks_says_what_was_not_checked(folder: Path) -> None:
    reading = read_text(folder, COURSE)
    assert lines(reading) == ["15:13 warning R28"]
    assert reading.courses[0].course.exam("neck").length == 1


def test_the_same_version_twice_is_refused(folder: Path) -> None:
    (folder / "a.yaml").write_text(BANK)
    (folder / "b.yaml").write_text(BANK.replace("Neck anatomy", "Another"))
    assert lines(read_paths([folder])) == ["2:5 error R29"]


def test_an_unknown_profile_is_wrong_usage(folder: Path) -> None:
    (folder / "bank.yaml").write_text(BANK)
    with pytest.raises(WrongUsage, match="no profile nobody"):
        check("bank.yaml", profile="nobody")


def test_the_bundled_course_is_clean_under_the_strictest_profile() -> None:
    code, out, _ = check(str(Path(__file__).parents[3] / "question_banks"), profile="ncbtmb")
    assert (code, out) == (0, "")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_no_damage_to_a_bank_makes_the_check_fail(folder: Path, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([BANK, COURSE]))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    junk = data.draw(
        st.sampled_from(["", " ", "x", "[]", "{}", "- a\n", ": ", "\n", '"', "1", "&a ", "é", "\t", "yes"])
    )
    reading = read_text(folder, text[:start] + junk + text[end:])
    assert reading.problems or reading.banks or reading.courses
    assert all(problem.line >= 1 and problem.column >= 1 for problem in reading.problems)


def test_the_check_starts_without_screens_store_or_printing() -> None:
    heavy = "textual rich typer sqlmodel sqlalchemy sqlite3 reportlab pypdfium2"
    script = f"import sys, cequiz.frontends.cli.bank_check; print([m for m in '{heavy}'.split() if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "bank.yaml"
    monkeypatch.setattr(sources, "_MOST_BYTES", 2**20)
    file.write_bytes(BANK.encode().ljust(2**20, b"\n"))
    assert "R14" not in " ".join(lines(read_paths([file])))
    file.write_bytes(BANK.encode().ljust(2**20 + 1, b"\n"))
    reading = read_paths([file])
    assert lines(reading) == ["1:1 error R14"]
    assert sources.text_of(file) == Note(TOP, Code.SIZE, "the file is larger than 1 MB: split the bank")
