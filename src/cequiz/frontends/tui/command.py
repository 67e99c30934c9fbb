"""What a command is, and the places where commands work. It knows neither screens nor the commands themselves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

from cequiz.language import mark


class Scope(StrEnum):
    """Where a command works; the value is the heading in the help."""

    EVERYWHERE = mark("Everywhere")
    HOME = mark("Home")
    FORM = mark("Forms")
    CONFIRM = mark("Your certificate's name")
    BRIEFING = mark("Before an exam")
    EXAM = mark("During an exam")
    FIGURE = mark("A figure")
    QUESTIONS = mark("List of questions")
    CHALLENGE = mark("What is wrong with a question")
    PRACTICE = mark("Practice")
    CHECK = mark("Before handing in")
    RESULT = mark("Result")
    REVIEW = mark("Your answers")
    EVALUATION = mark("Course evaluation")
    CERTIFICATE = mark("Certificate")
    DIALOG = mark("Questions that wait for a yes or a no")
    NOTE = mark("Notes")
    OFFICE = mark("The office")
    AUDIT_LOG = mark("Audit log")
    CARE = mark("Care")
    STUDENTS = mark("Students")
    STUDENT = mark("A student's file")
    ROLL = mark("Importing students")
    ENROLLING = mark("Enrolling a student")
    TOUCHED = mark("Certificates that show what was corrected")
    CODES = mark("Enrolment codes")
    TWINS = mark("Finding the other one of a student")
    MERGE = mark("Merging a student who was added twice")
    TRANSCRIPT = mark("A transcript")
    STAFF = mark("Staff")
    LIVE = mark("Exams in progress")
    LIVE_ATTEMPT = mark("An exam in progress")
    ATTEMPT_FILE = mark("An exam that has ended")
    OUTAGES = mark("Outages to decide on")
    BANKS = mark("Banks and courses")
    BANK = mark("A bank")
    ITEM = mark("A question")
    BANK_VERSIONS = mark("Comparing versions")
    COURSE = mark("A course")
    BANK_FILES = mark("Checking and loading files")
    KEY_PREVIEW = mark("What a change of keys would do")
    PROPOSALS = mark("Key changes")
    QUEUE = mark("Challenges")
    QUEUE_ENTRY = mark("A challenge")
    CERTIFICATES = mark("Certificates")
    CERTIFICATE_FILE = mark("A certificate's file")
    CERTIFICATE_DUE = mark("A certificate that is due")
    REPORTS = mark("Reports")
    REPORT = mark("A report")
    BROKER = mark("The CE Broker roster")
    BATCHES = mark("Batches that were reported")
    BATCH = mark("A batch")
    AUDIT_PACK = mark("Audit pack")
    RETENTION = mark("Retention")
    PROVIDER = mark("Provider and keys")


class Needs(Enum):
    """What a command needs of the world around the terminal."""

    NOTHING = "nothing"
    MACHINE = "machine"
    """That the machine's own files, printer and viewer are the person's."""
    HANDING_OVER = "handing_over"
    """That a file can be handed over to the person."""


@dataclass(frozen=True)
class Command:
    """One thing a person can ask for."""

    id: str
    """Unique in its scope; the screen's method is `action_<id>`."""
    key: str
    """Textual's names of the keys, separated by commas."""
    label: str
    """One or two words for the key line; empty where it is left out there."""
    help: str
    """One sentence."""
    scope: Scope
    shown: str
    """The key as a person reads it."""
    each: bool = False
    """Whether the action is told which of the keys was pressed."""
    anywhere: bool = False
    """Whether it works inside a text field too."""
    needs: Needs = Needs.NOTHING
