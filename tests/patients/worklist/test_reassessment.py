"""Tier 5: signs ticked from the data and confirmed by a clinician, options weighed, one decision."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from patients.flags.actions import request_review
from patients.models import Finding, Flag, OptionWeighed, Reassessment, SignSeen
from patients.questionnaires.actions.scores import FilledForm, record_peg
from patients.review.sweep import review_due_trials
from patients.worklist.actions.reassessment import answer_sign, begin_reassessment
from tests.factories import TrialFactory, keep_diary
from tests.pages import drawn
from tests.patients.record_data import an_image, an_injection

pytestmark = pytest.mark.django_db

RETURNS, FUNCTION, DISC = (
    "relapse-after-each-cycle", "function-not-improved", "progressive-disc-change",
)  # fmt: skip


@pytest.fixture
def desk(dr_kim, sign_in):
    return sign_in(dr_kim)


def read(answer):
    return drawn(answer)


def begin(episode, by, now):
    return begin_reassessment(episode=episode, by=by, now=now)


def seen(episode, by, now, key):
    return begin(episode, by, now).signs.get(sign__key=key)


def answered(episode, protocol, maria, answer, then):
    form = FilledForm(protocol.instruments.get(key="peg"), uuid4(), dict.fromkeys("123", answer))
    return record_peg(episode=episode, form=form, by=maria.user, now=then)


def test_it_begins_with_three_signs_and_no_option_weighed(trial, episode, dr_kim, now):
    reassessment = begin(episode, dr_kim, now)
    assert reassessment.signs.filter(found=False, confirmed=None).count() == 3
    assert reassessment.options.filter(considered=False, note="").count() == 4
    assert begin(episode, dr_kim, now) == reassessment
    for model in (SignSeen, OptionWeighed):
        assert str(model.objects.first())


def test_function_that_stays_level_over_90_days_is_a_sign(episode, protocol, maria, dr_kim, now):
    TrialFactory(episode=episode, by=dr_kim, days_ago=100)
    for weeks in (14, 12, 10, 8, 6, 4, 2):
        answered(episode, protocol, maria, 6, now - timedelta(weeks=weeks))
    sign = seen(episode, dr_kim, now, FUNCTION)
    assert sign.found
    assert (
        sign.basis == "PEG 6 → 6, no change in 100 days of structured trials; 7 of 7 forms answered"
    )


def test_two_tiers_beside_each_other_are_no_180_days(episode, protocol, maria, dr_kim, now):
    TrialFactory(episode=episode, by=dr_kim, days_ago=80)
    TrialFactory(episode=episode, by=dr_kim, level=3, days_ago=80)
    for weeks in (10, 6, 2):
        answered(episode, protocol, maria, 6, now - timedelta(weeks=weeks))
    sign = seen(episode, dr_kim, now, FUNCTION)
    assert (sign.found, "in 80 days" in sign.basis) == (False, True)


def test_pain_back_after_two_cycles_is_a_sign(episode, dr_kim, now, protocol):
    an_injection(episode, dr_kim, now, days_ago=60)
    an_injection(episode, dr_kim, now, days_ago=20)
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    trial = episode.trials.get()
    for days_ago, since in ((30, 35), (1, 5)):
        Finding.objects.create(
            flag=flag, trial=trial, kind="relapse", severity=2, sentence="back", rule="relapse",
            rule_version="2.1", protocol=protocol, since=now.date() - timedelta(days=since),
            as_of=now.date() - timedelta(days=days_ago), found_at=now,
        )  # fmt: skip
    sign = seen(episode, dr_kim, now, RETURNS)
    assert (sign.found, sign.basis) == (True, "pain came back after 2 dated cycles")


def test_change_on_images_is_what_a_clinician_recorded(trial, episode, dr_kim, now):
    before = an_image(episode, dr_kim, now, days_ago=300)
    an_image(episode, dr_kim, now, compared_with=before, comparison="changed", disc_progressed=True)
    sign = seen(episode, dr_kim, now, DISC)
    assert (sign.found, sign.basis) == (
        True,
        "recorded by a clinician on an image taken during or after a trial, against an earlier one",
    )


def test_a_score_of_zero_at_the_start_leaves_nothing_to_improve(
    episode, protocol, maria, dr_kim, now
):
    TrialFactory(episode=episode, by=dr_kim, days_ago=100)
    for weeks in (14, 12, 10, 8, 6, 4, 2):
        answered(episode, protocol, maria, 1, now - timedelta(weeks=weeks))
    sign = seen(episode, dr_kim, now, FUNCTION)
    assert not sign.found
    assert sign.basis.startswith("PEG 1 → 1, no change in 100 days")


def test_forms_of_the_first_days_are_no_forms_of_three_months(
    episode, protocol, maria, dr_kim, now
):
    """Two thirds of those due, and nothing said since: nobody knows how function is now."""
    TrialFactory(episode=episode, by=dr_kim, days_ago=100)
    for days in range(98, 86, -2):
        answered(episode, protocol, maria, 6, now - timedelta(days=days))
    sign = seen(episode, dr_kim, now, FUNCTION)
    assert not sign.found
    assert sign.basis == (
        "PEG does not span 90 days, in 100 days of structured trials; 6 of 7 forms answered"
    )


ANSWERS = {
    "held_on": "2026-03-02", "imaging_reviewed": "yes", "imaging_note": "As before",
    "function_note": "Walks 20 minutes", "goals": "Garden again",
    "interest_disclosed": "The clinic offers none of them.",
    "shared_decision": "Go on with exercise, look again in June.",
}  # fmt: skip


def filled(reassessment, **more):
    outcome = reassessment.protocol.options.get(key="continue-conservative-care")
    return {**ANSWERS, "outcome": outcome.pk, **more}


def test_all_at_once_without_script_and_then_finished_for_good(trial, episode, desk):
    answer = desk.post(reverse("reassess", args=[episode.pk]))
    reassessment = Reassessment.objects.get()
    url = reverse("reassessment", args=[reassessment.pk])
    assert answer.url == url
    page = read(desk.get(url))
    for words in (
        "in no order of preference",
        "no better than salt water",
        "What the clinic gains",
    ):
        assert words in page, words
    finish = reverse("finish_reassessment", args=[reassessment.pk])
    assert "Not finished: it needs" in read(desk.post(finish, follow=True))
    option = reassessment.options.get(option__key="surgical-consultation")
    sign = reassessment.signs.first()
    sent = filled(
        reassessment,
        **{f"option_{option.pk}": "on", f"option_note_{option.pk}": "Not now",
           f"sign_{sign.pk}": "no"},
    )  # fmt: skip
    assert "There is a problem" in read(desk.post(url, {**sent, "held_on": "soon"}))
    assert desk.post(url, sent).url == url
    option.refresh_from_db()
    sign.refresh_from_db()
    assert (option.considered, option.note, sign.confirmed) == (True, "Not now", False)
    assert "checked" in read(desk.get(url))
    assert desk.post(finish).url == reverse("records", args=[episode.pk])
    page = read(desk.get(url))
    for words in ("Finished", "Garden again", "Not now", "Refused", "Not talked about"):
        assert words in page, words
    late = read(desk.post(url, filled(reassessment, goals="changed"), follow=True))
    assert "It is finished, and stays as it is." in late
    assert Reassessment.objects.get().goals == "Garden again"
    assert "Go on with conservative care" in read(desk.get(reverse("records", args=[episode.pk])))


HTMX = {"HX-Request": "true"}


def test_what_was_typed_is_saved_before_it_is_finished(trial, episode, dr_kim, desk, now):
    """Whoever writes it all and presses the last button loses nothing, finished or not."""
    own = begin(episode, dr_kim, now)
    finish = reverse("finish_reassessment", args=[own.pk])
    typed = {"held_on": "2026-03-02", "goals": "Lift her grandson"}
    assert "Not finished: it needs" in read(desk.post(finish, typed, follow=True))
    own.refresh_from_db()
    assert own.goals == "Lift her grandson"
    wrong = desk.post(finish, {**typed, "held_on": "soon", "goals": "Walk"})
    assert (wrong.status_code, "Walk" in read(wrong)) == (422, True)
    typed |= {
        "imaging_reviewed": "yes", "interest_disclosed": "None", "shared_decision": "Go on",
        "outcome": own.protocol.options.in_order()[0].pk,
    }  # fmt: skip
    assert desk.post(finish, typed).url == reverse("records", args=[episode.pk])
    own.refresh_from_db()
    assert (own.finished_by, own.shared_decision) == (dr_kim, "Go on")


def test_each_answer_saves_itself(trial, episode, dr_kim, desk, now):
    reassessment = begin(episode, dr_kim, now)
    url = reverse("reassessment", args=[reassessment.pk])
    option, sign = reassessment.options.first(), reassessment.signs.first()
    for name, value in (
        ("goals", "Garden again"), ("imaging_reviewed", "no"), (f"sign_{sign.pk}", "yes"),
        (f"option_{option.pk}", "on"), (f"option_note_{option.pk}", "Later"),
    ):  # fmt: skip
        sent = {f"option_{option.pk}": "on", name: value, "field": name}
        answer = desk.post(url, sent, headers=HTMX)
        assert (answer.status_code, "Saved" in read(answer)) == (200, True), name
    reassessment.refresh_from_db()
    option.refresh_from_db()
    sign.refresh_from_db()
    assert (reassessment.goals, reassessment.imaging_reviewed) == ("Garden again", False)
    assert (option.considered, option.note, sign.confirmed) == (True, "Later", True)
    wrong = desk.post(url, {"held_on": "soon", "field": "held_on"}, headers=HTMX)
    assert (wrong.status_code, "Not saved:" in read(wrong)) == (422, True)
    assert desk.post(url, {"field": "dose"}, headers=HTMX).status_code == 404


def test_a_sign_that_the_data_show_is_confirmed_or_refused(trial, episode, dr_kim, desk, now):
    before = an_image(episode, dr_kim, now, days_ago=300)
    an_image(episode, dr_kim, now, compared_with=before, comparison="changed", disc_progressed=True)
    reassessment = begin(episode, dr_kim, now)
    desk.post(reverse("reassessment", args=[reassessment.pk]), filled(reassessment))
    finish = reverse("finish_reassessment", args=[reassessment.pk])
    assert "Confirm or refuse each sign" in read(desk.post(finish, follow=True))
    sign = reassessment.signs.get(sign__key=DISC)
    answer_sign(sign=sign, confirmed=True)
    assert desk.post(finish).status_code == 302
    assert "Confirmed" in read(desk.get(reverse("reassessment", args=[reassessment.pk])))


def test_a_plateau_beside_change_on_images_is_seen(trial, episode, dr_kim, now):
    keep_diary(episode, [6] * 56, now.date())
    review_due_trials(now=now)
    assert Flag.objects.open().exists()
    assert begin(episode, dr_kim, now).signs.count() == 3
