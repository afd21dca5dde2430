"""What the link of an offer opens: a time that is kept for two hours, to accept or to let go."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import public
from accounts.home import Scope, may_answer_for
from accounts.models import User
from patients.record.views.language import speak
from scheduling.models import WaitlistOffer
from scheduling.visits.actions.locks import Busy, MovedOn, Refused
from scheduling.waitlist.actions.answering import accept_offered, let_go
from scheduling.waitlist.links import offer_of_token

PAGE = "scheduling/waitlist/offered_time.html"
Answer = WaitlistOffer.Answer


@public
@never_cache
@require_http_methods(["GET", "POST"])
def offered_time(request: HttpRequest, token: str) -> HttpResponse:
    """Opened as a page it changes nothing. It needs a device that is signed in: no other answers for them."""
    offer, now = offer_of_token(token), timezone.now()
    if offer is None:
        return render(request, PAGE, {"outcome": "unknown"}, status=410)
    speak(request, offer.entry.patient.language)
    if not may_answer_for(request, offer.entry.patient, Scope.BOOK):
        if request.user.is_authenticated:
            return render(request, PAGE, {"outcome": "unknown"}, status=410)
        return redirect_to_login(request.path)
    context: dict[str, Any] = {
        "offer": offer,
        "clinic": offer.entry.patient.clinic,
        "visit": offer.entry.visit,
    }
    if request.method == "POST":
        outcome, status = _answer(request, offer, cast(User, request.user))
        return render(request, PAGE, context | {"outcome": outcome}, status=status)
    is_kept = WaitlistOffer.objects.kept(now).filter(pk=offer.pk).exists()
    context["outcome"] = "kept" if is_kept else "over"
    return render(request, PAGE, context, status=200 if is_kept else 410)


def _answer(request: HttpRequest, offer: WaitlistOffer, user: User) -> tuple[str, int]:
    now = timezone.now()
    try:
        if request.POST.get("answer") == "accept":
            accept_offered(offer=offer, by=user, now=now)
            return "accepted", 200
        let_go(offer=offer, answer=Answer.LET_GO, now=now)
    except Busy:
        return "busy", 409
    except (MovedOn, Refused):
        return "over", 410
    return "let_go", 200
