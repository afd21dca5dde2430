"""Maria was registered twice, once with her first surname only. Ada makes one record of the two."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Invitation
from patients.care_team.actions.access import note_access
from patients.care_team.actions.care_team import join_care_team
from patients.finding.asked import meant
from patients.merging.actions import CannotMerge, TooLate, merge_patients, movable, undo_merge
from patients.merging.preview import NAMED
from patients.models import (
    AccessLog,
    CareTeamMember,
    Episode,
    Patient,
    PatientMerge,
    RiskFactAnswer,
    SymptomLog,
)
from patients.record.actions.register import invite_patient
from patients.who_looked.selectors import Asked, lines
from scheduling.calls.actions import note_call
from scheduling.models import Call
from scheduling.referrals.actions import request_referral
from tests.factories import EpisodeFactory, LogFactory, PatientFactory, TrialFactory
from tests.pages import drawn
from tests.stage import staged

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@staged
def again(northside, dr_kim):
    """The second record of Maria's, with an account of its own."""
    return PatientFactory(clinic=northside, by=dr_kim, name="María Ortíz Ruiz", number="M-2")


@staged
def neck(again, dr_kim):
    """Neck pain that was logged under the second record."""
    episode = EpisodeFactory(patient=again, by=dr_kim, region="neck")
    TrialFactory(episode=episode, by=dr_kim)
    LogFactory(episode=episode)
    return episode


@pytest.fixture
def front(ada, sign_in):
    return sign_in(ada)


def ask(front, kept, other, **more):
    return front.post(reverse("merge"), {"kept": kept.number, "other": other.number} | more)


def whose(episode):
    return Episode.objects.get(pk=episode.pk).patient


def test_first_ada_sees_what_would_move_and_nothing_has(front, maria, again, neck, sam, now):
    note_call(patient=again, outcome="no_answer", by=sam, now=now)
    page = drawn(ask(front, maria, again))
    assert "Is this one person?" in page
    assert "Complaints, with their steps, logs, questionnaires and flags: 1" in page
    assert "Calls: 1" in page
    assert f"{again.user.email} opens no record any more" in page
    assert whose(neck) == again
    assert not PatientMerge.objects.exists()


def test_merged_there_is_one_record_with_everything(
    front, maria, again, neck, episode, dr_kim, sam, now
):
    call = note_call(patient=again, outcome="no_answer", by=sam, now=now)
    assert ask(front, maria, again, merge="1").url == reverse("merge")
    assert whose(neck) == maria
    assert set(Episode.objects.filter(patient=maria)) == {neck, episode}
    assert SymptomLog.objects.get(episode=neck).episode.patient == maria
    assert Call.objects.get(pk=call.pk).patient == maria
    assert list(Patient.objects.visible_to(dr_kim.membership_as())) == [maria]
    again.refresh_from_db()
    assert (again.merged_into, again.user, again.name) == (maria, None, "María Ortíz Ruiz")


def test_history_says_who_and_when(front, maria, again, neck, ada, now):
    ask(front, maria, again, merge="1")
    merge = PatientMerge.objects.get()
    assert (merge.kept, merge.other, merge.merged_by, merge.merged_at) == (maria, again, ada, now)
    last = neck.events.order_by("pgh_id").last()
    assert (last.patient_id, last.pgh_context.metadata["user"]) == (maria.pk, ada.pk)
    assert AccessLog.objects.filter(patient=maria, user=ada, page="merge").exists()


def test_for_a_day_ada_undoes_it_and_all_is_as_it_was(front, maria, again, neck, ada, now):
    address = again.user
    ask(front, maria, again, merge="1")
    merge = PatientMerge.objects.get()
    assert "M-2 went into" in drawn(front.get(reverse("merge")))
    assert front.post(reverse("undo_merge", args=[merge.pk])).url == reverse("merge")
    assert whose(neck) == again
    again.refresh_from_db()
    assert (again.merged_into, again.user) == (None, address)
    merge.refresh_from_db()
    assert (merge.undone_by, merge.undone_at) == (ada, now)


def test_what_came_since_stays_with_the_record_that_goes_on(maria, again, neck, ada, dr_kim, now):
    merge = merge_patients(kept=maria, other=again, by=ada, now=now)
    back = EpisodeFactory(patient=maria, by=dr_kim, region="back")
    undo_merge(merge=merge, by=ada, now=now + DAY)
    assert (whose(neck), whose(back)) == (again, maria)


