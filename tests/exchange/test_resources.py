"""Maria's whole record as FHIR: valid, complete, and without what is for the clinic's people."""

import base64
import json

import pytest
from fhir.resources.R4B import get_fhir_model_class

from exchange.resources import KINDS
from patients.intake.actions import answer_intake
from patients.models import SymptomLog, TierTrial
from tests.exchange.conftest import Reader
from tests.factories import EpisodeFactory, PatientFactory
from tests.patients.safety_desk.stories import say_yes

pytestmark = pytest.mark.django_db


@pytest.fixture
def harbor_reads(harbor, whole_record):
    return Reader(harbor)


def test_each_resource_and_bundle_is_valid_and_none_is_missing(harbor_reads):
    for name in KINDS:
        bundle = harbor_reads.get(name, _count=200).said
        get_fhir_model_class("Bundle").model_validate(bundle)
        entries = bundle.get("entry", [])
        assert entries, f"no {name} in a whole record"
        for entry in entries:
            get_fhir_model_class(name).model_validate(entry["resource"])
            assert entry["fullUrl"].endswith(f"/{name}/{entry['resource']['id']}")


def test_a_read_gives_what_the_search_gave(harbor_reads):
    for name in KINDS:
        for found in harbor_reads.resources(name):
            assert harbor_reads.get(f"{name}/{found['id']}").said == found


def test_every_reference_leads_to_a_resource(harbor_reads):
    whole = [found for name in KINDS for found in harbor_reads.resources(name, _count=200)]
    known = {f"{each['resourceType']}/{each['id']}" for each in whole}
    assert set(references(whole)) <= known


def references(part):
    if isinstance(part, list):
        for each in part:
            yield from references(each)
    elif isinstance(part, dict):
        if "reference" in part:
            yield part["reference"]
        yield from references(list(part.values()))


def test_a_day_without_pain_is_a_score_of_zero(harbor_reads):
    [log] = harbor_reads.resources("Observation", code="72514-3", status="final")
    assert log["valueQuantity"]["value"] == 0
    more = {each["code"]["text"]: each["valueQuantity"]["value"] for each in log["component"]}
    assert more == {"Worst pain": 8, "Leg pain": 3}


def test_a_log_that_was_taken_back_is_named_and_says_nothing(harbor_reads):
    [gone] = harbor_reads.resources("Observation", status="entered-in-error")
    assert gone["dataAbsentReason"]["coding"][0]["code"] == "masked"
    assert not {"valueQuantity", "component"} & set(gone)


def test_of_a_licensed_questionnaire_the_total_alone_is_given(harbor_reads):
    [odi] = harbor_reads.resources("Observation", code="odi")
    assert odi["valueQuantity"]["value"] == 42
    assert "derivedFrom" not in odi
    assert not harbor_reads.resources("Questionnaire", title="Oswestry")
    answered = {each["questionnaire"] for each in harbor_reads.resources("QuestionnaireResponse")}
    assert not any("/odi" in each for each in answered)


def test_answers_name_the_version_of_the_questions(harbor_reads, protocol):
    asked = {
        f"{each['url']}|{each['version']}": {item["linkId"] for item in each["item"]}
        for each in harbor_reads.resources("Questionnaire")
    }
    for filled in harbor_reads.resources("QuestionnaireResponse"):
        assert {item["linkId"] for item in filled["item"]} == asked[filled["questionnaire"]]
    [peg] = harbor_reads.resources("Observation", code="91147-9")
    assert peg["valueQuantity"]["value"] == 4


def test_relief_is_worked_out_and_none_without_pain_before(harbor_reads):
    found = [
        each
        for each in harbor_reads.resources("Observation")
        if each["code"]["text"] == "Relief after a procedure"
    ]
    injection, block = found
    assert injection["valueQuantity"]["value"] == 75
    assert block["dataAbsentReason"]["coding"][0]["code"] == "not-applicable"
    assert "valueQuantity" not in block


def test_a_month_without_a_day_stays_a_month(harbor_reads):
    of_clinician, told = harbor_reads.resources("DiagnosticReport")
    assert of_clinician["conclusion"] == "Disc bulge L4/5"
    assert (told["effectiveDateTime"], told["status"]) == ("2026-01", "unknown")


def test_a_step_that_was_undone_was_entered_in_error(harbor_reads, trial, dr_kim, now):
    undone = {"ended_on": trial.started_on, "ended_by": dr_kim, "outcome": "unknown"}
    TierTrial.objects.filter(pk=trial.pk).update(**undone)
    step = harbor_reads.get(f"CarePlan/{trial.pk}").said
    assert step["status"] == "entered-in-error"
    assert harbor_reads.resources("CarePlan", status="entered-in-error") == [step]


def test_a_time_that_is_only_held_is_no_appointment(harbor_reads):
    [visit] = harbor_reads.resources("Appointment")
    assert (visit["status"], visit["minutesDuration"]) == ("booked", 30)


def test_a_complaint_that_nobody_described_is_none_yet(harbor_reads, northside, dr_kim, now):
    joy = PatientFactory(clinic=northside, by=dr_kim, name="Joy Adeyemi")
    answer_intake(patient=joy, page="safety", answers={}, by=joy.user, now=now)
    assert not harbor_reads.resources("Condition", patient=joy.pk)
    EpisodeFactory(patient=joy, by=dr_kim, region="neck")
    [neck] = harbor_reads.resources("Condition", patient=joy.pk)
    assert neck["bodySite"][0]["text"] == "Neck"


def test_a_packet_is_a_document_with_its_page(harbor_reads):
    [document] = harbor_reads.resources("DocumentReference")
    page = base64.b64decode(document["content"][0]["attachment"]["data"]).decode()
    assert "Maria Ortiz" in page
    assert "A plan decides; this is a summary of the record." in page
    assert "Disc bulge" in page


def test_flags_and_rules_stay_inside(harbor_reads, maria, episode, now):
    """Also what Maria answered to the safety questions, and her notes."""
    say_yes(episode, now)
    SymptomLog.objects.filter(episode=episode).update(note="I am afraid of my brother")
    told = json.dumps(harbor_reads.get(f"Patient/{maria.pk}/$everything", _count=200).said)
    assert "Maria Ortiz" in told
    for word in ("afraid", "flag", "finding", "plateau", "urgent", "rule"):
        assert word not in told.lower(), word
    assert not {"Flag", "Task", "DetectedIssue", "RiskAssessment"} & set(KINDS)
