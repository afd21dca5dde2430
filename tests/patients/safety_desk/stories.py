"""What the stories of the safety desk share: a yes of Maria's, an outcome of Dr. Kim's."""

from uuid import uuid4

from patients.flags.safety_answers import answer_safety
from patients.models import ClinicProtocol, Flag, SafetyAdvice
from patients.safety_desk.actions.outcomes import Found, record_outcome


def say_yes(episode, now, *keys, form=None):
    """To these questions, or to loss of bowel control; returns the flag that waits."""
    asked = episode_protocol(episode, now).safety_questions.filter(key__in=keys or ["bowel"])
    answer_safety(
        episode=episode,
        yes_to=list(asked.select_related("protocol").in_order()),
        submission_id=form or uuid4(),
        by=episode.patient.user,
        now=now,
    )
    return Flag.objects.holding().filter(episode=episode).first()


def episode_protocol(episode, now):
    return ClinicProtocol.objects.in_use(episode.patient.clinic, now)


def newest(flag):
    return SafetyAdvice.objects.filter(episode=flag.episode_id).latest("pk").pk


def settle(flag, by, now, kind="examined", note="Seen today, no deficit.", **more):
    """An outcome of everything that waits."""
    found = Found(kind, note, **more)
    return record_outcome(flag=flag, found=found, seen=newest(flag), by=by, now=now)
