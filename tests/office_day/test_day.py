"""A whole day of an administrator, on a real store, told as it happens: by the office's screens and by commands."""

from __future__ import annotations

from tests.office_day import afternoon, evening, morning, noon
from tests.office_day.house import Day


async def test_a_day_of_an_administrator(day: Day) -> None:
    """If a step fails, an office could not get through its day."""
    await morning.the_first_administrator_comes_in(day)
    await morning.others_are_taken_in(day)
    morning.the_provider_is_set(day)
    await morning.a_faulty_bank_is_mended_and_loaded(day)
    await morning.a_version_is_taken_out_of_use(day)
    await morning.a_class_is_imported(day)
    await morning.a_student_comes_in_with_a_code(day)
    await morning.somebody_added_twice_becomes_one(day)
    noon.two_students_sit(day)
    await noon.the_proctor_looks_after_them(day)
    await noon.the_student_reads_the_message(day)
    await noon.the_auditor_changes_nothing(day)
    afternoon.two_students_pass(day)
    afternoon.one_fails_and_challenges(day)
    await afternoon.the_challenge_leads_to_a_proposal(day)
    await afternoon.a_second_administrator_approves(day)
    await afternoon.a_name_is_corrected_and_its_certificate_issued_anew(day)
    await afternoon.a_certificate_is_revoked(day)
    await afternoon.certificates_are_printed(day)
    evening.reports_say_the_same_in_every_form(day)
    await evening.completions_are_reported_once(day)
    evening.a_corrected_licence_is_reported_again(day)
    await evening.the_auditor_packs_everything(day)
    await evening.nothing_is_due_for_a_purge(day)
    evening.a_second_class_is_taken_care_of_by_commands(day)
    saved = await evening.a_backup_is_written_while_an_exam_runs(day)
    evening.the_backup_goes_on_in_another_home(day, saved)
    evening.an_exam_is_looked_after_by_commands(day)
    await evening.the_records_are_sound(day)
    await evening.the_audit_log_tells_the_day(day)
