"""A patient turns texts about visits on or off; the service tells what became of them."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import PatientRequest, patient, program
from scheduling.models import TextConsent
from scheduling.texts.actions.consent import agree_to_texts, end_texts
from scheduling.texts.actions.heard import hear, is_signed
from scheduling.texts.drivers import texts_are_on
from scheduling.texts.forms import TextsForm

MOST = 10_000  # bytes


@patient
@require_http_methods(["GET", "POST"])
def my_texts(request: PatientRequest) -> HttpResponse:
    if not texts_are_on():
        return redirect("visits")
    mine, now = request.patient, timezone.now()
    if request.method == "POST" and "end" in request.POST:
        end_texts(patient=mine, now=now)
        messages.success(request, _("You get no more text messages."))
        return redirect("my_texts")
    data = request.POST if request.method == "POST" else None
    form = TextsForm(data, initial={"phone": mine.phone})
    if form.is_valid():
        phone = form.cleaned_data["phone"]
        agree_to_texts(patient=mine, phone=phone, by=request.user, now=now)
        messages.success(request, _("Text messages are on."))
        return redirect("my_texts")
    consent = TextConsent.objects.visible_to(mine).open().first()
    context = {"form": form, "consent": consent}
    status = 422 if form.errors else 200
    return render(request, "scheduling/texts/my_texts.html", context, status=status)


@program
@csrf_exempt
@require_POST
def text_heard(request: HttpRequest) -> HttpResponse:
    """Called by the text service alone: what is not signed by it is refused, and nothing is said of why."""
    body = request.body[:MOST]
    if not is_signed(body, request.headers.get("X-Signature", "")):
        return HttpResponse(status=401)
    try:
        said = json.loads(body)
    except ValueError:
        return HttpResponse(status=400)
    if not isinstance(said, dict):
        return HttpResponse(status=400)
    hear(said=said, now=timezone.now())
    return HttpResponse(status=204)
