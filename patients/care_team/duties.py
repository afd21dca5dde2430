"""What a clinician who leaves has with patients: care teams, standing in for others, the safety contact."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.duties import CannotTake, Held, ends_too, is_handed_over
from accounts.models import Clinic, Membership, User
from accounts.models.clinic import from_to
from patients.care_team.actions.care_team import (
    end_cover,
    join_care_team,
    leave_care_team,
    set_cover,
)
from patients.models import CareTeamMember, Cover
from patients.queries.team import CareTeamQuerySet, CoverQuerySet


def teams_of(membership: Membership, now: datetime) -> CareTeamQuerySet:
    """Current ones, of patients who may have left the clinic's care long ago too."""
    return CareTeamMember.objects.current(now).filter(membership=membership)


def _teams(membership: Membership, now: datetime) -> Held:
    count = teams_of(membership, now).count()
    words = ngettext(
        "On the care team of %(n)s patient", "On the care team of %(n)s patients", count
    )
    return Held(count, words % {"n": count})


@is_handed_over("care_team", _teams)
def _give_teams(*, of: Membership, to: Membership, by: User, now: datetime) -> None:
    """The patients keep a team all the while: the colleague is on it before the other leaves."""
    members = teams_of(of, now).select_related("patient__clinic")
    if members.filter(patient__user=to.user_id).exists():
        raise CannotTake(
            _("One of these patients is %(name)s. Choose somebody else.") % {"name": to}
        )
    for member in members.order_by("pk"):
        join_care_team(patient=member.patient, membership=to, by=by, now=now)
        leave_care_team(member=member, by=by, now=now)


def _stands_in(membership: Membership, now: datetime) -> CoverQuerySet:
    return Cover.objects.not_over(now).filter(membership=membership)


def _cover(membership: Membership, now: datetime) -> Held:
    rows = list(_stands_in(membership, now).select_related("absent__user"))
    words = ngettext("Stands in for %(n)s colleague", "Stands in %(n)s times", len(rows))
    zone = membership.clinic.zone
    pieces = [f"{row.absent}, {_span(row, zone)}" for row in rows]
    return Held(len(rows), words % {"n": len(rows)}, pieces)


def _span(cover: Cover, zone: ZoneInfo) -> str:
    days = (date_format(at.astimezone(zone), "M j, Y") for at in (cover.from_at, cover.until))
    return from_to(*days)


@is_handed_over("cover", _cover)
def _give_cover(*, of: Membership, to: Membership, by: User, now: datetime) -> None:
    for cover in _stands_in(of, now).select_related("absent"):
        if cover.absent_id == to.pk:
            raise CannotTake(_("%(name)s cannot stand in for themselves.") % {"name": to})
        period = (max(now, cover.from_at), cover.until)
        set_cover(absent=cover.absent, membership=to, period=period, by=by, now=now)
        end_cover(cover=cover, now=now)


@ends_too
def _need_no_cover(membership: Membership, now: datetime) -> None:
    """Nobody stands in for somebody who does not work here."""
    for cover in Cover.objects.not_over(now).filter(absent=membership):
        end_cover(cover=cover, now=now)


CONTACTS = ("alert_email", "next_alert_email")


def _contact(membership: Membership, _now: datetime) -> Held:
    """Read afresh: whoever hands it over has changed the row."""
    mine = Q()
    for field in CONTACTS:
        mine |= Q(**{f"{field}__iexact": membership.user.email})
    is_contact = Clinic.objects.filter(mine, pk=membership.clinic_id).exists()
    return Held(int(is_contact), _("Gets the e-mail about safety answers that wait"))


@is_handed_over("safety_contact", _contact)
def _give_contact(*, of: Membership, to: Membership, by: User, now: datetime) -> None:
    clinic = Clinic.objects.select_for_update(no_key=True).get(pk=of.clinic_id)
    for field in CONTACTS:
        if getattr(clinic, field).lower() == of.user.email.lower():
            setattr(clinic, field, to.user.email)
    clinic.save(update_fields=list(CONTACTS))
