"""A time zone is one that Python and PostgreSQL both know; a row with another stays readable."""

from zoneinfo import available_timezones

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.zones import validate_zone, zone_of
from patients.models import Patient
from tests.patients.hostile import allow, put

pytestmark = pytest.mark.django_db

# The last is what PostgreSQL takes for an offset of its own, and Python for nothing.
UNKNOWN = ["Mars/Olympus", "/etc/passwd", "..", "", "America", "EST5EDT", "+05:00", "Mars/Olympus5"]


@pytest.mark.parametrize("zone", UNKNOWN)
def test_a_zone_that_is_none_is_refused_by_form_and_table(zone, maria, northside):
    with pytest.raises(ValidationError):
        validate_zone(zone)
    for row in (maria, northside):
        with pytest.raises(IntegrityError, match="time_zone_known"), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(time_zone=zone)


def test_every_zone_by_region_is_taken_by_both(northside):
    """That of this machine's lists that both have: one may be newer than the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_timezone_names")
        both = available_timezones() & {name for (name,) in cursor.fetchall()}
    for zone in ("America/Port-au-Prince", "America/North_Dakota/New_Salem", "Etc/GMT+5", "UTC"):
        assert zone in both
        validate_zone(zone)
        type(northside).objects.filter(pk=northside.pk).update(time_zone=zone)


@pytest.mark.parametrize("zone", UNKNOWN[:5])
def test_people_without_a_known_zone_live_by_the_clinics_clock(zone, maria, northside):
    maria.time_zone = zone
    assert zone_of(zone) is None
    assert (maria.zone.key, maria.zone_is_known) == ("America/New_York", False)
    northside.time_zone = maria.clinic.time_zone = zone
    assert (northside.zone.key, northside.zone_is_known, maria.zone.key) == ("UTC", False, "UTC")


def test_what_else_is_in_such_a_row_can_be_changed(maria):
    allow_and_put(maria, time_zone="Mars/Olympus")
    assert Patient.objects.filter(pk=maria.pk).update(phone="555-0199") == 1


def allow_and_put(row, **values):
    """As before the table knew better: its triggers are on again afterwards."""
    allow(type(row))
    put(type(row), [row.pk], **values)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {row._meta.db_table} ENABLE TRIGGER USER")


def test_nobody_is_registered_with_a_zone_that_nobody_knows(client, ada, northside):
    allow_and_put(northside, time_zone="Mars/Olympus")
    client.force_login(ada)
    form = {"name": "Nina New", "number": "N-77", "birth_date": "1980-01-01", "email": "nina@x.example", "language": "en"}  # fmt: skip
    answer = client.post(reverse("register"), form)
    assert answer.status_code == 422
    assert "time zone is not known" in answer.content.decode()
    assert not Patient.objects.filter(number="N-77").exists()
