"""Maria with a phone, for the tests of her pages in a real browser."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from patients.models import MedicationCourse, TierTrial
from patients.portal.actions.visit_question import ask_for_visit
from patients.questionnaires.actions.scores import (
    FilledForm,
    choose_activities,
    record_activities,
    record_total,
)
from patients.record.actions.trials import end_trial, start_cycle
from tests.conftest import publish
from tests.factories import (
    ClinicAtNoonFactory,
    EpisodeFactory,
    PatientFactory,
    StaffFactory,
    TrialFactory,
    keep_diary,
)
from tests.patients.record_data import a_programme, an_exercise

SMALL = {"viewport": {"width": 320, "height": 640}, "has_touch": True}
QUESTION = "I would like to know whether I may lift boxes again. " * 5


def maria_in_care(days_logged=0):
    """Her episode; three weeks into a step, so that a log is due each day."""
    publish()
    clinic = ClinicAtNoonFactory(name="Northside Spine Clinic")
    dr_kim = StaffFactory(clinic=clinic, role="clinician", name="Dr. Kim")
    maria = PatientFactory(clinic=clinic, by=dr_kim, name="Maria Ortiz")
    episode = EpisodeFactory(patient=maria, by=dr_kim)
    TrialFactory(episode=episode, by=dr_kim, days_ago=20)
    keep_diary(episode, [5] * days_logged, timezone.now().date() - timedelta(days=1))
    return episode


def _exercises(episode, by, now):
    programme = a_programme(episode, by, now)
    for key in ("bridge", "bird-dog"):
        an_exercise(programme, by, now, key=key)


def full_record(dr_kim):
    """As much as one page has to hold: five steps, six medicines, all measures, a long question."""
    now = timezone.now()
    clinic = dr_kim.membership_as("clinician").clinic
    maria = PatientFactory(clinic=clinic, by=dr_kim, name="Maria Ortiz")
    episode = EpisodeFactory(patient=maria, by=dr_kim)
    for level, days_ago in ((1, 300), (2, 260), (3, 200), (2, 140)):
        trial = TrialFactory(
            episode=episode, by=dr_kim, level=level, days_ago=days_ago, window_days=42
        )
        end = now.date() - timedelta(days=days_ago - 35)
        end_trial(trial=trial, outcome=TierTrial.Outcome.PARTIAL, by=dr_kim, today=end)
    trial = TrialFactory(episode=episode, by=dr_kim, level=4, days_ago=90)
    shot = trial.tier.modalities.get(key="epidural-steroid-injection")
    for ago in (80, 50, 20):
        day = now.date() - timedelta(days=ago)
        start_cycle(trial=trial, modality=shot, started_on=day, by=dr_kim)
    for name in ("Naproxen", "Paracetamol", "Duloxetine", "Capsaicin", "Tizanidine", "Ibuprofen"):
        MedicationCourse.objects.create(
            episode=episode, modality=trial.tier.protocol.modalities.get(key="nsaid"), name=name,
            is_opioid=False, use="planned", started_on=trial.started_on, recorded_at=now,
            recorded_by=dr_kim,
        )  # fmt: skip
    _exercises(episode, dr_kim, now)
    keep_diary(episode, [6] * 85, now.date() - timedelta(days=1))
    choose_activities(
        episode=episode, wordings=["Walk to the shop with my grandchild and back again", "Sleep through the night", "Lift my child"],
        now=now - timedelta(days=90),
    )  # fmt: skip
    instruments = trial.tier.protocol.instruments
    keys = ("activity-one", "activity-two", "activity-three")
    for ago in (60, 1):
        then = {"by": maria.user, "now": now - timedelta(days=ago)}
        mine = instruments.get(key="my-three-activities")
        form = FilledForm(mine, uuid4(), dict.fromkeys(keys, 5))
        record_activities(episode=episode, form=form, **then)
        for key, total in (("peg", 6), ("rmdq", 12)):
            form = FilledForm(instruments.get(key=key), uuid4(), {})
            record_total(episode=episode, form=form, total=total, **then)
    ask_for_visit(episode=episode, question=QUESTION.strip(), now=now)
    return episode
