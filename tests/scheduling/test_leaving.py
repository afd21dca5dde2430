"""Dr. Kim leaves on Friday: nothing of hers is orphaned on Monday, and none of it is lost on the way."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import actions
from accounts.models import Clinic, Membership, Notice
from patients.care_team.actions.care_team import join_care_team, set_care_team_only, set_cover
from patients.flags.actions import request_review
from patients.models import CareTeamMember, Cover, Flag
from patients.worklist.actions.assignment import assign
from scheduling import slots
from scheduling.models import Availability, Consultation, VisitType
from scheduling.visits.actions.book import book
from scheduling.visits.actions.locks import SlotTaken
from tests.factories import StaffFactory
from tests.scheduling.conftest import TUESDAY, ask_for_visit, found_slot, new_york
from tests.scheduling.visit_types.kinds import a_visit_type

pytestmark = pytest.mark.django_db
KINDS = ("care_team", "cover", "safety_contact", "flags", "visits")


@pytest.fixture
def wu(northside):
    return StaffFactory(clinic=northside, role="clinician", name="Dr. Wu").membership_as()


@pytest.fixture
def busy(kim, dr_kim, maria, visit, episode, protocol, northside, wu, now):
    """All that Dr. Kim holds: Maria's visit, team and flag, cover for Dr. Wu, the safety e-mail."""
    join_care_team(patient=maria, membership=kim, by=dr_kim, now=now)
    period = (now - timedelta(days=1), now + timedelta(days=7))
    set_cover(absent=wu, membership=kim, period=period, by=dr_kim, now=now)
    Clinic.objects.filter(pk=northside.pk).update(alert_email=dr_kim.email.upper())
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    assign(flags=[flag], to=kim, by=dr_kim, now=now)
    return kim


@pytest.fixture
def office(sign_in, ada):
    return sign_in(ada)


def to_all(membership):
    return {f"to_{kind}": membership.pk for kind in KINDS}


def leave(office, membership, sent):
    return office.post(reverse("end_membership", args=[membership.pk]), sent)


def test_the_page_names_all_that_she_holds(office, busy):
    page = office.get(reverse("end_membership", args=[busy.pk])).content.decode()
    for said in (
        "On the care team of 1 patient", "Stands in for 1 colleague", "Dr. Wu, Mar 1, 2026",
        "Gets the e-mail about safety answers", "Owns 1 open flag", "Has 1 visit or held time",
        "Tue, Mar 3, 2026, 09:00",
    ):  # fmt: skip
        assert said in page
    assert "Maria" not in page


def test_work_that_nobody_takes_on_keeps_her_here(office, busy, lee):
    sent = to_all(lee)
    del sent["to_flags"]
    answer = leave(office, busy, sent)
    assert answer.status_code == 422
    assert b"Choose who takes this on." in answer.content
    assert not CareTeamMember.objects.filter(membership=lee).exists()
    busy.refresh_from_db()
    assert busy.ended_at is None


def test_what_is_left_out_of_the_post_on_purpose_is_refused_below_the_page(busy, ada, lee, now):
    for kind in KINDS:
        hand_to = {other: lee for other in KINDS if other != kind}
        with pytest.raises(actions.WorkLeft):
            actions.end_membership(membership=busy, hand_to=hand_to, by=ada, now=now)
    assert not CareTeamMember.objects.filter(membership=lee).exists()


def test_on_monday_everything_is_somebodys(
    office, busy, lee, maria, visit, northside, wu, ada, now, sign_in, dr_kim
):
    hers = sign_in(dr_kim)
    assert hers.get("/worklist/").status_code == 200
    assert leave(office, busy, to_all(lee)).url == reverse("people")

    busy.refresh_from_db()
    assert (busy.ended_at, busy.ended_by) == (now, ada)
    assert "/account/login/" in hers.get("/worklist/").url
    assert [str(one) for one in CareTeamMember.objects.current(now).filter(patient=maria)] == [
        "Dr. Lee"
    ]
    [cover] = Cover.objects.not_over(now)
    assert (cover.absent, cover.membership, cover.from_at) == (wu, lee, now)
    northside.refresh_from_db()
    assert northside.alert_email == lee.user.email
    flag = Flag.objects.open().get()
    assert (flag.owner, flag.assigned_by) == (lee.user, ada)
    moved = Consultation.objects.get(pk=visit.pk)
    assert (moved.clinician, moved.state, moved.period) == (lee, "booked", visit.period)
    assert Notice.objects.filter(key=f"visit:{visit.uid}:{moved.sequence}").count() == 1
    assert not slots.offered(northside, TUESDAY, TUESDAY, clinician=busy.pk)
    assert not Availability.objects.filter(membership=busy, until_on=None).exists()


