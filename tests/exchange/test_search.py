"""Searching and paging, whom it is noted of, and what everybody else is told."""

import json
from datetime import timedelta
from unittest.mock import patch

import pytest
import time_machine
from django.db import OperationalError
from django.db.models import Max

from accounts.models import System
from exchange.actions import end_system
from exchange.resources import KINDS
from exchange.tokens import LASTS
from patients.merging.actions import merge_patients
from patients.models import AccessLog, Flag, SymptomLog
from tests.exchange.conftest import EC, Reader, a_system, public
from tests.factories import LogFactory, PatientFactory, keep_diary
from tests.patients.safety_desk.stories import say_yes

pytestmark = pytest.mark.django_db

FAR, LONG_AGO = "2199-01-01T00:00:00Z", "2000-01-01T00:00:00+02:00"


@pytest.fixture
def harbor_reads(harbor, whole_record):
    return Reader(harbor)


def all_pages(reader, path, between=lambda: None, **asked):
    """Each resource with the moment that its page names; `between` happens after each page."""
    page = reader.get(path, **asked).said
    while True:
        yield from ((entry["resource"], page["meta"]["lastUpdated"]) for entry in page["entry"])
        links = {link["relation"]: link["url"] for link in page["link"]}
        if "next" not in links:
            return
        between()
        page = reader.get(links["next"].partition("/fhir/r4/")[2]).said


def test_pages_give_everything_once_whatever_is_written_meanwhile(
    harbor_reads, episode, maria, now
):
    keep_diary(episode, [5] * 7, now.date() - timedelta(days=1))
    before = {each["id"] for each in harbor_reads.resources("Observation", _count=200)}

    def write():
        LogFactory(episode=episode, local_date=now.date())
        first = SymptomLog.objects.filter(episode=episode).order_by("pk").first()
        SymptomLog.objects.filter(pk=first.pk).update(average_pain=7)

    pages = list(all_pages(harbor_reads, "Observation", between=write, _count=3))
    given = [each["id"] for each, _moment in pages]
    assert len(given) == len(set(given))
    assert before <= set(given)
    assert len({moment for _each, moment in pages}) == 1, "all pages name the moment of the first"


def test_everything_of_a_patient_comes_page_by_page(harbor_reads, maria, northside, dr_kim):
    PatientFactory(clinic=northside, by=dr_kim, name="Joy Adeyemi")
    path = f"Patient/{maria.pk}/$everything"
    whole = harbor_reads.resources(path, _count=200)
    assert [each for each, _moment in all_pages(harbor_reads, path, _count=4)] == whole
    assert {each["resourceType"] for each in whole} == set(KINDS) - {
        "Questionnaire",
        "PlanDefinition",
    }
    assert [each["id"] for each in whole if each["resourceType"] == "Patient"] == [str(maria.pk)]


def test_only_what_was_changed_since_is_asked_for(harbor_reads, maria):
    path = f"Patient/{maria.pk}/$everything"
    assert len(harbor_reads.resources(path, _since=LONG_AGO, _count=200)) > 10
    assert harbor_reads.resources(path, _since=FAR) == []
    assert {
        each["resourceType"] for each in harbor_reads.resources(path, _type="Goal,Patient")
    } == {
        "Goal",
        "Patient",
    }


def test_last_updated_goes_by_the_history(harbor_reads, episode):
    changed = SymptomLog.objects.get(episode=episode, average_pain=0)
    SymptomLog.objects.filter(pk=changed.pk).update(average_pain=1)
    at = changed.events.aggregate(last=Max("pgh_created_at"))["last"]
    [log] = harbor_reads.resources("Observation", _id=f"log-{changed.pk}")
    assert log["meta"]["lastUpdated"].startswith(f"{at:%Y-%m-%dT%H:%M:%S}")
    for asked, is_there in (
        (f"ge{at.isoformat()}", True),
        (f"lt{at.isoformat()}", False),
        (f"gt{FAR}", False),
        (f"le{FAR}", True),
        (f"{at:%Y-%m-%d}", True),
        ("2001", False),
    ):
        found = harbor_reads.resources("Observation", _lastUpdated=asked, _id=f"log-{changed.pk}")
        assert bool(found) is is_there, asked


