"""Which rows: rooms and hours of the clinic where one works, and the visits that one may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self, TypeVar

from django.apps import apps
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Lower

from accounts.models import Clinic, Membership, System
from patients.queries.records import ADMINISTRATOR, CLINICIAN, SCHEDULER, RecordQuerySet
from patients.queries.visibility import must_work_here, visible_rows
from scheduling.rules.authorisation import WARN_DAYS
from scheduling.rules.hours import Slot

if TYPE_CHECKING:
    from patients.models import Patient
    from scheduling.models import (  # noqa: F401
        Availability,
        AvailabilityException,
        Call,
        Consultation,
        Referral,
        Room,
        TextConsent,
        TextMessage,
        VisitReminder,
        VisitType,
        WaitlistEntry,
        WaitlistOffer,
    )

Row = TypeVar("Row", bound=Model, covariant=True)
HELD, BOOKED, CONFIRMED, ARRIVED, DONE = "held", "booked", "confirmed", "arrived", "done"
CANCELLED, NO_SHOW = "cancelled", "no_show"
TO_COME = [BOOKED, CONFIRMED]
# Neither cancelled nor missed: these have their time.
NOT_CANCELLED = [HELD, *TO_COME, ARRIVED, DONE]


class OwnedQuerySet(QuerySet[Row]):
    """Rows that belong to a clinic and say nothing about a patient."""

    to_clinic = "clinic"

    def visible_to(self, membership: Membership) -> Self:
        must_work_here(membership)
        return self.filter(**{self.to_clinic: membership.clinic_id})

    def of(self, clinic: Clinic) -> Self:
        return self.filter(**{self.to_clinic: clinic})


class RoomQuerySet(OwnedQuerySet["Room"]):
    def current(self) -> Self:
        """Those that can be chosen, by name."""
        return self.filter(retired_at=None).order_by(Lower("name"), "pk")


class VisitTypeQuerySet(OwnedQuerySet["VisitType"]):
    def current(self) -> Self:
        """Those that can be booked, by name."""
        return self.filter(retired_at=None).order_by(Lower("name"), "pk")


class AvailabilityQuerySet(OwnedQuerySet["Availability"]):
    to_clinic = "membership__clinic"

    def between(self, first: date, last: date) -> Self:
        """Patterns in force on at least one of these days, of people who still work here."""
        begun = self.filter(membership__ended_at=None, from_on__lte=last)
        return begun.filter(Q(until_on=None) | Q(until_on__gte=first))

    def in_force(self, today: date) -> Self:
        """Kept today or from a later day on."""
        kept = self.filter(membership__ended_at=None).exclude(until_on__lt=F("from_on"))
        return kept.filter(Q(until_on=None) | Q(until_on__gte=today))


class AvailabilityExceptionQuerySet(OwnedQuerySet["AvailabilityException"]):
    to_clinic = "membership__clinic"

    def between(self, first: date, last: date) -> Self:
        """With a day among these, of people who still work here."""
        return self.filter(membership__ended_at=None, date__lte=last, last_on__gte=first)

    def for_any_of(self, memberships: Iterable[int]) -> Self:
        return self.filter(membership__in=memberships)


class ConsultationQuerySet(RecordQuerySet["Consultation"]):
    to_patient = "patient"
    staff_roles = (CLINICIAN, SCHEDULER)

    def visible_to(self, viewer: Membership | Patient | System) -> Self:
        """As for every record; of the times that are held, a patient sees those that are offered."""
        rows = super().visible_to(viewer)
        if isinstance(viewer, Membership):
            return rows
        return rows.exclude(state=HELD, offered_at=None)

    def under_hours_of(self, membership: Membership) -> Self:
        """For whoever sets hours, administrators too: what time off would run into."""
        roles = (*self.staff_roles, ADMINISTRATOR)
        return self.filter(visible_rows(membership, self.to_patient, roles=roles))

    def of(self, clinic: Clinic) -> Self:
        return self.filter(patient__clinic=clinic)

    def not_cancelled(self) -> Self:
        """Holds and visits, lapsed holds too: whatever the database lets nothing overlap."""
        return self.filter(state__in=NOT_CANCELLED)

    def lapsed(self, now: datetime) -> Self:
        """Holds that have run out; the next booking that needs the time releases them."""
        return self.filter(state=HELD, held_until__lte=now)

    def taking_time(self, now: datetime) -> Self:
        """What keeps others out: visits, and holds that have not run out."""
        return self.not_cancelled().exclude(state=HELD, held_until__lte=now)

    def offers(self) -> Self:
        """Times that wait for the patient's answer, those that have run out too."""
        return self.filter(state=HELD, offered_at__isnull=False).order_by("period", "pk")

    def was_offered(self, to: Patient, pk: int) -> bool:
        """Whether a time that is gone by now had been offered to this patient; history knows it."""
        events = self.model.pgh_event_model.objects  # type: ignore[attr-defined]
        mine = events.filter(pgh_obj_id=pk, patient=to.pk)
        return bool(mine.filter(offered_at__isnull=False).exists())

    def overlapping(self, starts: datetime, ends: datetime) -> Self:
        return self.filter(blocked__overlap=DateTimeTZRange(starts, ends))

    def ahead(self, now: datetime) -> Self:
        """Booked visits that are not over, the next one first."""
        coming = self.filter(state__in=[*TO_COME, ARRIVED], period__endswith__gt=now)
        return coming.order_by("period", "pk")

    def ahead_or_offered(self, now: datetime) -> Self:
        """The same with the times that wait for the patient's answer."""
        booked = Q(state__in=[*TO_COME, ARRIVED], period__endswith__gt=now)
        offered = Q(state=HELD, offered_at__isnull=False, held_until__gt=now)
        return self.filter(booked | offered).order_by("period", "pk")

    def on_board(self, now: datetime, today: tuple[datetime, datetime], until: datetime) -> Self:
        """What staff have before them: holds, visits that begin before `until`, whatever is not
        settled of earlier days, and what was done today."""
        done = Q(state=DONE, done_at__range=today)
        off = Q(state=CANCELLED, cancelled_at__range=today) | Q(
            state=NO_SHOW, no_show_at__range=today
        )
        coming = Q(state__in=[HELD, ARRIVED]) | Q(state__in=TO_COME, period__startswith__lt=until)
        in_force = self.exclude(state=HELD, held_until__lte=now)
        return in_force.filter(done | off | coming).order_by("period", "pk")

    def to_rebook(self) -> Self:
        """Cancelled or missed visits that no request asks for again, whose patient has not been given
        another of the same kind since."""
        ended = Coalesce(OuterRef("cancelled_at"), OuterRef("no_show_at"))
        kind = Coalesce(OuterRef("visit_type"), 0)
        later = self.model._default_manager.filter(
            patient=OuterRef("patient"), state__in=[*TO_COME, ARRIVED, DONE], booked_at__gt=ended
        ).alias(kind=Coalesce("visit_type", 0))
        lost = self.filter(rebook_by__isnull=False).exclude(Exists(later.filter(kind=kind)))
        return lost.order_by("rebook_by", "pk")

    def missed(self) -> Self:
        """Visits whose patient did not come, and is to be called: nobody has reached them about it,
        and they have no visit ahead that was booked since."""
        reached = OuterRef("pk")
        calls = apps.get_model("scheduling.Call").objects.not_withdrawn()
        settled = calls.filter(visit=reached, outcome__in=["reached", "declined"])
        later = self.model._default_manager.filter(
            patient=OuterRef("patient"), state__in=[*TO_COME, ARRIVED, DONE],
            booked_at__gt=OuterRef("no_show_at"),
        )  # fmt: skip
        rows = self.filter(state=NO_SHOW).exclude(Exists(settled)).exclude(Exists(later))
        return rows.order_by("no_show_at", "pk")

    def of_series(self, visit: Consultation) -> Self:
        """The visits that were booked together with this one, it included; none for one that was booked
        by itself."""
        mine = self.filter(series=visit.series) if visit.series else self.none()
        return mine.order_by("period", "pk")

    def to_remind(self, now: datetime, until: datetime) -> Self:
        """Visits that begin by `until`, and are not held any more."""
        return self.filter(
            state__in=TO_COME, period__startswith__gt=now, period__startswith__lte=until
        )

    def to_call_about(self, now: datetime) -> Self:
        """Visits whose patient is to be called, each with its `cause`; one query."""
        causes = {
            "missed": self.missed(),
            "another": self.asking_for_change(),
            "expired": self.expired_offers(now),
            "unreached": self.unreached(now),
        }
        whens = [
            When(pk__in=rows.order_by().values("pk"), then=Value(cause))
            for cause, rows in causes.items()
        ]
        open_rows = self.filter(state__in=[NO_SHOW, HELD, *TO_COME, ARRIVED])
        found = open_rows.annotate(cause=Case(*whens, default=Value("")))
        return found.exclude(cause="").order_by("no_show_at", "change_asked_at", "period", "pk")

    def asking_for_change(self) -> Self:
        """Visits to come whose patient has asked for another time, which nobody has settled with them:
        they were neither moved nor reached since."""
        reached = self._settled_since("change_asked_at")
        asked = self.filter(state__in=TO_COME, change_asked_at__gt=F("booked_at"))
        return asked.exclude(Exists(reached))

    def expired_offers(self, now: datetime) -> Self:
        """Times that were offered and ran out without an answer, one of several that were offered together;
        neither reached nor booked since."""
        ran_out = self.lapsed(now).filter(offered_at__isnull=False, waitlist_offer=None)
        ahead = ran_out.filter(period__startswith__gt=now).exclude(choice__gt=1)
        later = self.model._default_manager.filter(
            patient=OuterRef("patient"), booked_at__gte=OuterRef("offered_at"),
            state__in=[*TO_COME, ARRIVED, DONE],
        )  # fmt: skip
        return ahead.exclude(Exists(later)).exclude(Exists(self._settled_since("held_until")))

    def unreached(self, now: datetime) -> Self:
        """Visits ahead of whose e-mails one did not arrive, and whose patient nobody has reached since."""
        failed = apps.get_model("accounts.Notice").objects.filter(failed_at__isnull=False)
        uid = Cast(OuterRef("uid"), CharField())
        about = failed.filter(key__contains=uid).order_by("-failed_at").values("failed_at")[:1]
        rows = self.ahead_or_offered(now).annotate(mail_failed_at=Subquery(about))
        rows = rows.filter(mail_failed_at__isnull=False)
        return rows.exclude(Exists(self._settled_since("mail_failed_at")))

    def _settled_since(self, moment: str) -> CallQuerySet:
        """Calls about a visit, after this moment of it, that came to an end."""
        calls = apps.get_model("scheduling.Call").objects.not_withdrawn()
        settled: CallQuerySet = calls.filter(
            visit=OuterRef("pk"),
            outcome__in=["reached", "declined"],
            called_at__gte=OuterRef(moment),
        )
        return settled

    def last_clinician(self, patient: Patient, kind: VisitType | None) -> int | None:
        """With whom the patient had, or has, their last visit of this kind."""
        mine = self.not_cancelled().filter(patient=patient, visit_type=kind).exclude(state=HELD)
        return mine.order_by("-period").values_list("clinician", flat=True).first()

    def in_the_way(self, slot: Slot, patient: Patient) -> Self:
        """At this time, and with the same clinician, room or patient."""
        blocked = Q(blocked__overlap=DateTimeTZRange(*slot.blocks))
        shared = Q(clinician=slot.clinician)
        if slot.room is not None:
            shared |= Q(room=slot.room)
        met = Q(period__overlap=DateTimeTZRange(slot.starts, slot.ends), patient=patient)
        return self.filter((blocked & shared) | met)


