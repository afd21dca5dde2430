"""Maria's own copy, in any language, imports again to the same record: nothing doubled, nothing that was
taken back stands up; and into a new record it brings what counts, to the last digit."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patients.imports.actions.take_back import take_back_import
from patients.logs.actions.log import LogEntry, log_symptoms, withdraw_log
from patients.models import ImportRun, SymptomLog
from patients.portal.export.tables import export_tables_of
from patients.portal.export.zip import write_zip
from tests.factories import EpisodeFactory, LogFactory, PatientFactory

KEPT = (
    "local_date", "logged_at", "is_late", "average_pain", "worst_pain", "interference", "neck_pain", "back_pain",
    "arm_pain", "leg_pain", "programme", "medicine", "flare", "nothing_new", "note", "submission_id",
)  # fmt: skip


def copy_of(patient, language="en"):
    """The ZIP file that the patient takes away."""
    file = io.BytesIO()
    with translation.override(language):
        write_zip(file, patient, export_tables_of(patient))
    return file.getvalue()


@pytest.fixture
def bring_in(tmp_path, ada, capsys):
    """Import a file for a patient; the run."""

    def run(content, patient, name="my-record.zip"):
        file = tmp_path / f"{uuid4()}-{name}"
        file.write_bytes(content)
        call_command("import_logs", str(file), "--patient", str(patient.pk))
        capsys.readouterr()
        return ImportRun.objects.latest("pk")

    return run


def logs_of(patient, **only):
    rows = SymptomLog.objects.filter(episode__patient=patient, **only)
    return list(rows.order_by("logged_at", "submission_id").values(*KEPT))


optional = st.none() | st.integers(0, 10)
WORDS = st.text(
    st.characters(exclude_categories=["C"], include_characters="\n='+-@,;\"|\t"), max_size=60
).map(lambda text: text.replace("\r", "").strip())
ENTRIES = st.builds(
    dict,
    average_pain=st.integers(0, 10),
    worst_pain=optional,
    interference=optional,
    neck_pain=optional,
    back_pain=optional,
    arm_pain=optional,
    leg_pain=optional,
    programme=st.sampled_from(["", *SymptomLog.Programme.values]),
    medicine=st.sampled_from(["", *SymptomLog.Medicine.values]),
    flare=st.booleans(),
    nothing_new=st.booleans(),
    note=WORDS,
    minutes=st.integers(0, 400 * 24 * 60),
    microseconds=st.integers(0, 59_999_999),
    late=st.booleans(),
    withdrawn=st.booleans(),
)
RECORDS = st.lists(ENTRIES, min_size=1, max_size=8)


def keep(episode, entries):
    """A record of these entries, through the actions that a patient uses."""
    patient = episode.patient
    for entry in entries:
        answers = dict(entry)
        spent = timedelta(minutes=answers.pop("minutes"), microseconds=answers.pop("microseconds"))
        now = datetime(2025, 1, 2, 12, tzinfo=UTC) + spent
        late, withdrawn = answers.pop("late"), answers.pop("withdrawn")
        day = patient.local_date(now) - timedelta(days=late)
        said = LogEntry(local_date=day, **answers)
        log = log_symptoms(
            episode=episode, entry=said, submission_id=uuid4(), by=episode.opened_by, now=now
        ).log
        if withdrawn:
            withdraw_log(log=log, now=now)


@pytest.mark.usefixtures("protocol")
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(entries=RECORDS, language=st.sampled_from(["en", "es"]))
def test_whatever_a_record_holds(entries, language, northside, dr_kim, bring_in):
    maria = PatientFactory(clinic=northside, by=dr_kim, number=f"N-{uuid4()}")
    keep(EpisodeFactory(patient=maria, by=dr_kim), entries)
    new = PatientFactory(clinic=northside, by=dr_kim, number=f"N-{uuid4()}")
    EpisodeFactory(patient=new, by=dr_kim)
    before, copy = logs_of(maria), copy_of(maria, language)

    again, elsewhere = bring_in(copy, maria), bring_in(copy, new)

    withdrawn = sum(entry["withdrawn"] for entry in entries)
    assert (again.counts.taken_in_all, again.counts.bad) == (0, 0)
    assert (again.counts.known, again.counts.withdrawn) == (len(entries) - withdrawn, withdrawn)
    assert logs_of(maria) == before
    assert (elsewhere.counts.bad, elsewhere.counts.to_note) == (0, {})
    assert logs_of(new) == logs_of(maria, withdrawn_at=None)
    assert logs_of(new, withdrawn_at=None) == logs_of(new)


# --- Stories ------------------------------------------------------------------------------------


@pytest.fixture
def bob(northside, dr_kim, protocol):
    """A new record for the same person at another clinic's desk."""
    bob = PatientFactory(clinic=northside, by=dr_kim, number="N-new")
    EpisodeFactory(patient=bob, by=dr_kim)
    return bob


