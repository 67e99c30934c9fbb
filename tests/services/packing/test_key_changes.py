"""After a key was corrected, a pack shows the old score and the new one, and answers beside the key that counted."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

from cequiz.adapters.audit_pack import zip_parcel
from cequiz.services import proposing, rekeying
from cequiz.services.foreseeing import Request, preview
from cequiz.services.packing.chosen import Scope
from cequiz.services.packing.whole import pack
from cequiz.services.ports import Ports
from cequiz.services.starting import start
from tests.services.earned import join, set_school


def test_both_scores_and_the_new_key_are_in_it(ports: Ports, tmp_path: Path) -> None:
    set_school(ports)
    who = join(ports)
    sitting = start(ports, student_id=who, exam_ref="course/quiz", attested=True, actor="test")
    for item in sitting.attempt.form.items:
        sitting.answer(item.key, {"choice": "b"})
    sitting.submit()
    first = sitting.attempt.form.items[0].question
    change = rekeying.rekeyed(rekeying.newest(ports, "sample").question(first), bank="sample", response={"choice": "c"})
    seen = preview(ports, Request(bank="sample", changes=(change,), take_away=True, version=""))
    proposing.submit(ports, seen, reason="the textbook changed", actor="os:ana")
    pack(ports, lambda: zip_parcel(tmp_path / "pack.zip"), Scope(), actor="x")
    folder = f"students/{who}/attempts/{sitting.attempt.id}"
    with zipfile.ZipFile(tmp_path / "pack.zip") as archive:
        scores = json.loads(archive.read(f"{folder}/attempt.json"))
        answers = list(csv.DictReader(io.StringIO(archive.read(f"{folder}/answers.csv").decode("utf-8-sig"))))
        (told,) = json.loads(archive.read("banks/key-changes.json"))
    assert [one["earned"] for one in (*scores["earlier_scores"], scores["score"])] == ["4", "3"]
    line = next(one for one in answers if one["item"] == f"sample/{first}")
    assert (line["answer"], line["right"], line["earned"]) == (f"Second of {first}", f"Third of {first}", "0")
    assert (told["bank"], told["reason"], told["decided_by"]) == ("sample", "the textbook changed", "os:ana")