class VisitReminderQuerySet(RecordQuerySet["VisitReminder"]):
    to_patient = "visit__patient"
    staff_roles = (CLINICIAN, SCHEDULER)


class WaitlistEntryQuerySet(RecordQuerySet["WaitlistEntry"]):
    to_patient = "patient"
    staff_roles = (CLINICIAN, SCHEDULER)

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def open_without_offer(self) -> Self:
        return self.open().exclude(offers__in=_offers().unanswered())

    def in_line(self, kind: VisitType, *, paused_since: datetime) -> Self:
        """Who waits for a time of this type and has none to answer, the longest wait first; without those
        who left an offer unanswered of late."""
        ignored = _offers().filter(answer="lapsed", answered_at__gt=paused_since)
        waiting = self.open_without_offer().filter(visit_type=kind).exclude(offers__in=ignored)
        related = ("patient__clinic", "patient__user", "visit__patient__clinic", "visit_type")
        rows = waiting.select_related(*related, "added_by").prefetch_related("offers")
        return rows.order_by("added_at", "pk")

    def over(self) -> Self:
        """Those whose visit took place, or was missed, where it stood."""
        return self.open().filter(visit__state__in=[ARRIVED, DONE, NO_SHOW])


def _offers() -> WaitlistOfferQuerySet:
    offers: WaitlistOfferQuerySet = apps.get_model("scheduling.WaitlistOffer").objects.all()
    return offers


