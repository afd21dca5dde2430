"""Maria moves: Northside offers her to Southside, which reads who and why, and accepts or rejects."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse

from accounts.models import Notice
from patients.flags.actions import request_review
from patients.models import AccessLog, Episode, Patient, RiskFactAnswer, TierTrial, Transfer
from patients.transfers import actions
from tests.factories import ClinicFactory, LogFactory, PatientFactory, StaffFactory
from tests.patients.transfers.stories import a_transfer

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def offered(maria, episode, trial, dr_kim, southside, now):
    LogFactory(episode=episode, average_pain=7)
    told = {"told_at": now, "told_by": maria.user, "is_true": True}
    RiskFactAnswer.objects.create(patient=maria, key="cancer", text="Had you cancer?", **told)
    return a_transfer(maria, dr_kim, now, to=southside)


@pytest.fixture
def accepted(offered, ann, now):
    actions.accept_transfer(transfer=offered, number="S-1", known=None, by=ann, now=now)
    return Transfer.objects.get(pk=offered.pk)


def page_of(one, name="transfer"):
    return reverse(name, args=[one.pk])


def read(browser, one):
    answer = browser.get(page_of(one))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


class TestOffering:
    def test_dr_kim_offers_and_the_others_are_told_that_something_waits(
        self, maria, dr_kim, southside, sign_in
    ):
        desk = sign_in(dr_kim)
        page = reverse("offer_transfer", args=[maria.pk])
        assert "Southside Spine Clinic" in desk.get(page).content.decode()
        said = {"to_clinic": southside.pk, "reason": "She moves", "agreed": "met"}
        assert desk.post(page, said).url == page_of(Transfer.objects.get())
        told = Notice.objects.filter(key__startswith="transfer:").values_list("email", flat=True)
        assert set(told) == {southside.alert_email, maria.user.email}
        assert AccessLog.objects.filter(patient=maria, page="offer_transfer").exists()

    @pytest.mark.parametrize(
        ("left_out", "words"),
        [
            ("agreed", "Ask the patient first"),
            ("reason", "Say why, in one sentence."),
            ("to_clinic", "Choose the clinic."),
        ],
    )
    def test_without_the_patients_word_a_reason_or_a_clinic_nothing_is_offered(
        self, left_out, words, maria, dr_kim, southside, sign_in
    ):
        said = {"to_clinic": southside.pk, "reason": "She moves", "agreed": "met"}
        del said[left_out]
        answer = sign_in(dr_kim).post(reverse("offer_transfer", args=[maria.pk]), said)
        assert words in answer.content.decode()
        assert not Transfer.objects.exists()

    def test_ones_own_clinic_is_no_choice(self, maria, dr_kim, northside, southside, sign_in):
        said = {"to_clinic": northside.pk, "reason": "She moves", "agreed": "met"}
        answer = sign_in(dr_kim).post(reverse("offer_transfer", args=[maria.pk]), said)
        assert answer.status_code == 422

    def test_one_at_a_time(self, offered, maria, dr_kim, now):
        with pytest.raises(actions.UnderWay):
            a_transfer(maria, dr_kim, now)

    def test_one_that_ran_out_makes_room(self, offered, maria, dr_kim, ann, now):
        later = now + 14 * DAY
        with pytest.raises(actions.NotOpen):
            actions.reject_transfer(transfer=offered, because="Late", by=ann, now=later)
        a_transfer(maria, dr_kim, later)
        assert Transfer.objects.get(pk=offered.pk).withdrawn_at == later


class TestWhoReads:
    def test_the_other_clinic_reads_who_and_why_and_no_more(self, offered, maria, ann, sign_in):
        desk = sign_in(ann)
        said = read(desk, offered)
        assert "Maria Ortiz" in said
        assert "She moves to the other side of town" in said
        assert maria.number not in said
        assert "cancer" not in said
        assert AccessLog.objects.filter(patient=maria, user=ann, page="transfer").exists()
        assert desk.get(reverse("person", args=[maria.pk])).status_code == 404

    def test_a_third_clinic_learns_nothing(self, offered, sign_in):
        desk = sign_in(StaffFactory(clinic=ClinicFactory(name="Westside"), role="administrator"))
        assert desk.get(page_of(offered)).status_code == 404
        for name in ("accept_transfer", "reject_transfer", "withdraw_transfer"):
            assert desk.post(page_of(offered, name)).status_code == 404
        assert "Maria" not in desk.get(reverse("transfers")).content.decode()

    @pytest.mark.parametrize("by_clock", [True, False])
    def test_what_came_to_nothing_names_nobody_there_any_more(
        self, by_clock, offered, dr_kim, ann, sign_in, now
    ):
        if not by_clock:
            actions.withdraw_transfer(transfer=offered, by=dr_kim, now=now)
        with time_machine.travel(now + by_clock * 15 * DAY, tick=False):
            theirs = sign_in(ann)
            assert "Maria" not in read(theirs, offered)
            assert "Maria" not in theirs.get(reverse("transfers")).content.decode()
            assert "Maria" in read(sign_in(dr_kim), offered)


class TestRejecting:
    def test_the_reason_is_read_by_the_first_clinic(self, offered, dr_kim, ann, maria, sign_in):
        desk = sign_in(ann)
        page = page_of(offered, "reject_transfer")
        assert "Say why" in desk.post(page, {"because": ""}).content.decode()
        desk.post(page, {"because": "We have no room before June"})
        said = read(sign_in(dr_kim), offered)
        assert "We have no room before June" in said
        assert "Ann Arc" in said
        assert "said no" in sign_in(maria.user).get(reverse("my_moves")).content.decode()
        assert Patient.objects.filter(name="Maria Ortiz").count() == 1

    def test_two_answers_at_once_are_one(self, offered, ann, now):
        actions.reject_transfer(transfer=offered, because="Full", by=ann, now=now)
        with pytest.raises(actions.NotOpen):
            actions.accept_transfer(transfer=offered, number="S-1", known=None, by=ann, now=now)

    def test_the_first_clinic_cannot_answer_for_the_other(self, offered, dr_kim, sign_in):
        desk = sign_in(dr_kim)
        desk.post(page_of(offered, "reject_transfer"), {"because": "x"})
        desk.post(page_of(offered, "accept_transfer"), {"is_known": "no", "number": "S-1"})
        assert Transfer.objects.get().state(offered.offered_at) == "offered"


class TestThePatient:
    def test_reads_it_and_may_stop_it(self, offered, maria, ann, sign_in, now):
        phone = sign_in(maria.user)
        assert "Southside Spine Clinic" in phone.get(reverse("my_moves")).content.decode()
        phone.post(page_of(offered, "stop_my_move"))
        assert Transfer.objects.get().withdrawn_by == maria.user
        with pytest.raises(actions.NotOpen):
            actions.accept_transfer(transfer=offered, number="S-1", known=None, by=ann, now=now)

    def test_not_another_patients(self, offered, stella, sign_in):
        assert sign_in(stella.user).post(page_of(offered, "stop_my_move")).status_code == 404


class TestAccepting:
    def test_a_record_begins_there_and_the_old_one_stays(
        self, offered, maria, ann, sign_in, southside
    ):
        desk = sign_in(ann)
        said = {"is_known": "no", "number": "S-1"}
        assert desk.post(page_of(offered, "accept_transfer"), said).url == page_of(offered)
        new = Patient.objects.get(clinic=southside, name="Maria Ortiz")
        assert (new.number, new.birth_date, new.user) == ("S-1", maria.birth_date, None)
        assert new.invitation.email == maria.user.email
        assert new.episodes.get().condition.key == "mechanical-pain"
        assert new.risk_facts.get().is_true
        assert maria.episodes.filter(closed_on=None).count() == 1
        assert Patient.objects.get(pk=maria.pk).user == maria.user
        page = read(desk, offered)
        for piece in ("What came from Northside", ": 7</li>", "2025-12-01", "Nothing of it was"):
            assert piece in page, piece

    def test_only_what_was_agreed_goes_along(
        self, maria, episode, trial, dr_kim, southside, ann, now
    ):
        LogFactory(episode=episode, average_pain=7)
        one = a_transfer(maria, dr_kim, now, to=southside, parts=["steps"])
        actions.accept_transfer(transfer=one, number="S-1", known=None, by=ann, now=now)
        [complaint] = Transfer.objects.get().copied["complaints"]
        assert set(complaint) == {"condition", "region", "onset_on", "closed_on", "steps"}

    def test_what_is_logged_later_does_not_reach_the_copy(self, accepted, episode):
        LogFactory(episode=episode, average_pain=9)
        [complaint] = Transfer.objects.get().copied["complaints"]
        assert [pain for _day, pain in complaint["diary"]] == [7]

    def test_a_number_that_is_taken_changes_nothing(self, offered, stella, ann, sign_in):
        said = {"is_known": "no", "number": stella.number}
        answer = sign_in(ann).post(page_of(offered, "accept_transfer"), said)
        assert "Another patient has this record number." in answer.content.decode()
        assert Transfer.objects.get().accepted_at is None

    def test_who_is_known_there_keeps_the_record(
        self, offered, southside, ann, dr_strand, maria, sign_in
    ):
        person = {"name": "Maria Ortiz", "number": "S-9"}
        known = PatientFactory(clinic=southside, by=dr_strand, **person)
        desk, page = sign_in(ann), page_of(offered, "accept_transfer")
        wrong = desk.post(page, {"is_known": "yes", "number": maria.number})
        assert "No patient of this clinic has this record number." in wrong.content.decode()
        desk.post(page, {"is_known": "yes", "number": "s 9"})
        assert Transfer.objects.get().new_patient == known
        assert known.episodes.count() == 1
        assert Patient.objects.filter(clinic=southside, name="Maria Ortiz").count() == 1


class TestFinishing:
    def test_not_before_it_is_accepted(self, offered, dr_kim, now):
        with pytest.raises(actions.NotOpen):
            actions.finish_transfer(transfer=offered, outcomes={}, by=dr_kim, now=now)

    def test_an_open_flag_is_settled_first(
        self, accepted, trial, episode, protocol, dr_kim, sign_in, now
    ):
        request_review(episode=episode, reason="", protocol=protocol, now=now)
        desk = sign_in(dr_kim)
        assert "A flag is not decided yet." in read(desk, accepted)
        said = {f"trial-{trial.pk}": "partial"}
        answer = desk.post(page_of(accepted, "finish_transfer"), said)
        assert "Something is still open." in answer.content.decode()
        assert Transfer.objects.get().finished_at is None
        assert TierTrial.objects.get(pk=trial.pk).ended_on is None

    def test_a_clinician_says_how_each_step_went(
        self, accepted, trial, dr_kim, maria, ann, sign_in
    ):
        desk, page = sign_in(dr_kim), page_of(accepted, "finish_transfer")
        assert "Say how it went." in desk.post(page, {}).content.decode()
        desk.post(page, {f"trial-{trial.pk}": "partial"})
        trial.refresh_from_db()
        assert (trial.outcome, trial.ended_by) == ("partial", dr_kim)
        assert Episode.objects.get(patient=maria).closed_by == dr_kim
        assert "All is done" in sign_in(maria.user).get(reverse("my_moves")).content.decode()
        assert "Finished" in read(sign_in(ann), accepted)

    def test_an_administrator_does_not_end_care(self, accepted, ada, sign_in):
        answer = sign_in(ada).get(page_of(accepted, "finish_transfer"))
        assert answer.url == page_of(accepted)


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize(
        ("wrong", "by"),
        [
            ({"withdrawn_at": "2026-03-02T14:00Z"}, "transfer_withdrawn_at_with_by"),
            ({"finished_at": "2026-03-02T14:00Z"}, "transfer_(finished|accepted)"),
            ({"agreed": "guessed"}, "transfer_agreed_known"),
            ({"parts": ["everything"]}, "transfer_parts_known"),
            ({"rejected_because": "x"}, "transfer_rejected_because"),
            ({"copied": []}, "transfer_copied_shaped"),
        ],
    )
    def test_half_a_transfer(self, wrong, by, offered):
        with pytest.raises(IntegrityError, match=by):
            Transfer.objects.filter(pk=offered.pk).update(**wrong)

    def test_two_ends(self, offered, ann, now):
        actions.reject_transfer(transfer=offered, because="Full", by=ann, now=now)
        with pytest.raises(IntegrityError, match="transfer_ends_one_way"):
            Transfer.objects.update(withdrawn_at=now, withdrawn_by=ann)

    def test_the_same_record(self, accepted):
        with pytest.raises(IntegrityError, match="transfer_to_another_record"):
            Transfer.objects.update(new_patient=accepted.patient_id)
