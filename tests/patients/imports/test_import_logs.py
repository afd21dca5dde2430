"""A diary comes into the record: by the command, and what the record holds afterwards."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from patients.models import ImportBadLine, ImportRun, ReviewDue, SymptomLog
from tests import factories
from tests.patients.diaries import FAULTS

REASONS = {
    4: "“30-Nov--0001” is no day.",
    5: "The line with the names of the columns is repeated here.",
    6: "There is no day -3 in a month.",
    7: "“10.5” is more than 10.",
    8: "“86” is more than 10. It may be from a scale of 0 to 100.",
    9: "“inf” is not a score: give a number from 0 to 10.",
    10: "“nan” is not a score: give a number from 0 to 10.",
    11: "The score is empty.",
    15: "It says the same as line 13.",
    16: "2190-01-01 is in the future.",
    17: "1919-01-01 is before the patient was born.",
    18: "The line has 4 columns, the first line has 6.",
    19: "The line has 8 columns, the first line has 6.",
    20: "The line holds a NUL byte.",
    21: "The line is longer than 10,000 characters.",
    22: "It is about 2025-05-04 but was typed on 2025-05-03, before that day.",
    23: "A quotation mark is opened and not closed.",
    24: "The patient has no open episode for the neck.",
    29: "“2025-4-31” is not in the calendar.",
    30: "The month is missing.",
}


@pytest.fixture
def run_command(maria, ada, capsys):
    """`manage.py import_logs` for Maria; returns what it printed."""

    def run(file, *options, patient=maria.number):
        call_command("import_logs", str(file), "--patient", patient, *options)
        return capsys.readouterr().out

    return run


@pytest.fixture
def diary(tmp_path):
    """A diary on disk."""

    def write(*lines, name="diary.csv"):
        file = tmp_path / name
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file

    return write


def days_and_scores(episode):
    rows = SymptomLog.objects.filter(episode=episode).order_by("logged_at")
    return list(rows.values_list("local_date", "average_pain"))


def test_every_good_line_is_taken_and_every_bad_one_named(run_command, episode):
    said = run_command(FAULTS)

    assert days_and_scores(episode) == [
        (date(2025, 5, 1), 3),
        (date(2025, 5, 2), 0),
        (date(2025, 5, 3), 5),
        (date(2025, 5, 3), 3),
        (date(2025, 5, 5), 10),
        (date(2025, 5, 5), 6),
        (date(2025, 8, 12), 6),
    ]
    assert dict(ImportBadLine.objects.values_list("line", "reason")) == REASONS
    for line, reason in REASONS.items():
        assert f"Line {line}: {reason}\n" in said
    assert "Rows read: 31\n" in said
    assert "Reports imported: 7 (back 7)\n" in said
    assert "Left out, about something else: 3 (happiness 1, Knee Pain 1, Genou été 1)\n" in said
    assert "Bad lines: 20\n" in said
    assert "a half goes up): 3\n" in said
    assert "day known from the time typed only: 1\n" in said
    assert "typed after the day: 1\n" in said
    assert "cells that could not be read, in the note: 1 (date 1)\n" in said
    assert "Empty lines: 1\n" in said


def test_an_imported_log_says_where_it_comes_from(run_command, diary, episode, ada):
    run_command(diary("date,pain", "2025-08-13 02:07:55,6"))

    log = SymptomLog.objects.get()
    assert log.source == "import"
    assert log.entered_by == ada
    assert log.logged_at == datetime(2025, 8, 13, 2, 7, 55, tzinfo=ZoneInfo("America/New_York"))


def test_history_names_the_administrator_and_the_command(run_command, diary, episode, ada):
    run_command(diary("date,pain", "2025-05-03,6"))

    context = SymptomLog.objects.get().events.get().pgh_context
    assert context.metadata == {"user": ada.pk, "purpose": "command: import_logs"}


def test_the_same_file_again_imports_nothing(run_command, episode):
    run_command(FAULTS)

    said = run_command(FAULTS)

    assert SymptomLog.objects.count() == 7
    assert "Reports imported: 0\n" in said
    assert "Imported before: 7\n" in said


def test_new_lines_in_a_known_file_are_the_only_ones_taken(run_command, diary, episode):
    lines = ["date,pain", "2025-05-03,6", "2025-05-04,5"]
    run_command(diary(*lines))

    said = run_command(diary(*lines, "2025-05-05,4", "2025-05-04,5"))

    assert [score for _day, score in days_and_scores(episode)] == [6, 5, 4]
    assert "Reports imported: 1 (back 1)\n" in said
    assert "Line 5: It says the same as line 3.\n" in said


def test_a_dry_run_says_the_same_and_leaves_nothing(run_command, episode):
    said = run_command(FAULTS, "--dry-run")

    assert "Reports that would be imported: 7 (back 7)\n" in said
    assert "Line 15: It says the same as line 13.\n" in said
    assert not SymptomLog.objects.exists()
    assert not ImportRun.objects.exists()


def test_running_trials_are_looked_at_afterwards(run_command, diary, trial):
    ReviewDue.objects.all().delete()

    run_command(diary("date,pain", "2025-05-03,6"))

    assert [due.trial for due in ReviewDue.objects.all()] == [trial]


def test_a_file_that_adds_nothing_wakes_nobody(run_command, diary, trial):
    file = diary("date,pain", "2025-05-03,6")
    run_command(file)
    ReviewDue.objects.all().delete()

    run_command(file)

    assert not ReviewDue.objects.exists()


def test_a_long_unsorted_diary_is_read_in_chunks(run_command, diary, episode, monkeypatch):
    monkeypatch.setattr("patients.imports.actions.read_chunks.CHUNK", 3)
    lines = [f"2025-05-{day:02},{day % 11}" for day in (9, 2, 17, 4, 9, 11, 1, 20, 2)]

    said = run_command(diary("date,pain", *lines))

    assert [day.day for day, _score in days_and_scores(episode)] == [1, 2, 4, 9, 11, 17, 20]
    assert "Line 6: It says the same as line 2.\n" in said
    assert "Line 10: It says the same as line 3.\n" in said


# --- What the person at the command says --------------------------------------------------------


def test_a_name_that_is_not_the_spine_is_taken_when_asked_for(run_command, diary, episode):
    file = diary("name,date,pain", "Knee Pain,2025-05-03,6", "Back pain,2025-05-03,3")

    said = run_command(file, "--region", "Knee Pain", "Back pain=leave_out")

    assert days_and_scores(episode) == [(date(2025, 5, 3), 6)]
    assert "something else: 1 (Back pain 1)" in said


def test_neck_and_back_go_to_their_own_episodes(run_command, diary, episode, maria, dr_kim):
    neck = factories.EpisodeFactory(patient=maria, by=dr_kim, region="neck")

    run_command(
        diary("name,date,pain", "Neck pain,2025-05-03,6", "Low Back Pain,2025-05-03,3", "Arm,x,y"),
        "--region",
        "arm=neck",
        "--region",
        "hip=back",
    )

    assert [score for _day, score in days_and_scores(neck)] == [6]
    assert [score for _day, score in days_and_scores(episode)] == [3]


def test_an_episode_takes_the_reports_of_its_region(run_command, diary, episode, maria, dr_kim):
    neck = factories.EpisodeFactory(patient=maria, by=dr_kim, region="neck")

    run_command(diary("date,pain", "2025-05-03,6"), "--episode", str(neck.pk))

    assert SymptomLog.objects.get().episode == neck


def test_a_column_that_was_guessed_wrong_is_named_by_hand(run_command, diary, episode):
    file = diary("when,pain,how bad", "2025-05-03,yes,6")

    said = run_command(file, "--map", "how bad=average_pain", "when=local_date", "pain=")

    assert days_and_scores(episode) == [(date(2025, 5, 3), 6)]
    assert "Columns: how bad = average_pain, when = local_date\n" in said


def test_times_are_the_patients_unless_another_zone_is_named(run_command, diary, episode):
    run_command(diary("timestamp,pain", "2025-05-03 02:00:00,6"), "--zone", "UTC")

    log = SymptomLog.objects.get()
    assert (log.local_date, log.logged_at) == (
        date(2025, 5, 2),
        datetime(2025, 5, 3, 2, tzinfo=UTC),
    )


def test_the_patient_may_be_named_by_id(run_command, diary, episode, maria):
    run_command(diary("date,pain", "2025-05-03,6"), patient=str(maria.pk))

    assert SymptomLog.objects.get().episode == episode


def test_among_several_administrators_one_is_named(run_command, diary, episode, northside):
    bea = factories.StaffFactory(clinic=northside, role="administrator", name="Bea Bold")
    file = diary("date,pain", "2025-05-03,6")
    with pytest.raises(CommandError, match="several administrators: say who, with --by EMAIL"):
        run_command(file)

    run_command(file, "--by", bea.email.upper())

    assert SymptomLog.objects.get().entered_by == bea


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--map", "pain"], "Write --map COLUMN=FIELD"),
        (["--map", "pain=agony"], "“agony” is not a field"),
        (["--map", "date="], "No column is given for the day"),
        (["--region", "Knee=knee"], "knee is not a region. Use neck, back, leave_out"),
        (["--episode", "0"], "has no episode 0"),
        (["--zone", "Mars"], "Mars is not a time zone"),
        (["--by", "nobody@clinic.example"], "has no such administrator"),
    ],
)
def test_a_command_that_cannot_be_followed_says_why(run_command, diary, episode, options, why):
    with pytest.raises(CommandError, match=why):
        run_command(diary("date,pain", "2025-05-03,6"), *options)

    assert not ImportRun.objects.exists()


def test_a_missing_file_and_an_unknown_patient_are_named(run_command, diary, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        run_command(tmp_path / "nothing.csv")
    for nobody in ("N-0", "0"):
        with pytest.raises(CommandError, match=f"No patient has the number or the id {nobody}"):
            run_command(diary("date,pain"), patient=nobody)


def test_a_number_that_two_clinics_use_needs_the_id(run_command, diary, maria, ann, southside):
    other = factories.PatientFactory(clinic=southside, by=ann, number=maria.number)

    with pytest.raises(CommandError, match=rf"give the id: {maria.pk} \(North.*{other.pk} \(South"):
        run_command(diary("date,pain"))


def test_without_an_open_episode_nothing_is_read(run_command, diary, maria):
    with pytest.raises(CommandError, match="Maria Ortiz has no open episode"):
        run_command(diary("date,pain", "2025-05-03,6"))


@pytest.mark.parametrize(
    ("header", "options"), [("date,pain", []), ("name,date,pain", ["--region", "Knee"])]
)
def test_with_two_open_episodes_somebody_has_to_say_which(
    run_command, diary, episode, maria, dr_kim, header, options
):
    factories.EpisodeFactory(patient=maria, by=dr_kim, region="neck")

    with pytest.raises(CommandError, match="two open episodes: say which one"):
        run_command(diary(header), *options)


def test_a_file_without_a_single_report_says_how_to_ask_for_more(run_command, diary, episode):
    said = run_command(diary("name,date,pain", "Knee Pain,2025-05-03,6"))

    assert "Nothing names the neck or the back." in said
    assert "--region 'Knee Pain=back'" in said


def test_on_a_terminal_the_command_shows_how_far_it_is(run_command, episode, monkeypatch, capsys):
    monkeypatch.setattr("patients.imports.actions.read_chunks.CHUNK", 20)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)

    call_command("import_logs", str(FAULTS), "--patient", episode.patient.number)

    assert capsys.readouterr().err.endswith("\r100 % read\n")


def test_an_interrupted_command_keeps_what_it_took_and_says_so(
    run_command, diary, trial, monkeypatch
):
    ReviewDue.objects.all().delete()
    monkeypatch.setattr("patients.imports.actions.read_chunks.CHUNK", 1)
    reads = iter([None])

    def interrupted(*_args):
        if next(reads, "stop"):
            raise KeyboardInterrupt

    monkeypatch.setattr(
        "patients.management.commands.import_logs.Command._show_progress", interrupted
    )
    with pytest.raises(KeyboardInterrupt):
        run_command(diary("date,pain", "2025-05-03,6", "2025-05-04,6", "2025-05-05,6"))

    run = ImportRun.objects.get()
    assert run.state == "failed"
    assert SymptomLog.objects.count() == 2
    assert ReviewDue.objects.filter(trial=trial).exists()
    assert not run.seen_rows.exists()