class WaitlistOfferQuerySet(RecordQuerySet["WaitlistOffer"]):
    to_patient = "entry__patient"
    staff_roles = (CLINICIAN, SCHEDULER)

    def unanswered(self) -> Self:
        return self.filter(answered_at=None)

    def kept(self, now: datetime) -> Self:
        """Times that wait for an answer now."""
        return self.unanswered().filter(until__gt=now, hold__state=HELD)


class CallQuerySet(RecordQuerySet["Call"]):
    to_patient = "patient"
    staff_roles = (CLINICIAN, SCHEDULER)
    patient_may_read = False

    def not_withdrawn(self) -> Self:
        """Without those noted by mistake."""
        return self.filter(withdrawn_at=None)


class TextConsentQuerySet(RecordQuerySet["TextConsent"]):
    to_patient = "patient"
    staff_roles = (CLINICIAN, SCHEDULER)

    def open(self) -> Self:
        return self.filter(ended_at=None)


class TextMessageQuerySet(RecordQuerySet["TextMessage"]):
    to_patient = "patient"
    staff_roles = (CLINICIAN, SCHEDULER)

    def due(self, now: datetime) -> Self:
        """Neither sent nor given up, the oldest first."""
        waiting = self.filter(sent_at=None, given_up_at=None, due_at__lte=now)
        return waiting.order_by("due_at", "pk")


class ReferralQuerySet(RecordQuerySet["Referral"]):
    to_patient = "patient"
    staff_roles = (CLINICIAN, SCHEDULER)

    def open(self) -> Self:
        return self.exclude(state="closed")

    def to_warn(self, today: date) -> Self:
        """Open ones that end soon, or have ended, whose last warning nobody has seen to; what ends first
        comes first."""
        due = Q()
        for stage in WARN_DAYS:
            unseen = Q(warned_days=None) | Q(warned_days__gt=stage)
            due |= unseen & Q(ends_on__lte=today + timedelta(days=stage))
        return self.open().filter(due).order_by("ends_on", "pk")
