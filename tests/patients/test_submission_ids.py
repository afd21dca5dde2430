"""A form's id is of its patient and of its form: somebody else's takes nothing and loses nothing."""

from uuid import uuid4

import pytest
from django.urls import reverse

from pathway.models import SafetyLevel
from patients.flags.safety_answers import answer_safety
from patients.models import Flag, FunctionScore, SafetyAnswer, SymptomLog
from patients.questionnaires.actions.scores import FilledForm, record_peg
from tests.factories import EpisodeFactory, LogFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def stellas(stella, dr_strand):
    return EpisodeFactory(patient=stella, by=dr_strand)


def test_a_log_under_the_id_of_somebody_elses_is_kept_as_ones_own(episode, stellas, maria, sign_in):
    theirs = LogFactory(episode=stellas, average_pain=3)
    form = {"average_pain": "8", "submission_id": str(theirs.submission_id)}

    answer = sign_in(maria.user).post(reverse("log"), form, follow=True)

    assert answer.status_code == 200
    own = SymptomLog.objects.get(episode=episode)
    assert own.average_pain == 8
    assert SymptomLog.objects.get(episode=stellas).average_pain == 3
    assert "You already logged today" not in answer.text


def test_a_yes_under_the_id_of_somebody_elses_is_heard(
    episode, stellas, maria, stella, protocol, sign_in, now
):
    """The other one said yes to the same question on that form."""
    question = protocol.safety_questions.filter(level=SafetyLevel.EMERGENCY).first()
    theirs = uuid4()
    answer_safety(episode=stellas, yes_to=[question], submission_id=theirs, by=stella.user, now=now)

    form = {"alarms": [question.key], "submission_id": str(theirs)}
    answer = sign_in(maria.user).post(reverse("safety"), form)

    assert answer.status_code == 200
    assert Flag.objects.filter(episode=episode, holds_rules=True).count() == 1
    assert SafetyAnswer.objects.filter(episode=episode, answer=True).count() == 1


def test_the_advice_after_a_log_is_of_that_log(episode, stellas, maria, stella, protocol, now):
    """Two forms of one id: what the other patient said does not stand under Maria's log."""
    question = protocol.safety_questions.filter(level=SafetyLevel.EMERGENCY).first()
    log = LogFactory(episode=episode)
    about = {"submission_id": log.submission_id, "by": stella.user, "now": now}
    answer_safety(episode=stellas, yes_to=[question], **about)

    assert not SafetyAnswer.objects.filter(episode=log.episode).exists()


@pytest.mark.parametrize("whose", ["somebody else's", "another form's"])
def test_a_score_under_the_id_of_another_one_is_kept(
    whose, episode, stellas, maria, stella, dr_kim, protocol, sign_in, now
):
    at, by = (stellas, stella.user) if whose == "somebody else's" else (episode, maria.user)
    peg = FilledForm(protocol.instruments.get(key="peg"), uuid4(), {"1": 5, "2": 5, "3": 5})
    other = record_peg(episode=at, form=peg, by=by, now=now)
    odi = protocol.instruments.get(key="odi")
    page = reverse("score_entry", args=[episode.pk])
    desk = sign_in(dr_kim)

    form = {"instrument": odi.pk, "total": "30", "submission_id": str(other.submission_id)}
    for _tap in range(2):
        assert desk.post(page, form | {"filled_on": "2026-03-02"}).status_code == 302

    assert FunctionScore.objects.get(episode=episode, instrument=odi).total == 30
    assert FunctionScore.objects.count() == 2
