"""Whose rows somebody may see: the one place that decides (docs/adr/0011).

Rows are seen through one hat: a membership (a staff view, of its clinic, in its role), a patient (the
patient's own pages, which a carer opens within a scope: accounts/access.py) or a system (FHIR, of the clinic
that let it in). A user may have several hats, and as a mere user sees nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from accounts.models import Membership, System

if TYPE_CHECKING:
    from patients.models import Patient

CLINICIAN = Membership.Role.CLINICIAN
NO_ROWS = Q(pk__in=[])

# Written out, because every page asks it several times and building it costs more than the answer.
# The patients of a clinician's care teams and those of colleagues whom they cover; patients with an
# open safety flag or an unread intake whom no team would see. An emergency opens a record for some
# hours and gives no right to it.
BY_RIGHT = """
WITH teams AS (
    SELECT team.patient_id, team.membership_id
      FROM patients_careteammember AS team
      JOIN accounts_membership AS member ON member.id = team.membership_id
     WHERE team.since <= %s AND (team.until IS NULL OR team.until > %s) AND member.ended_at IS NULL
)
SELECT patient_id FROM teams WHERE membership_id = %s
 UNION ALL
SELECT teams.patient_id
  FROM teams JOIN patients_cover AS cover ON cover.absent_id = teams.membership_id
 WHERE cover.membership_id = %s AND cover.from_at <= %s AND cover.until > %s
 UNION ALL
SELECT episode.patient_id
  FROM patients_flag AS flag JOIN patients_episode AS episode ON episode.id = flag.episode_id
 WHERE flag.closed_at IS NULL AND flag.holds_rules
   AND NOT EXISTS (SELECT 1 FROM teams WHERE teams.patient_id = episode.patient_id)
 UNION ALL
SELECT episode.patient_id
  FROM patients_intake AS intake JOIN patients_episode AS episode ON episode.id = intake.episode_id
 WHERE intake.reviewed_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM teams WHERE teams.patient_id = episode.patient_id)
"""
OPENED = """
 UNION ALL
SELECT patient_id FROM patients_breakglass
 WHERE membership_id = %s AND until > %s
"""
IN_CARE_OF = BY_RIGHT + OPENED


def visible_rows(
    viewer: Membership | Patient | System,
    path: str,
    *,
    roles: tuple[str, ...] = (),
    own: bool = True,
) -> Q:
    """The rows that this viewer sees; `path` leads from the row to its patient ("" is the patient).

    Staff: their clinic's, in one of these roles (in any when none is named), without their own as a
    patient. Patients: their own, where `own` says that they may read this kind; none through a carer whose
    access has ended. Systems: the clinic's, of the kinds that patients may read. Raises TypeError for a user.
    """
    if isinstance(viewer, Membership):
        return _of_staff(viewer, path, roles)
    if isinstance(viewer, System):
        return Q(**{f"{path}__clinic" if path else "clinic": viewer.clinic_id}) if own else NO_ROWS
    must_be_patient(viewer)
    if viewer.carer is not None and not viewer.carer.is_current(timezone.now()):
        return NO_ROWS
    return Q(**{path or "pk": viewer.pk}) if own else NO_ROWS


def must_be_patient(viewer: Patient | System) -> None:
    """Checked at run time too, where no type checker has looked."""
    if not isinstance(viewer, apps.get_model("patients", "Patient")):
        raise TypeError(
            f"These rows are seen by a patient, or through a membership: not by {viewer!r}."
        )


def must_work_here(viewer: Membership) -> None:
    if not isinstance(viewer, Membership):
        raise TypeError(f"These rows are seen through a membership, not by {viewer!r}.")


def _of_staff(at: Membership, path: str, roles: tuple[str, ...]) -> Q:
    """Where clinicians see their own patients only: those. Reads the time itself:
    `visible_to` always means now."""
    if at.ended_at is not None or (roles and at.role not in roles):
        return NO_ROWS
    rows = _in_clinic(at, path)
    if _sees_own_patients_only(at):
        rows &= Q(**{f"{path or 'pk'}__in": _in_care_of(at, timezone.now())})
    return rows


def _in_clinic(at: Membership, path: str) -> Q:
    """Never the viewer's own record: that is read on the patient's own pages."""
    patient = f"{path}__" if path else ""
    return Q(**{f"{patient}clinic": at.clinic_id}) & ~Q(**{f"{patient}user": at.user_id})


def theirs_by_right(at: Membership, now: datetime) -> Q:
    """The patients whom a clinician treats or may treat, without those opened in an emergency."""
    if at.ended_at is not None or at.role != CLINICIAN:
        return NO_ROWS
    mine = _in_clinic(at, "")
    right = RawSQL(BY_RIGHT, [now, now, at.pk, at.pk, now, now])  # noqa: S611 - no user's text
    return mine & Q(pk__in=right) if at.clinic.care_team_only else mine


def _sees_own_patients_only(at: Membership) -> bool:
    return at.role == CLINICIAN and at.clinic.care_team_only


def _in_care_of(at: Membership, now: datetime) -> RawSQL:
    asked = [now, now, at.pk, at.pk, now, now, at.pk, now]
    return RawSQL(IN_CARE_OF, asked)  # noqa: S611 - no user's text
