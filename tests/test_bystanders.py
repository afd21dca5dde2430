"""What is done about Maria is done to Maria alone.

Ben has the same complaint, the same treatment, the same flag and the same visit on his record. Each action
is called for her; then every row of her record that it is about has changed, and no row of his.
"""

from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.apps import apps

from accounts.actions import accept_invitation, invite
from patients.care_team.actions import care_team
from patients.flags.actions import request_review
from patients.flags.ownership import acknowledge
from patients.flags.risk_facts import keep_risk_facts
from patients.logs.actions import reminders
from patients.logs.actions.log import LogEntry, change_log, restore_log, withdraw_log
from patients.models import Episode, Flag, Patient, ReviewDue
from patients.portal.actions import my_data, visit_question
from patients.questionnaires.actions.drafts import forget_answers, keep_answers
from patients.questionnaires.actions.scores import FilledForm, choose_activities, record_peg
from patients.reassessment.actions.reassessment import begin_reassessment, withdraw_reassessment
from patients.record.actions import records, trials
from patients.record.actions.reopen import reopen_episode
from patients.review.sweep import review_due_trials
from patients.safety_desk.actions.calls import note_call as note_safety_call
from patients.safety_desk.actions.outcomes import undo_outcome
from patients.worklist.actions import assignment, decide, snooze, undo_decision
from patients.worklist.actions.effects import Choice
from scheduling.calls.actions import note_call, undo_call
from scheduling.referrals.actions import close_referral, renew_referral, request_referral
from scheduling.reminders.actions.answer import ask_for_another_time
from scheduling.visits.actions.book import book
from scheduling.visits.actions.change import cancel, reschedule
from scheduling.waitlist.actions.answering import accept_offered, leave_waitlist, let_go
from tests.factories import EpisodeFactory, LogFactory, PatientFactory, TrialFactory
from tests.patients.record_data import (
    a_medicine,
    a_plan,
    a_programme,
    a_session,
    an_image,
    an_injection,
    relief,
)
from tests.patients.safety_desk.stories import say_yes, settle
from tests.scheduling.conftest import ask_for_visit, found_slot, half_hours, new_york
from tests.scheduling.visit_types.kinds import a_visit_type
from tests.scheduling.waitlist.kept import a_kept_time
from tests.stage import staged

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


@staged
def membership(dr_kim, now):
    kim = dr_kim.membership_as("clinician")
    half_hours(now, kim)
    return kim


@staged
def hers(maria, episode, trial, dr_kim, membership, now):
    return life_of(episode, trial, dr_kim, new_york(9), now)


@staged
def his(northside, dr_kim, membership, hers, now):
    ben = PatientFactory(clinic=northside, by=dr_kim, name="Ben Shaw")
    episode = EpisodeFactory(patient=ben, by=dr_kim)
    return life_of(episode, TrialFactory(episode=episode, by=dr_kim), dr_kim, new_york(10), now)


def life_of(episode, trial, by, visit_at, now):
    """A bit of everything; nothing of it is over."""
    patient = episode.patient
    protocol = trial.tier.protocol
    request = ask_for_visit(episode, by=by, now=now)
    slot = found_slot(patient.clinic, by.membership_as("clinician"), visit_at)
    a_day_on = found_slot(patient.clinic, by.membership_as("clinician"), visit_at + DAY)
    programme = a_programme(episode, by, now)
    peg = FilledForm(protocol.instruments.get(key="peg"), uuid4(), dict.fromkeys("123", 5))
    record_peg(episode=episode, form=peg, by=patient.user, now=now)
    choose_activities(episode=episode, wordings=["Walk"], now=now)
    keep_answers(patient=patient, form="peg", answers={"1": 5}, now=now)
    facts = list(protocol.risk_facts.all())
    keep_risk_facts(patient=patient, asked=facts, true=["past-cancer"], by=by, now=now)
    visit = book(request=request, slot=slot, by=by, now=now)
    flag = request_review(episode=episode, reason="Worse at night", protocol=protocol, now=now)
    acknowledge(flag=flag, by=by, now=now)
    snooze.snooze(flag=flag, until=now + DAY, reason="Visit", by=by, now=now)
    snooze.discuss(flag=flag, note="", by=by, now=now)
    return SimpleNamespace(
        patient=patient, episode=episode, trial=trial, protocol=protocol, flag=flag, visit=visit,
        request=request,
        log=LogFactory(episode=episode, local_date=now.date()),
        plan=a_plan(episode, by, now), programme=programme, session=a_session(programme, by, now),
        medicine=a_medicine(episode, by, now), image=an_image(episode, by, now),
        question=visit_question.ask_for_visit(episode=episode, question="Surgery?", now=now),
        closure=my_data.ask_to_close(patient=patient, reason="", now=now),
        kept=a_kept_time(patient, a_visit_type(patient.clinic), a_day_on, by, now),
        call=note_call(patient=patient, outcome="no_answer", by=by, now=now),
        referral=request_referral(patient=patient, number="VA1", by=by, now=now),
        reassessment=begin_reassessment(episode=episode, by=by, now=now),
        member=care_team.join_care_team(
            patient=patient, membership=by.membership_as("clinician"), by=by, now=now
        ),
    )  # fmt: skip