def sheet_of(patient, name="symptom-log"):
    with zipfile.ZipFile(io.BytesIO(copy_of(patient, "es"))) as archive:
        return archive.read(f"{name}.csv").decode("utf-8-sig")


def test_words_are_for_people_and_codes_for_machines(episode, maria):
    LogFactory(episode=episode, programme="rest", medicine="extra")

    (row,) = csv.DictReader(io.StringIO(sheet_of(maria)))

    assert row["programme_code"] == "rest"
    assert row["programme"] not in {"rest", "Not planned today"}
    assert (row["medicine_code"], row["region_code"], row["source_code"]) == (
        "extra", "back", "patient",
    )  # fmt: skip


def test_neck_and_back_find_their_way_home(episode, maria, dr_kim, bob, bring_in):
    neck = EpisodeFactory(patient=maria, by=dr_kim, region="neck")
    LogFactory(episode=episode, average_pain=3)
    LogFactory(episode=neck, average_pain=8)
    other = EpisodeFactory(patient=bob, by=dr_kim, region="neck")

    bring_in(copy_of(maria), bob)

    assert [log.average_pain for log in SymptomLog.objects.filter(episode=other)] == [8]
    assert len(logs_of(bob)) == 2


def test_a_note_of_many_lines_comes_whole(episode, maria, bob, bring_in):
    note = "\n".join(f"line {number}" for number in range(60))
    LogFactory(episode=episode, note=note)

    bring_in(copy_of(maria), bob)

    assert logs_of(bob)[0]["note"] == note


def test_what_a_spreadsheet_made_of_the_copy_is_known_all_the_same(episode, maria, bring_in, now):
    """Opened and saved: the days look otherwise, the rows still know which logs they are."""
    LogFactory(episode=episode, local_date=(now - timedelta(days=5)).date())
    rows = list(csv.DictReader(io.StringIO(sheet_of(maria))))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";")
    writer.writeheader()
    for row in rows:
        day = datetime.fromisoformat(row["local_date"])
        writer.writerow({**row, "local_date": day.strftime("%m/%d/%y"), "average_pain": "10"})

    run = bring_in(out.getvalue().encode("utf-16"), maria, name="logs.csv")

    assert (run.counts.known, run.counts.taken_in_all) == (1, 0)
    assert logs_of(maria)[0]["average_pain"] == 6


def test_what_was_taken_back_with_its_import_does_not_stand_up(episode, maria, ada, bring_in):
    run = bring_in(b"date,pain\n2025-05-03,4\n", maria, name="diary.csv")
    copy = copy_of(maria)
    take_back_import(run=run, by=ada, now=timezone.now())

    again = bring_in(copy, maria)

    assert (again.counts.known, again.counts.taken_in_all) == (1, 0)
    assert logs_of(maria, withdrawn_at=None) == []


def test_the_sheet_with_each_change_is_no_diary(episode, maria, bob, bring_in):
    LogFactory(episode=episode)

    with pytest.raises(CommandError, match="Import the sheet symptom-log instead"):
        bring_in(sheet_of(maria, "symptom-log-history").encode(), bob, name="history.csv")


def test_the_copy_of_a_record_without_logs_brings_nothing(maria, episode, bob, bring_in):
    assert bring_in(copy_of(maria), bob).counts.rows == 0


def test_a_log_with_a_name_that_is_none_is_a_bad_line(episode, maria, bob, bring_in):
    LogFactory(episode=episode)
    (log,) = SymptomLog.objects.all()
    spoilt = sheet_of(maria).replace(str(log.submission_id), "=1+1")

    run = bring_in(spoilt.encode(), bob, name="logs.csv")

    assert run.bad_lines.get().reason == "“=1+1” is not the name of a log."
