"""Which rows: every query starts from the viewer (`visible_to`: a membership or a patient), then says what it wants.

QuerySet classes import no models: models stand on them (docs/adr/0001).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import connection
from django.db.models import Count, F, Min, Model, Q, QuerySet, Value
from django.db.models.expressions import RawSQL

from accounts.models import Clinic, Membership, System
from pathway.models import Protocol
from pathway.queries import PUBLIC_PROTOCOL
from patients.finding.asked import Asked, exactly, nearly
from patients.finding.folded import fold_number
from patients.queries.visibility import (
    must_be_patient,
    theirs_by_right,
    visible_rows,
)

if TYPE_CHECKING:
    from patients.models import (  # noqa: F401
        AccessLog,
        AnswerDraft,
        ClinicProtocol,
        ClosureRequest,
        Cover,
        Decision,
        Episode,
        Exercise,
        IdentityCheck,
        ImportBadLine,
        ImportRun,
        Intake,
        Letter,
        LogReminder,
        Patient,
        Procedure,
        ReliefEntry,
        ReviewDue,
        ShadowMode,
        SymptomLog,
        TherapySession,
        TierTrial,
        TreatmentCycle,
        TrialReview,
        VisitRequest,
    )

CLINICIAN = Membership.Role.CLINICIAN
ADMINISTRATOR = Membership.Role.ADMINISTRATOR
SCHEDULER = Membership.Role.SCHEDULER
FEW = 50

Row = TypeVar("Row", bound=Model, covariant=True)
Rows = TypeVar("Rows", bound="QuerySet[Any]")


# Asked by most pages: what the clinic chose last, or the newest that is published.
IN_USE = """
SELECT coalesce(
    (SELECT protocol_id FROM patients_clinicprotocol
      WHERE clinic_id = %s AND from_at <= %s ORDER BY from_at DESC LIMIT 1),
    (SELECT id FROM pathway_protocol WHERE key = %s AND sealed ORDER BY version DESC LIMIT 1))
"""


def pk_array(keys: Iterable[int]) -> RawSQL:
    """For `pk__in` and the like of thousands of rows: one array, where a list would cost Django and
    the driver a placeholder for each."""
    return RawSQL("SELECT unnest(%s::bigint[])", [list(keys)])


def found(rows: Rows, asked: Asked, path: str) -> Rows:
    """Rows about the patients who are meant; `path` leads to them. One query more than the rows, which
    reads all names; where it finds few, they are asked for by their keys."""
    exact = rows.filter(exactly(asked, path))
    keys = list(exact.order_by().values_list("pk", flat=True)[: FEW + 1])
    if not keys:
        return rows.filter(nearly(asked, path)).annotate(is_near=Value(True))
    return exact if len(keys) > FEW else rows.filter(pk__in=keys)


class RecordQuerySet(QuerySet[Row]):
    """Rows of somebody's record. `to_patient` is the path from the row to its patient."""

    to_patient = "episode__patient"
    staff_roles: tuple[str, ...] = (CLINICIAN,)
    patient_may_read = True

    def visible_to(self, viewer: Membership | Patient | System) -> Self:
        """The patient's own rows; or the clinic's, for the roles that may read this kind."""
        roles, own = self.staff_roles, self.patient_may_read
        return self.filter(visible_rows(viewer, self.to_patient, roles=roles, own=own))


