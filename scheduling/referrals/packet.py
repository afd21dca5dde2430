"""What a request to renew a VA referral says, from the record: visits so far, scores on one scale, the plan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from patients.models import Episode, FunctionScore, TherapyProgramme, TherapySession, TierTrial
from scheduling.models import Consultation, Referral


@dataclass(frozen=True)
class Packet:
    """`scores` are all of one questionnaire, the oldest first; `missed` of the visits so far."""

    seen: list[Consultation]
    missed: int
    sessions: int
    scores: list[FunctionScore]
    trial: TierTrial | None
    programme: TherapyProgramme | None


def packet_of(referral: Referral, today: date) -> Packet:
    """As the record stands on this clinic day; visits within the days that VA allowed."""
    episode = Episode.objects.open().filter(patient=referral.patient).order_by("-pk").first()
    visits = _visits(referral)
    programme = _programme(episode)
    return Packet(
        seen=[one for one in visits if one.state == one.State.DONE],
        missed=sum(one.state == one.State.NO_SHOW for one in visits),
        sessions=_sessions(programme, referral, today),
        scores=_scores(episode),
        trial=_trial(episode),
        programme=programme,
    )


def _visits(referral: Referral) -> list[Consultation]:
    first, last, patient = referral.starts_on, referral.ends_on, referral.patient
    if first is None or last is None:
        return []
    rows = patient.consultations.select_related("visit_type", "clinician__user").order_by("period")
    return [one for one in rows if first <= patient.clinic_date(one.starts) <= last]


def _programme(episode: Episode | None) -> TherapyProgramme | None:
    rows = TherapyProgramme.objects.filter(episode=episode, withdrawn_at=None)
    return rows.order_by("-started_on", "-pk").first() if episode else None


def _sessions(programme: TherapyProgramme | None, referral: Referral, today: date) -> int:
    """Attended in the days that VA allowed, those that visits were counted as too."""
    if programme is None or referral.starts_on is None:
        return 0
    held = TherapySession.objects.filter(programme=programme, attended=True, withdrawn_at=None)
    return held.filter(held_on__range=(referral.starts_on, today)).count()


def _scores(episode: Episode | None) -> list[FunctionScore]:
    """The questionnaire that was filled in most often; of several the one filled in last."""
    if episode is None:
        return []
    rows = FunctionScore.objects.filter(episode=episode).select_related("instrument")
    scores = list(rows.order_by("local_date", "pk"))
    times = Counter(one.instrument.key for one in scores)
    last = {one.instrument.key: one.local_date for one in scores}
    most = max(times, key=lambda key: (times[key], last[key]), default=None)
    return [one for one in scores if one.instrument.key == most]


def _trial(episode: Episode | None) -> TierTrial | None:
    rows = TierTrial.objects.filter(episode=episode, ended_on=None).select_related("tier")
    return rows.order_by("-started_on", "-pk").first() if episode else None
