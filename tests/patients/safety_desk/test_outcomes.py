"""Maria said yes to a safety question: Dr. Kim calls, records what came of it, and only that ends the hold."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from accounts.models import Notice
from patients.models import (
    Decision,
    Finding,
    Flag,
    Kind,
    SafetyAdvice,
    SafetyCall,
    SafetyOutcome,
    TrialReview,
)
from patients.review.sweep import review_due_trials
from patients.safety_desk.actions.calls import (
    NothingWaits,
    correct_call,
    note_call,
    withdraw_call,
)
from patients.safety_desk.actions.outcomes import (
    CannotHandOver,
    Found,
    NewlyAnswered,
    OtherOutcome,
    record_outcome,
    undo_outcome,
)
from patients.worklist.actions.assignment import tell_next_contacts
from patients.worklist.actions.decide import SafetyWaits, decide
from patients.worklist.actions.effects import Choice
from tests.factories import StaffFactory, keep_diary
from tests.patients.safety_desk.stories import newest, say_yes, settle

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
ENDING = ["well", "emergency_care", "examined"]


@pytest.fixture
def levelled(trial, episode, now):
    """Maria's flag of eight level weeks."""
    keep_diary(episode, [6] * 56, now.date())
    review_due_trials(now=now)
    return Flag.objects.get()


@pytest.mark.parametrize("kind", ENDING)
def test_an_outcome_ends_the_hold_and_closes_a_flag_of_safety_alone(
    trial, episode, dr_kim, now, kind
):
    flag = say_yes(episode, now)
    outcome = settle(flag, dr_kim, now, kind)
    flag.refresh_from_db()
    assert (flag.holds_rules, flag.closed_at, flag.closing) == (False, now, "safety")
    assert (outcome.kind, outcome.recorded_by, outcome.ends_hold) == (kind, dr_kim, True)
    assert not SafetyAdvice.objects.waiting().exists()


def test_without_an_outcome_the_hold_stays(trial, episode, dr_kim, now):
    flag = say_yes(episode, now)
    note_call(flag=flag, result="no_answer", note="", by=dr_kim, now=now)
    keep_diary(episode, [6] * 56, now.date())
    review_due_trials(now=now + timedelta(days=1))
    assert set(Finding.objects.values_list("kind", flat=True)) == {Kind.SAFETY}


def test_the_rules_speak_again_from_the_same_minute_and_nothing_is_quiet(
    trial, episode, dr_kim, now
):
    keep_diary(episode, [6] * 56, now.date())
    settle(say_yes(episode, now), dr_kim, now, "emergency_care")
    review_due_trials(now=now)
    assert TrialReview.objects.get(trial=trial).quiet_until is None
    assert Flag.objects.open().get().kind == Kind.PLATEAU


def test_what_else_was_in_the_flag_names_it_again(levelled, episode, dr_kim, now):
    before = (levelled.kind, levelled.severity, levelled.sentence, levelled.due_at)
    flag = say_yes(episode, now)
    assert flag == levelled
    assert flag.kind == Kind.SAFETY
    settle(flag, dr_kim, now)
    flag.refresh_from_db()
    assert (flag.kind, flag.severity, flag.sentence, flag.due_at) == before
    assert (flag.holds_rules, flag.closed_at) == (False, None)
    decide(flag=flag, choice=Choice(kind="reassess", reason="other"), by=dr_kim, now=now)


def test_the_general_decision_refuses_a_safety_answer(levelled, episode, dr_kim, now):
    flag = say_yes(episode, now)
    with pytest.raises(SafetyWaits):
        decide(flag=flag, choice=Choice(kind="reassess", reason="safety"), by=dr_kim, now=now)
    assert not Decision.objects.exists()
    assert Flag.objects.holding().get() == flag


def test_what_was_said_meanwhile_is_read_first(trial, episode, dr_kim, now):
    flag = say_yes(episode, now, "bowel")
    seen = newest(flag)
    say_yes(episode, now + MINUTE, "bladder")
    found = Found("well", "Spoke with her.")
    with pytest.raises(NewlyAnswered):
        record_outcome(flag=flag, found=found, seen=seen, by=dr_kim, now=now + MINUTE)
    assert not SafetyOutcome.objects.exists()
    assert Flag.objects.holding().exists()


def test_the_same_yes_after_an_outcome_waits_again(levelled, episode, dr_kim, now):
    settle(say_yes(episode, now), dr_kim, now)
    again = say_yes(episode, now + MINUTE)
    assert again == levelled
    assert (again.kind, again.holds_rules) == (Kind.SAFETY, True)
    assert SafetyAdvice.objects.waiting().count() == 1


def test_the_first_of_two_colleagues_counts(trial, episode, dr_kim, now):
    flag = say_yes(episode, now)
    settle(flag, dr_kim, now)
    with pytest.raises(NothingWaits):
        settle(flag, dr_kim, now)
    assert SafetyOutcome.objects.count() == 1


