"""Ada answers who opened Maria's record, and signs for a month."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from patients.care_team.actions.access import note_access
from patients.care_team.actions.care_team import break_glass, set_care_team_only
from patients.models import AccessLog, AccessReview, Patient
from patients.who_looked.actions import NotOver, SayWhatWasDone, SignedBefore, sign_review
from tests.factories import PatientFactory, StaffFactory
from tests.pages import drawn
from tests.stage import staged

pytestmark = pytest.mark.django_db
FEBRUARY = date(2026, 2, 1)
NOON = datetime(2026, 2, 10, 17, tzinfo=UTC)  # in New York


@staged
def ben(northside, dr_kim):
    return PatientFactory(clinic=northside, by=dr_kim, name="Ben Shaw", number="B-7")


@staged
def looked(maria, ben, dr_kim, sam, stella, dr_strand):
    """Dr. Kim opened Maria's flag, Sam a visit of Ben's; in Southside somebody opened Stella's record."""
    note_access(patient=maria, user=dr_kim, page="flag", now=NOON)
    note_access(patient=ben, user=sam, page="visit", now=NOON + timedelta(days=1))
    note_access(patient=stella, user=dr_strand, page="record", now=NOON)


@pytest.fixture
def front(ada, looked, sign_in):
    return sign_in(ada)


def shown(front, **asked):
    asked = {"first": "2026-02-01", "last": "2026-02-28"} | asked
    page = front.post(reverse("who_looked"), asked, follow=True)
    return [(line.patient.name, line.user.name, what) for line, what in page.context["rows"]]


MARIAS = ("Maria Ortiz", "Dr. Kim", "A flag and its evidence")
BENS = ("Ben Shaw", "Sam Silva", "A visit")


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        ({}, [BENS, MARIAS]),
        ({"q": "ortíz"}, [MARIAS]),
        ({"q": "b7"}, [BENS]),
        ({"q": "stella"}, []),
        ({"first": "2026-02-11"}, [BENS]),
        ({"last": "2026-02-10"}, [MARIAS]),
        ({"emergency": "on"}, []),
    ],
)
def test_by_patient_by_day_and_emergencies_apart(front, asked, lines):
    assert shown(front, **asked) == lines


def test_by_person(front, dr_kim):
    assert shown(front, user=dr_kim.pk) == [MARIAS]


def test_a_name_stands_in_no_address(front):
    address = front.post(
        reverse("who_looked"), {"q": "Ortiz", "first": "2026-02-01", "last": "2026-02-28"}
    ).url
    assert "Ortiz" not in address


@pytest.mark.parametrize(
    "wrong",
    [{"first": ""}, {"first": "x"}, {"last": "2026-01-01"}, {"user": "999999"}, {"user": "x"}],
)
def test_what_makes_no_sense_is_said(front, wrong):
    asked = {"first": "2026-02-01", "last": "2026-02-28"} | wrong
    assert front.post(reverse("who_looked"), asked).status_code == 422
    assert front.get(reverse("who_looked_file"), asked).status_code == 404


def test_emergency_access_is_shown_with_its_reason(front, maria, northside, now):
    set_care_team_only(clinic=northside, on=True)
    maria.refresh_from_db()
    lee = StaffFactory(clinic=northside, role="clinician", name="Dr. Lee").membership_as()
    break_glass(patient=maria, membership=lee, reason="Collapsed in the waiting room", now=now)
    page = drawn(front.get(reverse("who_looked")))
    assert "Collapsed in the waiting room" in page
    assert shown(front, last="2026-03-02", emergency="on") == [
        ("Maria Ortiz", "Dr. Lee", "Emergency access")
    ]


def test_a_page_goes_on_behind_the_last_line(front, maria, dr_kim):
    for minute in range(60):
        note_access(
            patient=maria, user=dr_kim, page="record", now=NOON - timedelta(minutes=minute % 3)
        )
    first = front.get(reverse("who_looked"), {"first": "2026-02-01", "last": "2026-02-28"})
    rest = front.get(f"{reverse('who_looked')}?{first.context['next_page']}")
    keys = [line.pk for page in (first, rest) for line, _what in page.context["rows"]]
    assert len(keys) == len(set(keys)) == 62


def file(front, **asked):
    asked = {"first": "2026-02-01", "last": "2026-02-28"} | asked
    return front.get(reverse("who_looked_file"), asked).getvalue().decode("utf-8-sig")


def test_as_a_file_no_cell_is_a_formula(front, maria):
    Patient.objects.filter(pk=maria.pk).update(name="=HYPERLINK(1)")
    rows = list(csv.reader(io.StringIO(file(front))))
    assert rows[0] == ["at", "person", "patient", "record_number", "opened"]
    assert rows[2][1:3] == ["Dr. Kim", "'=HYPERLINK(1)"]
    assert len(rows) == 3


def test_as_json_the_same_lines(front, maria):
    told = json.loads(file(front, format="json"))
    assert [each["patient"] for each in told] == ["Ben Shaw", "Maria Ortiz"]
    assert told[1]["at"] == "2026-02-10T12:00:00-05:00"
    assert json.loads(file(front, format="json", first="2026-02-20")) == []


def review(month="2026-02"):
    return reverse("access_review", args=[month])


