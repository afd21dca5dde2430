"""What people and their tools put into an address breaks no page of a clinician."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_ticks_that_name_no_flag_are_left_out(trial, dr_kim, sign_in):
    asked = {"flag": ["²", "9" * 30, "x", "0"]}
    assert sign_in(dr_kim).get(reverse("assign_many"), asked).url == reverse("worklist")


@pytest.mark.parametrize(
    ("page", "asked"),
    [
        ("worklist", {"q": "\0Maria"}),
        ("worklist", {"after": "²-1-1"}),
        ("worklist", {"after": "3-99999999999999999999-1"}),
        ("worklist", {"list": "?", "kind": "?", "tier": "9"}),
        ("patient_list", {"q": "\0"}),
        ("patient_list", {"after": "²", "status": "-1", "silent": "9" * 30}),
        ("protocol_page", {"replay": "²"}),
        ("protocol_page", {"replay": "9" * 5_000}),
    ],
)
def test_it_is_answered_as_if_it_had_not_been_asked(trial, dr_kim, sign_in, page, asked):
    desk = sign_in(dr_kim)
    assert desk.get(reverse(page), asked).status_code == 200
    if page != "protocol_page":
        assert desk.post(reverse(page), asked, follow=True).status_code == 200
