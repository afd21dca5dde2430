"""Dr. Kim works in two clinics, and chooses in which; Maria is a patient who works as well."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from accounts.models import Membership, User
from accounts.workplace import workplace
from patients.models import Patient
from tests.factories import set_up_second_factor

pytestmark = pytest.mark.django_db
CHANGE = "/clinic/"


@pytest.fixture
def in_southside(dr_kim, southside, now):
    return Membership.objects.create(
        user=dr_kim, clinic=southside, role="administrator", started_at=now
    )


def header(response):
    page = " ".join(response.content.decode().split())
    return page[page.index("<header") : page.index("</header>")]


def test_until_one_is_chosen_it_is_the_first_by_name_and_it_is_said(
    sign_in, dr_kim, in_southside, stella, maria
):
    desk = sign_in(dr_kim)
    page = desk.get("/patients/")
    assert "At work: Clinician, Northside Spine Clinic" in header(page)
    assert "Change clinic" in header(page)
    assert "Maria" in page.content.decode()
    assert desk.get("/people/").status_code == 403


def test_the_clinic_is_changed_with_a_way_back(sign_in, dr_kim, in_southside, stella, maria):
    desk = sign_in(dr_kim)
    assert "Back to Northside Spine Clinic" in desk.get(CHANGE).content.decode()
    page = desk.post(CHANGE, {"membership": in_southside.pk}, follow=True)
    assert page.request["PATH_INFO"] == "/people/"
    assert "You work in Southside Spine Clinic now." in page.content.decode()
    assert "At work: Administrator, Southside Spine Clinic" in header(page)
    assert "Worklist" not in header(page)
    assert desk.get("/worklist/").status_code == 403
    assert "Stella" in desk.get("/patients/").content.decode()

    desk.post(CHANGE, {"membership": dr_kim.membership_as("clinician").pk})
    assert "Maria" in desk.get("/patients/").content.decode()


def test_a_page_left_open_in_the_other_clinic_sends_nothing_any_more(
    dr_kim, in_southside, northside, southside
):
    """ "Only own patients", pressed on a page of one clinic, must not be switched on in the other."""
    desk = Client(enforce_csrf_checks=True)
    desk.force_login(dr_kim)

    def token(path):
        page = desk.get(path).content.decode()
        return page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]

    left_open = token(CHANGE)
    sent = {"membership": in_southside.pk, "csrfmiddlewaretoken": left_open}
    assert desk.post(CHANGE, sent).status_code == 302
    switch = {"on": "1", "csrfmiddlewaretoken": left_open}
    assert desk.post("/care-teams/switch/", switch).status_code == 403
    southside.refresh_from_db()
    assert not southside.care_team_only


def test_who_left_the_chosen_clinic_is_in_the_other(sign_in, dr_kim, in_southside, maria, ann, now):
    desk = sign_in(dr_kim)
    desk.post(CHANGE, {"membership": in_southside.pk})
    Membership.objects.filter(pk=in_southside.pk).update(ended_at=now, ended_by=ann)
    assert "Maria" in desk.get("/patients/").content.decode()


def test_who_works_in_one_clinic_is_asked_nothing(sign_in, sam):
    page = sign_in(sam).get("/scheduling/")
    assert "Northside Spine Clinic" in header(page)
    assert "Change clinic" not in header(page)


class TestWhoIsAPatientAsWell:
    @pytest.fixture
    def pages(self, sign_in, maria, trial, southside, now):
        """Maria schedules in Southside (Denver); she reads her own pages in Spanish."""
        Membership.objects.create(
            user=maria.user, clinic=southside, role="scheduler", started_at=now
        )
        set_up_second_factor(maria.user)
        Patient.objects.update(language="es")
        return sign_in(User.objects.get(pk=maria.user.pk))

    def test_work_comes_first_and_leads_home(self, pages):
        page = pages.get("/", follow=True)
        assert page.request["PATH_INFO"] == "/scheduling/"
        assert "At work: Scheduler, Southside Spine Clinic" in header(page)
        assert ">Your own care</a>" in header(page)
        assert "Today" not in header(page)

    def test_home_is_hers_in_her_language_and_leads_to_work(self, pages):
        page = pages.get("/home/")
        assert page.status_code == 200
        assert 'lang="es"' in page.content.decode()
        assert "Northside Spine Clinic" in header(page)
        assert 'href="/"' in header(page)
        assert "Scheduling" not in header(page)


def test_who_is_signed_out_works_nowhere(rf):
    request = rf.get("/")
    request.user = AnonymousUser()
    assert workplace(request) is None