def rows_of(patient):
    """Every row of the record, by kind."""
    found = {"Patient": list(Patient.objects.filter(pk=patient.pk).values())}
    for app in ("patients", "scheduling"):
        for kind in apps.get_app_config(app).get_models():
            rows = kind._default_manager.all()
            path = getattr(rows, "to_patient", "patient" if hasattr(kind, "patient") else "")
            if path:
                own = rows.filter(**{path: patient.pk}).order_by("pk")
                found[kind.__name__] = list(own.values())
    return found


def changed(before, after):
    return {kind for kind in before if before[kind] != after[kind]}


@staged
def before(hers, his):
    return rows_of(hers.patient), rows_of(his.patient)


# ------------------------------------------------------------------ what is done, and what it changes


def entry(now):
    return LogEntry(local_date=now.date(), average_pain=2)


def decided(kind, life, by, now, **more):
    choice = Choice(kind=kind, reason="other", **more)
    return decide.decide(flag=life.flag, choice=choice, by=by, now=now)


def undone(life, by, now):
    decision = decided("step_up", life, by, now, to_level=3)
    undo_decision.undo_decision(decision=decision, by=by, now=now)


def reopened(life, by, now):
    decided("step_down", life, by, now, discharge="close")
    reopen_episode(episode=Episode.objects.get(pk=life.episode.pk), now=now)


def withdrawn_injection(life, by, now):
    injection = an_injection(life.episode, by, now)
    relief(injection, by, now)
    records.withdraw_record(record=injection, by=by, now=now)


def safety_settled(life, by, now):
    flag = say_yes(life.episode, now)
    note_safety_call(flag=flag, result="reached", note="", by=by, now=now)
    settle(flag, by, now)


def safety_undone(life, by, now):
    undo_outcome(outcome=settle(say_yes(life.episode, now), by, now), by=by, now=now)


def log_back(life, by, now):
    withdraw_log(log=life.log, now=now)
    restore_log(log=life.log, now=now)


def of_the_visit(act, life, by, now):
    act(visit=life.visit, by=by, now=now)


def lapsed(life, by, now):
    Flag.objects.filter(pk=life.flag.pk).update(owned_until=now)
    assignment.return_lapsed_flags(now=now)


def reviewed(life, by, now):
    ReviewDue.objects.exclude(trial=life.trial).delete()
    review_due_trials(now=now)


def account_closed(life, by, now):
    my_data.settle_closure(request=life.closure, outcome="closed", note="", by=by, now=now)


def moved(life, by, now):
    slot = found_slot(life.patient.clinic, by.membership_as("clinician"), new_york(9, 30))
    reschedule(visit=life.visit, slot=slot, by=by, now=now)


