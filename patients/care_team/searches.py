"""How often somebody may look for a record that is not theirs and find nobody.

A record number and a date of birth can be guessed in the end; what finds somebody is not counted.
"""

from __future__ import annotations

from allauth.core.ratelimit import consume
from django.utils.translation import gettext_lazy as _

from accounts.access import ClinicRequest

TOO_MANY = _(
    "Too many searches found nobody, so searching pauses for up to an hour, or a day. If you need a"
    " record now, ask a colleague of its care team or the administrator to put you on the team."
)


def may_search(request: ClinicRequest) -> bool:
    return _is_within(request, dry_run=True)


def note_miss(request: ClinicRequest) -> None:
    _is_within(request, dry_run=False)


def _is_within(request: ClinicRequest, *, dry_run: bool) -> bool:
    within = consume(request, action="emergency_search", user=request.user, dry_run=dry_run)
    return bool(within)
