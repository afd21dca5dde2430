"""Records by tier, made through actions, for tests that need one."""

from datetime import timedelta

from patients.models import (
    ClinicProtocol,
    Exercise,
    ImagingStudy,
    MedicationCourse,
    Procedure,
    ReliefEntry,
    SelfManagementPlan,
    TherapyProgramme,
    TherapySession,
)
from patients.record.actions.records import keep_record, record_procedure

# As the form of a procedure sends its checks.
CHECKS = {
    "anticoagulants": "yes", "pregnancy": "no", "infection": "no", "diabetes": "not_asked",
    "contrast_allergy": "no",
}  # fmt: skip

# As the form of an opioid sends what stands beside it.
BESIDE = {
    "benzodiazepine": "yes", "gabapentinoid": "no", "sleep_apnoea": "not_asked",
    "naloxone_offered": "no",
}  # fmt: skip


def _protocol(episode, now):
    return ClinicProtocol.objects.in_use(episode.patient.clinic, now)


def _modality(episode, now, key):
    return _protocol(episode, now).modalities.get(key=key)


def a_plan(episode, by, now):
    plan = SelfManagementPlan(
        episode=episode,
        protocol=_protocol(episode, now),
        modality_keys=["heat"],
        to_do="Keep walking",
        given_on=now.date(),
    )
    return keep_record(record=plan, by=by, now=now)


def a_programme(episode, by, now, days_ago=28, **more):
    programme = TherapyProgramme(
        episode=episode,
        protocol=_protocol(episode, now),
        modality_keys=["core-and-hip-strengthening"],
        sessions_planned=8,
        home_days_a_week=5,
        started_on=now.date() - timedelta(days=days_ago),
        **more,
    )
    return keep_record(record=programme, by=by, now=now)


def an_exercise(programme, by, now, key="bridge", days_ago=28, **more):
    exercise = Exercise(
        programme=programme,
        key=key,
        started_on=now.date() - timedelta(days=days_ago),
        **{"sets": 2, "repetitions": 10, "days_a_week": 5, **more},
    )
    return keep_record(record=exercise, by=by, now=now)


def a_session(programme, by, now, days_ago=3, attended=True):
    session = TherapySession(
        programme=programme, held_on=now.date() - timedelta(days=days_ago), attended=attended
    )
    return keep_record(record=session, by=by, now=now)


def a_medicine(episode, by, now, key="nsaid", days_ago=10, **more):
    course = MedicationCourse(
        episode=episode,
        modality=_modality(episode, now, key),
        is_opioid=key == "opioid",
        use="planned",
        started_on=now.date() - timedelta(days=days_ago),
        **{"name": "Tramadol" if key == "opioid" else "Naproxen", **more},
    )
    return keep_record(record=course, by=by, now=now)


def an_injection(episode, by, now, days_ago=0):
    procedure = Procedure(
        episode=episode,
        modality=_modality(episode, now, "epidural-steroid-injection"),
        purpose="injection",
        level="L4/5",
        side="left",
        done_on=now.date() - timedelta(days=days_ago),
    )
    return record_procedure(procedure=procedure, by=by, now=now)


def a_block(episode, by, now):
    procedure = Procedure(
        episode=episode,
        modality=_modality(episode, now, "medial-branch-block"),
        purpose="diagnostic",
        level="L4/5",
        side="right",
        done_on=now.date(),
    )
    return record_procedure(procedure=procedure, by=by, now=now)


def relief(procedure, by, now, after=2, pain=(8, 2)):
    entry = ReliefEntry(procedure=procedure, after=after, pain_before=pain[0], pain_now=pain[1])
    return keep_record(record=entry, by=by, now=now)


def an_image(episode, by, now, days_ago=30, **more):
    study = ImagingStudy(
        episode=episode,
        method="mri",
        part="lumbar",
        done_on=now.date() - timedelta(days=days_ago),
        findings="Disc bulge L4/5",
        **more,
    )
    return keep_record(record=study, by=by, now=now)
