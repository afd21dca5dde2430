"""Who has gone quiet: asked for logs that did not come, so that somebody calls.

Silence may be recovery or giving up: nobody knows before the call.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.db.models.functions import Lower
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic, Membership, Notice
from patients.logs.log_schedule import LogDue, next_logs
from patients.models import Episode, LogReminder, Patient
from patients.queries.records import PatientQuerySet, pk_array
from scheduling.calls.scripts import script_for
from scheduling.calls.telling import Told, told_about
from scheduling.models import Call, Consultation
from scheduling.rules.calling import NextTry, next_try

Outcome, Kind = Call.Outcome, Notice.Kind
LATELY = timedelta(days=90)
ABOUT_VISITS = (
    Kind.VISIT_BOOKED, Kind.VISIT_OFFERED, Kind.VISIT_CANCELLED, Kind.VISIT_REMINDER,
    Kind.WAITLIST_OFFER,
)  # fmt: skip
ADDRESSES = ("email", "user__email", "invitation__email")
UNDO_WITHIN = timedelta(hours=1)
JOIN_WITHIN = timedelta(days=3)
TRIES = 3  # without an answer, until a clinician is told
CAUSES = {
    "missed": (
        _("Missed a visit"),
        _(
            "Please call, ask whether they are well, and offer another time. They leave this list once "
            "they are reached or booked again."
        ),
    ),
    "another": (
        _("Asked for another time"),
        _("Their visit stays as it is until you have moved or cancelled it with them."),
    ),
    "expired": (
        _("An offer ran out"),
        _(
            "Nobody answered in time, and the time is free for others. Please call and find another one."
        ),
    ),
    "unreached": (
        _("An e-mail did not arrive"),
        _("Please tell them about their visit, and ask for an address that works."),
    ),
}


@dataclass(frozen=True)
class ToCall:
    """Somebody to call: what was tried, what to say, when to try again, and whether a clinician knows."""

    patient: Patient
    kind: str
    calls: list[Call]
    told: Told | None = None

    @property
    def tries(self) -> int:
        return len(self.calls)

    @property
    def is_told(self) -> bool:
        """Somebody at the desk has told a clinician, who has not decided yet."""
        return bool(self.told and self.told.by_staff and self.told.decided_at is None)

    @property
    def to_tell(self) -> bool:
        """Whether a clinician is to be told that nobody reaches them."""
        return self.tries >= TRIES and not self.is_told

    @property
    def is_dismissed(self) -> bool:
        """A clinician has decided since the last call that was made by then."""
        decided = self.told and self.told.by_staff and self.told.decided_at
        return bool(decided and self.calls and decided >= self.calls[0].called_at)

    @property
    def script(self) -> list[str]:
        return script_for(self.kind, self.patient)

    @property
    def next_try(self) -> NextTry | None:
        """None before the first call."""
        clinic = self.patient.clinic
        if not self.calls:
            return None
        last = self.calls[0].called_at.astimezone(clinic.zone)
        return next_try(last, workdays=clinic.phone_weekdays, closed=clinic.closed_on)


@dataclass(frozen=True, kw_only=True)
class NonResponder(ToCall):
    """Gone quiet: since when a log is missing, and the calls that were tried since."""

    kind: str = "silence"
    asked: LogDue
    reminders: int

    @property
    def is_dismissed(self) -> bool:
        """A clinician has looked at this very silence, by whomever they were told of it."""
        decided = self.told and self.told.decided_at
        return bool(decided and self.patient.local_date(decided) >= self.asked.on)


@dataclass(frozen=True, kw_only=True)
class VisitToCallAbout(ToCall):
    """A visit whose patient is to be called, and the calls about it, the newest first."""

    visit: Consultation


@dataclass(frozen=True)
class Cause:
    """Why people are to be called: they missed a visit, asked for another time, or got no e-mail."""

    key: str
    title: str | Promise
    what_to_do: str | Promise
    rows: list[VisitToCallAbout]


def non_responders(patients: PatientQuerySet, clinic: Clinic, now: datetime) -> list[NonResponder]:
    """The longest silence first. One row a person, whatever number of complaints they have; `patients`
    are those of the clinic whom the reader sees."""
    asked_for_logs = patients.filter(user__isnull=False)
    mine = Episode.objects.under_way().filter(patient__in=asked_for_logs)
    episodes = list(mine.select_related("patient__clinic"))
    asked = next_logs(episodes, now.astimezone(clinic.zone).date())
    people = [episode.patient_id for episode in episodes]
    reminders = LogReminder.objects.unanswered(people)
    calls = _calls(people)
    rows = {
        episode.patient_id: NonResponder(
            patient=episode.patient,
            asked=asked[episode.pk],
            reminders=reminders.get(episode.patient_id, 0),
            calls=_since(asked[episode.pk], calls[episode.patient_id], episode.patient),
        )
        for episode in sorted(episodes, key=lambda each: asked[each.pk].on, reverse=True)
    }
    quiet = [row for row in rows.values() if _is_quiet(row, now)]
    told = told_about([row.patient.pk for row in quiet]) if quiet else {}
    heard = (replace(row, told=told.get(row.patient.pk)) for row in quiet)
    found = [row for row in heard if not _is_settled(row, now)]
    return sorted(found, key=lambda row: (row.asked.on, row.patient.name))


def _calls(patients: Collection[int]) -> defaultdict[int, list[Call]]:
    """By patient, the newest first."""
    rows = Call.objects.not_withdrawn().filter(patient__in=pk_array(patients))
    found: defaultdict[int, list[Call]] = defaultdict(list)
    about_silence = rows.filter(about=Call.About.SILENCE)
    for call in about_silence.select_related("called_by").order_by("-called_at", "-pk"):
        found[call.patient_id].append(call)
    return found


def _since(asked: LogDue, calls: list[Call], patient: Patient) -> list[Call]:
    """The calls of this silence: those after the last log."""
    return [call for call in calls if patient.local_date(call.called_at) >= asked.on]


def _is_quiet(row: NonResponder, now: datetime) -> bool:
    waited = row.patient.local_date(now) - row.asked.on
    limit = row.asked.protocol.setting("no_log_days")
    return waited >= timedelta(days=limit) or row.reminders >= row.asked.protocol.setting(
        "unanswered_reminders"
    )


def _is_settled(row: NonResponder, now: datetime) -> bool:
    """Reached: they have the same days again to log. Declined, or a clinician has looked at it: nobody
    asks until they log."""
    days = row.asked.protocol.setting("no_log_days")
    return row.is_dismissed or any(
        call.outcome == Outcome.DECLINED
        or (call.outcome == Outcome.REACHED and now - call.called_at < timedelta(days=days))
        for call in row.calls
    )


def calls_about_visits(membership: Membership, now: datetime) -> list[Cause]:
    """Each cause for which somebody is to be called, the longest wait first; three queries, however many
    people."""
    visits = Consultation.objects.visible_to(membership).to_call_about(now)
    tried = Call.objects.not_withdrawn().order_by("-called_at", "-pk")
    related = ("patient__clinic", "visit_type", "clinician__user")
    rows = list(visits.select_related(*related).prefetch_related(Prefetch("calls", tried)))
    told = told_about([visit.patient_id for visit in rows]) if rows else {}
    found: defaultdict[str, list[VisitToCallAbout]] = defaultdict(list)
    for visit in rows:
        row = VisitToCallAbout(
            patient=visit.patient,
            kind=visit.cause,
            visit=visit,
            calls=list(visit.calls.all()),
            told=told.get(visit.patient_id),
        )
        if not row.is_dismissed:
            found[visit.cause].append(row)
    return [Cause(key, *words, found[key]) for key, words in CAUSES.items() if key in found]


def unanswered_invitations(membership: Membership, now: datetime) -> list[ToCall]:
    """Who was invited three days ago or more, has not joined, and was not reached about it since; the
    longest wait first, two queries."""
    waiting = Patient.objects.visible_to(membership).filter(
        user=None,
        invitation__accepted_at=None,
        invitation__withdrawn_at=None,
        invitation__invited_at__lte=now - JOIN_WITHIN,
    )
    about = Call.objects.not_withdrawn().filter(about=Call.About.INVITATION)
    settled = about.filter(
        patient=OuterRef("pk"),
        outcome__in=[Outcome.REACHED, Outcome.DECLINED],
        called_at__gte=OuterRef("invitation__invited_at"),
    )
    tried = Prefetch("calls", about.order_by("-called_at", "-pk"))
    rows = waiting.exclude(Exists(settled)).select_related("invitation", "clinic")
    found = rows.prefetch_related(tried).order_by("invitation__invited_at", "pk")
    return [ToCall(patient, "invitation", list(patient.calls.all())) for patient in found]


def wrong_addresses(membership: Membership, now: datetime) -> list[ToCall]:
    """People to whom a mail did not arrive that is about no visit (those stand with their visit) and whom
    nobody has reached about it since; the longest wait first. One query where all mail arrives."""
    about_others = [*ABOUT_VISITS, Kind.URGENT_FLAG]
    failed = Notice.objects.filter(clinic=membership.clinic_id, failed_at__gt=now - LATELY)
    rows = failed.exclude(kind__in=about_others).order_by("failed_at")
    last = {row.email.lower(): row.failed_at for row in rows if row.failed_at}
    if not last:
        return []
    found = [
        (at, ToCall(patient, "address", calls))
        for patient in _at(membership, last)
        if (at := _failed_at(patient, last))
        and not _reached(calls := list(patient.calls.all()), at)
    ]
    return [row for _since, row in sorted(found, key=lambda one: (one[0], one[1].patient.pk))]


def _at(membership: Membership, addresses: Collection[str]) -> PatientQuerySet:
    """Whoever has one of these addresses, with the calls about it, the newest first."""
    names = {one: Lower(one) for one in ADDRESSES}
    mine = Patient.objects.visible_to(membership).alias(
        **{f"{one}_lower": low for one, low in names.items()}
    )
    anywhere = reduce(or_, (Q(**{f"{one}_lower__in": list(addresses)}) for one in ADDRESSES))
    about = Call.objects.not_withdrawn().filter(about=Call.About.ADDRESS)
    tried = Prefetch("calls", about.order_by("-called_at", "-pk"))
    related = mine.filter(anywhere).select_related("clinic", "user", "invitation")
    return related.prefetch_related(tried)


def _failed_at(patient: Patient, last: dict[str, datetime]) -> datetime | None:
    theirs = [patient.email]
    theirs += [patient.user.email] if patient.user else []
    theirs += [patient.invitation.email] if patient.invitation else []
    return max((last[one.lower()] for one in theirs if one and one.lower() in last), default=None)


def _reached(calls: list[Call], since: datetime) -> bool:
    ended = (Outcome.REACHED, Outcome.DECLINED)
    return any(call.outcome in ended and call.called_at >= since for call in calls)


def calls_to_make(membership: Membership, now: datetime) -> dict[str, Any]:
    """Whom to call, and one's own last calls, which can still be undone."""
    patients = Patient.objects.visible_to(membership)
    causes = calls_about_visits(membership, now)
    people: dict[str, list[Any]] = {
        "rows": non_responders(patients, membership.clinic, now),
        "addresses": wrong_addresses(membership, now),
        "invited": unanswered_invitations(membership, now),
    }
    lately = (
        Call.objects.visible_to(membership).not_withdrawn().filter(called_by=membership.user_id)
    )
    return people | {
        "causes": causes,
        "number": sum(map(len, people.values())) + sum(len(cause.rows) for cause in causes),
        "outcomes": Call.Outcome.choices,
        "lately": lately.filter(called_at__gt=now - UNDO_WITHIN)
        .select_related("patient")
        .order_by("-called_at"),
    }