class PatientQuerySet(QuerySet["Patient"]):
    def visible_to(self, viewer: Membership | Patient | System) -> Self:
        """Oneself; or the patients of the clinic, for all who work there. A record that was merged into
        another, or registered by mistake, is nobody's."""
        return self.filter(visible_rows(viewer, ""), merged_into=None, withdrawn_at=None)

    def reached_at(self, email: str) -> Self:
        """Who gets e-mail at this address, whatever its capitals."""
        written = Q(user=None, email__iexact=email)
        return self.filter(written | Q(user__email__iexact=email), merged_into=None)

    def sought(self, asked: Asked) -> Self:
        """Whom this means; where it means nobody, who is written nearly so (`is_near`)."""
        return found(self, asked, "")

    def numbered(self, number: str) -> Self:
        """The record number, however its letters, blanks and dashes are typed."""
        return self.filter(number_key=fold_number(number))

    def treated_by(self, membership: Membership, now: datetime) -> Self:
        """Patients whom a clinician may always see, not only during emergency access."""
        return self.filter(theirs_by_right(membership, now), merged_into=None)

    def to_remind(self, zone: str, day: date, hours: range) -> Self:
        """Those in this zone who chose one of these hours, and on this day of theirs may hear from
        us and have not yet."""
        wanting = self.filter(time_zone=zone, reminder_hour__in=hours, reminders_off_at=None)
        awake = Q(reminders_snoozed_until=None) | Q(reminders_snoozed_until__lte=day)
        with_account = wanting.filter(awake, user__isnull=False)
        return with_account.exclude(log_reminders__local_date=day)

    def before_intake(self) -> Self:
        """Invited, whether the link still works or ran out, or signed in for the first time, and nothing
        was begun with them."""
        return self.filter(invitation__isnull=False, invitation__withdrawn_at=None, episodes=None)

    def named_exactly(
        self, membership: Membership, number: str, birth_date: date
    ) -> Patient | None:
        """Whoever knows both may ask for the record of somebody who is not their patient; never for
        their own."""
        others = self.filter(
            clinic=membership.clinic_id, merged_into=None, withdrawn_at=None
        ).exclude(user=membership.user_id)
        return others.numbered(number).filter(birth_date=birth_date).first()


class EpisodeQuerySet(RecordQuerySet["Episode"]):
    to_patient = "patient"

    def under_way(self) -> Self:
        """Open, with a step that runs."""
        return self.open().filter(trials__ended_on=None, trials__isnull=False).distinct()

    def open(self) -> Self:
        return self.filter(closed_on=None)

    def without_step(self) -> Self:
        """Open and described, and no step runs."""
        return self.open().described().exclude(trials__ended_on=None, trials__isnull=False)

    def described(self) -> Self:
        """A clinician has said what the complaint is."""
        return self.filter(onset_on__isnull=False)


class TierTrialQuerySet(RecordQuerySet["TierTrial"]):
    def active(self) -> Self:
        return self.filter(ended_on=None)

    def counted(self) -> Self:
        """Those that ran for a day: a step that was undone ended on the day on which it began, and was never
        tried."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=F("started_on")))

    def current_first(self) -> Self:
        """The current tier is the highest active one."""
        return self.order_by("-level", "-started_on", "-pk")


class SymptomLogQuerySet(RecordQuerySet["SymptomLog"]):
    def not_withdrawn(self) -> Self:
        return self.filter(withdrawn_at=None)

    def between(self, first: date, last: date) -> Self:
        """By the patient's local day, both ends included."""
        return self.filter(local_date__gte=first, local_date__lte=last)

    def of_the_day(self) -> Self:
        """One row a day: the day's value is its last log (docs/rules.md)."""
        latest = self.not_withdrawn().order_by("episode", "local_date", "-logged_at", "-pk")
        return latest.distinct("episode", "local_date")

    def last_days(self, days: int) -> Self:
        """The values of the last days that were logged, the newest first."""
        return self.of_the_day().order_by("episode", "-local_date", "-logged_at", "-pk")[:days]


class LogReminderQuerySet(RecordQuerySet["LogReminder"]):
    to_patient = "patient"
    staff_roles = (CLINICIAN, SCHEDULER)

    def unanswered(self, patients: Iterable[int]) -> dict[int, int]:
        """By patient, how many in a row no log has followed; who has none is left out."""
        asked = self.filter(patient__in=pk_array(patients))
        silent = asked.exclude(patient__episodes__logs__logged_at__gte=F("posted_at"))
        counted = silent.values_list("patient").annotate(Count("pk"))
        return dict(counted.order_by())


