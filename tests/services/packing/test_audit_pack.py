"""An audit pack holds what a board asks for, verifies without cequiz, and shows whatever was done to it afterwards."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cequiz.adapters.audit_pack import zip_parcel
from cequiz.adapters.proof.notary import KeyNotary
from cequiz.adapters.proof.reading import read_trust
from cequiz.adapters.store.backup import back_up, restore
from cequiz.errors import EnvironmentFailed, NotAllowed, NotFound, Stopped, WrongState
from cequiz.services import auditing
from cequiz.services.packing.chosen import Scope
from cequiz.services.packing.whole import pack
from cequiz.services.reports.periods import Period
from cequiz.services.starting import start
from cequiz.services.timing import void
from tests.services.packing.conftest import APPROVAL, REASON, PackHouse
from tests.services.packing.open_audit_pack import open_pack
from tests.storing import open_store

OPENER = Path(__file__).with_name("open_audit_pack.py")


@pytest.fixture(scope="module")
def packed(house: PackHouse) -> Path:
    return house.pack()


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def in_json(path: Path, name: str) -> Any:
    return json.loads(members(path)[name])


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_stranger_verifies_it_without_cequiz(house: PackHouse, packed: Path) -> None:
    manifest, problems = open_pack(packed, house.ports.notary.keys()[-1].id)
    assert problems == []
    assert (manifest["format"], manifest["provider"]["name"]) == ("cequiz-audit-pack/1", "Harbour School")
    assert manifest["counts"] | {"files": 0} == {
        "students": 2,
        "attempts": 2,
        "awards": 2,
        "certificates": 2,
        "courses": 1,
        "banks": 1,
        "audit_records": len([one for one in _audit(house) if one != "student.accommodated"]) - 1,
        "files": 0,
    }
    assert manifest["counts"]["files"] == len(manifest["files"])


def _audit(house: PackHouse) -> list[str]:
    with house.ports.store.read() as unit:
        return [one.deed for one in unit.audit.all()]


def test_the_opener_runs_where_cequiz_cannot_be_imported(packed: Path, tmp_path: Path) -> None:
    script = shutil.copy(OPENER, tmp_path / "open.py")
    barred = "import sys; sys.modules['cequiz'] = None; import runpy; runpy.run_path(sys.argv[0], run_name='__main__')"
    code = f"import sys; sys.argv = sys.argv[1:]; {barred}"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, script, str(packed)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "are those that were packed" in done.stdout


def test_openssl_and_sha256sum_verify_it_as_the_readme_says(packed: Path, tmp_path: Path) -> None:
    if shutil.which("openssl") is None or shutil.which("sha256sum") is None:
        pytest.skip("the system has neither openssl nor sha256sum")
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path)
    lines = (tmp_path / "README.txt").read_text(encoding="utf-8").splitlines()
    commands = [line.strip() for line in lines if line.startswith("   ")]
    assert len(commands) == 6
    said = [
        subprocess.run(["sh", "-c", one], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        for one in commands
    ]
    key = json.loads((tmp_path / "manifest.json").read_bytes())["signed_by"]
    assert said[0].startswith(key)
    assert "Signature Verified Successfully" in said[2]
    assert said[4].split()[0] in said[3]
    assert said[5] == ""
    with (tmp_path / "audit" / "audit.csv").open("ab") as file:
        file.write(b"one more line")
    changed = subprocess.run(["sh", "-c", commands[5]], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (changed.returncode, changed.stdout) == (1, "audit/audit.csv: FAILED\n")


Plant = Callable[[dict[str, bytes]], None]


def change_byte(files: dict[str, bytes]) -> None:
    content = files["audit/audit.csv"]
    files["audit/audit.csv"] = content[:40] + bytes([content[40] ^ 1]) + content[41:]


def remove(files: dict[str, bytes]) -> None:
    del files["provider/policies.txt"]


def add(files: dict[str, bytes]) -> None:
    files["students/index.txt"] = b"one more"


def swap(files: dict[str, bytes]) -> None:
    first, second = (name for name in files if name.endswith("answers.csv"))
    files[first], files[second] = files[second], files[first]
    assert files[first] != files[second]


def other_key(files: dict[str, bytes]) -> None:
    files["manifest.sig"] = b"0123456789abcdef\n" + files["manifest.sig"].split(b"\n")[1] + b"\n"


def mend_manifest(files: dict[str, bytes]) -> None:
    """Change a file and put its new hash into the manifest, as somebody without the key could."""
    change_byte(files)
    manifest = json.loads(files["manifest.json"])
    for one in manifest["files"]:
        if one["path"] == "audit/audit.csv":
            one["sha256"] = hashlib.sha256(files["audit/audit.csv"]).hexdigest()
    files["manifest.json"] = json.dumps(manifest).encode()


def unsign(files: dict[str, bytes]) -> None:
    del files["manifest.sig"]


FAULTS: dict[str, tuple[Plant, str]] = {
    "a changed byte": (change_byte, "audit/audit.csv is not what the manifest says"),
    "a missing file": (remove, "provider/policies.txt is missing"),
    "an added file": (add, "students/index.txt is not listed"),
    "swapped names": (swap, "answers.csv is not what the manifest says"),
    "another key's name": (other_key, "the manifest does not name the key"),
    "a mended manifest": (mend_manifest, "the signature is not that of the manifest"),
    "no signature": (unsign, "manifest.sig is missing"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_was_done_to_it_afterwards_is_found(packed: Path, tmp_path: Path, fault: str) -> None:
    plant, words = FAULTS[fault]
    files = members(packed)
    plant(files)
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(changed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    problems = open_pack(changed)[1]
    assert any(words in one for one in problems), problems


def test_a_pack_that_somebody_else_signed_is_found_by_whoever_knows_the_key(
    house: PackHouse, packed: Path, tmp_path: Path
) -> None:
    """Another provider's pack is whole in itself; only the key's id, known from elsewhere, tells."""
    shutil.copytree(house.folder / "home" / "keys", tmp_path / "keys")
    shutil.rmtree(tmp_path / "keys" / "provider")
    other = replace(house.ports, notary=KeyNotary(tmp_path / "keys"))
    other.notary.make_key(at=house.clock.read().wall)
    pack(other, lambda: zip_parcel(tmp_path / "other.zip"), Scope(), actor="x")
    known = house.ports.notary.keys()[-1].id
    assert open_pack(tmp_path / "other.zip")[1] == []
    assert open_pack(tmp_path / "other.zip", known)[1] == [
        f"the pack was signed by {other.notary.keys()[-1].id} and not by {known}"
    ]


def test_it_holds_what_a_board_asks_for(house: PackHouse, packed: Path) -> None:
    files = members(packed)
    (approval,) = rows(files["courses/course@1/approvals.csv"])
    assert approval == APPROVAL
    assert {one["exam"] for one in rows(files["courses/course@1/blueprint.csv"])} == {"quiz", "second"}
    items = rows(files["banks/sample@1/items.csv"])
    assert len(items) == 12
    assert {(one["review"], bool(one["references"]), bool(one["key"])) for one in items} == {("approved", True, True)}
    assert b"Pass mark: " in files["courses/course@1/policies.txt"]
    assert b"7 years" in files["provider/policies.txt"]
    for student in (house.ana, house.bea):
        (folder,) = {name.rpartition("/")[0] for name in files if name.startswith(f"students/{student}/attempts/")}
        form = json.loads(files[f"{folder}/form.json"])
        answers = rows(files[f"{folder}/answers.csv"])
        assert form["seed"] and [one["bank_version"] for one in form["items"]] == ["1"] * len(answers)
        assert [(one["answer"] == one["right"], one["earned"]) for one in answers] == [(True, "1")] * len(answers)
        assert json.loads(files[f"{folder}/events.json"])[0]["kind"] == "started"
        assert json.loads(files[f"{folder}/attempt.json"])["score"]["passed"] is True
        (evaluation,) = json.loads(files[f"students/{student}/evaluations.json"])
        assert evaluation["answers"] is None


def test_certificates_are_the_very_files_with_their_credentials(house: PackHouse, packed: Path) -> None:
    files = members(packed)
    with house.ports.store.read() as unit:
        for record in unit.certificates.all():
            folder = f"certificates/{record.number}"
            assert files[f"{folder}.pdf"] == record.pdf
            assert record.proof is not None
            assert files[f"{folder}.credential.json"].decode() == record.proof.credential
            assert json.loads(files[f"{folder}.json"])["life"][0]["status"] == "issued"
    assert read_trust(files["verification/trust.json"].decode()).provider == "Harbour School"


def test_the_proof_of_the_records_is_in_it_and_serves_as_anchors(house: PackHouse, packed: Path) -> None:
    told = in_json(packed, "verification/chains.json")
    assert (told["findings"], told["records"] > 20) == ([], True)
    anchors = auditing.read_seal(in_json(packed, "verification/seal.json"))
    assert auditing.verify(house.ports, anchors=anchors).findings == ()
    deeds = [one["deed"] for one in in_json(packed, "audit/audit.json")]
    assert deeds == [one["deed"] for one in rows(members(packed)["audit/audit.csv"])]
    assert "certificate.issued" in deeds


def test_nothing_tells_of_an_accommodation(house: PackHouse, packed: Path) -> None:
    files = {name: content for name, content in members(packed).items() if not name.endswith(".pdf")}
    text = {name: content.decode("utf-8") for name, content in files.items()}
    assert not [name for name, words in text.items() if REASON in words]
    assert not [name for name, words in text.items() if "accommodated" in words or "3/2" in words]
    told = [name for name, words in text.items() if "ccommodation" in words]
    assert [name for name in told if not name.endswith("events.json")] == []
    for name in told:
        for event in json.loads(text[name]):
            assert "accommodation" not in json.dumps(event["payload"])
    (time,) = [json.loads(text[name]) for name in text if name.startswith(f"students/{house.ana}") and "time" in name]
    assert [(one["kind"], one["seconds"]) for one in time["reasons"]] == [("started", None), ("limit", 600.0)]
    assert "deadline" not in time


def test_who_was_granted_something_and_who_was_not_have_the_same_record(house: PackHouse, packed: Path) -> None:
    """An auditor would see from the limit, or from what is missing, who has a longer time."""
    instants = re.compile(r"2026-11-22T[0-9:.]+Z")
    told = []
    for student in (house.ana, house.bea):
        mine = {name: content for name, content in members(packed).items() if name.startswith(f"students/{student}/")}
        said = {}
        for name, content in mine.items():
            if name.endswith(("time.json", "events.json", "attempt.json")):
                words = json.loads(instants.sub("T", content.decode()))
                said[name.rpartition("/")[2]] = _shape(words)
        told.append(said)
    assert set(told[0]) == {"time.json", "events.json", "attempt.json"}
    assert told[0] == told[1]


def _shape(value: Any) -> Any:
    """Return what a record tells without what differs from one attempt to the next: ids, hashes, clocks, the draw."""
    own = {
        "id",
        "student",
        "session",
        "previous",
        "hash",
        "head",
        "boot_us",
        "form",
        "seed",
        "item",
        "response",
        "order",
    }
    match value:
        case dict():
            return {name: _shape(one) for name, one in value.items() if name not in own}
        case list():
            return [_shape(one) for one in value]
        case _:
            return value


def test_a_cell_that_a_spreadsheet_would_take_for_a_formula_is_text(house: PackHouse, packed: Path) -> None:
    with zipfile.ZipFile(packed) as archive:
        for name in archive.namelist():
            if name.endswith(".csv"):
                cells = [cell for row in rows(archive.read(name)) for cell in row.values()]
                assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@"}]


def test_the_same_records_at_the_same_instant_give_the_same_bytes(house: PackHouse, tmp_path: Path) -> None:
    """Two copies of the store; in one and the same the first pack would be on record when the second is made."""
    kept = back_up(house.folder / "home", tmp_path / "kept.zip", at=house.clock.read().wall)
    made = []
    for name in ("one", "two"):
        restore(kept.path, tmp_path / name, at=house.clock.read().wall)
        with open_store(tmp_path / name) as store:
            ports = replace(house.ports, store=store, notary=KeyNotary(tmp_path / name / "keys"))
            pack(ports, partial(zip_parcel, tmp_path / f"{name}.zip"), Scope(), actor="x")
        made.append((tmp_path / f"{name}.zip").read_bytes())
    assert made[0] == made[1]


def test_a_pack_about_one_student_names_nobody_else(house: PackHouse) -> None:
    files = members(house.pack("ana.zip", Scope(student=house.ana)))
    assert not [name for name in files if house.bea in name]
    assert not [name for name, content in files.items() if b"Blocker" in content or house.bea.encode() in content]
    assert [one for one in files if one.endswith(".pdf") and one.startswith("certificates/")] == [
        "certificates/CQ-2026-000001.pdf"
    ]


def test_a_pack_of_another_time_has_no_attempts_and_still_the_course(house: PackHouse) -> None:
    path = house.pack("empty.zip", Scope(period=Period(date(2020, 1, 1), date(2020, 12, 31))))
    files = members(path)
    assert not [name for name in files if name.startswith(("students/", "certificates/"))]
    assert "courses/course@1/course.json" in files
    assert open_pack(path)[1] == []
    assert json.loads(files["manifest.json"])["scope"]["to"] == "2020-12-31"


def test_it_is_for_the_owners_eyes_and_never_takes_the_place_of_a_file(house: PackHouse, packed: Path) -> None:
    assert packed.stat().st_mode & 0o777 == 0o600
    before = packed.read_bytes()
    with pytest.raises(WrongState, match="exists already"):
        house.pack(packed.name)
    assert packed.read_bytes() == before
    with pytest.raises(NotFound, match="no folder"):
        house.pack("nowhere/pack.zip")


def test_it_tells_how_far_it_is_and_a_stopped_one_leaves_nothing(house: PackHouse, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    before = _audit(house)
    with pytest.raises(Stopped):
        pack(
            house.ports,
            lambda: zip_parcel(tmp_path / "pack.zip"),
            Scope(),
            actor="x",
            progress=lambda done, of: told.append((done, of)),
            stop=lambda: len(told) > 3,
        )
    assert list(tmp_path.iterdir()) == []
    assert told[:2] == [(1, 8), (2, 8)]
    assert _audit(house) == before


def test_a_disk_that_fails_leaves_nothing(house: PackHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cequiz.adapters.audit_pack.os.fsync", fail)
    with pytest.raises(EnvironmentFailed, match="No space left"):
        pack(house.ports, lambda: zip_parcel(tmp_path / "pack.zip"), Scope(), actor="x")
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_leaves_nothing(house: PackHouse, tmp_path: Path) -> None:
    def interrupt(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pack(house.ports, lambda: zip_parcel(tmp_path / "pack.zip"), Scope(), actor="x", progress=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_a_locked_key_is_refused_with_the_hint_and_leaves_nothing(house: PackHouse, tmp_path: Path) -> None:
    shutil.copytree(house.folder / "home" / "keys", tmp_path / "keys")
    locked = KeyNotary(tmp_path / "keys")
    locked.rotate(at=house.clock.read().wall, passphrase="a passphrase that nobody gave")
    ports = replace(house.ports, notary=KeyNotary(tmp_path / "keys"))
    with pytest.raises(NotAllowed) as refused:
        pack(ports, lambda: zip_parcel(tmp_path / "pack.zip"), Scope(), actor="x")
    assert "CEQUIZ_KEY_PASSPHRASE" in refused.value.hint
    assert not (tmp_path / "pack.zip").exists()


def test_who_made_a_pack_is_on_record(house: PackHouse, packed: Path) -> None:
    with house.ports.store.read() as unit:
        made = [one for one in unit.audit.all() if one.deed == "report.audit_packed"]
    assert (made[0].actor, made[0].subject, made[0].details["attempts"]) == ("os:lee", "all", 2)


def test_an_attempt_that_is_open_is_not_in_it(house: PackHouse) -> None:
    """It is still being written; this test stands last, because it starts one."""
    sitting = start(house.ports, student_id=house.bea, exam_ref="course/second", attested=True, actor="test")
    files = members(house.pack("open.zip"))
    assert not [name for name in files if sitting.attempt.id in name]


def test_a_completion_that_stands_no_more_says_so(house: PackHouse) -> None:
    """After the certificate's end and before the next pack; this test stands last, because it voids an attempt."""
    with house.ports.store.read() as unit:
        passed = next(one for one in unit.attempts.headers(student_id=house.ana) if one.exam_id == "quiz")
    void(house.ports, attempt_id=passed.id, reason="somebody else sat it", actor="test", take_away=True)
    files = members(house.pack("void.zip"))
    told = {who: json.loads(files[f"students/{who}/student.json"])["awards"] for who in (house.ana, house.bea)}
    assert [one["ended"] for one in told[house.ana]] == [True]
    assert [one["ended"] for one in told[house.bea]] == [False]
