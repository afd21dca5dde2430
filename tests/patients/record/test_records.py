"""What clinicians write down about a complaint: kept, changed field by field, taken back, never lost."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from exchange.resources import KINDS
from patients.flags.actions import request_review
from patients.intake.actions import answer_intake
from patients.models import (
    AccessLog,
    Exercise,
    Flag,
    ImagingStudy,
    Kind,
    MedicationCourse,
    Procedure,
    Reassessment,
    ReliefEntry,
    SelfManagementPlan,
    TherapyProgramme,
    TherapySession,
    TierTrial,
    TreatmentCycle,
)
from patients.packets.selectors.evidence import record_of
from patients.reassessment.actions.reassessment import begin_reassessment
from patients.record.actions.records import keep_record, withdraw_record
from patients.record.actions.trials import end_trial
from patients.review.sweep import review_due_trials
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from tests.factories import LogFactory, TrialFactory, keep_diary
from tests.pages import drawn
from tests.patients.record_data import (
    BESIDE,
    CHECKS,
    a_block,
    a_medicine,
    a_plan,
    a_programme,
    a_session,
    an_exercise,
    an_image,
    an_injection,
    relief,
)
from tests.stage import staged

pytestmark = pytest.mark.django_db

LEVEL = [6, 6, 5, 6, 7, 6, 6] * 8


def refuses(name, change):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change()


@pytest.fixture
def desk(dr_kim, sign_in):
    return sign_in(dr_kim)


def read(answer):
    return drawn(answer)


# ------------------------------------------------------------------ what the database refuses


@staged
def everything(episode, dr_kim, now):
    """One row of each kind, made through actions."""
    a_plan(episode, dr_kim, now)
    programme = a_programme(episode, dr_kim, now)
    a_session(programme, dr_kim, now)
    an_exercise(programme, dr_kim, now)
    a_medicine(episode, dr_kim, now)
    relief(an_injection(episode, dr_kim, now), dr_kim, now)
    an_image(episode, dr_kim, now)
    begun = begin_reassessment(episode=episode, by=dr_kim, now=now)
    begun.signs.update(confirmed=False)


@pytest.mark.parametrize(
    ("model", "fields", "name"),
    [
        *[
            (model, {"withdrawn_at": "2026-03-02T00:00Z"}, "withdrawn_at_with_by")
            for model in (
                SelfManagementPlan, TherapyProgramme, Exercise, TherapySession, MedicationCourse, Procedure,
                ReliefEntry, ImagingStudy, Reassessment,
            )
        ],
        (SelfManagementPlan, {"modality_keys": [], "to_do": ""}, "plan_says_what_to_do"),
        (TherapyProgramme, {"modality_keys": []}, "programme_names_its_kind"),
        (TherapyProgramme, {"sessions_planned": 101}, "programme_sessions_possible"),
        (TherapyProgramme, {"home_days_a_week": 8}, "programme_days_of_a_week"),
        (TherapyProgramme, {"ended_on": "2020-01-01"}, "programme_ends_after_start"),
        (Exercise, {"key": "", "name": ""}, "exercise_has_a_name"),
        (Exercise, {"sets": 0}, "exercise_amount_possible"),
        (Exercise, {"repetitions": 101}, "exercise_amount_possible"),
        (Exercise, {"days_a_week": 8}, "exercise_days_of_a_week"),
        (Exercise, {"ended_on": "2020-01-01"}, "exercise_ends_after_start"),
        (MedicationCourse, {"name": ""}, "course_names_its_medicine"),
        (MedicationCourse, {"use": "often"}, "course_use_known"),
        (MedicationCourse, {"ended_on": "2026-03-02"}, "course_end_whole"),
        (MedicationCourse, {"why_ended": "no_help"}, "course_end_whole"),
        (MedicationCourse, {"ended_on": "2020-01-01", "why_ended": "no_help"}, "course_end_whole"),
        (Procedure, {"level": ""}, "procedure_names_its_level"),
        (Procedure, {"side": "front"}, "procedure_side_known"),
        (Procedure, {"purpose": "diagnostic"}, "procedure_block_is_no_cycle"),
        (ReliefEntry, {"after": 105}, "relief_time_possible"),
        (ReliefEntry, {"pain_now": 11}, "relief_pain_0_to_10"),
        (ReliefEntry, {"pain_before": 11}, "relief_pain_0_to_10"),
        (ImagingStudy, {"findings": ""}, "imaging_has_findings"),
        (ImagingStudy, {"comparison": "changed"}, "imaging_compared_with_something"),
        (ImagingStudy, {"disc_progressed": True}, "imaging_progress_is_a_change"),
        (Reassessment, {"finished_at": "2026-03-02T00:00Z"}, "reassessment_finished"),
        (
            Reassessment,
            {"finished_at": "2026-03-02T00:00Z", "finished_by": F("recorded_by")},
            "reassessment_finished_is_whole",
        ),
    ],
)  # fmt: skip
def test_a_record_is_whole_or_refused(model, fields, name, everything):
    refuses(name, lambda: model.objects.update(**fields))


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (TherapySession, "one_session_a_day_per_programme"),
        (ReliefEntry, "one_relief_entry_a_time"),
        (Reassessment, "one_unfinished_reassessment"),
    ],
)
def test_the_same_is_not_recorded_twice(model, name, everything):
    row = model.objects.get()
    row.pk = None
    refuses(name, row.save)


@pytest.mark.parametrize(
    "model",
    [SelfManagementPlan, TherapyProgramme, Exercise, TherapySession, MedicationCourse, Procedure,
     ReliefEntry, ImagingStudy, Reassessment],
)  # fmt: skip
def test_history_keeps_every_version_and_says_what_each_row_is(model, everything):
    assert str(model.objects.get())
    events = model.pgh_event_model.objects
    assert events.exists()
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        events.all().delete()


# ------------------------------------------------------------------ procedures


def test_an_injection_opens_tier_4_from_its_day_as_a_dated_cycle(trial, episode, dr_kim, now):
    procedure = an_injection(episode, dr_kim, now, days_ago=3)
    opened = TierTrial.objects.active().get(level=4)
    assert opened.started_on == now.date() - timedelta(days=3)
    assert (opened.starts_with_cycle, opened.usual_pain) == (True, 6)
    assert procedure.cycle.trial == opened
    assert procedure.cycle.started_on == opened.started_on


def test_a_tier_4_that_waited_for_its_injection_begins_with_it(episode, dr_kim, now):
    waiting = TrialFactory(episode=episode, by=dr_kim, level=4, days_ago=10)
    an_injection(episode, dr_kim, now, days_ago=2)
    waiting.refresh_from_db()
    assert waiting.started_on == now.date() - timedelta(days=2)
    assert waiting.starts_with_cycle


def test_a_second_injection_is_a_further_cycle_of_the_same_trial(episode, dr_kim, now):
    first = an_injection(episode, dr_kim, now, days_ago=40)
    second = an_injection(episode, dr_kim, now, days_ago=5)
    assert second.cycle.trial == first.cycle.trial
    assert second.cycle.trial.started_on == now.date() - timedelta(days=40)
    assert TierTrial.objects.filter(level=4).count() == 1


def test_a_diagnostic_block_is_a_test_and_opens_nothing(trial, episode, dr_kim, now):
    block = a_block(episode, dr_kim, now)
    assert block.cycle is None
    assert not TierTrial.objects.filter(level=4).exists()


def test_an_injection_from_before_a_later_trial_stands_alone(episode, dr_kim, now):
    TrialFactory(episode=episode, by=dr_kim, level=4, days_ago=10)
    old = an_injection(episode, dr_kim, now, days_ago=50)
    assert old.cycle is None


def test_an_injection_in_a_closed_complaint_opens_no_step(
    trial, episode, protocol, dr_kim, desk, now
):
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    choice = Choice(kind="step_down", reason="improved", discharge="close")
    decide(flag=flag, choice=choice, by=dr_kim, now=now)
    assert injected(episode, protocol, desk).status_code == 302
    assert Procedure.objects.get().cycle is None
    assert not TierTrial.objects.active().exists()


def test_an_injection_before_the_complaint_is_described_is_kept(maria, protocol, desk, now):
    intake = answer_intake(patient=maria, page="safety", answers={}, by=maria.user, now=now)
    assert injected(intake.episode, protocol, desk).status_code == 302
    assert Procedure.objects.get().cycle is None


def injected(episode, protocol, desk):
    kind = protocol.modalities.get(key="epidural-steroid-injection").pk
    url = reverse("record_add", args=[episode.pk, "procedure"])
    sent = {"level_of_spine": "L4/5", "side": "left", "done_on": "2026-03-01", **CHECKS}
    return desk.post(url, {**sent, "modality": kind, "purpose": "injection"})


def test_an_injection_in_the_middle_of_an_ended_trial_is_its_cycle(episode, dr_kim, now):
    ended = TrialFactory(episode=episode, by=dr_kim, level=4, days_ago=60)
    then = now.date() - timedelta(days=20)
    end_trial(trial=ended, outcome="unknown", by=dr_kim, today=then)
    assert an_injection(episode, dr_kim, now, days_ago=30).cycle.trial == ended


def test_taken_back_the_trial_that_only_it_opened_ends_on_its_day(episode, dr_kim, now):
    procedure = an_injection(episode, dr_kim, now, days_ago=3)
    withdraw_record(record=procedure, by=dr_kim, now=now)
    opened = TierTrial.objects.get(level=4)
    assert (opened.ended_on, opened.outcome) == (opened.started_on, "unknown")
    assert Procedure.objects.get().withdrawn_by == dr_kim
    assert not Procedure.objects.injections().exists()


def test_taken_back_a_trial_with_another_injection_goes_on(episode, dr_kim, now):
    an_injection(episode, dr_kim, now, days_ago=40)
    second = an_injection(episode, dr_kim, now, days_ago=5)
    withdraw_record(record=second, by=dr_kim, now=now)
    assert TierTrial.objects.active().filter(level=4).exists()
    assert TreatmentCycle.objects.get(procedure=second).ended_on == second.done_on


def test_no_plateau_is_flagged_while_an_injection_has_its_time(trial, episode, dr_kim, now):
    """The protocol looks for a plateau after a procedure from day 28 on."""
    keep_diary(episode, LEVEL, now.date())
    an_injection(episode, dr_kim, now, days_ago=27)
    review_due_trials(now=now)
    assert not Flag.objects.filter(findings__kind=Kind.PLATEAU).exists()
    tomorrow = now + timedelta(days=1)
    LogFactory(episode=episode, local_date=tomorrow.date(), average_pain=6)
    review_due_trials(now=tomorrow)
    assert Flag.objects.filter(findings__kind=Kind.PLATEAU).exists()


def test_a_block_holds_nothing_back(trial, episode, dr_kim, now):
    keep_diary(episode, LEVEL, now.date())
    a_block(episode, dr_kim, now)
    review_due_trials(now=now)
    assert Flag.objects.get().kind == Kind.PLATEAU


@pytest.mark.parametrize(
    ("before", "after", "percent"), [(8, 2, 75), (6, 6, 0), (4, 5, -25), (0, 3, None), (7, 0, 100)]
)
def test_relief_is_worked_out_in_per_cent(before, after, percent):
    assert ReliefEntry(pain_before=before, pain_now=after).percent == percent


# ------------------------------------------------------------------ the pages


def test_the_page_lists_every_tier_and_puts_it_on_the_chart(everything, episode, trial, desk):
    page = read(desk.get(reverse("records", args=[episode.pk])))
    for words in (
        "Keep walking", "Heat", "1 of 1 sessions attended, 8 planned", "Naproxen",
        "Epidural steroid injection, L4/5", "After 2 weeks: 8 → 2, 75 % relief",
        "MRI Low back", "Not compared", "not finished", "Naproxen started",
    ):  # fmt: skip
        assert words in page, words


def test_opening_a_record_is_noted_for_the_patient(episode, maria, dr_kim, now, desk):
    course = a_medicine(episode, dr_kim, now)
    begun = begin_reassessment(episode=episode, by=dr_kim, now=now)
    desk.get(reverse("records", args=[episode.pk]))
    desk.get(reverse("record_change", args=["medicine", course.pk]))
    desk.get(reverse("reassessment", args=[begun.pk]))
    pages = AccessLog.objects.filter(patient=maria).values_list("page", flat=True)
    assert sorted(pages) == ["reassessment", "records", "records"]


def test_an_empty_record_says_so(episode, desk):
    page = read(desk.get(reverse("records", args=[episode.pk])))
    for words in ("None yet.", "That does not mean none taken", "No reassessment yet"):
        assert words in page


NEW = {
    "plan": {"modality_keys": ["heat"], "to_do": "Walk", "to_avoid": "", "given_on": "2026-03-01"},
    "programme": {
        "modality_keys": ["mobility-work"], "sessions_planned": "6", "home_days_a_week": "0",
        "started_on": "2026-02-02",
    },
    "medicine": {"name": "Naproxen", "use": "planned", "started_on": "2026-02-02"},
    "procedure": {
        "purpose": "diagnostic", "level_of_spine": "L4/5", "side": "left", "done_on": "2026-02-02",
        **CHECKS,
    },
    "imaging": {
        "method": "mri", "part": "lumbar", "done_on": "2026-02-02", "findings": "A bulge.",
        "comparison": "not_compared",
    },
}  # fmt: skip
NAMED = {"medicine": "nsaid", "procedure": "medial-branch-block"}


def sent(kind, protocol):
    key = NAMED.get(kind)
    return NEW[kind] | ({"modality": protocol.modalities.get(key=key).pk} if key else {})


@pytest.mark.parametrize("kind", NEW)
def test_each_kind_is_added_and_changed_without_script(kind, episode, protocol, desk):
    url = reverse("record_add", args=[episode.pk, kind])
    assert desk.get(url).status_code == 200
    assert desk.post(url, {"x": "1"}).status_code == 422
    answer = desk.post(url, sent(kind, protocol))
    assert answer.url == reverse("records", args=[episode.pk])
    row = next(iter(rows_of(kind)))
    change = reverse("record_change", args=[kind, row.pk])
    assert desk.get(change).status_code == 200
    assert desk.post(change, sent(kind, protocol)).url == reverse("records", args=[episode.pk])
    assert rows_of(kind).count() == 1
    desk.post(reverse("record_withdraw", args=[kind, row.pk]))
    assert not rows_of(kind).not_withdrawn().exists()
    assert desk.get(change).status_code == 404


def rows_of(kind):
    models = {
        "plan": SelfManagementPlan, "programme": TherapyProgramme, "medicine": MedicationCourse,
        "procedure": Procedure, "imaging": ImagingStudy,
    }  # fmt: skip
    return models[kind].objects.all()


@pytest.mark.parametrize(
    ("kind", "wrong", "words"),
    [
        ("plan", {"modality_keys": [], "to_do": ""}, "Choose something to do, or write it."),
        ("plan", {"given_on": "2026-03-05"}, "Give a day that is not in the future."),
        ("programme", {"ended_on": "2026-01-01"}, "not before the start"),
        ("medicine", {"ended_on": "2026-02-20"}, "Say why it ended."),
        ("medicine", {"why_ended": "no_help"}, "Give the day on which it ended."),
        ("procedure", {"side": ""}, "This field is required."),
        ("imaging", {"comparison": "changed"}, "Choose the earlier image"),
        ("imaging", {"disc_progressed": "on"}, "needs a comparison that says"),
    ],
)
def test_what_does_not_go_together_says_how_to_put_it_right(
    kind, wrong, words, episode, protocol, desk
):
    answer = desk.post(reverse("record_add", args=[episode.pk, kind]), sent(kind, protocol) | wrong)
    assert answer.status_code == 422
    assert words in read(answer)


def test_an_opioid_is_one_whatever_was_ticked(episode, protocol, desk):
    opioid = protocol.modalities.get(key="opioid").pk
    desk.post(
        reverse("record_add", args=[episode.pk, "medicine"]),
        NEW["medicine"] | BESIDE | {"modality": opioid, "name": "Tramadol"},
    )
    assert MedicationCourse.objects.get().is_opioid


def test_an_image_is_compared_with_an_earlier_one_only(episode, dr_kim, now, desk):
    later = an_image(episode, dr_kim, now, days_ago=1)
    url = reverse("record_add", args=[episode.pk, "imaging"])
    compared = {"compared_with": later.pk, "comparison": "changed", "disc_progressed": "on"}
    assert "earlier than this one" in read(desk.post(url, NEW["imaging"] | compared))
    newer = NEW["imaging"] | compared | {"done_on": "2026-03-02"}
    desk.post(url, newer)
    study = ImagingStudy.objects.get(compared_with=later)
    assert study.disc_progressed
    page = read(desk.get(reverse("records", args=[episode.pk])))
    assert "Changed compared with Mar 1, 2026; progressive disc change" in page


def test_sessions_and_relief_hang_on_their_row(episode, dr_kim, now, desk):
    programme = a_programme(episode, dr_kim, now)
    block = a_block(episode, dr_kim, now)
    url = reverse("record_add_to", args=["session", programme.pk])
    missed = {"held_on": "2026-02-20", "attended": "no"}
    assert desk.get(url).status_code == 200
    assert desk.post(url, missed).status_code == 302
    assert desk.post(url, missed).status_code == 302, "the same form once more"
    assert "is it there twice?" in read(desk.post(url, missed | {"attended": "yes"}))
    session = TherapySession.objects.get()
    assert session.attended is False
    change = reverse("record_change", args=["session", session.pk])
    assert 'value="no"' in read(desk.get(change))
    url = reverse("record_add_to", args=["relief", block.pk])
    assert "Hours after the block" in read(desk.get(url))
    assert desk.post(url, {"after": 0, "pain_before": 0, "pain_now": 0}).status_code == 302
    page = read(desk.get(reverse("records", args=[episode.pk])))
    assert "After 0 hours: 0 → 0, no pain before" in page
    assert "0 of 1 sessions attended" in page
    desk.post(url, {"after": 1, "pain_before": 4, "pain_now": 5})
    assert "-25 % (more pain)" in read(desk.get(reverse("records", args=[episode.pk])))


@pytest.mark.parametrize(
    ("name", "kind"),
    [("record_add", "session"), ("record_add", "nothing"), ("record_add_to", "plan")],
)
def test_there_is_no_such_page(name, kind, episode, desk):
    args = [episode.pk, kind] if name == "record_add" else [kind, episode.pk]
    assert desk.get(reverse(name, args=args)).status_code == 404


HTMX = {"HX-Request": "true"}


def test_a_field_saves_itself_and_leaves_the_others(episode, dr_kim, now, desk, protocol):
    course = a_medicine(episode, dr_kim, now)
    url = reverse("record_change", args=["medicine", course.pk])
    form = sent("medicine", protocol) | {"started_on": "2026-02-02"}
    answer = desk.post(url, form | {"name": "Ibuprofen", "field": "name"}, headers=HTMX)
    assert (answer.status_code, "Saved" in read(answer)) == (200, True)
    course.refresh_from_db()
    assert (course.name, course.started_on) == ("Ibuprofen", now.date() - timedelta(days=10))
    answer = desk.post(url, form | {"ended_on": "2026-02-20", "field": "ended_on"}, headers=HTMX)
    assert answer.status_code == 422
    assert "Not saved: Say why it ended." in read(answer)
    whole = form | {"ended_on": "2026-02-20", "why_ended": "no_help", "field": "why_ended"}
    assert "Saved" in read(desk.post(url, whole, headers=HTMX))
    course.refresh_from_db()
    assert (course.ended_on, course.why_ended) == (date(2026, 2, 20), "no_help")
    assert desk.post(url, form | {"field": "dose"}, headers=HTMX).status_code == 404


def test_a_procedures_day_and_kind_stay_its_note_may_change(episode, dr_kim, now, desk, protocol):
    procedure = an_injection(episode, dr_kim, now)
    url = reverse("record_change", args=["procedure", procedure.pk])
    moved = sent("procedure", protocol) | {"done_on": "2025-12-01", "note": "well tolerated"}
    assert desk.post(url, moved).status_code == 302
    procedure.refresh_from_db()
    assert (procedure.done_on, procedure.purpose) == (now.date(), "injection")
    assert (procedure.note, procedure.level, procedure.side) == ("well tolerated", "L4/5", "left")


def test_the_second_session_of_a_day_does_not_fit(episode, dr_kim, now, desk):
    programme = a_programme(episode, dr_kim, now)
    a_session(programme, dr_kim, now, days_ago=7)
    session = a_session(programme, dr_kim, now)
    url = reverse("record_change", args=["session", session.pk])
    taken = {"held_on": str(now.date() - timedelta(days=7)), "attended": "yes"}
    answer = desk.post(url, taken | {"field": "held_on"}, headers=HTMX)
    assert "Not saved: This does not fit" in read(answer)
    assert desk.post(url, taken).status_code == 422


def test_the_wrong_class_stays_unsaved_and_is_said(episode, dr_kim, now, desk, protocol):
    course = a_medicine(episode, dr_kim, now)
    url = reverse("record_change", args=["medicine", course.pk])
    assert desk.post(url, sent("medicine", protocol) | {"use": "often"}).status_code == 422


def test_a_medicine_that_ended_is_marked_on_the_chart_twice(episode, dr_kim, now, desk):
    a_medicine(episode, dr_kim, now, ended_on=now.date(), why_ended="no_help")
    page = read(desk.get(reverse("records", args=[episode.pk])))
    assert "Naproxen started" in page
    assert "Naproxen ended" in page


def test_a_fault_of_ours_is_not_called_an_answer_that_does_not_fit(episode, dr_kim, now):
    plan = SelfManagementPlan(episode=episode, to_do=None, given_on=now.date())
    with pytest.raises(IntegrityError, match="null value"), transaction.atomic():
        keep_record(record=plan, by=dr_kim, now=now)


def test_how_a_procedure_was_done_is_told_wherever_it_is_asked_for(
    desk, episode, trial, protocol, now
):
    """Approach, guidance and agent, which plans ask for; a packet and other houses read the same words."""
    kind = protocol.modalities.get(key="epidural-steroid-injection")
    sent = {
        "modality": kind.pk, "purpose": "injection", "level_of_spine": "L4/5", "side": "left",
        "approach": "transforaminal", "guidance": "fluoroscopy", "agent": "Lidocaine 1%",
        "done_on": "2026-03-01", **CHECKS,
    }  # fmt: skip
    desk.post(reverse("record_add", args=[episode.pk, "procedure"]), sent)
    done = Procedure.objects.get()
    words = "Transforaminal, Under fluoroscopy, Lidocaine 1%"
    assert done.how == words
    for page in (
        reverse("records", args=[episode.pk]),
        reverse("timeline", args=[episode.patient_id]),
    ):
        assert words in " ".join(desk.get(page).content.decode().split()), page
    [told] = record_of(episode, None, now.date()).procedures
    assert told.what.endswith(words)
    [source] = KINDS["Procedure"].sources
    assert {"text": words} in source.resource(source.rows(episode.patient).get())["note"]


@pytest.mark.parametrize("wrong", [{"approach": "roof"}, {"guidance": "luck"}])
def test_how_it_was_done_is_a_word_of_the_list(episode, dr_kim, now, wrong):
    done = an_injection(episode, dr_kim, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Procedure.objects.filter(pk=done.pk).update(**wrong)
