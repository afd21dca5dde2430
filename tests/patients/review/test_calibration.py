"""How the flags fared: what an administrator sees of them, in numbers and without names."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from patients.flags.actions import request_review
from patients.models import Flag, Kind, ShadowMode
from patients.questionnaires.actions.scores import FilledForm, record_overall_change, record_total
from patients.record.actions.trials import end_trial
from patients.review.selectors.calibration import Share, calibration
from patients.review.shadow import set_shadow_mode
from patients.review.sweep import review_due_trials
from tests.factories import EpisodeFactory, PatientFactory, TrialFactory, keep_diary
from tests.pages import drawn

pytestmark = pytest.mark.django_db

LEVEL = [6, 6, 5, 6, 7, 6, 6] * 8


@pytest.fixture
def office(ada, sign_in):
    return sign_in(ada)


def read(answer):
    return drawn(answer)


def course(clinic, by, now, scores, days_ago=84):
    """A patient whose diary ends today; the rules look on day 56 and again today."""
    episode = EpisodeFactory(patient=PatientFactory(clinic=clinic, by=by), by=by)
    TrialFactory(episode=episode, by=by, days_ago=days_ago)
    keep_diary(episode, scores, now.date())
    return episode


def look(now):
    review_due_trials(now=now)


def overall_change(episode, protocol, answer, day):
    record_total(
        episode=episode,
        form=FilledForm(protocol.instruments.get(key="pgic"), uuid4(), {}),
        total=Decimal(answer),
        by=episode.patient.user,
        now=day,
    )


def test_on_and_off_need_a_confirmation_and_are_kept(office, northside, ada, now):
    assert "Off" in read(office.get(reverse("shadow")))
    url = reverse("switch_shadow")
    assert "Turn shadow mode on?" in read(office.get(url))
    assert not ShadowMode.objects.exists()
    assert office.post(url, {"to": "on"}).url == reverse("shadow")
    assert ShadowMode.objects.is_on(northside, now)
    page = read(office.get(reverse("shadow")))
    assert "Shadow mode is on." in page
    assert "On, Ada Abel" in page
    assert "Turn shadow mode off?" in read(office.get(url))


def test_an_old_page_never_does_the_opposite(office, northside, now):
    url = reverse("switch_shadow")
    office.post(url, {"to": "on"})
    office.post(url, {"to": "on"})
    assert ShadowMode.objects.is_on(northside, now)
    assert office.post(url, {}).status_code == 200
    assert office.post(url, {"to": "sideways"}).status_code == 422
    assert ShadowMode.objects.count() == 1


def test_turning_it_off_says_so(office, northside, ada, now):
    set_shadow_mode(clinic=northside, on=True, by=ada, now=now - timedelta(days=1))
    office.post(reverse("switch_shadow"), {"to": "off"})
    assert "Shadow mode is off." in read(office.get(reverse("shadow")))


def test_the_administrator_reads_numbers_and_no_names(office, northside, ada, trial, episode, now):
    set_shadow_mode(clinic=northside, on=True, by=ada, now=now)
    keep_diary(episode, LEVEL, now.date())
    look(now)
    page = read(office.get(reverse("shadow")))
    assert "Improvement has levelled off: 6.0 → 6.0 in 8 weeks; needs 4.2 or less" in page
    assert "Maria Ortiz" not in page
    assert "only been proven on simulated courses" in page


def test_nothing_found_says_so(office, northside):
    page = read(office.get(reverse("calibration")))
    assert "No findings so far." in page
    assert "only been proven on simulated courses" in page


def test_flags_are_set_against_the_end_and_the_patients_own_word(
    office, northside, dr_kim, protocol, now
):
    stuck = course(northside, dr_kim, now, LEVEL, days_ago=56)
    course(northside, dr_kim, now, [round(6 - 4 * day / 55) for day in range(56)], days_ago=56)
    look(now)
    assert Flag.objects.get().kind == Kind.PLATEAU
    end = now + timedelta(days=28)
    for episode, score in zip(stuck.__class__.objects.order_by("pk"), (6, 2), strict=True):
        keep_diary(episode, [score] * 27, end.date())
    overall_change(stuck, protocol, 6, now - timedelta(days=90))
    overall_change(stuck, protocol, 2, end)
    look(end)
    fared = calibration(northside)
    assert (fared.completed, fared.is_small) == (2, True)
    plateau = next(line for line in fared.lines if line.kind == Kind.PLATEAU)
    assert (plateau.flagged, plateau.ended) == (1, 1)
    assert dict(plateau.outcomes) == {"not_responded": 1}
    assert str(plateau.responders) == "0 of 1"
    assert str(plateau.others) == "1 of 1"
    assert str(plateau.much_improved) == "1 of 1"
    page = read(office.get(reverse("calibration")))
    assert "too few to judge the rules by" in page
    assert "2 trials have reached their planned end." in page


def test_an_answer_that_names_its_trial_is_about_no_other(northside, dr_kim, protocol, now):
    """Answered after the next step began, it still speaks of the one that ended."""
    episode = course(northside, dr_kim, now, LEVEL, days_ago=56)
    look(now)
    after = now + timedelta(days=1)
    first = episode.trials.get()
    end_trial(trial=first, outcome="not_responded", by=dr_kim, today=now.date())
    form = FilledForm(protocol.instruments.get(key="pgic"), uuid4(), {"pgic-change": 2}, first)
    record_overall_change(episode=episode, form=form, by=episode.patient.user, now=after)

    plateau = next(line for line in calibration(northside).lines if line.kind == Kind.PLATEAU)
    assert str(plateau.much_improved) == "1 of 1"
    first.episode.scores.update(trial=TrialFactory(episode=episode, by=dr_kim, level=3, days_ago=0))
    plateau = next(line for line in calibration(northside).lines if line.kind == Kind.PLATEAU)
    assert str(plateau.much_improved) == "0 of 0"


def test_other_clinics_and_requests_of_patients_are_not_counted(
    northside, southside, episode, protocol, dr_strand, now
):
    course(southside, dr_strand, now, LEVEL)
    request_review(episode=episode, reason="", protocol=protocol, now=now)
    look(now)
    assert calibration(northside).completed == 0
    assert calibration(northside).lines == []


def test_a_rate_is_said_with_its_interval_and_only_where_there_are_enough():
    assert str(Share(0, 0)) == "0 of 0"
    assert str(Share(3, 19)) == "3 of 19"
    assert str(Share(5, 100)) == "5 of 100 (95 %: 2 to 11 of 100)"
    assert str(Share(0, 20)) == "0 of 20 (95 %: 0 to 16 of 100)"