def test_a_month_is_signed_once_it_is_over(front, ada, now):
    assert "Nothing unusual was found." in drawn(front.get(review()))
    assert front.post(review()).url == reverse("who_looked")
    signed = AccessReview.objects.get()
    assert (signed.signed_by, signed.month, signed.looked, signed.unusual) == (ada, FEBRUARY, 2, 0)
    assert "signed by Ada Abel" in drawn(front.get(reverse("who_looked")))
    assert "I have looked at this month" not in drawn(front.get(review()))


def test_the_running_month_is_not_signed(front, ada, now):
    assert "It can be signed when the month is over." in drawn(front.get(review("2026-03")))
    assert front.post(review("2026-03")).status_code == 422
    with pytest.raises(NotOver):
        sign_review(at=ada.membership_as(), month=date(2026, 3, 1), note="", now=now)


def test_midnight_is_the_clinics(ada, looked):
    """On the last evening of February it is March in Greenwich."""
    evening = datetime(2026, 3, 1, 4, 59, tzinfo=UTC)
    with pytest.raises(NotOver):
        sign_review(at=ada.membership_as(), month=FEBRUARY, note="", now=evening)
    sign_review(at=ada.membership_as(), month=FEBRUARY, note="", now=evening + timedelta(minutes=1))


def test_what_is_unusual_asks_for_words(front, maria, northside, now):
    namesake = StaffFactory(clinic=northside, role="clinician", name="Ana Ortiz")
    note_access(patient=maria, user=namesake, page="record", now=NOON)
    page = drawn(front.get(review()))
    assert "<strong>Same surname</strong>: Ana Ortiz" in page
    refused = front.post(review(), {"note": ""})
    assert (refused.status_code, AccessReview.objects.exists()) == (422, False)
    assert "Say what was asked and what came of it." in drawn(refused)
    front.post(review(), {"note": "Her patient, asked on March 2."})
    assert AccessReview.objects.get().unusual == 1


def test_the_second_of_two_who_sign_is_told(front, ada, now):
    sign_review(at=ada.membership_as(), month=FEBRUARY, note="", now=now)
    with pytest.raises(SignedBefore):
        sign_review(at=ada.membership_as(), month=FEBRUARY, note="", now=now)
    page = front.post(review(), follow=True)
    assert "A colleague has signed this month already." in drawn(page)
    assert AccessReview.objects.count() == 1


def test_words_are_asked_for_by_the_action_too(ada, maria, northside, now):
    namesake = StaffFactory(clinic=northside, role="clinician", name="Ana Ortiz")
    note_access(patient=maria, user=namesake, page="record", now=NOON)
    with pytest.raises(SayWhatWasDone):
        sign_review(at=ada.membership_as(), month=FEBRUARY, note="", now=now)


@pytest.mark.parametrize("month", ["2026-13", "1999-01", "2026-00", "9999-01"])
def test_no_month_is_not_there(front, month):
    assert front.get(f"/who-looked/{month}/").status_code == 404


def test_another_clinics_openings_are_in_no_list_and_no_count(looked, ann, sign_in):
    page = sign_in(ann).get(review())
    assert page.context["looked"] == 1
    assert "Maria" not in drawn(page)


def test_the_month_takes_the_same_queries_however_many_lines(
    front, maria, dr_kim, django_assert_num_queries, django_assert_max_num_queries
):
    front.get(review())
    with django_assert_max_num_queries(12) as few:
        front.get(review())
    for minute in range(40):
        note_access(patient=maria, user=dr_kim, page="record", now=NOON + timedelta(minutes=minute))
    with django_assert_num_queries(len(few)):
        front.get(review())


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"month": date(2026, 2, 2)}, "access_review_of_a_month"),
        ({"unusual": 1}, "access_review_says_what_was_done"),
        ({"month": date(1999, 1, 1)}, "access_review_month_in_bounds"),
    ],
)
def test_the_table_refuses_half_a_review(northside, ada, now, fields, name):
    whole = {
        "clinic": northside, "month": FEBRUARY, "looked": 1, "unusual": 0, "signed_at": now, "signed_by": ada,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        AccessReview.objects.create(**whole | fields)


def test_a_signed_month_is_changed_by_nobody(ada, now):
    sign_review(at=ada.membership_as(), month=FEBRUARY, note="", now=now)
    for change in (
        lambda: AccessReview.objects.update(note="x"),
        AccessReview.objects.all().delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert AccessReview.objects.get().note == ""


def test_by_night_is_by_the_clock_of_the_clinic(front, maria, dr_kim):
    note_access(patient=maria, user=dr_kim, page="record", now=datetime(2026, 2, 5, 4, tzinfo=UTC))
    with time_machine.travel(datetime(2026, 3, 2, 14, tzinfo=UTC), tick=False):
        assert "At night" in drawn(front.get(review()))
    assert AccessLog.objects.count() == 4


def test_months_are_listed_from_the_first_opening_on(front, ada, ann, maria, dr_kim, sign_in):
    assert [month for month, _review in front.get(reverse("who_looked")).context["months"]] == [
        FEBRUARY
    ]
    note_access(patient=maria, user=dr_kim, page="record", now=datetime(2025, 12, 24, tzinfo=UTC))
    assert len(front.get(reverse("who_looked")).context["months"]) == 3


def test_a_clinic_that_has_just_opened_has_no_month(ann, sign_in):
    assert sign_in(ann).get(reverse("who_looked")).context["months"] == []