# ------------------------------------------------------------------ calls


def test_each_call_is_kept_and_the_clock_starts_again(trial, episode, dr_kim, now):
    flag = say_yes(episode, now)
    later = now + timedelta(minutes=10)
    for result in ("no_answer", "left_message"):
        note_call(flag=flag, result=result, note="", by=dr_kim, now=later)
    said = SafetyCall.objects.order_by("pk").values_list("result", "called_by", "called_at")
    assert list(said) == [("no_answer", dr_kim.pk, later), ("left_message", dr_kim.pk, later)]
    flag.refresh_from_db()
    assert flag.due_at == later + timedelta(minutes=15)


def test_who_was_reached_is_not_called_again(trial, episode, dr_kim, now):
    flag = say_yes(episode, now)
    note_call(flag=flag, result="reached", note="", by=dr_kim, now=now + MINUTE)
    flag.refresh_from_db()
    assert flag.due_at == now + timedelta(minutes=15)


def test_pressed_twice_it_is_one_call(trial, episode, dr_kim, now):
    flag = say_yes(episode, now)
    for _press in range(2):
        note_call(flag=flag, result="no_answer", note="", by=dr_kim, now=now)
    assert SafetyCall.objects.count() == 1


def test_a_call_is_corrected_with_its_history(trial, episode, dr_kim, now):
    call = note_call(flag=say_yes(episode, now), result="no_answer", note="", by=dr_kim, now=now)
    correct_call(call=call, result="reached", note="It was her husband.", by=dr_kim)
    call.refresh_from_db()
    assert (call.result, call.changed_by) == ("reached", dr_kim)
    assert [each.result for each in call.events.order_by("pgh_id")] == ["no_answer", "reached"]


def test_a_call_taken_back_stays_to_be_read(trial, episode, dr_kim, now):
    call = note_call(flag=say_yes(episode, now), result="no_answer", note="", by=dr_kim, now=now)
    withdraw_call(call=call, by=dr_kim, now=now + MINUTE)
    withdraw_call(call=call, by=dr_kim, now=now + 2 * MINUTE)
    call.refresh_from_db()
    assert (call.withdrawn_at, call.withdrawn_by) == (now + MINUTE, dr_kim)


def test_after_the_outcome_no_call_is_noted(trial, episode, dr_kim, now):
    flag = say_yes(episode, now)
    settle(flag, dr_kim, now)
    with pytest.raises(NothingWaits):
        note_call(flag=flag, result="reached", note="", by=dr_kim, now=now)


# ------------------------------------------------------------------ handed over


def test_not_reached_goes_to_a_colleague_and_the_hold_stays(trial, episode, northside, dr_kim, now):
    wu = StaffFactory(clinic=northside, name="Dr. Wu")
    flag = say_yes(episode, now)
    settle(flag, dr_kim, now, "not_reached", "Three tries.", handed_to=wu.membership_as())
    flag.refresh_from_db()
    assert (flag.owner, flag.assigned_by, flag.holds_rules) == (wu, dr_kim, True)
    told = Notice.objects.get(key__startswith="safety-hand-over")
    assert (told.email, told.path) == (wu.email, "/safety-desk/")
    assert SafetyAdvice.objects.waiting().exists()


def test_or_to_the_clinics_next_contact(trial, episode, northside, dr_kim, now):
    type(northside).objects.update(next_alert_email="second@northside.example")
    flag = say_yes(episode, now)
    flag.episode.patient.clinic.refresh_from_db()
    settle(Flag.objects.get(), dr_kim, now, "not_reached", "No answer.")
    flag.refresh_from_db()
    assert (flag.owner, flag.told_next_at) == (None, now)
    told = Notice.objects.get(key__startswith="safety-hand-over")
    assert told.email == "second@northside.example"


def test_only_to_somebody_who_may_see_the_patient(trial, episode, dr_kim, dr_strand, now):
    flag = say_yes(episode, now)
    with pytest.raises(CannotHandOver):
        settle(flag, dr_kim, now, "not_reached", handed_to=dr_strand.membership_as())
    assert not SafetyOutcome.objects.exists()


def test_an_answer_with_an_outcome_is_told_to_nobody_more(levelled, episode, dr_kim, now):
    settle(say_yes(episode, now), dr_kim, now)
    assert tell_next_contacts(now=now + timedelta(hours=1)) == 0


# ------------------------------------------------------------------ taken back


def test_an_outcome_taken_back_holds_again(trial, episode, dr_kim, now):
    flag = say_yes(episode, now)
    outcome = settle(flag, dr_kim, now)
    entry = undo_outcome(outcome=outcome, by=dr_kim, now=now + MINUTE)
    flag.refresh_from_db()
    assert (entry.kind, entry.corrects) == ("undone", outcome)
    assert (flag.closed_at, flag.holds_rules, flag.kind) == (None, True, Kind.SAFETY)
    assert SafetyAdvice.objects.waiting().exists()
    settle(flag, dr_kim, now + 2 * MINUTE, "emergency_care")
    assert SafetyOutcome.objects.ending().get().kind == "emergency_care"


