"""Who is in the drills: patients who log, patients whose pain has levelled off, messages that wait.

Made through the product's actions, as the tests' people are.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.actions import post_notice
from accounts.models import Clinic, Notice, User
from patients.models import Episode, ReviewDue
from tests.conftest import publish
from tests.factories import (
    ClinicFactory,
    EpisodeFactory,
    PatientFactory,
    StaffFactory,
    TrialFactory,
    keep_diary,
)

LEVEL = [6, 6, 5, 6, 7, 6, 6] * 8


@dataclass(frozen=True)
class Phone:
    """A signed-in patient's browser: what it sends with each request."""

    episode: int
    headers: dict[str, str]


def furnish(zone: str = "America/New_York") -> Clinic:
    publish()
    clinic: Clinic = ClinicFactory(time_zone=zone)
    StaffFactory(clinic=clinic, name="Dr. Kim", email="kim@clinic.example")
    return clinic


def _episode(clinic: Clinic) -> Episode:
    by = User.objects.get(email="kim@clinic.example")
    name = uuid4().hex[:12]
    patient = PatientFactory(
        clinic=clinic, by=by, name=f"P {name}", number=name, email=f"{name}@mail.example"
    )
    episode: Episode = EpisodeFactory(patient=patient, by=by)
    return episode


def phone(clinic: Clinic) -> Phone:
    episode, browser = _episode(clinic), Client()
    browser.force_login(episode.patient.user)
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    token = uuid4().hex
    kept = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={token}"
    return Phone(episode.pk, {"Cookie": kept, "X-CSRFToken": token, "Origin": settings.SITE_URL})


@transaction.atomic
def levelled(clinic: Clinic, number: int) -> list[int]:
    """Episodes of so many people whose trial is worth one flag each. It is due in an hour, until `let_go`;
    in one transaction, or a sweep would come upon half a diary."""
    made = []
    for _ in range(number):
        episode = _episode(clinic)
        TrialFactory(episode=episode, by=User.objects.get(email="kim@clinic.example"))
        keep_diary(episode, LEVEL, timezone.now().date() - timedelta(days=1))
        made.append(episode.pk)
    due = ReviewDue.objects.filter(trial__episode__in=made)
    due.update(due_at=timezone.now() + timedelta(hours=1))
    return made


def let_go(episodes: list[int]) -> None:
    ReviewDue.objects.filter(trial__episode__in=episodes).update(due_at=timezone.now())


def letters(clinic: Clinic, number: int) -> list[str]:
    """Addresses to which one message each is due now."""
    found = []
    for _ in range(number):
        name = uuid4().hex[:12]
        post_notice(
            clinic=clinic,
            kind=Notice.Kind.URGENT_FLAG,
            key=f"drill-{name}",
            email=f"{name}@desk.example",
            path="/worklist/",
            now=timezone.now(),
        )
        found.append(f"{name}@desk.example")
    return found
