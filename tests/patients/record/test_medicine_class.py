"""A medicine's name and its class: where they disagree the page asks, and an opioid is counted meanwhile."""

import pytest
from django.urls import reverse

from patients.flags.actions import request_review
from patients.models import MedicationCourse
from patients.models.records.asked import BESIDE_OPIOID
from patients.record.medicine_class import asks_about_class
from patients.review.daily_checks import run_daily_checks
from tests.pages import drawn
from tests.patients.record_data import a_medicine

pytestmark = pytest.mark.django_db

ASKS = "Tramadol is an opioid. Is the class right?"


def add(desk, episode, protocol, name, key):
    desk.post(
        reverse("record_add", args=[episode.pk, "medicine"]),
        {
            "name": name, "use": "planned", "started_on": "2026-01-12",
            "modality": protocol.modalities.get(key=key).pk,
            **dict.fromkeys(BESIDE_OPIOID, "not_asked"),
        },
    )  # fmt: skip
    return MedicationCourse.objects.get()


@pytest.mark.parametrize(
    ("name", "key", "asked"),
    [
        ("Tramadol", "nsaid", ASKS),
        ("Tramadol", "topical-analgesic", ASKS),
        ("Tramadol 50 mg", "opioid", ""),
        ("hydrocodone/ibuprofen", "opioid", ""),
        ("hydrocodone/ibuprofen", "nsaid", ""),
        ("Ibuprofen gel", "topical-analgesic", ""),
        ("Ibuprofen", "opioid", "Ibuprofen is an anti-inflammatory medicine. Is the class right?"),
        ("Pregabalin", "neuropathic-agent", ""),
        ("Diazepam", "short-course-muscle-relaxant", "Diazepam is a benzodiazepine. Is the class right?"),
        ("Devil's claw", "nsaid", ""),
    ],
)  # fmt: skip
def test_it_is_asked_where_name_and_class_disagree(name, key, asked, protocol):
    assert asks_about_class(name, protocol.modalities.get(key=key)) == asked


def test_without_a_class_nothing_is_asked():
    assert asks_about_class("Tramadol", None) == ""


def test_tramadol_as_an_nsaid_is_counted_as_an_opioid_and_asked_about_on_both_pages(
    episode, protocol, dr_kim, sign_in, northside, now
):
    desk = sign_in(dr_kim)
    assert add(desk, episode, protocol, "Tramadol", "nsaid").is_opioid
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    run_daily_checks(now=now)

    assert "Opioids for 50 days without a break" in flag.findings.latest("pk").sentence
    for page, args in (("records", [episode.pk]), ("flag", [flag.pk])):
        assert ASKS in drawn(desk.get(reverse(page, args=args))), page


def test_a_name_corrected_by_itself_is_counted_too(episode, dr_kim, sign_in, now):
    course = a_medicine(episode, dr_kim, now, name="Naproxen")
    desk = sign_in(dr_kim)
    change = reverse("record_change", args=["medicine", course.pk])
    sent = {"field": "name", "name": "Tapentadol"}
    assert desk.post(change, sent, headers={"HX-Request": "true"}).status_code == 200
    course.refresh_from_db()
    assert (course.name, course.is_opioid) == ("Tapentadol", True)