def test_she_can_be_signed_in_again_and_sees_nothing(office, busy, lee, sign_in, dr_kim):
    leave(office, busy, to_all(lee))
    dr_kim.refresh_from_db()
    fresh = sign_in(dr_kim)
    assert fresh.get("/worklist/").status_code == 403
    assert fresh.get("/").status_code == 200


def test_where_a_colleague_is_busy_nothing_moves_and_the_times_are_named(
    office, busy, lee, visit, bens_request, northside, sam, now
):
    at_nine = found_slot(northside, lee, new_york(9))
    book(request=bens_request, slot=at_nine, by=sam, now=now)
    answer = leave(office, busy, to_all(lee))
    said = " ".join(answer.content.decode().split())
    assert answer.status_code == 422
    assert "Dr. Lee cannot take these times: Tue, Mar 3, 2026, 09:00" in said
    assert not CareTeamMember.objects.filter(membership=lee).exists()
    assert Flag.objects.open().get().owner == busy.user


def test_each_kind_may_go_to_somebody_else(office, busy, lee, wu):
    sent = to_all(lee) | {"to_flags": wu.pk}
    leave(office, busy, sent)
    assert Flag.objects.open().get().owner == wu.user


@pytest.mark.parametrize("kind", ["visits", "care_team"])
def test_nobody_takes_on_their_own_record(office, busy, lee, maria, kind):
    type(maria).objects.filter(pk=maria.pk).update(user=lee.user)
    answer = leave(office, busy, to_all(lee))
    assert answer.status_code == 422
    assert Consultation.objects.get().clinician == busy


def test_nobody_stands_in_for_themselves(office, busy, wu):
    answer = leave(office, busy, to_all(wu))
    assert b"cannot stand in for themselves" in answer.content


def test_a_flag_goes_only_to_who_may_see_the_patient(office, busy, lee, wu, northside):
    set_care_team_only(clinic=northside, on=True)
    sent = to_all(lee) | {"to_flags": wu.pk, "to_care_team": lee.pk}
    Cover.objects.update(until=busy.started_at + timedelta(hours=1))
    answer = leave(office, busy, sent)
    assert b"may not see one of these patients" in answer.content
    assert leave(office, busy, to_all(lee)).status_code == 302


def test_a_strangers_name_in_the_post_takes_on_nothing(office, busy, dr_strand, ada, lee):
    for stranger in (dr_strand.membership_as(), ada.membership_as(), busy):
        answer = leave(office, busy, to_all(lee) | {"to_flags": stranger.pk})
        assert answer.status_code == 422
    assert Flag.objects.open().get().owner == busy.user


def test_the_only_clinician_invites_somebody_first(office, kim, maria, dr_kim, now):
    join_care_team(patient=maria, membership=kim, by=dr_kim, now=now)
    page = office.get(reverse("end_membership", args=[kim.pk])).content
    assert b"Nobody else works here as a clinician" in page


def test_a_booking_that_waited_for_the_leaving_finds_nobody(
    busy, lee, ada, bens_request, half_past_nine, sam, now
):
    hand_to = dict.fromkeys(KINDS, lee)
    actions.end_membership(membership=busy, hand_to=hand_to, by=ada, now=now)
    with pytest.raises(SlotTaken):
        book(request=bens_request, slot=half_past_nine, by=sam, now=now)


