"""Which flags, in which order, and which of their findings."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Count, F, FilteredRelation, Q

from accounts.models import Clinic, Membership, System, User
from patients.finding.asked import Asked
from patients.queries.records import RecordQuerySet, found
from patients.queries.visibility import must_be_patient

if TYPE_CHECKING:
    from patients.models import Finding, Flag, Patient  # noqa: F401


class FlagQuerySet(RecordQuerySet["Flag"]):
    patient_may_read = False

    def visible_to(self, viewer: Membership | Patient | System) -> Self:
        """The clinic's, for its clinicians; flags in shadow are for nobody's list."""
        return super().visible_to(viewer).filter(shadow=False)

    def about(self, patient: Patient) -> Self:
        """The patient's own: their pages say that somebody is looking, never the rule's sentence."""
        must_be_patient(patient)
        return self.filter(episode__patient=patient, shadow=False)

    def with_decisions(self) -> Self:
        """A row for each decision, the newest first, as `decided`, and one for a flag without."""
        joined = self.annotate(decided=FilteredRelation("decisions"))
        newest = F("decided__decided_at").desc(nulls_last=True)
        return joined.select_related("decided__decided_by").order_by(newest, "-decided__pk", "pk")

    def in_shadow(self, clinic: Clinic) -> Self:
        """Counted for the clinic's administrator, and shown to nobody else."""
        return self.filter(shadow=True, episode__patient__clinic=clinic)

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def closed(self) -> Self:
        return self.filter(closed_at__isnull=False)

    def awake(self, now: datetime) -> Self:
        """Open and not snoozed."""
        return self.open().filter(Q(snoozed_until=None) | Q(snoozed_until__lte=now))

    def snoozed(self, now: datetime) -> Self:
        return self.open().filter(snoozed_until__gt=now)

    def owned_by(self, user: User) -> Self:
        return self.filter(owner=user)

    def holding(self) -> Self:
        """Open flags with a safety answer: the rules wait until the desk has recorded its outcome."""
        return self.open().filter(holds_rules=True)

    def to_discuss(self) -> Self:
        """Open, and on the list of the weekly meeting."""
        return self.open().filter(discuss_at__isnull=False)

    def of_person(self, asked: Asked) -> Self:
        """About whom this means, or who is written nearly so, as in PatientQuerySet.sought."""
        return found(self, asked, "episode__patient__")

    def tally(self, user: User, now: datetime) -> list[dict[str, Any]]:
        """How many are on each list, a row for each kind, in one query over the open ones."""
        snoozed = Q(snoozed_until__gt=now)
        by_kind = self.open().order_by().values("kind")
        counted: Any = by_kind.annotate(
            team=Count("pk", filter=~snoozed),
            mine=Count("pk", filter=~snoozed & Q(owner=user)),
            snoozed=Count("pk", filter=snoozed),
            discuss=Count("pk", filter=Q(discuss_at__isnull=False)),
            held=Count("pk", filter=Q(holds_rules=True)),
        )
        return list(counted)

    def worst_first(self) -> Self:
        """The most severe first, then the earliest deadline."""
        return self.order_by("-severity", "due_at", "pk")

    def behind(self, severity: int, due_at: datetime, pk: int) -> Self:
        """What follows that place in `worst_first`; a page costs the same however far down it is."""
        later = Q(due_at__gt=due_at) | Q(due_at=due_at, pk__gt=pk)
        return self.filter(Q(severity__lt=severity) | Q(severity=severity) & later)

    def latest_closed_first(self) -> Self:
        return self.closed().order_by("-closed_at", "-pk")

    def closed_before(self, closed_at: datetime, pk: int) -> Self:
        return self.filter(Q(closed_at__lt=closed_at) | Q(closed_at=closed_at, pk__lt=pk))


class FindingQuerySet(RecordQuerySet["Finding"]):
    to_patient = "flag__episode__patient"
    patient_may_read = False

    def visible_to(self, viewer: Membership | Patient | System) -> Self:
        return super().visible_to(viewer).filter(flag__shadow=False)

    def not_taken_on(self) -> Self:
        """Safety answers of open flags that nobody has taken on since, and no next contact was told. Somebody
        to whom a colleague gave the flag has not taken it on."""
        held = self.filter(kind="safety", flag__closed_at=None, flag__holds_rules=True)
        waiting = held.order_by("found_at", "pk")
        unowned = Q(flag__owner=None) | Q(flag__owned_at__lt=F("found_at"))
        unowned |= Q(flag__assigned_by__isnull=False)
        untold = Q(flag__told_next_at=None) | Q(flag__told_next_at__lt=F("found_at"))
        return waiting.filter(unowned, untold)

    def asked_by(self, patient: Patient) -> Self:
        """The patient's own requests for a review, the newest first."""
        must_be_patient(patient)
        mine = self.filter(flag__episode__patient=patient, kind="review_requested")
        return mine.select_related("flag").order_by("-found_at", "-pk")
