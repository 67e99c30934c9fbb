"""The papers that lie on the administrator's desk that day: two files of a bank, a course, and two class lists."""

from __future__ import annotations

BANK = """\
format: cequiz-bank/1
id: harbour-neck
title: The neck, as Harbour School asks it
version: "2026.1"
language: en
licence: CC-BY-4.0
objectives: {D1: Landmarks of the neck}
questions:
  - id: turning
    type: single
    objective: D1
    cognitive: recall
    difficulty: easy
    claim: anatomy
    stem: "To which side does one sternocleidomastoid turn the head?"
    options:
      - {id: a, text: "To neither side", rationale: "It turns the head."}
      - {id: b, text: "To its own side", correct: true, rationale: "As the key of the first print says."}
      - {id: c, text: "To the other side", rationale: "Its fibres run from the mastoid process to the front."}
      - {id: d, text: "To the side of the trapezius", rationale: "That is its own side."}
    references: [{cite: "Sample Atlas of the Neck, p. 12"}]
    review: {status: approved, by: Lee Sample, on: 2026-11-20}
"""

_MORE = """\
  - id: {name}
    type: single
    objective: D1
    cognitive: recall
    difficulty: easy
    claim: anatomy
    stem: "{stem}"
    options:
      - {{id: a, text: "{right}", correct: true, rationale: "So the atlas says."}}
      - {{id: b, text: "{wrong}", rationale: "That lies elsewhere."}}
      - {{id: c, text: "The {name} of another region", rationale: "That is not in the neck."}}
    references: [{{cite: "Sample Atlas of the Neck, p. {page}"}}]
    review: {{status: approved, by: Lee Sample, on: 2026-11-20}}
"""

_OTHERS = (
    ("bone", "Which bone carries the atlas's ring on its peg?", "The axis", "The occiput"),
    ("nerve", "Which nerve runs through the trapezius?", "The accessory nerve", "The vagus nerve"),
    ("edge", "What ends the neck below?", "The clavicle", "The mandible"),
)

GOOD_BANK = BANK + "".join(
    _MORE.format(name=name, stem=stem, right=right, wrong=wrong, page=20 + page)
    for page, (name, stem, right, wrong) in enumerate(_OTHERS)
)
"""Four questions; the key of `turning` is wrong, as it turns out in the afternoon."""

FAULTY_BANK = GOOD_BANK.replace("cognitive: recall", "cognitive: recal", 1)
FAULTY_AT = (12, 16)
"""Line and column of what is wrong in it."""

NEXT_BANK = GOOD_BANK.replace('"2026.1"', '"2026.2"').replace("What ends the neck below?", "Where does the neck stop?")
"""A later version that somebody loads too early."""

ANSWERS = {"turning": "b", "bone": "a", "nerve": "a", "edge": "a"}
"""What the keys of `GOOD_BANK` call right."""

COURSE = """\
format: cequiz-course/1
id: harbour-course
title: The Neck by Hand
version: "2026.1"
ce_hours: 2
hour_minutes: 50
delivery: home-study
subjects: [Anatomy]
instructors: [{name: Robin Teacher, credentials: LMT}]
hours_basis: {rule: ncbtmb, words: 24000}
approvals:
  - board: fl
    title: The Neck by Hand
    hours: 2
    from: 2026-01-01
    to: 2027-12-31
    provider_number: 50-12345
    course_number: 20-678901
attestation: The answers are my own.
evaluation:
  required: true
  questions:
    - {id: clear, text: The material was clear., scale: 5}
    - {id: comment, text: What should change?, free: true}
enrolment: code
exams:
  - id: quiz
    title: The neck
    banks: [harbour-neck]
    blueprint: {D1: 4}
    time_limit: 10m
    pass_mark: 75
    cut_score_basis: Provider policy
    attempts: {limit: 3, wait: 1h, prefer_unseen: false}
    navigation: free
    review: {after_pass: full, after_fail: objectives}
    resume: {clock: runs, outage_credit: 5m}
    open_book: true
    required: true
"""

_HEAD = "name,email,licences,course\n"
_ANA = "Ana Souza,ana@example.org,FL:MA12345,harbour-course\n"
_BELA = "Bela Ito,bela@example.org,FL:MA54321,harbour-course\n"
_DORA = "Dora Lang,dora@example.org,FL:MA888,harbour-course\n"

CLASS = _HEAD + _ANA + _BELA + _DORA
FAULTY_CLASS = CLASS.replace("bela@example.org", "bela at example.org")
FAULTY_LINE = 3
FAULTY_COLUMN = 10

LATE_CLASS = "name,email,licences\nEva Berg,eva@example.org,FL:MA4321\n"
