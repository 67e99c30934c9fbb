"""The whole way without a keyboard."""

from __future__ import annotations

import io
from pathlib import Path

from cequiz.frontends.cli.demo import walk
from cequiz.frontends.cli.desk import Desk
from cequiz.services import loading
from cequiz.settings import Settings
from tests.builders import bank, course, exam_json
from tests.frontends.desks import FakeHouse, command, fake_ports


def test_every_step_is_printed_and_the_specimen_is_there(tmp_path: Path) -> None:
    ports = fake_ports(tmp_path)
    exams = [exam_json("first"), exam_json("last", blueprint={"D1": 6, "D2": 5})]
    loading.load(ports, banks=[bank()], courses=[course(exams=exams)], actor="test")
    house = FakeHouse(Settings(home=tmp_path, database_url=None, user="tester"), ports)
    out = io.StringIO()
    desk = Desk(house=house, out=out, err=io.StringIO(), stdin=None)
    assert walk(desk, ports, out=tmp_path / "out", actor="os:tester") == 0
    lines = out.getvalue().splitlines()
    assert [line.split(":", 1)[0] for line in lines] == [
        "Loaded",
        "Registered",
        "Sat",
        "Sat",
        "Evaluated",
        "Earned",
        "Verified",
        "Certificate",
        "Records",
    ]
    # The longer exam holds wrong answers too, and is passed all the same.
    assert "Score: 10 of 11 (90.9 %). Passed." in lines[3]
    (specimen,) = (tmp_path / "out").iterdir()
    assert lines[7] == f"Certificate: {specimen}"


def test_it_passes_whatever_is_drawn_for_an_objective_with_a_floor(tmp_path: Path) -> None:
    ports = fake_ports(tmp_path)
    exams = [exam_json(blueprint={"D1": 11}, section_floors={"D1": "100"})]
    loading.load(ports, banks=[bank(counts={"D1": 11})], courses=[course(exams=exams)], actor="test")
    desk = Desk(
        house=FakeHouse(Settings(home=tmp_path, database_url=None, user="tester"), ports),
        out=io.StringIO(),
        err=io.StringIO(),
        stdin=None,
    )
    assert walk(desk, ports, out=tmp_path / "out", actor="os:tester") == 0


def test_a_place_that_cannot_be_written_is_noticed_before_the_walk(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    ran = command(fake_ports(tmp_path), "demo", "--out", str(tmp_path / "file" / "papers"))
    assert (ran.code, ran.out) == (4, "")
    assert "Nothing can be written to" in ran.err
    assert "Choose another folder with --out." in ran.err
