"""Batches: every certificate once, numbers without gaps, files whole, and a batch that was killed goes on."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest

from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.look import Look, Paper
from cequiz.domain.credential.numbering import parse_number
from cequiz.domain.credential.proof import Proof
from cequiz.domain.people.student import Licence
from cequiz.errors import EnvironmentFailed, NotAllowed, NotFound, PrinterFailed, Refused, Stopped, WrongState
from cequiz.services import batching, manifest, printing
from cequiz.services.batching import Stage, batch
from cequiz.services.enrolling import enrol, register
from cequiz.services.evaluating import evaluate
from cequiz.services.issuing import issue_due, settle
from cequiz.services.loading import load
from cequiz.services.papers import certificates
from cequiz.services.ports import CertificateStatus, DrawMany, Ports, Sheaf
from cequiz.services.printing import print_batch, print_numbers
from cequiz.services.providing import set_provider
from cequiz.services.starting import start
from tests.builders import course
from tests.fakes import FakeClock, FakePress, FakePrinter
from tests.papers import SCHOOL

TEACHER = replace(SCHOOL, instructor=SCHOOL.administrator)


def graduates(ports: Ports, *names: str, of: str = "course") -> list[str]:
    """Let people pass a course whose certificates nobody has issued."""
    made = []
    for name in names:
        email = f"{ports.ids.new('E')}@example.org"
        who = register(ports, name=name, email=email, licences=[Licence("FL", "MA1")], actor="test").id
        enrol(ports, student_id=who, course_id=of, actor="test")
        sitting = start(ports, student_id=who, exam_ref=f"{of}/quiz", attested=True, actor="test")
        for item in sitting.attempt.form.items:
            sitting.answer(item.key, {"choice": "b"})
        sitting.submit()
        evaluate(ports, student_id=who, course_id=of, answers=None, actor="test")
        made.append(who)
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "batch"


def rows(folder: Path) -> list[dict[str, str]]:
    text = (folder / manifest.NAME).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline="")))


def sequences(ports: Ports) -> list[int]:
    return sorted(parse_number(one.number).sequence for one in certificates(ports))


class FussyPress(FakePress):
    """A press that cannot draw some names, as a real one refuses what does not fit."""

    def draw(self, facts: Facts, *, look: Look | None = None, proof: Proof | None = None) -> bytes:
        if facts.student_name.startswith("Unprintable"):
            raise Refused("The name does not fit.")
        return super().draw(facts, look=look, proof=proof)


class DyingPress(FakePress):
    """A press whose process is killed after some pages."""

    def __init__(self, pages: int) -> None:
        self.left = pages

    @contextmanager
    def drawing(self, pages: int) -> Iterator[DrawMany]:
        with super().drawing(pages) as draw:

            def until_killed(sheaf: Sheaf) -> Iterator[object]:
                for one in draw(sheaf):
                    if not self.left:
                        raise KeyboardInterrupt
                    self.left -= 1
                    yield one

            yield until_killed  # type: ignore[misc]  # it yields what it was given


def test_everybody_gets_one_certificate_in_the_order_of_completion(
    ports: Ports, clock: FakeClock, folder: Path
) -> None:
    for name in ("Zoë", "Ann", "Bo"):
        graduates(ports, name)
        clock.advance(timedelta(minutes=5))
    set_provider(ports, TEACHER, actor="test")
    done = batch(ports, course_id="course", folder=folder, actor="test")
    assert [line.name for line in done.lines] == ["Zoë", "Ann", "Bo"]
    assert sequences(ports) == [1, 2, 3]
    assert done.issued == tuple(line.number for line in done.lines)
    assert {path.name for path in folder.iterdir()} == {manifest.NAME, *(f"{number}.pdf" for number in done.issued)}


def test_a_second_batch_issues_and_writes_nothing(ports: Ports, folder: Path) -> None:
    graduates(ports, "Ann", "Bo")
    set_provider(ports, TEACHER, actor="test")
    first = batch(ports, course_id="course", folder=folder, actor="test")
    again = batch(ports, course_id="course", folder=folder, actor="test")
    assert (first.written, again.written, again.issued) == (2, 0, ())
    assert again.lines == first.lines
    assert sequences(ports) == [1, 2]


@pytest.mark.parametrize("stage", list(Stage))
def test_a_batch_that_is_stopped_goes_on_without_a_gap(ports: Ports, folder: Path, stage: Stage) -> None:
    graduates(ports, "Ann", "Bo", "Cy", "Di")
    set_provider(ports, TEACHER, actor="test")
    told: list[tuple[Stage, int, int]] = []
    with pytest.raises(Stopped):
        batch(
            ports,
            course_id="course",
            folder=folder,
            actor="test",
            tell=lambda *far: told.append(far),
            stop=lambda: told[-1][:2] == (stage, 2),
        )
    assert sequences(ports) == ([1, 2] if stage is Stage.ISSUING else [1, 2, 3, 4])
    done = batch(ports, course_id="course", folder=folder, actor="test")
    assert sequences(ports) == [1, 2, 3, 4]
    assert len([line for line in done.lines if line.file]) == 4


def test_printing_that_is_stopped_says_what_is_missing(
    ports: Ports, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "MOST_PAGES", 2)
    graduates(ports, *(f"Student {letter}" for letter in "abcdef"))
    set_provider(ports, TEACHER, actor="test")
    batch(ports, course_id="course", folder=folder, actor="test")
    told: list[tuple[int, int]] = []
    with pytest.raises(Stopped) as caught:
        print_batch(
            replace(ports, printer=Tray()),
            folder,
            actor="test",
            progress=lambda *far: told.append(far),
            stop=lambda: len(told) == 2,
        )
    assert told == [(2, 6), (4, 6)]
    assert "Not printed are CQ-2026-000005 to CQ-2026-000006." in caught.value.hint


def test_a_batch_that_was_killed_goes_on_without_a_gap(ports: Ports, folder: Path) -> None:
    graduates(ports, "Ann", "Bo", "Cy", "Di")
    set_provider(ports, TEACHER, actor="test")
    with pytest.raises(KeyboardInterrupt):
        batch(replace(ports, press=DyingPress(2)), course_id="course", folder=folder, actor="test")
    assert sequences(ports) == [1, 2], "what was reported as issued is issued"
    done = batch(ports, course_id="course", folder=folder, actor="test")
    assert len(done.issued) == 2
    assert sequences(ports) == [1, 2, 3, 4]
    assert len(rows(folder)) == 4


def test_a_name_that_cannot_be_printed_holds_up_nobody_and_takes_no_number(ports: Ports, folder: Path) -> None:
    graduates(ports, "Ann", "Unprintable A", "Bo", "Unprintable B", "Cy")
    set_provider(ports, TEACHER, actor="test")
    done = batch(replace(ports, press=FussyPress()), course_id="course", folder=folder, actor="test")
    assert sorted(one.student.name for one in done.refused) == ["Unprintable A", "Unprintable B"]
    assert [line.name for line in done.lines] == ["Ann", "Bo", "Cy"]
    assert sequences(ports) == [1, 2, 3]


def test_more_than_one_sheaf_is_issued_in_order(ports: Ports, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batching, "SHEAF", 2)
    graduates(ports, *(f"Student {letter}" for letter in "abcde"))
    set_provider(ports, TEACHER, actor="test")
    told: list[tuple[Stage, int, int]] = []
    batch(ports, course_id="course", folder=folder, actor="test", tell=lambda *one: told.append(one))
    assert sequences(ports) == [1, 2, 3, 4, 5]
    assert [one for one in told if one[0] is Stage.ISSUING] == [(Stage.ISSUING, done, 5) for done in (1, 2, 3, 4, 5)]
    assert told[-1] == (Stage.WRITING, 5, 5)


def test_somebody_who_issues_at_the_same_time_causes_neither_a_gap_nor_a_twin(ports: Ports, folder: Path) -> None:
    graduates(ports, "Ann", "Bo", "Cy")
    set_provider(ports, TEACHER, actor="test")
    elsewhere = ports

    class Disturbed(FakePress):
        done = False

        def draw(self, facts: Facts, *, look: Look | None = None, proof: Proof | None = None) -> bytes:
            if not self.done:
                self.done = True
                issue_due(elsewhere, actor="another")
            return super().draw(facts, look=look, proof=proof)

    done = batch(replace(ports, press=Disturbed()), course_id="course", folder=folder, actor="test")
    assert sequences(ports) == [1, 2, 3]
    assert len({line.name for line in done.lines}) == 3


def test_where_others_never_pause_the_batch_ends_with_a_word(ports: Ports, folder: Path) -> None:
    graduates(ports, "Ann")
    load(ports, courses=[course("other")], actor="test")
    set_provider(ports, TEACHER, actor="test")
    elsewhere = ports

    class Restless(FakePress):
        count = 0

        def draw(self, facts: Facts, *, look: Look | None = None, proof: Proof | None = None) -> bytes:
            self.count += 1
            (who,) = graduates(elsewhere, f"Other {self.count:04}", of="other")
            settle(replace(elsewhere, press=FakePress()), student_id=who, course_id="other", actor="another")
            return super().draw(facts, look=look, proof=proof)

    with pytest.raises(WrongState, match="Others issue"):
        batch(replace(ports, press=Restless()), course_id="course", folder=folder, actor="test")


def test_only_what_was_issued_since_the_day_is_written(ports: Ports, clock: FakeClock, folder: Path) -> None:
    set_provider(ports, TEACHER, actor="test")
    graduates(ports, "Early")
    issue_due(ports, actor="test")
    clock.advance(timedelta(days=2))
    graduates(ports, "Late")
    # 03:00 UTC of the next day is still the day before at the provider's in New York
    today = SCHOOL.local(clock.read().wall).date()
    done = batch(ports, course_id="course", folder=folder, actor="test", since=today)
    assert [line.name for line in done.lines] == ["Late"]
    assert len(batch(ports, course_id="course", folder=folder, actor="test", since=date(2020, 1, 1)).lines) == 2


def test_another_course_is_left_alone(ports: Ports, folder: Path) -> None:
    load(ports, courses=[course("other")], actor="test")
    graduates(ports, "Ann")
    graduates(ports, "Bo", of="other")
    set_provider(ports, TEACHER, actor="test")
    done = batch(ports, course_id="other", folder=folder, actor="test")
    assert [line.name for line in done.lines] == ["Bo"]
    assert len(certificates(ports)) == 1


def test_a_revoked_certificate_is_listed_and_its_page_left_out(ports: Ports, clock: FakeClock, folder: Path) -> None:
    set_provider(ports, TEACHER, actor="test")
    graduates(ports, "Ann", "Bo")
    issue_due(ports, actor="test")
    revoke(ports, clock, "CQ-2026-000001")
    done = batch(ports, course_id="course", folder=folder, actor="test", merged=True)
    assert [(line.status, line.file) for line in done.lines] == [("revoked", ""), ("issued", "CQ-2026-000002.pdf")]
    assert not (folder / "CQ-2026-000001.pdf").exists()
    assert done.merged is not None
    assert done.merged.read_bytes() == (folder / "CQ-2026-000002.pdf").read_bytes()


def test_what_was_revoked_since_is_taken_out_of_the_folder(ports: Ports, clock: FakeClock, folder: Path) -> None:
    set_provider(ports, TEACHER, actor="test")
    graduates(ports, "Ann", "Bo")
    batch(ports, course_id="course", folder=folder, actor="test", merged=True)
    revoke(ports, clock, "CQ-2026-000001")
    # a later day names other certificates; the page without force is no less out of place
    tomorrow = date(2100, 1, 1)
    done = batch(ports, course_id="course", folder=folder, actor="test", since=tomorrow)
    assert (done.removed, done.left, done.lines) == (1, (), ())
    assert not (folder / "CQ-2026-000001.pdf").exists()
    assert not (folder / batching.MERGED).exists(), "it would print what the manifest does not name"
    done = batch(ports, course_id="course", folder=folder, actor="test", merged=True)
    revoke(ports, clock, "CQ-2026-000002")
    done = batch(ports, course_id="course", folder=folder, actor="test")
    assert (done.removed, done.merged) == (1, None)
    assert [path.name for path in folder.iterdir()] == [manifest.NAME]


def test_the_file_of_all_pages_is_kept_up_to_date(ports: Ports, clock: FakeClock, folder: Path) -> None:
    set_provider(ports, TEACHER, actor="test")
    graduates(ports, "Ann", "Bo")
    batch(ports, course_id="course", folder=folder, actor="test", merged=True)
    revoke(ports, clock, "CQ-2026-000001")
    done = batch(ports, course_id="course", folder=folder, actor="test")
    assert done.merged is not None
    assert done.merged.read_bytes() == (folder / "CQ-2026-000002.pdf").read_bytes()


def test_a_file_that_is_not_the_certificate_is_left_and_named(ports: Ports, clock: FakeClock, folder: Path) -> None:
    set_provider(ports, TEACHER, actor="test")
    graduates(ports, "Ann")
    batch(ports, course_id="course", folder=folder, actor="test")
    revoke(ports, clock, "CQ-2026-000001")
    mine = folder / "CQ-2026-000001.pdf"
    mine.write_bytes(b"notes of my own")
    done = batch(ports, course_id="course", folder=folder, actor="test")
    assert (done.removed, done.left) == (0, (mine,))
    assert mine.read_bytes() == b"notes of my own"


def revoke(ports: Ports, clock: FakeClock, number: str) -> None:
    with ports.store.write() as unit:
        unit.certificates.add_status(
            CertificateStatus(number=number, status="revoked", reason="test", actor="test", at=clock.read().wall)
        )


@pytest.mark.parametrize("name", ["=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)"])
def test_a_name_that_a_spreadsheet_would_run_is_text(ports: Ports, folder: Path, name: str) -> None:
    graduates(ports, name)
    set_provider(ports, TEACHER, actor="test")
    batch(ports, course_id="course", folder=folder, actor="test")
    assert rows(folder)[0]["name"] == f"'{name}"


def test_the_manifest_says_everything_and_its_hash_is_that_of_the_file(ports: Ports, folder: Path) -> None:
    from hashlib import sha256

    graduates(ports, 'Zoë "Z", O\'Neil')
    set_provider(ports, TEACHER, actor="test")
    batch(ports, course_id="course", folder=folder, actor="test")
    (row,) = rows(folder)
    assert row == {
        "number": "CQ-2026-000001",
        "status": "issued",
        "name": 'Zoë "Z", O\'Neil',
        "licences": "License FL MA1",
        "course": "Sample Course",
        "hours": "16",
        "completed": row["issued"],
        "issued": row["issued"],
        "file": "CQ-2026-000001.pdf",
        "sha256": sha256((folder / row["file"]).read_bytes()).hexdigest(),
    }


def test_a_changed_file_is_written_again(ports: Ports, folder: Path) -> None:
    graduates(ports, "Ann")
    set_provider(ports, TEACHER, actor="test")
    (line,) = batch(ports, course_id="course", folder=folder, actor="test").lines
    (folder / line.file).write_bytes(b"half")
    assert batch(ports, course_id="course", folder=folder, actor="test").written == 1
    assert (folder / line.file).read_bytes() != b"half"


def test_without_a_provider_or_a_course_nothing_is_made(ports: Ports, folder: Path) -> None:
    with pytest.raises(NotFound, match="no course"):
        batch(ports, course_id="nothing", folder=folder, actor="test")
    with pytest.raises(NotAllowed, match="No provider"):
        batch(ports, course_id="course", folder=folder, actor="test")


def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_issued(ports: Ports, tmp_path: Path) -> None:
    graduates(ports, "Ann")
    set_provider(ports, TEACHER, actor="test")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EnvironmentFailed, match="cannot be written"):
        batch(ports, course_id="course", folder=tmp_path / "file" / "batch", actor="test")
    assert certificates(ports) == ()


class Tray(FakePrinter):
    """A printer that remembers the names on the pages of each job, and may run out of paper."""

    def __init__(self, *, jobs: int = 1000) -> None:
        super().__init__()
        self.jobs: list[list[str]] = []
        self._left = jobs

    def print_file(self, path: Path, *, paper: Paper | None = None, printer: str | None = None) -> str:
        self.broken = not self._left
        self._left -= 1
        said = super().print_file(path, paper=paper, printer=printer)
        pages = path.read_bytes().split(FakePress.MAGIC)[1:]
        self.jobs.append([json.loads(page)["number"] for page in pages])
        return said


def deeds(ports: Ports) -> list[str]:
    with ports.store.read() as unit:
        return [one.subject for one in unit.audit.all() if one.deed == "certificate.printed"]


def test_a_batch_is_printed_in_its_order_and_every_print_is_recorded(ports: Ports, folder: Path) -> None:
    graduates(ports, "Ann", "Bo", "Cy")
    set_provider(ports, TEACHER, actor="test")
    done = batch(ports, course_id="course", folder=folder, actor="test")
    (folder / "CQ-2026-000002.pdf").unlink()
    tray = Tray()
    printed = print_batch(replace(ports, printer=tray), folder, actor="test")
    assert tray.jobs == [list(done.issued)], "one job, with the page of the file that was missing"
    assert deeds(ports) == list(printed.numbers) == list(done.issued)
    assert not list(folder.glob("print-*")), "what the printing system has taken is not left about"


def test_a_large_batch_goes_out_in_jobs_that_a_printer_can_stand(
    ports: Ports, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert printing.MOST_PAGES == 100
    monkeypatch.setattr(printing, "MOST_PAGES", 2)
    graduates(ports, *(f"Student {letter}" for letter in "abcde"))
    set_provider(ports, TEACHER, actor="test")
    numbers = list(batch(ports, course_id="course", folder=folder, actor="test").issued)
    tray = Tray()
    print_batch(replace(ports, printer=tray), folder, actor="test")
    assert tray.jobs == [numbers[:2], numbers[2:4], numbers[4:]]


def test_a_printer_that_stops_in_the_middle_leaves_word_of_what_is_missing(
    ports: Ports, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "MOST_PAGES", 2)
    graduates(ports, *(f"Student {letter}" for letter in "abcdef"))
    set_provider(ports, TEACHER, actor="test")
    batch(ports, course_id="course", folder=folder, actor="test")
    with pytest.raises(PrinterFailed) as caught:
        print_batch(replace(ports, printer=Tray(jobs=1)), folder, actor="test")
    left = folder / "print-CQ-2026-000003-CQ-2026-000004.pdf"
    assert str(left) in caught.value.hint
    assert "Not printed are CQ-2026-000003 to CQ-2026-000006." in caught.value.hint
    assert left.is_file(), "it can be printed by hand"
    assert deeds(ports) == ["CQ-2026-000001", "CQ-2026-000002"]


def test_a_printer_that_stops_names_what_is_missing_on_every_paper(ports: Ports, folder: Path) -> None:
    for people, paper in (("ab", Paper.LETTER), ("cde", Paper.A4), ("f", Paper.LETTER)):
        graduates(ports, *(f"Student {letter}" for letter in people))
        set_provider(ports, replace(TEACHER, look=Look(paper=paper)), actor="test")
        batch(ports, course_id="course", folder=folder, actor="test")
    with pytest.raises(PrinterFailed) as caught:
        print_batch(replace(ports, printer=Tray(jobs=0)), folder, actor="test")
    assert "Not printed are CQ-2026-000001 to CQ-2026-000006." in caught.value.hint
    with pytest.raises(PrinterFailed) as caught:
        print_batch(replace(ports, printer=Tray(jobs=1)), folder, actor="test")
    assert "Not printed are CQ-2026-000003, CQ-2026-000004, CQ-2026-000005." in caught.value.hint
    assert deeds(ports) == ["CQ-2026-000001", "CQ-2026-000002", "CQ-2026-000006"]


def test_what_was_revoked_since_the_batch_is_not_printed_with_it(ports: Ports, clock: FakeClock, folder: Path) -> None:
    graduates(ports, "Ann", "Bo")
    set_provider(ports, TEACHER, actor="test")
    batch(ports, course_id="course", folder=folder, actor="test")
    revoke(ports, clock, "CQ-2026-000001")
    tray = Tray()
    printed = print_batch(replace(ports, printer=tray), folder, actor="test")
    assert tray.jobs == [["CQ-2026-000002"]]
    assert printed.not_in_force == (("CQ-2026-000001", "revoked"),)


def test_numbers_are_printed_once_each_in_the_order_asked_for(ports: Ports) -> None:
    set_provider(ports, TEACHER, actor="test")
    graduates(ports, "Ann", "Bo")
    issue_due(ports, actor="test")
    tray = Tray()
    numbers = ["cq-2026-000002", "CQ-2026-000001", "CQ-2026-000002"]
    print_numbers(replace(ports, printer=tray), numbers, actor="test")
    assert tray.jobs == [["CQ-2026-000002", "CQ-2026-000001"]]


def test_one_unknown_number_prints_nothing(ports: Ports) -> None:
    set_provider(ports, TEACHER, actor="test")
    graduates(ports, "Ann")
    issue_due(ports, actor="test")
    tray = Tray()
    with pytest.raises(NotFound):
        print_numbers(replace(ports, printer=tray), ["CQ-2026-000001", "CQ-2026-000009"], actor="test")
    assert tray.jobs == []
    assert deeds(ports) == []


@pytest.mark.parametrize("content", [None, "", "a,b\n1,2\n", "number,file\n,x.pdf\n", "\x00"])
def test_a_folder_without_a_manifest_is_no_batch(ports: Ports, folder: Path, content: str | None) -> None:
    folder.mkdir()
    if content is not None:
        (folder / manifest.NAME).write_text(content, encoding="utf-8")
    with pytest.raises(NotFound, match="batch"):
        print_batch(ports, folder, actor="test")


def test_wide_signs_that_a_spreadsheet_may_take_for_a_formula_are_text_too() -> None:
    asked = dict.fromkeys((one.name for one in fields(manifest.Line)), "")
    assert "'＝1+1" in manifest.text_of([manifest.Line(**{**asked, "name": "＝1+1"})])
    assert ",a=1," in manifest.text_of([manifest.Line(**{**asked, "name": "a=1"})])
