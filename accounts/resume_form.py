"""Answers that were on their way when the session ended: they wait until the same person is back.

They stay on the server, in the new session, for an hour at most. Only a form that carries a seal is kept:
the seal names for whom it was rendered, so that nobody can plant answers or read another person's.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User

FIELD = "sealed"
KEPT = "kept_answers"
KEPT_FOR = timedelta(hours=1)
SALT = "accounts.resume_form"


def seal(user: User) -> str:
    """What a form carries in its hidden field `sealed`."""
    return signing.dumps(user.pk, salt=SALT)


def keep(request: HttpRequest) -> bool:
    """Keep what was posted, if its seal is good, and say so on the next page."""
    try:
        user = signing.loads(request.POST.get(FIELD, ""), salt=SALT)
    except signing.BadSignature:
        return False
    request.session[KEPT] = {
        "user": user,
        "path": request.path,
        "at": timezone.now().isoformat(),
        "fields": request.POST.urlencode(),
    }
    return True


def say_signed_out(request: HttpRequest) -> None:
    messages.info(
        request,
        _("For your privacy we signed you out. Sign in to go on. Your answers are still here."),
    )


def take(request: HttpRequest) -> QueryDict | None:
    """The answers kept for this page, once; those of somebody else, or too old, are dropped."""
    kept = request.session.get(KEPT)
    if kept is None or kept["path"] != request.path:
        return None
    del request.session[KEPT]
    age = timezone.now() - datetime.fromisoformat(kept["at"])
    return (
        QueryDict(kept["fields"]) if kept["user"] == request.user.pk and age <= KEPT_FOR else None
    )
