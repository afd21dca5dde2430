"""Maria with a phone, for the tests of her pages in a real browser."""

from datetime import timedelta

from django.utils import timezone

from tests.conftest import publish
from tests.factories import (
    ClinicFactory,
    EpisodeFactory,
    PatientFactory,
    StaffFactory,
    TrialFactory,
    keep_diary,
)

SMALL = {"viewport": {"width": 320, "height": 640}, "has_touch": True}


def maria_in_care(days_logged=0):
    """Her episode; three weeks into a step, so that a log is due each day."""
    publish()
    clinic = ClinicFactory(name="Northside Spine Clinic")
    dr_kim = StaffFactory(clinic=clinic, role="clinician", name="Dr. Kim")
    maria = PatientFactory(clinic=clinic, by=dr_kim, name="Maria Ortiz")
    episode = EpisodeFactory(patient=maria, by=dr_kim)
    TrialFactory(episode=episode, by=dr_kim, days_ago=20)
    keep_diary(episode, [5] * days_logged, timezone.now().date() - timedelta(days=1))
    return episode
