"""The database refuses bad states of owning, sleeping, teams and covers; each is attacked."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.db.models import F

from patients.care_team.actions.care_team import (
    break_glass,
    join_care_team,
    set_care_team_only,
    set_cover,
)
from patients.flags.actions import request_review
from patients.models import BreakGlass, CareTeamMember, Cover, Flag, SavedView
from patients.worklist.actions.saved_views import save_view
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(episode, maria, protocol, dr_kim, now):
    """One of each, made through actions."""
    request_review(episode=episode, reason="", protocol=protocol, now=now)
    kim = dr_kim.membership_as()
    lee = StaffFactory(clinic=maria.clinic, role="clinician", name="Dr. Lee")
    join_care_team(patient=maria, membership=kim, by=dr_kim, now=now)
    set_cover(
        absent=kim, membership=lee.membership_as(), period=(now, now + timedelta(days=1)),
        by=dr_kim, now=now,
    )  # fmt: skip
    set_care_team_only(clinic=maria.clinic, on=True)
    wu = StaffFactory(clinic=maria.clinic, role="clinician", name="Dr. Wu")
    break_glass(patient=maria, membership=wu.membership_as(), reason="On call", now=now)
    save_view(user=dr_kim, name="Mine", query="list=mine")


def refuses(name, change):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change()


@pytest.mark.parametrize(
    ("model", "fields", "name"),
    [
        (Flag, {"assigned_by": F("episode__patient__registered_by")}, "flag_assigned_to_somebody"),
        (Flag, {"last_snoozed_at": F("opened_at")}, "flag_last_snoozed_at_with_by"),
        (Flag, {"discuss_at": F("opened_at")}, "flag_discuss_at_with_by"),
        (Flag, {"discuss_note": "Why?"}, "flag_discuss_at_with_by"),
        (CareTeamMember, {"until": F("since")}, "care_team_until_with_by"),
        (CareTeamMember, {"ended_by": F("added_by")}, "care_team_until_with_by"),
        (
            CareTeamMember,
            {"until": F("since") - timedelta(1), "ended_by": F("added_by")},
            "care_team_until_with_by",
        ),
        (Cover, {"membership": F("absent")}, "nobody_covers_for_themselves"),
        (Cover, {"until": F("from_at") - timedelta(1)}, "cover_ends_after_its_start"),
        (SavedView, {"name": ""}, "saved_view_has_name"),
    ],
)
def test_a_bad_state_is_refused(rows, model, fields, name):
    if model is Flag and "assigned_by" in fields:
        fields = {"assigned_by": Flag.objects.get().episode.patient.registered_by}
    refuses(name, lambda: model.objects.update(**fields))


def copy(row, **fields):
    row.pk = None
    for field, value in fields.items():
        setattr(row, field, value)
    row.save(force_insert=True)


@pytest.mark.parametrize(
    ("model", "fields", "name"),
    [
        (CareTeamMember, {}, "once_on_a_care_team"),
        (SavedView, {}, "one_saved_view_per_name"),
        (BreakGlass, {"reason": ""}, "break_glass_has_reason"),
    ],
)
def test_a_bad_row_is_refused(rows, model, fields, name):
    refuses(name, lambda: copy(model.objects.get(), **fields))


def test_an_emergency_opening_ends(rows):
    glass = BreakGlass.objects.get()
    refuses("break_glass_ends", lambda: copy(glass, until=glass.at))


@pytest.mark.parametrize(
    "change",
    [lambda: BreakGlass.objects.update(reason="x"), lambda: BreakGlass.objects.all().delete()],
)
def test_an_emergency_opening_is_kept_as_it_was(rows, change):
    with pytest.raises(ProgrammingError, match="pgtrigger: Cannot"), transaction.atomic():
        change()