@pytest.mark.parametrize(
    ("kind", "asked", "many"),
    [
        ("Patient", {"name": "mar ort"}, 1),
        ("Patient", {"name": "aria"}, 0),
        ("Patient", {"family": "Ortiz", "birthdate": "1971"}, 1),
        ("Patient", {"birthdate": "gt1971-05-04"}, 0),
        ("Patient", {"birthdate": "le1971-05", "gender": "female"}, 1),
        ("Patient", {"gender": "male,other"}, 0),
        ("Condition", {"clinical-status": "active", "category": "problem-list-item"}, 1),
        ("Condition", {"category": "encounter-diagnosis"}, 0),
        ("Condition", {"onset-date": "2025-12-01"}, 1),
        ("Observation", {"code": "http://loinc.org|72514-3"}, 2),
        ("Observation", {"code": "72514-3,91147-9", "date": "2026-03-02"}, 3),
        ("Observation", {"date": "lt2026-01-01"}, 0),
        ("MedicationRequest", {"intent": "order,plan"}, 1),
        ("MedicationRequest", {"intent": "order"}, 0),
        ("Appointment", {"status": "booked", "date": "ge2026-03-02T00:00:00-05:00"}, 1),
        ("Appointment", {"status": "fulfilled"}, 0),
        ("PlanDefinition", {"url": "https://x/PlanDefinition/conservative-spine-care"}, 1),
        ("CarePlan", {"_id": "nonsense,0"}, 0),
    ],
)
def test_what_is_asked_for_is_what_comes(harbor_reads, kind, asked, many):
    assert len(harbor_reads.resources(kind, **asked)) == many


def test_a_patient_is_named_in_any_way_and_by_the_record_number(harbor_reads, maria):
    for named in (maria.pk, f"Patient/{maria.pk}", f"http://h/fhir/r4/Patient/{maria.pk}"):
        assert len(harbor_reads.resources("Goal", patient=named)) == 1
        assert len(harbor_reads.resources("Goal", subject=named)) == 1
    number = f"http://h/numbers|{maria.number.lower().replace('-', ' ')}"
    assert len(harbor_reads.resources("Patient", identifier=number)) == 1
    assert harbor_reads.resources("Goal", patient=maria.pk, subject=maria.pk + 1) == []


def test_how_many_there_are_without_giving_them(harbor_reads):
    only = harbor_reads.get("Observation", _summary="count").said
    assert (only["total"], "entry" in only) == (7, False)
    assert harbor_reads.get("Observation", _count=0).said["total"] == 7
    assert harbor_reads.get("Observation", _count=1, _total="accurate").said["total"] == 7
    assert "total" not in harbor_reads.get("Observation").said


def test_a_page_asks_the_database_as_often_whatever_it_holds(
    harbor_reads, maria, episode, now, django_assert_max_num_queries
):
    """The token, the clock, each table once, what is gathered for its rows, and the lines of who looked."""
    keep_diary(episode, [5] * 20, now.date() - timedelta(days=1))
    for kind, most in (("Observation", 9), ("CarePlan", 8), ("QuestionnaireResponse", 8)):
        with django_assert_max_num_queries(most):
            harbor_reads.get(kind, _count=200)
    with django_assert_max_num_queries(26):
        harbor_reads.get(f"Patient/{maria.pk}/$everything", _count=200)


def test_a_search_by_post_is_the_same_search(harbor_reads):
    answer = harbor_reads.client.post(
        "/fhir/r4/Patient/_search", {"name": "Maria"}, **harbor_reads.header
    )
    [entry] = json.loads(answer.content)["entry"]
    assert entry["resource"]["name"][0]["text"] == "Maria Ortiz"


REFUSED = [
    ("Patient/0", {}, 404, "not-found"),
    ("Patient/nonsense", {}, 404, "not-found"),
    ("Flag/1", {}, 404, "not-found"),
    ("ImagingStudy", {}, 404, "not-found"),
    ("", {}, 404, "not-found"),
    ("Patient/1/_history/1", {}, 404, "not-found"),
    ("Patient/9999999999999999999999/$everything", {}, 404, "not-found"),
    ("Observation", {"value-quantity": "gt5"}, 400, "invalid"),
    ("Observation", {"date": "yesterday"}, 400, "invalid"),
    ("Observation", {"date": "2026-13"}, 400, "invalid"),
    ("Observation", {"patient": "Group/1"}, 400, "invalid"),
    ("Observation", {"patient": "Maria"}, 400, "invalid"),
    ("Observation", {"_page": "1"}, 400, "invalid"),
    ("Observation", {"_page": "99-1-1"}, 400, "invalid"),
    ("Observation", {"_page": "0-1-999999999999"}, 400, "invalid"),
    ("metadata", {"_format": "xml"}, 406, "not-supported"),
    ("Observation", {"_count": "many"}, 400, "invalid"),
    ("Observation", {"_summary": "true"}, 400, "invalid"),
    ("Observation", {"_lastUpdated": "9999"}, 400, "invalid"),
    ("Observation", {"code": "a\0b"}, 400, "invalid"),
    ("Observation", {"_format": "xml"}, 406, "not-supported"),
]