def test_taken_back_in_a_flag_that_is_still_open(levelled, episode, dr_kim, now):
    outcome = settle(say_yes(episode, now), dr_kim, now)
    undo_outcome(outcome=outcome, by=dr_kim, now=now + MINUTE)
    levelled.refresh_from_db()
    assert (levelled.kind, levelled.severity, levelled.holds_rules) == (Kind.SAFETY, 3, True)


def test_taken_back_beside_another_flag_it_folds_into_that_one(trial, episode, dr_kim, now):
    keep_diary(episode, [6] * 56, now.date())
    outcome = settle(say_yes(episode, now), dr_kim, now)
    review_due_trials(now=now)
    other = Flag.objects.open().get()
    undo_outcome(outcome=outcome, by=dr_kim, now=now + MINUTE)
    other.refresh_from_db()
    assert (other.kind, other.holds_rules) == (Kind.SAFETY, True)
    assert Flag.objects.open().count() == 1


def test_only_the_last_outcome_and_only_once(trial, episode, dr_kim, now):
    first = settle(say_yes(episode, now), dr_kim, now)
    second = settle(say_yes(episode, now + MINUTE), dr_kim, now + MINUTE)
    with pytest.raises(OtherOutcome):
        undo_outcome(outcome=first, by=dr_kim, now=now)
    undo_outcome(outcome=second, by=dr_kim, now=now + MINUTE)
    with pytest.raises(OtherOutcome):
        undo_outcome(outcome=second, by=dr_kim, now=now + MINUTE)


def test_a_hand_over_taken_back_is_not_mailed(trial, episode, dr_kim, now):
    outcome = settle(say_yes(episode, now), dr_kim, now, "not_reached")
    undo_outcome(outcome=outcome, by=dr_kim, now=now + MINUTE)
    assert Notice.objects.get(key__startswith="safety-hand-over").given_up_at is not None
    assert Flag.objects.holding().exists()


# ------------------------------------------------------------------ the tables refuse


def test_advice_and_outcomes_are_kept_as_they_were(trial, episode, dr_kim, now):
    settle(say_yes(episode, now), dr_kim, now)
    for rows, change in (
        (SafetyAdvice.objects.all(), {"words": "Wait."}),
        (SafetyOutcome.objects.all(), {"note": "Better."}),
    ):
        with pytest.raises(ProgrammingError, match="pgtrigger: Cannot"), transaction.atomic():
            rows.update(**change)
        with pytest.raises(ProgrammingError, match="pgtrigger: Cannot"), transaction.atomic():
            rows._raw_delete(rows.db)


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"kind": "well", "note": ""}, "safety_outcome_says_what_was_found"),
        ({"kind": "fine", "note": "x"}, "safety_outcome_says_what_was_found"),
        ({"kind": "undone", "note": "x"}, "safety_outcome_says_what_was_found"),
        ({"kind": "well", "note": "x", "handed_to": True}, "handed_over_where_not_reached"),
    ],
)
def test_an_outcome_is_whole(trial, episode, dr_kim, now, wrong, name):
    flag = say_yes(episode, now)
    who = {"handed_to": dr_kim} if wrong.pop("handed_to", False) else {}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        SafetyOutcome.objects.create(
            **wrong, **who, episode=episode, flag=flag, about_id=newest(flag),
            recorded_at=now, recorded_by=dr_kim,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"result": "fine"}, "safety_call_result_known"),
        ({"withdrawn_at": "2026-03-02T15:00Z"}, "safety_call_withdrawn_at_with_by"),
    ],
)
def test_a_call_is_whole(trial, episode, dr_kim, now, wrong, name):
    note_call(flag=say_yes(episode, now), result="reached", note="", by=dr_kim, now=now)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        SafetyCall.objects.update(**wrong)


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"level": "routine"}, "safety_advice_level_known"),
        ({"words": ""}, "safety_advice_says_something"),
        ({"questions": []}, "safety_advice_says_something"),
    ],
)
def test_advice_is_whole(trial, episode, now, wrong, name):
    say_yes(episode, now)
    [row] = SafetyAdvice.objects.values()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        SafetyAdvice.objects.create(**{**row, "id": None, **wrong})


def test_a_call_is_not_due_before_the_answer_was_given(levelled, episode, protocol, dr_kim, now):
    """A plateau lies overdue; then Maria says yes. Settled, what was due before is due again."""
    later = now + timedelta(days=30)
    overdue = levelled.due_at
    flag = say_yes(episode, later)
    assert (flag.pk, flag.due_at) == (
        levelled.pk, later + timedelta(minutes=protocol.deadline("safety").amount),
    )  # fmt: skip
    settle(flag, dr_kim, later)
    waits = Flag.objects.open().get(episode=episode)
    assert overdue <= waits.due_at < later
