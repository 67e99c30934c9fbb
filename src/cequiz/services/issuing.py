"""SPEC for task D (replace this docstring; keep names and signatures; implement on services.ports only).

Every function takes `ports: Ports` first; one deed, one transaction; every deed that changes something writes an AuditRecord.

class Progress (frozen): course (Course), required: tuple[RequiredExam(exam_id, title, passed, finished_at)], attested: bool, evaluation: given | declined | missing | not_required (StrEnum),
    award: Award | None, due: bool (award could be made now), missing: tuple[str, ...] sentences of what is still missing.
progress(unit: Unit, *, student_id: str, course: Course) -> Progress      # a required exam counts when any ended, not voided attempt's newest score passed
settle(ports, *, student_id, course_id, actor) -> Settlement(award: Award | None, certificate: CertificateRecord | None, progress: Progress)
    # makes the award when due, and the certificate when a provider is set; idempotent, also under races (one write transaction). Certificates are also written as files to ports.folder
    # (`<number>.pdf`, 0600, atomically), after the commit; a failure to write the file does not undo the issue (EnvironmentFailed names the folder; `certificate show`/`print` can write it again).
issue_due(ports, *, actor) -> tuple[CertificateRecord, ...]    # every award that has no certificate yet; NotAllowed with a hint when no provider is set
specimen(ports, *, student_id, course_id) -> Drawn(facts, pdf)     # preview of a due or not yet due award; never stored, never numbered; dates: the completion date if known, else today
drawn(ports, *, student_id, course_id) -> Drawn    # what the student's certificate screen shows: the certificate in force, else the specimen (only when the award exists; else WrongState with what is missing)
write_file(ports, drawn or record, *, folder: Path | None=None) -> Path     # specimen file name: `SPECIMEN-<course>-<student id>.pdf`
certificates(ports) -> tuple[CertificateLine(number, student name, course title, hours, completed_on, issued_at, status, sha256)]; certificate(ports, number) -> (record, status); print_certificate(ports, number or drawn, *, actor) -> str (logged in audit)
verify_file(ports, pdf: bytes) / verify_number(ports, number) -> Verification(verdict, fields: tuple[Field], differences, number, status_reason)   # SHA-256 of the bytes first, then every printed field against the record; a SPECIMEN answers specimen; unknown number answers unknown;
    # verify_number re-checks the stored bytes against the stored SHA-256 and the frozen facts. Without a matching record in this store the verdict is unknown and still prints every field.
set_provider(ports, provider, *, actor) ; provider(ports) -> Provider | None
"""
