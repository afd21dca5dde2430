"""Open flags of a clinician who leaves, safety answers that were handed to them too."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.duties import CannotTake, Held, is_handed_over
from accounts.models import Membership, User
from patients.models import Flag
from patients.queries.flags import FlagQuerySet
from patients.worklist.actions.assignment import CannotAssign, assign


def _owned(membership: Membership) -> FlagQuerySet:
    here = {"episode__patient__clinic": membership.clinic_id}
    return Flag.objects.open().filter(owner=membership.user_id, **here)


def _flags(membership: Membership, _now: datetime) -> Held:
    count = _owned(membership).count()
    words = ngettext("Owns %(n)s open flag", "Owns %(n)s open flags", count)
    return Held(count, words % {"n": count})


@is_handed_over("flags", _flags)
def _give_flags(*, of: Membership, to: Membership, by: User, now: datetime) -> None:
    """With a new clock, as when a colleague assigns them."""
    try:
        assign(flags=_owned(of), to=to, by=by, now=now)
    except CannotAssign as refused:
        words = _("%(name)s may not see one of these patients. Put them on the care team first.")
        raise CannotTake(words % {"name": to}) from refused
