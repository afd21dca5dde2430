"""A clinic with many veterans: the list comes in pages, and a page costs the same whatever came before."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scheduling.referrals.actions import request_referral
from scheduling.referrals.views import PAGE
from tests.factories import PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(sam, sign_in):
    browser = sign_in(sam)
    browser.get(reverse("referrals"))
    return browser


def ask_for(number, northside, dr_kim, sam, now):
    for _ in range(number):
        patient = PatientFactory(clinic=northside, by=dr_kim)
        request_referral(patient=patient, number="", by=sam, now=now)


def listed(browser, address):
    return set(
        re.findall(r'href="/scheduling/referrals/(\d+)/"', browser.get(address).content.decode())
    )


def test_what_does_not_fit_is_on_the_next_page(board, northside, dr_kim, sam, now):
    ask_for(PAGE + 2, northside, dr_kim, sam, now)
    first, second = (listed(board, f"{reverse('referrals')}?page={n}") for n in (1, 2))
    assert (len(first), len(second)) == (PAGE, 2)
    assert not first & second
    assert b'rel="next"' in board.get(reverse("referrals")).content


def test_more_of_them_cost_no_more_queries(board, northside, dr_kim, sam, now):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            board.get(reverse("referrals"))
        return len(asked)

    ask_for(2, northside, dr_kim, sam, now)
    few = queries()
    ask_for(5, northside, dr_kim, sam, now)
    assert queries() == few