@pytest.mark.parametrize("late", [DAY + timedelta(seconds=1), timedelta(days=30)])
def test_after_a_day_it_stays(maria, again, neck, ada, now, late):
    merge = merge_patients(kept=maria, other=again, by=ada, now=now)
    with pytest.raises(TooLate):
        undo_merge(merge=merge, by=ada, now=now + late)
    assert whose(neck) == maria


def test_undone_once_it_is_not_undone_again(maria, again, neck, ada, now):
    merge = merge_patients(kept=maria, other=again, by=ada, now=now)
    undo_merge(merge=merge, by=ada, now=now)
    merge_patients(kept=maria, other=again, by=ada, now=now)
    with pytest.raises(TooLate):
        undo_merge(merge=merge, by=ada, now=now)
    assert whose(neck) == maria


def test_an_account_goes_along_where_the_other_record_has_none(
    front, northside, again, neck, ada, dr_kim
):
    paper = PatientFactory(clinic=northside, by=dr_kim, name="Maria Ortiz", joined=False)
    account = again.user
    assert f"{account.email} opens the record that stays" in drawn(ask(front, paper, again))
    ask(front, paper, again, merge="1")
    assert Patient.objects.get(user=account) == paper
    front.post(reverse("undo_merge", args=[PatientMerge.objects.get().pk]))
    assert Patient.objects.get(user=account) == again


def test_the_second_account_opens_nothing_any_more(front, maria, again, neck, sign_in):
    window = sign_in(again.user)
    assert window.get(reverse("home")).status_code == 200
    ask(front, maria, again, merge="1")
    assert window.get(reverse("home")).status_code == 403


def test_an_invitation_that_waits_is_withdrawn_and_comes_back(northside, maria, ada, dr_kim, now):
    other = PatientFactory(clinic=northside, by=dr_kim, name="M. Ortiz", joined=False)
    invitation = invite_patient(patient=other, by=ada, now=now)
    merge = merge_patients(kept=maria, other=other, by=ada, now=now)
    assert not Invitation.objects.open(now).filter(pk=invitation.pk).exists()
    undo_merge(merge=merge, by=ada, now=now)
    assert Invitation.objects.open(now).filter(pk=invitation.pk).exists()


def test_two_open_complaints_of_the_back_are_not_made_one(front, maria, again, episode, dr_kim):
    theirs = EpisodeFactory(patient=again, by=dr_kim, region="back")
    for more in ({}, {"merge": "1"}):
        answer = ask(front, maria, again, **more)
        assert answer.status_code == 409
        assert "Both have an open complaint of the same region." in drawn(answer)
    assert whose(theirs) == again
    again.refresh_from_db()
    assert again.merged_into is None


def test_two_open_referrals_are_not_made_one(front, maria, again, sam, now):
    for patient in (maria, again):
        Patient.objects.filter(pk=patient.pk).update(is_veteran=True)
        request_referral(patient=patient, number="", by=sam, now=now)
    assert "Both have an open VA referral." in drawn(ask(front, maria, again))


@pytest.mark.parametrize(("hers", "is_refused"), [(True, False), (False, True)])
def test_a_risk_that_one_record_denies_is_asked_again(maria, again, ada, now, hers, is_refused):
    for patient, is_true in ((maria, hers), (again, True)):
        RiskFactAnswer.objects.create(
            patient=patient, key="cancer", text="Cancer?", is_true=is_true, told_at=now, told_by=ada
        )
    if is_refused:
        with pytest.raises(CannotMerge, match="risks"):
            merge_patients(kept=maria, other=again, by=ada, now=now)
    else:
        merge_patients(kept=maria, other=again, by=ada, now=now)
        assert RiskFactAnswer.objects.filter(patient=maria, is_true=True).exists()


def test_a_colleague_who_cares_for_both_is_on_the_team_once(maria, again, ada, dr_kim, now):
    for patient in (maria, again):
        join_care_team(patient=patient, membership=dr_kim.membership_as(), by=ada, now=now)
    merge_patients(kept=maria, other=again, by=ada, now=now)
    assert CareTeamMember.objects.filter(patient=maria, until=None).count() == 1
    assert CareTeamMember.objects.filter(patient=again).exists()


