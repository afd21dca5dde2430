"""A new patient's intake: a page at a time, kept as it goes, checked, sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import resume_form
from accounts.access import PatientRequest, patient_or_carer
from accounts.home import Scope
from accounts.pace import never_held_back
from patients.flags.advice import waiting_advice
from patients.flags.deadlines import read_by
from patients.intake.actions import IntakeClosed, IntakeStopped, answer_intake, send_intake
from patients.intake.forms.intake import PageForm, RiskPage, ScreenPage, Setting, sealed_for
from patients.intake.forms.pages import KEYS, PAGES, Page, after, before, first_open, read, told_by
from patients.models import ClinicProtocol, Intake

CHECK = "intake_check"


def own_intake(request: PatientRequest) -> Intake | None:
    """The one under way or sent; none before the first answer and after a clinician confirmed it."""
    mine = Intake.objects.visible_to(request.patient).unreviewed()
    found = mine.filter(episode__patient=request.patient)
    return found.select_related("episode__patient__clinic").first()


@patient_or_carer(Scope.SEE | Scope.LOG)
@require_safe
def intake(request: PatientRequest) -> HttpResponse:
    """Continue the intake: the first open page, the check, or what happens next."""
    found = own_intake(request)
    if found is None and request.patient.episodes.open().exists():
        return redirect("home")
    if found is not None and found.sent_at is not None:
        return redirect("intake_sent")
    if found is not None and found.is_stopped:
        return _stopped(request, found)
    page = first_open(found.answers if found else {})
    return redirect("intake_page", page.key) if page else redirect(CHECK)


def _stopped(request: PatientRequest, found: Intake) -> HttpResponse:
    """What to do now. The way on opens when a clinician has recorded the outcome."""
    advice = waiting_advice(request.patient, timezone.now(), found.episode)
    page = {"advice": advice}
    return render(request, "patients/intake/intake_stopped.html", page)


@never_held_back
@patient_or_carer(Scope.SEE | Scope.LOG)
@require_http_methods(["GET", "POST"])
def intake_page(request: PatientRequest, key: str) -> HttpResponse:
    if key not in KEYS:
        raise Http404
    found, page = own_intake(request), PAGES[KEYS.index(key)]
    if not _may_open(request, found, page):
        return redirect("intake")
    now = timezone.now()
    form = _form(request, page, found, now)
    if request.method == "POST" and form.is_valid():
        return _keep(request, page, form, now)
    return _ask(request, page, form)


def _may_open(request: PatientRequest, found: Intake | None, page: Page) -> bool:
    """In order up to the first open page, and back to every answered one; not while it is stopped."""
    if found is None:
        return page == PAGES[0] and not request.patient.episodes.open().exists()
    if found.sent_at is not None or found.is_stopped:
        return False
    open_page = first_open(found.answers)
    return open_page is None or KEYS.index(page.key) <= KEYS.index(open_page.key)


def setting_of(request: PatientRequest, now: datetime) -> Setting:
    own = request.patient
    return Setting(own, ClinicProtocol.objects.in_use(own.clinic, now), own.clinic_date(now))


def _form(request: PatientRequest, page: Page, found: Intake | None, now: datetime) -> PageForm:
    setting = setting_of(request, now)
    saved: dict[str, Any] = found.answers.get(page.key, {}) if found else {}
    answers: QueryDict | None = (
        request.POST if request.method == "POST" else resume_form.take(request)
    )
    return page.form(answers, initial={**sealed_for(setting), **saved}, setting=setting)


def _ask(request: PatientRequest, page: Page, form: PageForm) -> HttpResponse:
    """The page; if it was opened from the check page, Back leads there."""
    previous = before(page)
    context = {
        "form": form,
        "page": page,
        "number": KEYS.index(page.key) + 1,
        "pages": len(PAGES),
        "previous": previous.key if previous else "",
        "changing": "change" in request.GET,
        "waited": request.method == "GET" and form.is_bound,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "patients/intake/intake_page.html", context, status=status)


def _keep(request: PatientRequest, page: Page, form: PageForm, now: datetime) -> HttpResponse:
    screen = form.screen if isinstance(form, ScreenPage) else None
    risks = form.risks if isinstance(form, RiskPage) else None
    try:
        kept_intake = answer_intake(
            patient=request.patient,
            page=page.key,
            answers=form.answers,
            by=request.user,
            now=now,
            told=screen or risks,
        )
    except (IntakeClosed, IntakeStopped):
        return redirect("intake")
    if screen is not None and screen.stops(kept_intake):
        return _stopped(request, kept_intake)
    return redirect(*_next(request, page))


def _next(request: PatientRequest, page: Page) -> tuple[str, ...]:
    following = after(page)
    if "more" in request.POST:
        following = page
    elif "change" in request.GET:
        return (CHECK,)
    return ("intake_page", following.key) if following else (CHECK,)


@never_held_back
@patient_or_carer(Scope.SEE | Scope.LOG)
@require_http_methods(["GET", "POST"])
def intake_check(request: PatientRequest) -> HttpResponse:
    """Every answer with a way to change it; then it is sent, once."""
    found, now = own_intake(request), timezone.now()
    if found is None or found.sent_at is not None or found.is_stopped:
        return redirect("intake")
    forms = read(found.answers, setting_of(request, now))
    missing = first_open(forms)
    if missing is not None:
        return redirect("intake_page", missing.key)
    if request.method == "POST":
        return _send(request, found, forms, now)
    pages = [(page, forms[page.key].said) for page in PAGES]
    return render(request, "patients/intake/intake_check.html", {"pages": pages})


def _send(
    request: PatientRequest, found: Intake, forms: dict[str, PageForm], now: datetime
) -> HttpResponse:
    try:
        send_intake(intake=found, told=told_by(forms), by=request.user, now=now)
    except (IntakeClosed, IntakeStopped):
        return redirect("intake")
    return redirect("intake_sent")


@patient_or_carer(Scope.SEE | Scope.LOG)
@require_safe
def intake_sent(request: PatientRequest) -> HttpResponse:
    found = own_intake(request)
    if found is None or found.sent_at is None:
        return redirect("intake")
    own = request.patient
    until = read_by(found.sent_at, own.clinic)
    context = {"read_by": until, "is_late": until < own.clinic_date(timezone.now())}
    return render(request, "patients/intake/intake_sent.html", context)