def test_what_is_over_stays_with_who_was_there(office, busy, lee, visit, now):
    Consultation.objects.filter(pk=visit.pk).update(
        period=(now - timedelta(days=1), now - timedelta(hours=23)),
        blocked=(now - timedelta(days=1), now - timedelta(hours=23)),
    )
    sent = to_all(lee)
    del sent["to_visits"]
    assert leave(office, busy, sent).status_code == 302
    assert Consultation.objects.get(pk=visit.pk).clinician == busy


def test_who_becomes_a_scheduler_hands_over_a_clinicians_work(office, busy, lee):
    page = reverse("change_role", args=[busy.pk])
    asked = office.post(page, {"role": "scheduler"})
    assert asked.status_code == 422
    assert b"Owns 1 open flag" in asked.content
    assert office.post(page, {"role": "scheduler"} | to_all(lee)).url == reverse(
        "member", args=[busy.pk]
    )
    busy.refresh_from_db()
    assert busy.role == "scheduler"
    assert Flag.objects.open().get().owner == lee.user


def test_no_link_that_waits_lets_somebody_in_again(northside, ada, now):
    """Zoe was invited twice, as a scheduler and as an administrator, and came in by one of the links."""
    zoe = {"email": "zoe@clinic.example", "name": "Zoe Zed"}
    first, second = (
        actions.invite(clinic=northside, role=role, by=None, now=now, **zoe)
        for role in ("scheduler", "administrator")
    )
    user = actions.accept_invitation(invitation=first, now=now)
    membership = user.memberships.get()
    actions.end_membership(membership=membership, hand_to={}, by=ada, now=now)
    with pytest.raises(actions.InvitationGone):
        actions.accept_invitation(invitation=second, now=now)
    second.refresh_from_db()
    assert (second.withdrawn_at, second.withdrawn_by) == (now, ada)


def test_she_comes_back_without_her_old_work(office, busy, lee, dr_kim, northside, sign_in):
    leave(office, busy, to_all(lee))
    again = office.post(reverse("let_return", args=[busy.pk]), {"role": "clinician"})
    membership = Membership.objects.current().get(user=dr_kim, clinic=northside)
    assert again.url == reverse("member", args=[membership.pk])
    dr_kim.refresh_from_db()
    assert sign_in(dr_kim).get("/worklist/").status_code == 200
    assert not CareTeamMember.objects.filter(membership=membership).exists()
    page = office.get(again.url).content.decode()
    assert "Came back as Clinician" in page
    assert "Ended" in page
    twice = office.post(reverse("let_return", args=[busy.pk]), {"role": "clinician"})
    assert twice.url == reverse("people")
    assert Membership.objects.current().filter(user=dr_kim).count() == 1


def test_a_request_still_finds_times_with_others(office, busy, lee, episode, dr_kim, now):
    leave(office, busy, to_all(lee))
    wanted = ask_for_visit(episode, by=dr_kim, now=now)
    assert {slot.clinician for slot in slots.best_for(wanted, now=now)} == {lee.pk}


class TestVisitTypes:
    """A visit type names who holds it by their membership."""

    def test_the_others_who_are_named_go_on_without_her(self, office, kim, wu, northside):
        both = a_visit_type(northside, credentials=[], people=[kim.pk, wu.pk])
        lettered = a_visit_type(northside, name="Talk", people=[kim.pk])
        assert leave(office, kim, {}).status_code == 302
        assert VisitType.objects.get(pk=both.pk).people == [wu.pk]
        assert VisitType.objects.get(pk=lettered.pk).people == []

    def test_one_that_only_she_may_hold_is_handed_over(self, office, kim, wu, northside):
        own = a_visit_type(northside, credentials=[], people=[kim.pk])
        assert leave(office, kim, {}).status_code == 422
        assert VisitType.objects.get(pk=own.pk).people == [kim.pk]
        page = office.get(reverse("end_membership", args=[kim.pk])).content.decode()
        assert "Is the only one for 1 visit type" in page
        assert leave(office, kim, {"to_visit_types": wu.pk}).status_code == 302
        assert VisitType.objects.get(pk=own.pk).people == [wu.pk]
