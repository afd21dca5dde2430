"""Ada looks after the care teams; clinicians name who stands in; patients read who looked."""

import pytest
from django.urls import reverse

from patients.care_team.actions.care_team import break_glass, set_care_team_only
from patients.models import BreakGlass, CareTeamMember, Cover
from tests.factories import PatientFactory, StaffFactory
from tests.pages import drawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(ada, sign_in):
    return sign_in(ada)


@pytest.fixture
def dr_lee(northside):
    return StaffFactory(clinic=northside, role="clinician", name="Dr. Lee")


@pytest.fixture
def own_only(northside):
    set_care_team_only(clinic=northside, on=True)


def read(answer):
    return drawn(answer)


def send(desk, page, *args, **sent):
    return read(desk.post(reverse(page, args=args), sent, follow=True))


def test_turning_it_on_says_first_who_would_not_be_seen(maria, northside, office):
    page = read(office.get(reverse("care_teams")))
    assert "1 patient has no care team." in page
    assert "see their own patients only." in send(office, "switch_care_teams", on="1")
    northside.refresh_from_db()
    assert northside.care_team_only
    assert "see all patients of the clinic." in send(office, "switch_care_teams", on="0")


def test_a_clinician_joins_a_team_and_leaves_it(maria, dr_kim, office):
    url = reverse("care_team", args=[maria.pk])
    assert "Nobody yet." in read(office.get(url))
    wrong = office.post(url, {"membership": "x"})
    assert wrong.status_code == 422
    kim = dr_kim.membership_as()
    assert "Dr. Kim is on the care team." in send(office, "care_team", maria.pk, membership=kim.pk)
    assert "Every patient has one." in read(office.get(reverse("care_teams")))
    member = CareTeamMember.objects.get()
    assert "Dr. Kim is no longer on the care team." in send(office, "leave_team", member.pk)


def test_teams_start_from_who_treats_whom(trial, maria, dr_kim, northside, office):
    joy = PatientFactory(clinic=northside, by=dr_kim, name="Joy Adeyemi")
    assert "1 patient has a care team now." in send(office, "start_teams")
    assert [str(member) for member in maria.care_team.all()] == ["Dr. Kim"]
    assert not joy.care_team.exists()
    assert "0 patients have a care team now." in send(office, "start_teams")


def test_who_is_away_names_who_stands_in(dr_kim, dr_lee, sign_in, now):
    desk, url = sign_in(dr_kim), reverse("away")
    assert "Nobody is standing in" in read(desk.get(url))
    lee = dr_lee.membership_as().pk
    sent = {"membership": lee, "first": "2026-03-09", "last": "2026-03-13"}
    assert "Saved: Dr. Lee for Dr. Kim." in send(desk, "away", **sent)
    cover = Cover.objects.get()
    assert (cover.until - cover.from_at).days == 5
    assert "The cover has ended." in send(desk, "end_cover", cover.pk)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"membership": ""}, "Choose a clinician."),
        ({"first": "2026-03-14"}, "Give a last day that is not before the first."),
        ({"first": ""}, "Give the first day."),
        ({"membership": "me"}, "Choose somebody else to stand in."),
    ],
)
def test_a_cover_that_cannot_be_says_why(dr_kim, dr_lee, sign_in, wrong, words):
    sent = {"membership": dr_lee.membership_as().pk, "first": "2026-03-09", "last": "2026-03-13"}
    sent |= {
        key: dr_kim.membership_as().pk if value == "me" else value for key, value in wrong.items()
    }
    answer = sign_in(dr_kim).post(reverse("away"), sent)
    assert (answer.status_code, words in read(answer)) == (422, True)


def test_ada_sets_a_cover_for_somebody_who_fell_ill(office, dr_kim, dr_lee):
    sent = {"first": "2026-03-02", "last": "2026-03-06", "membership": dr_lee.membership_as().pk}
    wrong = office.post(reverse("cover_for"), sent)
    assert (wrong.status_code, "Choose who is away." in read(wrong)) == (422, True)
    sent["absent"] = dr_kim.membership_as().pk
    assert "Dr. Lee for Dr. Kim" in send(office, "cover_for", **sent)
    assert "The cover has ended." in send(office, "end_cover_for", Cover.objects.get().pk)


def test_the_next_contact_is_kept(office, northside):
    assert "The next contact is saved." in send(
        office, "next_contact", next_alert_email="second@northside.example"
    )
    northside.refresh_from_db()
    assert northside.next_alert_email == "second@northside.example"
    assert "Give a complete e-mail address." in send(office, "next_contact", next_alert_email="x")


def test_in_an_emergency_the_record_opens_with_a_reason_that_ada_reads(
    trial, maria, dr_lee, own_only, sign_in, office
):
    desk, url = sign_in(dr_lee), reverse("emergency")
    assert desk.get(reverse("record", args=[maria.pk])).status_code == 404
    assert "Give both exactly." in read(desk.get(url))
    who = {"number": maria.number, "birth_date": "1971-05-04"}
    nobody = desk.post(url, {**who, "birth_date": "1971-05-05"})
    assert (nobody.status_code, "No patient of this clinic" in read(nobody)) == (422, True)
    found = read(desk.post(url, who))
    assert f"Maria Ortiz, {maria.number}" in found
    assert "Say why you need this record." in read(desk.post(url, {**who, "reason": ""}))
    opened = desk.post(url, {**who, "reason": "Called at night with new numbness"})
    assert opened.url == reverse("record", args=[maria.pk])
    page = read(desk.get(opened.url))
    assert "The record is open for you until 13:00." in page
    assert "Called at night with new numbness" in read(office.get(reverse("care_teams")))
    assert BreakGlass.objects.count() == 1
    again = desk.post(url, {**who, "reason": "Once more"}, follow=True)
    assert "You see this record anyway." in read(again)


def test_the_patient_reads_that_it_was_an_emergency_and_not_why(
    maria, dr_lee, own_only, sign_in, now
):
    break_glass(
        patient=maria, membership=dr_lee.membership_as(), reason="A third person's name", now=now
    )
    page = read(sign_in(maria.user).get(reverse("access_history")))
    assert "Dr. Lee" in page
    assert "Opened in an emergency" in page
    assert "A third person" not in page


def test_a_new_patient_of_such_a_clinic_is_given_a_team_first(own_only, office):
    details = {
        "name": "Joy Adeyemi", "birth_date": "1955-02-01", "number": "N-1", "language": "en",
        "email": "joy@mail.example", "phone": "", "sex": "F",
    }  # fmt: skip
    assert "Care team of Joy Adeyemi" in send(office, "register", **details)
