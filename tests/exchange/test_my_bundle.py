"""Maria takes her record away as a FHIR file, beside the copy that she can read."""

import json

import pytest
from fhir.resources.R4B import get_fhir_model_class

from exchange.resources import OF_PATIENTS
from patients.record.actions.language import choose_language
from tests.exchange.conftest import Reader

pytestmark = pytest.mark.django_db


def bundle_of(browser):
    answer = browser.get("/my-data/my-record-fhir.json")
    assert answer.headers["Content-Type"] == "application/fhir+json"
    assert "attachment" in answer.headers["Content-Disposition"]
    return json.loads(answer.getvalue())


def test_the_file_holds_her_whole_record_and_nobody_elses(whole_record, sign_in, stella, harbor):
    bundle = bundle_of(sign_in(whole_record.user))
    get_fhir_model_class("Bundle").model_validate(bundle)
    mine = [entry["resource"] for entry in bundle["entry"]]
    assert {each["resourceType"] for each in mine} == set(OF_PATIENTS)
    path = f"Patient/{whole_record.pk}/$everything"
    assert mine == Reader(harbor).resources(path, _count=200), "as other houses read it"
    assert "Stella" not in json.dumps(bundle)


def test_it_is_the_same_in_spanish(whole_record, sign_in):
    """Programs read it."""
    browser = sign_in(whole_record.user)
    english = bundle_of(browser)["entry"]
    choose_language(user=whole_record.user, language="es")
    for entry in english:
        entry["resource"].pop("communication", None), entry["resource"].pop("meta")
    spanish = bundle_of(browser)["entry"]
    for entry in spanish:
        entry["resource"].pop("communication", None), entry["resource"].pop("meta")
    assert spanish == english


def test_the_page_of_my_data_offers_it(maria, sign_in):
    assert "/my-data/my-record-fhir.json" in sign_in(maria.user).get("/my-data/").content.decode()


def test_a_record_with_nothing_in_it_is_a_file_all_the_same(stella, sign_in):
    [entry] = bundle_of(sign_in(stella.user))["entry"]
    assert entry["resource"]["name"][0]["text"] == "Stella Strange"
