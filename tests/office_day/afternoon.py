"""The afternoon: a wrong key, who has a certificate after all, and what becomes of certificates."""

from __future__ import annotations

import json

from cequiz.domain.exam.attempt import Status
from cequiz.services.starting import resume
from tests.frontends.tui.stage import press
from tests.office_day.house import (
    ADA,
    BRUNO,
    Day,
    answer,
    fill,
    lacks,
    reply,
    search,
    shows,
)


def two_students_pass(day: Day) -> None:
    school = day.school
    ana = resume(school.ports, attempt_id=day.sittings["ana"].attempt.id, actor="student")
    assert ana.submit().percent == 100
    bela = school.sit("bela@example.org")
    answer(bela, edge="b")
    assert bela.submit().percent == 75
    for place, name in enumerate(("ana", "bela"), start=1):
        assert school.complete(f"{name}@example.org", clear=5 - place) == f"CQ-2026-00000{place}"


def one_fails_and_challenges(day: Day) -> None:
    school = day.school
    dora = day.sittings["dora"] = school.sit("dora@example.org")
    answer(dora, turning="c", edge="b")
    disputed = next(item for item in dora.attempt.form.items if item.question == "turning")
    dora.challenge(
        disputed.key, reason="It turns the head to the other side.", source="Sample Atlas of the Neck, p. 12"
    )
    score = dora.submit()
    assert score.percent == 50
    assert not score.passed
    school.command("evaluate", "harbour-course", "--student", "dora@example.org", "--decline")
    assert school.numbers() == {"CQ-2026-000001": "issued", "CQ-2026-000002": "issued"}


async def the_challenge_leads_to_a_proposal(day: Day) -> None:
    async with day.school.office(ADA, "h") as pilot:
        shows(pilot, "⚑ challenge", "harbour-neck/turning")
        await press(pilot, "enter")
        shows(pilot, "Dora Lang", "It turns the head to the other side.", "(right answer)", "(was answered)")
        await press(pilot, "a")
        await reply(pilot, "the atlas says so")
        shows(pilot, "Change the key now?")
        await press(pilot, "y", "tab")
        fill(pilot, key="c")
        await press(pilot, "ctrl+s")
        shows(pilot, "key B -> C", "Dora Lang", "50 %", "75 %", "Bela Ito")
        await press(pilot, "a")
        await reply(pilot, "the key was wrong in print")
        shows(pilot, "Proposed: another person has to approve it")
    async with day.school.office(ADA, "k", "enter") as pilot:
        await press(pilot, "a")
        lacks(pilot, "Approve the change?")
    (waiting,) = day.school.document("proposal", "list")
    assert waiting["reason"] == "the key was wrong in print"
    assert day.school.document("bank", "rekey", "harbour-neck/turning", "--key", "c")["before"] == "2026.1"


async def a_second_administrator_approves(day: Day) -> None:
    school = day.school
    async with school.office(BRUNO, "k", "enter") as pilot:
        shows(pilot, "the key was wrong in print", "Dora Lang")
        await press(pilot, "a")
        await reply(pilot, "checked with the atlas")
        shows(pilot, "Nothing waits.")
    assert school.numbers() == {
        "CQ-2026-000001": "superseded",
        "CQ-2026-000001-R1": "issued",
        "CQ-2026-000002": "issued",
        "CQ-2026-000003": "issued",
    }, "Ana's prints another score, Bela keeps her pass, Dora has one now"
    assert school.attempt(day.sittings["dora"].attempt.id).status is Status.SUBMITTED
    queue = school.document("queue", "list", "--all")
    assert [one["decision"]["outcome"] for one in queue] == ["accepted"]


async def a_name_is_corrected_and_its_certificate_issued_anew(day: Day) -> None:
    async with day.school.office(ADA, "s") as pilot:
        await search(pilot, "dora")
        await press(pilot, "enter", "c")
        fill(pilot, name="Dora Lang-Weber", reason="married")
        await press(pilot, "ctrl+s", "y")
        shows(pilot, "1 certificate in force still shows what was before")
        await press(pilot, "i")
        await reply(pilot, "married")
        shows(pilot, "1 certificate was issued anew.", "CQ-2026-000003-R1")
    shown = day.school.document("certificate", "show", "CQ-2026-000003-R1")
    assert "Dora Lang-Weber" in json.dumps(shown)


async def a_certificate_is_revoked(day: Day) -> None:
    school = day.school
    async with school.office(ADA, "c", "2") as pilot:
        await search(pilot, "bela")
        await press(pilot, "enter", "k")
        await reply(pilot, "somebody else sat the exam")
        shows(pilot, "revoked")
    assert school.numbers()["CQ-2026-000002"] == "revoked"
    school.command("certificate", "verify", "CQ-2026-000002", code=1)
    school.command("certificate", "suspend", "CQ-2026-000001-R1", "--reason", "a question of the board")
    school.command("certificate", "reinstate", "CQ-2026-000001-R1", "--reason", "it is answered")


async def certificates_are_printed(day: Day) -> None:
    school, number = day.school, "CQ-2026-000003-R1"
    school.command("certificate", "print", number)
    first = school.printer.printed[-1].read_bytes()
    school.command("certificate", "print", number)
    assert school.printer.printed[-1].read_bytes() == first
    assert first.startswith(b"%PDF")
    folder = school.desktop / "batch"
    async with school.office(ADA, "c", "b") as pilot:
        await press(pilot, "right", "tab", "right", "right")
        fill(pilot, folder=str(folder))
        await press(pilot, "ctrl+s")
        shows(pilot, "2 certificates are in the folder.", "0 were issued now.")
    assert (folder / f"{number}.pdf").read_bytes() == first
    school.command("certificate", "verify", folder / f"{number}.pdf")
