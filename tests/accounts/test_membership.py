"""Somebody's work in a clinic: another role, its end, a return; a clinic always has an administrator."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import actions
from accounts.models import Membership, User
from accounts.tasks import send_account_mail
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(sign_in, ada):
    return sign_in(ada)


def page_of(name, user):
    return reverse(name, args=[user.memberships.get().pk])


def test_a_scheduler_leaves_and_is_told(office, sam, sign_in):
    desk = sign_in(sam)
    assert (
        b"hold nothing that would be left behind"
        in office.get(page_of("end_membership", sam)).content
    )
    assert office.post(page_of("end_membership", sam)).url == reverse("people")
    assert "/account/login/" in desk.get(reverse("board")).url
    page = office.get(reverse("people")).content.decode()
    assert page.index("Worked here before") < page.rindex("Sam Silva")
    send_account_mail()
    [told] = mail.outbox
    assert told.to == [sam.email]
    assert "Your access to Northside Spine Clinic has ended." in told.body


def test_the_second_tap_finds_nothing_to_end(office, sam):
    office.post(page_of("end_membership", sam))
    assert office.post(page_of("end_membership", sam)).status_code == 404
    one = sam.memberships.get()
    with pytest.raises(actions.NotWorking):
        actions.end_membership(membership=one, hand_to={}, by=sam, now=one.ended_at)


def test_the_last_administrator_stays(office, ada):
    answer = office.post(page_of("end_membership", ada))
    assert answer.status_code == 422
    assert b"last administrator" in answer.content
    answer = office.post(page_of("change_role", ada), {"role": "scheduler"})
    assert answer.status_code == 422
    assert b"last administrator" in answer.content
    assert ada.memberships.get().role == "administrator"
    kept = office.post(page_of("change_role", ada), {"role": "administrator", "credentials": "RN"})
    assert kept.status_code == 302
    assert str(ada.memberships.get()) == "Ada Abel, RN"


def test_one_of_two_administrators_ends_her_own_work(office, ada, northside):
    StaffFactory(clinic=northside, role="administrator")
    assert office.post(page_of("end_membership", ada)).url == reverse("start")
    assert "/account/login/" in office.get(reverse("people")).url


def test_two_administrators_cannot_end_each_other(ada, northside, now):
    """As when both press at one moment: the second one finds herself the last."""
    bo = StaffFactory(clinic=northside, role="administrator")
    actions.end_membership(membership=bo.memberships.get(), hand_to={}, by=ada, now=now)
    with pytest.raises(actions.LastAdministrator):
        actions.end_membership(membership=ada.memberships.get(), hand_to={}, by=bo, now=now)


def test_another_role_counts_from_the_next_page_on(office, sam, sign_in):
    desk = sign_in(sam)
    assert desk.get("/people/").status_code == 403
    office.post(page_of("change_role", sam), {"role": "administrator"})
    assert desk.get("/people/").status_code == 200
    page = " ".join(office.get(page_of("member", sam)).content.decode().split())
    assert "Scheduler → Administrator" in page
    assert '<span class="muted">Ada Abel</span>' in page


def test_work_elsewhere_goes_on(office, sam, southside, now, sign_in):
    Membership.objects.create(user=sam, clinic=southside, role="scheduler", started_at=now)
    here = sam.memberships.get(clinic__name="Northside Spine Clinic")
    office.post(reverse("end_membership", args=[here.pk]))
    assert sign_in(User.objects.get(pk=sam.pk)).get(reverse("board")).status_code == 200


def test_who_left_another_clinic_is_not_to_be_found(office, ann, sid):
    for name in ("member", "change_role", "end_membership"):
        assert office.get(page_of(name, sid)).status_code == 404
    assert office.post(page_of("let_return", sid), {"role": "administrator"}).status_code == 404


def test_no_role_is_no_return(office, sam):
    office.post(page_of("end_membership", sam))
    assert office.post(page_of("let_return", sam), {"role": "owner"}).status_code == 422
    assert not Membership.objects.current().filter(user=sam).exists()


def test_somebody_whose_account_was_closed_comes_back(office, sam, now, sign_in):
    office.post(page_of("end_membership", sam))
    actions.disable(user=sam, now=now)
    office.post(page_of("let_return", sam), {"role": "scheduler"})
    assert sign_in(User.objects.get(pk=sam.pk)).get(reverse("board")).status_code == 200


def test_the_database_refuses_an_end_before_the_beginning(sam, ada, now):
    mine = Membership.objects.filter(user=sam)
    for wrong in (
        {"ended_at": now - timedelta(days=1), "ended_by": ada},
        {"ended_at": now},
        {"ended_by": ada},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            mine.update(**wrong)