class ReviewDueQuerySet(QuerySet["ReviewDue"]):
    def due(self, now: datetime) -> Self:
        return self.filter(due_at__lte=now)

    def clinics(self, now: datetime) -> list[int]:
        """Where something is due."""
        return list(self.due(now).order_by("clinic").values_list("clinic", flat=True).distinct())

    def claim(self, now: datetime, most: int | None = None) -> set[int]:
        """Take the oldest due rows that no other worker holds; returns their trials.

        The rows are gone with the transaction that claims them, and back if it does not commit.
        """
        oldest = self.due(now).order_by("due_at", "pk").select_for_update(skip_locked=True)
        rows = dict(oldest.values_list("pk", "trial")[:most])
        self.filter(pk__in=pk_array(rows)).delete()
        return set(rows.values())

    def oldest(self, now: datetime) -> datetime | None:
        """Since when the longest-waiting trial has been due."""
        found: datetime | None = self.due(now).aggregate(oldest=Min("due_at"))["oldest"]
        return found


class TrialReviewQuerySet(RecordQuerySet["TrialReview"]):
    to_patient = "trial__episode__patient"


class VisitRequestQuerySet(RecordQuerySet["VisitRequest"]):
    staff_roles = (CLINICIAN, SCHEDULER)

    def waiting(self) -> Self:
        """Needs a visit: neither closed nor booked."""
        return self.filter(closed_at=None)

    def untouched(self) -> Self:
        """Waiting, and no time is held for it either."""
        held = Q(consultations__isnull=False, consultations__cancelled_at=None)
        return self.waiting().exclude(held)


class AccessLogQuerySet(RecordQuerySet["AccessLog"]):
    to_patient = "patient"
    staff_roles = (ADMINISTRATOR,)

    def visible_to(self, viewer: Membership | Patient | System) -> Self:
        """A patient also reads who opened a record that was merged into theirs."""
        if isinstance(viewer, Membership):
            return super().visible_to(viewer)
        must_be_patient(viewer)
        return self.filter(Q(patient=viewer) | Q(patient__merged_into=viewer))

    def between(self, first: datetime, end: datetime) -> Self:
        return self.filter(at__gte=first, at__lt=end)

    def behind(self, at: datetime, pk: int) -> Self:
        """What follows that line, the newest first."""
        return self.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))


class IdentityCheckQuerySet(RecordQuerySet["IdentityCheck"]):
    """By what somebody was known is nothing to be read by whoever comes in next."""

    to_patient = "patient"
    staff_roles = (ADMINISTRATOR,)
    patient_may_read = False


class TreatmentCycleQuerySet(RecordQuerySet["TreatmentCycle"]):
    to_patient = "trial__episode__patient"

    def not_withdrawn(self) -> Self:
        """An injection that was withdrawn made no cycle."""
        return self.filter(Q(procedure=None) | Q(procedure__withdrawn_at=None))


class DecisionQuerySet(RecordQuerySet["Decision"]):
    """Patients read the sentence written for them (`patient_sentence`) on their pages, not the row."""

    to_patient = "flag__episode__patient"
    patient_may_read = False

    def about(self, patient: Patient) -> Self:
        """The patient's own, the newest first: their pages show the sentence, its day and the check."""
        must_be_patient(patient)
        mine = self.in_force().filter(flag__episode__patient=patient)
        return mine.select_related("decided_by").order_by("-decided_at", "-pk")

    def in_force(self) -> Self:
        """What counts: of a chain of corrections the last entry, unless it was undone."""
        return self.filter(corrected_by=None).exclude(kind="undone")


class ClinicProtocolQuerySet(QuerySet["ClinicProtocol"]):
    def in_use(self, clinic: Clinic, now: datetime) -> Protocol:
        """The version that the clinic uses; the newest published one until it has chosen."""
        with connection.cursor() as cursor:
            cursor.execute(IN_USE, [clinic.pk, now, PUBLIC_PROTOCOL])
            [found] = cursor.fetchone()
        return Protocol.objects.current() if found is None else Protocol.objects.version(found)


class ShadowModeQuerySet(QuerySet["ShadowMode"]):
    def latest_first(self, clinic: Clinic) -> Self:
        return self.filter(clinic=clinic).order_by("-from_at")

    def is_on(self, clinic: Clinic, now: datetime) -> bool:
        return clinic.pk in self.clinics(now)

    def clinics(self, now: datetime) -> set[int]:
        """The clinics in shadow mode now."""
        newest = self.filter(from_at__lte=now).order_by("clinic", "-from_at").distinct("clinic")
        return {clinic for clinic, is_on in newest.values_list("clinic", "is_on") if is_on}


