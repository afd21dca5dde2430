"""Answers that were on their way when the session ended: they wait until the same person is back.

They stay on the server for an hour at most; a job forgets them (`accounts.tasks.forget_held_forms`). Only a
form that carries a seal is kept: the seal names for whom it was rendered and ages, so that nobody can plant
answers or read another person's.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from allauth.core.ratelimit import consume
from django.contrib import messages
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.composed import composed
from accounts.home import at_home
from accounts.models import HeldForm
from accounts.models.held_form import LARGEST

if TYPE_CHECKING:
    from patients.models import Patient

FIELD = "sealed"
KEPT_FOR = timedelta(hours=1)
# A form may stand open over the longest pause of a patient's session; its seal is as old as the page.
SEAL_LASTS = timedelta(days=31)
MOST_PAGES = 10
SALT = "accounts.kept"


def seal(patient: Patient) -> str:
    """The value of a form's hidden field `sealed`: who speaks, and for whom. Empty without an account."""
    speaker = patient.carer.user_id if patient.carer else patient.user_id
    return signing.dumps([speaker, patient.pk], salt=SALT) if speaker else ""


def keep(request: HttpRequest) -> bool:
    """Keep what was posted, if its seal is good and it is no longer than a form can be."""
    try:
        user, patient = signing.loads(request.POST.get(FIELD, ""), salt=SALT, max_age=SEAL_LASTS)
    except signing.BadSignature:
        return False
    fields = request.POST.urlencode()
    own = HeldForm.objects.filter(user=user)
    if len(fields) > LARGEST or len(request.path) > 200 or own.count() >= MOST_PAGES:
        return False
    if not consume(request, action="held_form", key=str(user)):
        return False
    HeldForm.objects.update_or_create(
        user_id=user,
        patient=patient,
        path=request.path,
        defaults={"fields": fields, "held_at": timezone.now()},
    )
    return True


def say_signed_out(request: HttpRequest) -> None:
    messages.info(
        request,
        _("For your privacy we signed you out. Sign in to go on. Your answers are still here."),
    )


def take(request: HttpRequest) -> QueryDict | None:
    """The answers about this patient that wait for this person on this page, once; None when there are
    none. Answers about another one are never shown here."""
    own = at_home(request)
    about = own.pk if own else None
    fresh = _waiting(request.user.pk, request.path, timezone.now() - KEPT_FOR)
    held = [each for each in fresh if each.patient == about]
    if not held:
        return None
    HeldForm.objects.filter(pk__in=[each.pk for each in held]).delete()
    return QueryDict(held[0].fields)


@composed(int, str, datetime)
def _waiting(user: int, path: str, since: datetime) -> QuerySet[HeldForm]:
    return HeldForm.objects.filter(user=user, path=path).fresh(since).order_by("pk")


def forget(*, now: datetime) -> int:
    """Delete those that have waited too long; returns how many."""
    return HeldForm.objects.filter(held_at__lte=now - KEPT_FOR).delete()[0]
