"""Whose records a person of the clinic may open: the one place that knows (docs/adr/0011)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from accounts.models import Clinic, Membership, User

CLINICIAN = Membership.Role.CLINICIAN

# Written out, because every page asks it several times and building it costs more than the answer.
# The patients of a clinician's care teams and those of colleagues whom they cover; patients with an
# open safety flag or an unread intake whom no team would see. An emergency opens a record for some
# hours and gives no right to it.
BY_RIGHT = """
WITH me AS (
    SELECT id FROM accounts_membership
     WHERE user_id = %s AND role = 'clinician' AND ended_at IS NULL
), teams AS (
    SELECT team.patient_id, team.membership_id
      FROM patients_careteammember AS team
      JOIN accounts_membership AS member ON member.id = team.membership_id
     WHERE team.since <= %s AND (team.until IS NULL OR team.until > %s) AND member.ended_at IS NULL
)
SELECT patient_id FROM teams WHERE membership_id IN (SELECT id FROM me)
 UNION ALL
SELECT teams.patient_id
  FROM teams JOIN patients_cover AS cover ON cover.absent_id = teams.membership_id
 WHERE cover.membership_id IN (SELECT id FROM me) AND cover.from_at <= %s AND cover.until > %s
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
 WHERE membership_id IN (SELECT id FROM me) AND until > %s
"""
IN_CARE_OF = BY_RIGHT + OPENED


def open_to_staff(user: User, roles: tuple[str, ...], *, patient: str, clinic: str) -> Q:
    """The clinics' rows for those who work there in one of these roles (in any when none is named).

    Where a clinic lets clinicians see their own patients only, theirs. `patient` and `clinic` are
    the paths from the row. Reads the clock itself: whoever asks `visible_to` means now.
    """
    working = Q(**{f"{clinic}__in": _keys(user.clinics_as(*roles))})
    if not (own_only := _own_only(user)):
        return working
    cared_for = in_care_of(user, timezone.now())
    return working & (~Q(**{f"{clinic}__in": own_only}) | Q(**{f"{patient}__in": cared_for}))


def theirs_by_right(user: User, now: datetime) -> Q:
    """The patients whom a clinician treats or may treat, without those opened in an emergency."""
    working = Q(clinic__in=_keys(user.clinics_as(CLINICIAN)))
    right = RawSQL(BY_RIGHT, [user.pk, *[now] * 4])  # noqa: S611 - no user's text
    return working & (~Q(clinic__in=_own_only(user)) | Q(pk__in=right))


def _own_only(user: User) -> list[int]:
    return _keys(clinic for clinic in user.clinics_as(CLINICIAN) if clinic.care_team_only)


def _keys(clinics: Iterable[Clinic]) -> list[int]:
    """Numbers, not a subquery: where PostgreSQL knows them it reads a list from its index and stops
    at the page's end, instead of sorting all of it."""
    return [clinic.pk for clinic in clinics]


def in_care_of(user: User, now: datetime) -> RawSQL:
    return RawSQL(IN_CARE_OF, [user.pk, *[now] * 5])  # noqa: S611 - no user's text