ACTIONS = {
    # the worklist
    "assign": ({"Flag"}, lambda m, by, now: assignment.assign(flags=[m.flag], to=by.membership_as("clinician"), by=by, now=now + DAY)),
    "give back": ({"Flag"}, lambda m, by, now: assignment.give_back(flags=[m.flag])),
    "lapse": ({"Flag"}, lapsed),
    "acknowledge": ({"Flag"}, lambda m, by, now: acknowledge(flag=m.flag, by=by, now=now + DAY)),
    "snooze": ({"Flag"}, lambda m, by, now: snooze.snooze(flag=m.flag, until=now + WEEK, reason="Away", by=by, now=now)),
    "wake": ({"Flag"}, lambda m, by, now: snooze.wake(flag=m.flag)),
    "discuss": ({"Flag"}, lambda m, by, now: snooze.discuss(flag=m.flag, note="MRI?", by=by, now=now)),
    "stop discussing": ({"Flag"}, lambda m, by, now: snooze.stop_discussing(flag=m.flag)),
    "step up": ({"Flag", "Decision", "TierTrial", "VisitRequest"}, lambda m, by, now: decided("step_up", m, by, now, to_level=3)),
    "go on": ({"Flag", "Decision", "TrialReview"}, lambda m, by, now: decided("continue", m, by, now, next_check_on=now.date() + WEEK)),
    "extend": ({"Flag", "Decision", "TierTrial"}, lambda m, by, now: decided("extend", m, by, now, extension_days=14)),
    "discharge": ({"Flag", "Decision", "TierTrial", "Episode"}, lambda m, by, now: decided("step_down", m, by, now, discharge="watch")),
    "undo": ({"Decision", "TierTrial"}, undone),
    "reopen": ({"Decision", "TierTrial"}, reopened),
    "review": ({"TrialReview"}, reviewed),
    # safety
    "settle": ({"Flag", "SafetyAdvice", "SafetyCall", "SafetyOutcome"}, safety_settled),
    "undo outcome": ({"Flag", "SafetyOutcome"}, safety_undone),
    # the record
    "change plan": ({"SelfManagementPlan"}, lambda m, by, now: records.change_record(record=m.plan, changes={"to_do": "Swim"})),
    "withdraw programme": ({"TherapyProgramme"}, lambda m, by, now: records.withdraw_record(record=m.programme, by=by, now=now)),
    "withdraw medicine": ({"MedicationCourse"}, lambda m, by, now: records.withdraw_record(record=m.medicine, by=by, now=now)),
    "withdraw image": ({"ImagingStudy"}, lambda m, by, now: records.withdraw_record(record=m.image, by=by, now=now)),
    "injection": ({"Procedure", "TierTrial", "TreatmentCycle"}, lambda m, by, now: an_injection(m.episode, by, now)),
    "injection withdrawn": ({"Procedure", "ReliefEntry"}, withdrawn_injection),
    "end trial": ({"TierTrial"}, lambda m, by, now: trials.end_trial(trial=m.trial, outcome="unknown", by=by, today=now.date())),
    "withdraw reassessment": ({"Reassessment"}, lambda m, by, now: withdraw_reassessment(reassessment=m.reassessment, by=by, now=now)),
    "risk facts": ({"RiskFactAnswer"}, lambda m, by, now: keep_risk_facts(patient=m.patient, asked=list(m.protocol.risk_facts.all()), true=[], by=by, now=now)),
    # her own pages
    "log changed": ({"SymptomLog"}, lambda m, by, now: change_log(log=m.log, entry=entry(now), now=now)),
    "log withdrawn": ({"SymptomLog"}, lambda m, by, now: withdraw_log(log=m.log, now=now)),
    "activities": ({"OwnActivity"}, lambda m, by, now: choose_activities(episode=m.episode, wordings=["Swim"], now=now)),
    "forget answers": ({"AnswerDraft"}, lambda m, by, now: forget_answers(patient=m.patient, form="peg")),
    "contact": ({"Patient"}, lambda m, by, now: my_data.change_contact(patient=m.patient, phone="555-0199", reach="phone", shown_as="first")),
    "hour": ({"Patient"}, lambda m, by, now: reminders.set_reminder_hour(patient=m.patient, hour=7, now=now)),
    "pause": ({"Patient"}, lambda m, by, now: reminders.pause_reminders(patient=m.patient, days=7, now=now)),
    "closure withdrawn": ({"ClosureRequest"}, lambda m, by, now: my_data.withdraw_closure(request=m.closure, now=now)),
    "account closed": ({"ClosureRequest", "Patient"}, account_closed),
    "question discussed": ({"VisitQuestion"}, lambda m, by, now: visit_question.mark_discussed(question=m.question, by=by, now=now)),
    # staff
    "cancel": ({"Consultation"}, partial(of_the_visit, lambda **how: cancel(reason="patient_asked", **how))),
    "move": ({"Consultation"}, moved),
    "leave waitlist": ({"Consultation", "WaitlistEntry", "WaitlistOffer"}, lambda m, by, now: leave_waitlist(entry=m.kept.entry, by=by, now=now)),
    "accept time": ({"Consultation", "WaitlistEntry", "WaitlistOffer"}, lambda m, by, now: accept_offered(offer=m.kept, by=by, now=now)),
    "let time go": ({"Consultation", "WaitlistOffer"}, lambda m, by, now: let_go(offer=m.kept, answer="let_go", now=now)),
    "by link": ({"Consultation"}, lambda m, by, now: ask_for_another_time(visit=m.visit, now=now)),
    "undo call": ({"Call"}, lambda m, by, now: undo_call(call=m.call, now=now)),
    "refer": ({"Referral"}, lambda m, by, now: close_referral(referral=m.referral, closing="withdrawn", by=by, now=now)),
    "renew": ({"Referral"}, lambda m, by, now: renew_referral(referral=m.referral, by=by, now=now)),
    "leave team": ({"CareTeamMember"}, lambda m, by, now: care_team.leave_care_team(member=m.member, by=by, now=now)),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTIONS)
def test_it_changes_her_record_and_not_his(name, hers, his, before, dr_kim, now):
    expected, act = ACTIONS[name]
    her_rows, his_rows = before

    act(hers, dr_kim, now)

    assert changed(his_rows, rows_of(his.patient)) == set()
    assert expected <= changed(her_rows, rows_of(hers.patient))


def test_both_lives_have_rows_of_every_kind_that_the_actions_are_about(before):
    """Else nothing of his could have changed."""
    kinds = set().union(*(kinds for kinds, _act in ACTIONS.values()))
    made_by_the_action = {
        "Procedure", "ReliefEntry", "SafetyAdvice", "SafetyCall", "SafetyOutcome",
        "TreatmentCycle",
    }  # fmt: skip
    _her_rows, his_rows = before
    assert {kind for kind in kinds if not his_rows[kind]} == made_by_the_action


def test_a_colleague_who_joins_changes_nobodys_record(hers, his, before, northside, now):
    invitation = invite(
        clinic=northside, by=None, now=now, name="Dr. Wu", email="wu@clinic.example",
        role="clinician",
    )  # fmt: skip
    accept_invitation(invitation=invitation, now=now)
    assert (rows_of(hers.patient), rows_of(his.patient)) == before
