"""Defaults of the hazard log that no other story tells (docs/clinical-safety.md)."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from pathway.models import SafetyLevel
from patients.flags.safety_answers import answer_safety
from patients.models import Flag, Procedure
from patients.questionnaires.actions.scores import FilledForm, record_peg
from patients.record.actions.records import record_procedure
from tests.factories import LogFactory

pytestmark = pytest.mark.django_db


def test_an_urgent_yes_runs_on_the_clock_of_an_emergency(episode, protocol, maria, now):
    """Urgent answers have no slower clock of their own."""
    urgent = protocol.safety_questions.filter(level=SafetyLevel.URGENT)[0]
    answer_safety(episode=episode, yes_to=[urgent], submission_id=uuid4(), by=maria.user, now=now)
    assert Flag.objects.get().due_at == now + timedelta(minutes=protocol.deadline("safety").amount)


@pytest.mark.parametrize(("pain", "helped"), [(8, False), (9, True)])
def test_very_high_pain_is_saved_and_help_comes_first(
    trial, episode, protocol, maria, sign_in, pain, helped
):
    assert protocol.setting("urgent_pain") == 9
    log = LogFactory(episode=episode, average_pain=pain)
    page = sign_in(maria.user).get(reverse("log_saved", args=[log.pk])).content.decode()
    assert ("Get help now</h2>" in page) is helped
    assert not Flag.objects.exists()


def _asked_for(phone):
    due = phone.get(reverse("home")).context["due"]
    return {one.key for page in due for one in page.instruments}


def test_after_an_injection_function_is_asked_for_within_two_weeks(
    trial, episode, protocol, maria, dr_kim, sign_in, now
):
    """Not by a form of its own: the weekly questions come sooner than the number asks for."""
    injection = protocol.modalities.get(key="epidural-steroid-injection")
    done = Procedure(
        episode=episode, modality=injection, purpose="injection", level="L4/5", side="left",
        done_on=now.date(),
    )  # fmt: skip
    record_procedure(procedure=done, by=dr_kim, now=now)
    peg = FilledForm(protocol.instruments.get(key="peg"), uuid4(), {"1": 5, "2": 5, "3": 5})
    record_peg(episode=episode, form=peg, by=maria.user, now=now)
    phone = sign_in(maria.user)
    assert "peg" not in _asked_for(phone)
    later = now + timedelta(days=14)
    with time_machine.travel(later, tick=False):
        phone = sign_in(maria.user)
        assert "peg" in _asked_for(phone)