def test_who_looked_stays_where_it_happened(maria, again, ada, dr_kim, now):
    note_access(patient=again, user=dr_kim, page="record", now=now)
    merge_patients(kept=maria, other=again, by=ada, now=now)
    line = AccessLog.objects.get(page="record")
    assert line.patient == again
    assert line in AccessLog.objects.visible_to(maria)
    asked = Asked(now.date(), now.date(), maria.number)
    assert line in lines(ada.membership_as(), asked)


@pytest.mark.parametrize("number", ["M-2", "no-such-number"])
def test_one_record_and_none_are_not_two(front, again, number):
    answer = front.post(reverse("merge"), {"kept": again.number, "other": number, "merge": "1"})
    assert answer.status_code == 422
    assert not PatientMerge.objects.exists()


def test_nobody_of_another_clinic_is_merged(front, maria, stella, ada, now):
    answer = ask(front, maria, stella, merge="1")
    assert (answer.status_code, "Stella" in drawn(answer)) == (422, False)
    with pytest.raises(CannotMerge, match="clinic"):
        merge_patients(kept=maria, other=stella, by=ada, now=now)


def test_who_was_merged_is_not_merged_again(maria, again, ada, northside, dr_kim, now):
    merge_patients(kept=maria, other=again, by=ada, now=now)
    third = PatientFactory(clinic=northside, by=dr_kim, name="M. Ortiz")
    for kept, other in ((third, again), (again, third)):
        with pytest.raises(CannotMerge, match="merged"):
            merge_patients(kept=kept, other=other, by=ada, now=now)


def test_a_merge_is_not_undone_under_a_later_one(maria, again, neck, ada, northside, dr_kim, now):
    first = merge_patients(kept=maria, other=again, by=ada, now=now)
    third = PatientFactory(clinic=northside, by=dr_kim, name="M. Ortiz")
    merge_patients(kept=third, other=maria, by=ada, now=now)
    with pytest.raises(TooLate):
        undo_merge(merge=first, by=ada, now=now)
    assert whose(neck) == third


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"merged_into_id": "self", "user": None}, "patient_not_merged_into_itself"),
        ({"merged_into_id": "maria"}, "merged_patient_has_no_account"),
    ],
)
def test_the_table_keeps_a_merged_record_whole(maria, again, change, name):
    keys = {"self": again.pk, "maria": maria.pk}
    change = {field: keys.get(value) for field, value in change.items()}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Patient.objects.filter(pk=again.pk).update(**change)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"other": "kept"}, "merge_of_two"),
        ({"undone_at": "now"}, "merge_undone_at_with_by"),
        ({"account_moved": True, "user": None}, "merge_moved_an_account"),
        ({"moved": []}, "patient_merge_moved_shaped"),
    ],
)
def test_the_table_keeps_a_merge_whole(maria, again, ada, now, change, name):
    merge = merge_patients(kept=maria, other=again, by=ada, now=now)
    stands_for = {"kept": maria, "now": now}
    change = {
        field: stands_for.get(value, value) if isinstance(value, str) else value
        for field, value in change.items()
    }
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        PatientMerge.objects.filter(pk=merge.pk).update(**change)


def test_the_table_takes_one_standing_merge_of_a_record(maria, again, ada, northside, dr_kim, now):
    merge_patients(kept=maria, other=again, by=ada, now=now)
    with pytest.raises(IntegrityError, match="merged_away_once"), transaction.atomic():
        PatientMerge.objects.create(kept=maria, other=again, merged_by=ada, merged_at=now)


def test_every_table_about_a_patient_is_named_in_the_preview():
    assert {model._meta.label for model, _column in movable()} == set(NAMED)


def test_a_merged_record_is_registered_anew_under_no_second_number(front, maria, again, ada, now):
    merge_patients(kept=maria, other=again, by=ada, now=now)
    new = {
        "name": "Ben Shaw", "birth_date": str(date(1988, 1, 9)), "number": "m 2", "email": "b@mail.example",
        "language": "en",
    }  # fmt: skip
    assert "Another patient has this record number." in drawn(front.post(reverse("register"), new))


def test_the_number_on_old_papers_finds_the_record_that_goes_on(
    front, maria, again, ada, dr_kim, dr_strand, now
):
    merge_patients(kept=maria, other=again, by=ada, now=now)
    visible = Patient.objects.visible_to(dr_kim.membership_as())
    assert list(visible.sought(meant("m2", now.date()))) == [maria]
    theirs = Patient.objects.visible_to(dr_strand.membership_as())
    assert not theirs.sought(meant("m2", now.date())).exists()
