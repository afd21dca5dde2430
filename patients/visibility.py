"""Whose records a person of the clinic may open: the one place that knows (docs/adr/0011)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Clinic, Membership, User

CLINICIAN = Membership.Role.CLINICIAN


def open_to_staff(user: User, roles: tuple[str, ...], *, patient: str, clinic: str) -> Q:
    """The clinics' rows for those who work there in one of these roles (in any when none is named).

    Where a clinic lets clinicians see their own patients only, theirs. `patient` and `clinic` are
    the paths from the row. Reads the clock itself: whoever asks `visible_to` means now.
    """
    working = Clinic.objects.staffed_by(user, *roles)
    own_only = Clinic.objects.staffed_by(user, CLINICIAN).filter(care_team_only=True)
    cared_for = in_care_of(user, timezone.now())
    in_own_only = Q(**{f"{clinic}__in": own_only})
    return Q(**{f"{clinic}__in": working}) & (
        ~in_own_only | Q(**{f"{patient}__in": cared_for.values("pk")})
    )


def in_care_of(user: User, now: datetime) -> QuerySet[Any]:
    """The patients of a clinician's care teams, those of colleagues who are covered, records that
    were opened in an emergency; and patients with a safety flag whom no team would see."""
    me = Membership.objects.current().filter(user=user.pk, role=CLINICIAN)
    covered = Membership.objects.filter(
        covered__membership__in=me, covered__from_at__lte=now, covered__until__gt=now
    )
    teams = _model("CareTeamMember").objects.standing(now)
    own = teams.filter(Q(membership__in=me) | Q(membership__in=covered))
    glasses = _model("BreakGlass").objects.filter(membership__in=me, until__gt=now)
    alarms = _model("Flag").objects.holding()
    unseen = alarms.exclude(episode__patient__in=teams.values("patient"))
    return _model("Patient").objects.filter(
        Q(pk__in=own.values("patient"))
        | Q(pk__in=glasses.values("patient"))
        | Q(pk__in=unseen.values("episode__patient"))
    )


def _model(name: str) -> Any:
    """By name: models stand on the QuerySets that ask here (docs/adr/0001)."""
    return apps.get_model("patients", name)
