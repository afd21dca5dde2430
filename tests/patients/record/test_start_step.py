"""Maria comes back within the year: the complaint is opened again, and a step starts in it."""

import pytest
from django.urls import reverse

from patients.flags.actions import request_review
from patients.models import Episode, TierTrial
from patients.record.actions.reopen import begin_step, reopen_episode
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from tests.pages import drawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(dr_kim, sign_in):
    return sign_in(dr_kim)


@pytest.fixture
def closed(trial, episode, dr_kim, protocol, now):
    """Out of the steps, the complaint closed."""
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    choice = Choice(kind="step_down", reason="improved", discharge="close")
    decide(flag=flag, choice=choice, by=dr_kim, now=now)
    return episode


def read(answer):
    return drawn(answer)


def test_from_opening_it_again_to_the_new_step(closed, trial, maria, dr_kim, desk, now):
    url = reverse("start_step", args=[closed.pk])
    answer = desk.post(reverse("reopen_episode", args=[closed.pk]))
    assert answer.url == url
    assert "everything that was tried before stays" in read(desk.get(url))
    assert url in read(desk.get(reverse("record", args=[maria.pk])))
    wrong = desk.post(url, {"level": ""})
    assert wrong.status_code == 422
    sent = {"level": "1", "usual_pain": "4", "reason": "The pain is back a little."}
    assert "The tier has started." in read(desk.post(url, sent, follow=True))
    begun = TierTrial.objects.active().get()
    assert (begun.level, begun.usual_pain, begun.started_by) == (1, 4, dr_kim)
    assert begun.episode.trials.count() == 2
    assert begun.episode.patient.care_team.get().membership.user == dr_kim


def test_beside_a_running_step_none_starts(trial, episode, maria, desk):
    url = reverse("start_step", args=[episode.pk])
    assert url not in read(desk.get(reverse("record", args=[maria.pk])))
    assert "No tier can start" in read(desk.get(url, follow=True))
    assert TierTrial.objects.get() == trial


def test_of_two_clinicians_at_once_one_starts(closed, desk, dr_kim, now, monkeypatch):
    """The other one's step begins between the look and the lock."""
    reopen_episode(episode=closed, now=now)
    begin = begin_step

    def after_another(**asked):
        begin(**asked)
        return begin(**asked)

    monkeypatch.setattr("patients.record.views.start_step.begin_step", after_another)
    page = desk.post(reverse("start_step", args=[closed.pk]), {"level": "1"}, follow=True)
    assert "No tier can start" in read(page)
    assert TierTrial.objects.active().count() == 1


def test_a_closed_complaint_and_one_not_described_have_no_step_to_start(closed, episode):
    assert not Episode.objects.without_step().exists()
    Episode.objects.update(closed_on=None, closed_by=None)
    assert Episode.objects.without_step().exists()
    Episode.objects.update(onset_on=None, condition=None, region="")
    assert not Episode.objects.without_step().exists()
