"""An operator finds a day that got in all the same, and puts it right in somebody's name."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import JobFailure
from patients.models import Procedure, ReviewDue
from tests.patients.hostile import allow, put
from tests.patients.record_data import a_plan, an_injection

pytestmark = pytest.mark.django_db


@pytest.fixture
def injection(trial, episode, dr_kim, now):
    kept = an_injection(episode, dr_kim, now, days_ago=3)
    allow(Procedure)
    put(Procedure, [kept.pk], done_on="0001-01-01")
    return kept


def said(capsys, *words):
    call_command("check_bounds", *words)
    return capsys.readouterr().out


def test_it_names_the_row_and_nobody(injection, maria, northside, now, capsys):
    JobFailure.objects.create(job="review", row=7, error="OverflowError", failed_at=now)
    out = said(capsys)
    assert f"Procedure {injection.pk} done_on: outside of every life\n" in out
    assert "set apart: review 7: OverflowError (1 tries)" in out
    assert "1 values out of bounds" in out
    assert "Maria" not in out


def test_what_was_done_before_birth_is_named_too(trial, episode, dr_kim, now, capsys):
    plan = a_plan(episode, dr_kim, now)
    put(type(plan), [plan.pk], given_on="1950-01-01")
    assert f"SelfManagementPlan {plan.pk} given_on: before the patient was born" in said(capsys)


def test_it_is_put_right_with_history_and_looked_at_again(injection, episode, dr_kim, capsys):
    ReviewDue.objects.all().delete()
    row = ["--set", "Procedure", str(injection.pk), "done_on", "2026-02-27"]
    said(capsys, *row, "--by", dr_kim.email, "--reason", "a slip in the year")
    injection.refresh_from_db()
    assert injection.done_on.isoformat() == "2026-02-27"
    assert ReviewDue.objects.filter(trial__episode=episode).exists()
    assert "0 values out of bounds" in said(capsys)


def test_a_day_of_the_person_is_put_right_without_a_review(episode, maria, dr_kim, capsys):
    ReviewDue.objects.all().delete()
    row = ["--set", "Patient", str(maria.pk), "birth_date", "1971-05-05"]
    said(capsys, *row, "--by", dr_kim.email, "--reason", "a slip of the day")
    maria.refresh_from_db()
    assert maria.birth_date.isoformat() == "1971-05-05"
    assert not ReviewDue.objects.exists()


def test_the_history_names_who_and_why(trial, episode, dr_kim, now, capsys):
    plan = a_plan(episode, dr_kim, now)
    row = ["--set", "SelfManagementPlan", str(plan.pk), "given_on", "2026-02-27"]
    said(capsys, *row, "--by", dr_kim.email, "--reason", "a slip in the year")
    event = plan.events.order_by("pgh_id").last()
    assert event.given_on.isoformat() == "2026-02-27"
    told = event.pgh_context.metadata
    assert (told["user"], told["purpose"], told["reason"]) == (
        dr_kim.pk, "command: check_bounds", "a slip in the year",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "who", "words"),
    [
        (("SelfManagementPlan", "1", "given_on", "2026-02-27"), (), "Say who corrects"),
        (("Nothing", "1", "given_on", "2026-02-27"), ("kim", "x"), "No such row or field"),
        (
            ("SelfManagementPlan", "0", "given_on", "2026-02-27"),
            ("kim", "x"),
            "No such row or field",
        ),
        (
            ("SelfManagementPlan", "plan", "given_on", "9999-12-31"),
            ("kim", "x"),
            "not a possible value",
        ),
        (("SelfManagementPlan", "plan", "given_on", "soon"), ("kim", "x"), "not a possible value"),
    ],
)
def test_what_cannot_be_put_right_is_said(row, who, words, trial, episode, dr_kim, now):
    plan = a_plan(episode, dr_kim, now)
    row = [str(plan.pk) if word == "plan" else word for word in row]
    by = ["--by", dr_kim.email, "--reason", who[1]] if who else []
    with pytest.raises(CommandError, match=words):
        call_command("check_bounds", "--set", *row, *by)


def test_a_zone_and_a_language_that_nobody_knows_are_named_and_put_right(
    maria, northside, dr_kim, capsys
):
    for row, words in ((maria, {"time_zone": "Mars/Olympus", "language": "zz"}), (northside, {"time_zone": ""})):  # fmt: skip
        allow(type(row))
        put(type(row), [row.pk], **words)
    out = said(capsys)
    for line in (f"Clinic {northside.pk} time_zone", f"Patient {maria.pk} time_zone", f"Patient {maria.pk} language"):  # fmt: skip
        assert f"{line}: not known here\n" in out
    assert "Mars" not in out
    by = ["--by", dr_kim.email, "--reason", "the zone left the list"]
    said(capsys, "--set", "Patient", str(maria.pk), "language", "es", *by)
    said(capsys, "--set", "Patient", str(maria.pk), "time_zone", "America/Denver", *by)
    said(capsys, "--set", "Clinic", str(northside.pk), "time_zone", "America/New_York", *by)
    maria.refresh_from_db()
    assert (maria.time_zone, maria.language) == ("America/Denver", "es")
    assert "0 values out of bounds" in said(capsys)
    with pytest.raises(CommandError, match="not a possible value"):
        call_command(
            "check_bounds", "--set", "Patient", str(maria.pk), "time_zone", "Mars/Moat", *by
        )
