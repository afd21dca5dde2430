"""A search shows a few people at once; nobody is lost on the way to the next page."""

import re

import pytest
from django.urls import reverse

from patients.flags.actions import request_review
from patients.record.views.patient_list import FOUND
from patients.worklist.filters import FOUND as FLAGS_FOUND
from tests.factories import EpisodeFactory, PatientFactory

pytestmark = pytest.mark.django_db

NAMES = [
    f"Ana Ortiz {word}"
    for word in ("Amaro", "Berg", "Cruz", "Diaz", "Evora", "Fonse", "Gil", "Haro", "Ibarra")
]


def pages(browser, address):
    """The search is posted, then one follows "Next page" to the end."""
    page = browser.post(address, {"q": "ortiz"}, follow=True)
    while True:
        text = page.content.decode()
        yield text
        following = re.findall(r'<a href="(\?[^"]+)" rel="next">', text)
        if not following:
            return
        page = browser.get(f"{address}{following[0].replace('&amp;', '&')}")


def told(shown, most):
    """Everybody's names in order of appearance, each once; no page holds more than `most`."""
    names = [[name for name in NAMES if name in page] for page in shown]
    assert all(len(page) <= most for page in names)
    return [name for page in names for name in page]


def test_of_patients(dr_kim, northside, sign_in, now):
    for name in NAMES:
        PatientFactory(clinic=northside, by=dr_kim, name=name, joined=False)
    found = told(pages(sign_in(dr_kim), reverse("patient_list")), FOUND)
    assert found == NAMES


def test_of_flags(dr_kim, northside, protocol, sign_in, now):
    for name in NAMES:
        patient = PatientFactory(clinic=northside, by=dr_kim, name=name, joined=False)
        episode = EpisodeFactory(patient=patient, by=dr_kim)
        request_review(episode=episode, reason="", protocol=protocol, now=now)
    found = told(pages(sign_in(dr_kim), reverse("worklist")), FLAGS_FOUND)
    assert sorted(found) == NAMES
