"""A clinician reads what the clinic runs: windows and numbers, and which nobody has confirmed."""

import pytest
from django.urls import reverse

from patients.review.selectors.protocol_contents import contents_of
from tests.pages import drawn

pytestmark = pytest.mark.django_db


def test_the_page_says_windows_and_numbers_and_what_is_not_confirmed(dr_kim, protocol, sign_in):
    page = drawn(sign_in(dr_kim).get(reverse("protocol_page")))
    for words in (
        "2 Physical and manual therapy",
        "a plateau is looked at: <strong class=\"nowrap\">5 working days</strong>",
        "improvement that counts as the target: <strong class=\"nowrap\">0.3 share of baseline",
        "a dismissed kind of flag stays silent for a trial",
        "Not yet confirmed by a clinician.",
    ):  # fmt: skip
        assert words in page, words


def test_everything_is_listed_once_and_counted_where_it_waits(protocol, django_assert_num_queries):
    with django_assert_num_queries(2):
        contents = contents_of(protocol)
    assert len(contents.windows) == 15
    numbers = [number for _use, group in contents.numbers for number in group]
    assert len(numbers) == protocol.threshold_rows.count()
    waiting = protocol.windows.filter(verified=False).count()
    waiting += protocol.threshold_rows.filter(verified=False).count()
    assert contents.unconfirmed == waiting > 0