class ImportRunQuerySet(RecordQuerySet["ImportRun"]):
    to_patient = "patient"
    staff_roles = (ADMINISTRATOR,)
    patient_may_read = False

    def claim(self, now: datetime) -> int | None:
        """Lock the run that has waited longest and that no other worker reads on; its key."""
        due = self.filter(due_at__lte=now).order_by("due_at", "pk")
        return due.select_for_update(skip_locked=True).values_list("pk", flat=True).first()

    def unfinished(self) -> Self:
        return self.filter(ended_at=None)

    def with_file_to_remove(self) -> Self:
        return self.exclude(path="").exclude(ended_at=None)


class ImportBadLineQuerySet(RecordQuerySet["ImportBadLine"]):
    to_patient = "run__patient"
    staff_roles = (ADMINISTRATOR,)
    patient_may_read = False


class IntakeQuerySet(RecordQuerySet["Intake"]):
    def stopped(self) -> Self:
        """A safety answer waits for a clinician."""
        return self.filter(episode__flags__holds_rules=True, episode__flags__closed_at=None)

    def unreviewed(self) -> Self:
        """Under way or sent; no clinician has chosen a first tier."""
        return self.filter(reviewed_at=None, episode__closed_on=None)


class AnswerDraftQuerySet(QuerySet["AnswerDraft"]):
    def visible_to(self, patient: Patient) -> Self:
        """The patient's alone: nobody else reads what was not sent."""
        must_be_patient(patient)
        return self.filter(patient=patient)


class KeptQuerySet(RecordQuerySet[Row]):
    """What a clinician wrote down."""

    def not_withdrawn(self) -> Self:
        return self.filter(withdrawn_at=None)


class SessionQuerySet(KeptQuerySet["TherapySession"]):
    to_patient = "programme__episode__patient"


class ExerciseQuerySet(KeptQuerySet["Exercise"]):
    to_patient = "programme__episode__patient"

    def of(self, episode: Episode) -> Self:
        """Those of a programme that is not withdrawn, in the order in which they were given."""
        own = self.not_withdrawn().filter(programme__episode=episode, programme__withdrawn_at=None)
        return own.order_by("started_on", "pk")

    def on(self, day: date) -> Self:
        """Those that are to be done around that day."""
        return (
            self.filter(started_on__lte=day)
            .exclude(ended_on__lt=day)
            .exclude(programme__ended_on__lt=day)
        )


class ProcedureQuerySet(KeptQuerySet["Procedure"]):
    def injections(self) -> Self:
        return self.not_withdrawn().filter(purpose="injection")


class ReliefQuerySet(KeptQuerySet["ReliefEntry"]):
    to_patient = "procedure__episode__patient"


class OfReassessmentQuerySet(RecordQuerySet[Row]):
    to_patient = "reassessment__episode__patient"


class UnreadEntryQuerySet(OfReassessmentQuerySet[Row]):
    """Every wording on the way to an answer; patients read the answer."""

    patient_may_read = False


class LetterQuerySet(OfReassessmentQuerySet["Letter"]):
    """Patients read what was final, and that it was withdrawn; a draft is the clinician's."""

    def visible_to(self, viewer: Membership | Patient | System) -> Self:
        rows = super().visible_to(viewer)
        return rows if isinstance(viewer, Membership) else rows.exclude(state="draft")

    def newest(self) -> Self:
        """How each letter stands: its last version; of reassessments that were withdrawn, none."""
        kept = self.filter(reassessment__withdrawn_at=None)
        latest = kept.order_by("reassessment", "kind", "-version")
        return latest.distinct("reassessment", "kind")


class ClosureRequestQuerySet(RecordQuerySet["ClosureRequest"]):
    to_patient = "patient"
    staff_roles = (ADMINISTRATOR,)

    def waiting(self) -> Self:
        """Neither withdrawn nor settled."""
        return self.filter(withdrawn_at=None, settled_at=None)