@pytest.mark.parametrize(("path", "asked", "status", "code"), REFUSED)
def test_each_refusal_is_an_operation_outcome(harbor_reads, path, asked, status, code):
    answer = harbor_reads.get(path, **asked)
    assert answer.status == status
    assert answer.headers["Content-Type"].startswith("application/fhir+json")
    assert answer.said["resourceType"] == "OperationOutcome"
    assert answer.said["issue"][0]["code"] == code


@pytest.mark.parametrize("path", ["/fhir", "/fhir/", "/fhir/r4", "/fhir/r4/", "/fhir/r5/Patient"])
def test_what_is_nowhere_is_an_operation_outcome_too(harbor_reads, path):
    answer = harbor_reads.client.get(path, **harbor_reads.header)
    assert answer.status_code == 404
    assert json.loads(answer.content)["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_written(harbor_reads, maria, method):
    paths = ["Patient", f"Patient/{maria.pk}", f"Patient/{maria.pk}/$everything", "metadata", ""]
    for path in paths:
        answer = getattr(harbor_reads.client, method)(f"/fhir/r4/{path}", **harbor_reads.header)
        assert answer.status_code == 405, path
        assert json.loads(answer.content)["resourceType"] == "OperationOutcome"
        assert "GET" in answer.headers["Allow"]


class TestWhoMayRead:
    def test_another_clinics_rows_are_not_there(self, summit, whole_record, stella):
        """A token of Southside's never reads Northside's, by no way in."""
        reads = Reader(summit)
        here = Reader(System.objects.get(name="Summit Hospital"))
        assert [each["id"] for each in here.resources("Patient")] == [str(stella.pk)]
        answer = reads.get(f"Patient/{whole_record.pk}")
        assert (answer.status, answer.said["resourceType"]) == (404, "OperationOutcome")
        assert reads.get(f"Patient/{whole_record.pk}/$everything").status == 404
        for name in set(KINDS) - {"Patient", "Questionnaire", "PlanDefinition"}:
            assert reads.resources(name, _count=200) == [], name
            assert reads.resources(name, patient=whole_record.pk) == [], name
            assert reads.get(name, _summary="count").said["total"] == 0, name
        assert not AccessLog.objects.filter(patient=whole_record).exists()

    def test_each_row_of_the_other_clinic_by_its_id(self, harbor, summit, whole_record):
        mine, theirs = Reader(harbor), Reader(summit)
        for name in set(KINDS) - {"Questionnaire", "PlanDefinition"}:
            for found in mine.resources(name, _count=200):
                assert theirs.get(f"{name}/{found['id']}").status == 404, f"{name}/{found['id']}"

    @pytest.mark.parametrize("who", ["maria", "dr_kim", "ada"])
    def test_a_session_alone_opens_nothing(self, request, who, sign_in, harbor, whole_record):
        """Nor does a token open a page."""
        person = request.getfixturevalue(who)
        browser = sign_in(person.user if who == "maria" else person)
        for path in ("Patient", f"Patient/{whole_record.pk}", "Flag", "x/y/z"):
            answer = browser.get(f"/fhir/r4/{path}")
            assert answer.status_code == 401, path
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            assert json.loads(answer.content)["resourceType"] == "OperationOutcome"
        page = Reader(harbor).client.get("/people/", **Reader(harbor).header)
        assert page.status_code == 302

    @pytest.mark.parametrize("sent", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer a:b:c"])
    def test_what_is_no_token_of_ours_opens_nothing(self, harbor_reads, sent):
        harbor_reads.header = {"HTTP_AUTHORIZATION": sent}
        assert harbor_reads.get("Patient").status == 401

    def test_a_token_lasts_five_minutes(self, harbor_reads, now):
        with time_machine.travel(now + timedelta(seconds=LASTS), tick=False):
            assert harbor_reads.get("Patient").status == 200
        with time_machine.travel(now + timedelta(seconds=LASTS + 1), tick=False):
            assert harbor_reads.get("Patient").status == 401

    def test_a_system_that_was_ended_reads_nothing_with_the_token_that_it_holds(
        self, harbor_reads, harbor, ada, now
    ):
        end_system(system=harbor, at=ada.membership_as("administrator"), now=now)
        assert harbor_reads.get("Patient").status == 401

    def test_after_its_last_day_it_reads_nothing(self, harbor_reads, harbor, now):
        """The clinic's day: at nine in the morning in New York the second of March is not over."""
        for ends_on, status in ((now.date(), 200), (now.date() - timedelta(days=1), 401)):
            System.objects.filter(pk=harbor.pk).update(ends_on=ends_on)
            assert harbor_reads.get("Patient").status == status

    def test_a_scope_that_it_has_not_opens_nothing(self, harbor, whole_record):
        """Whether the token lacks it, or the clinic has taken it away since."""
        reads = Reader(harbor, ["Patient", "Goal"])
        assert reads.get("Observation").status == 403
        assert reads.get("Observation/log-1").said["issue"][0]["code"] == "forbidden"
        types = {
            each["resourceType"]
            for each in reads.resources(f"Patient/{whole_record.pk}/$everything")
        }
        assert types == {"Patient", "Goal"}
        System.objects.filter(pk=harbor.pk).update(scopes=["Patient"])
        assert reads.get("Goal").status == 403

    def test_too_many_requests_wait(self, ada, maria, settings, now):
        harbor_reads = Reader(a_system(ada, "Another", public(EC, "e")))
        settings.FHIR_READS_A_MINUTE = 2
        assert [harbor_reads.get("Goal").status for _turn in range(3)] == [200, 200, 429]
        assert harbor_reads.get("Goal").headers["Retry-After"] == "60"

    def test_a_merged_record_is_read_under_the_one_that_goes_on(
        self, harbor_reads, northside, maria, dr_kim, ada, now
    ):
        double = PatientFactory(clinic=northside, by=dr_kim, name="M. Ortiz", joined=False)
        merge_patients(kept=maria, other=double, by=ada, now=now)
        assert harbor_reads.get(f"Patient/{double.pk}").status == 404
        assert len(harbor_reads.resources("Patient")) == 1

    def test_a_system_sees_no_flag(self, harbor, whole_record, episode, now):
        say_yes(episode, now)
        assert Flag.objects.filter(episode=episode).exists()
        assert not Flag.objects.visible_to(harbor).exists()


class TestWhoLooked:
    def test_each_reading_stands_in_the_history_that_the_patient_reads(
        self, harbor_reads, harbor, maria, sign_in, now
    ):
        AccessLog.objects.all()
        harbor_reads.get(f"Patient/{maria.pk}")
        harbor_reads.get("Observation")
        harbor_reads.get(f"Patient/{maria.pk}/$everything")
        harbor_reads.get("Questionnaire")
        lines = AccessLog.objects.filter(patient=maria, system=harbor)
        assert [(line.page, line.user, line.at) for line in lines] == [("fhir", None, now)] * 3
        page = sign_in(maria.user).get("/my-data/access-history/", follow=True).content.decode()
        assert "Harbor Hospital" in page
        assert "read by a computer" in page

    def test_that_nothing_was_found_of_somebody_who_was_named_is_noted_too(
        self, harbor_reads, maria
    ):
        harbor_reads.get("Goal", patient=maria.pk, **{"start-date": "lt1999-01-01"})
        assert AccessLog.objects.filter(patient=maria, page="fhir").count() == 1

    def test_the_administrator_reads_which_program_it_was(self, harbor_reads, ada, sign_in):
        harbor_reads.get("Patient")
        page = sign_in(ada).get("/who-looked/").content.decode()
        assert "Harbor Hospital" in page
        assert "Record, through FHIR" in page


class TestBroken:
    """A program gets no page, also when something breaks."""

    def test_a_database_that_is_busy_asks_for_another_try(self, harbor_reads):
        error = OperationalError("busy")
        harbor_reads.client.raise_request_exception = False
        with patch("exchange.views.fhir.find", side_effect=error):
            answer = harbor_reads.get("Patient")
        assert (answer.status, answer.said["issue"][0]["code"]) == (503, "transient")

    def test_a_fault_of_ours_says_nothing_of_anybody(self, harbor_reads):
        harbor_reads.client.raise_request_exception = False
        with patch("exchange.views.fhir.find", side_effect=RuntimeError("Maria Ortiz")):
            answer = harbor_reads.get("Patient")
        assert (answer.status, answer.said["issue"][0]["code"]) == (500, "exception")
        assert "Maria" not in json.dumps(answer.said)
