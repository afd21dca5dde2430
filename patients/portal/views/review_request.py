"""Please review me: asked once, with the day of the answer, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import resume_form
from accounts.access import PatientRequest, patient_or_carer
from accounts.home import Scope
from accounts.pace import never_held_back
from patients.flags.actions import request_review
from patients.flags.deadlines import due_by
from patients.models import ClinicProtocol, Decision, Episode, Finding, Kind
from patients.portal.forms.review_request import ReviewForm
from patients.record.current_episode import about, with_episode


@dataclass(frozen=True)
class RecentCourse:
    """One request from being asked to being answered; None for what has not come yet."""

    asked_at: datetime
    reason: str
    answer_on: date
    seen_at: datetime | None
    closed_at: datetime | None
    answer: Decision | None


@never_held_back
@patient_or_carer(Scope.SEE | Scope.LOG)
@require_http_methods(["GET", "POST"])
@with_episode
def review_request(request: PatientRequest, episode: Episode) -> HttpResponse:
    now = timezone.now()
    asked = Finding.objects.asked_by(request.patient).filter(flag__episode=episode).first()
    if asked is not None and asked.flag.closed_at is None:
        return _state(request, episode, asked)
    answers = request.POST if request.method == "POST" else resume_form.take(request)
    form = ReviewForm(answers, initial={resume_form.FIELD: resume_form.seal(request.patient)})
    if request.method == "POST" and form.is_valid():
        request_review(
            episode=episode,
            reason=form.cleaned_data["reason"],
            protocol=ClinicProtocol.objects.in_use(episode.patient.clinic, now),
            now=now,
        )
        return redirect("review_request")
    page = {
        **about(request, episode),
        "form": form,
        "answer_on": _answer_on(episode, now),
        "request_before": _course(request, episode, asked) if asked else None,
        "waited": request.method == "GET" and form.is_bound,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "patients/portal/review_request.html", page, status=status)


def _state(request: PatientRequest, episode: Episode, asked: Finding) -> HttpResponse:
    page = {**about(request, episode), "request_now": _course(request, episode, asked)}
    return render(request, "patients/portal/review_request.html", page)


def _course(request: PatientRequest, episode: Episode, asked: Finding) -> RecentCourse:
    """What became of a request; the answer is the first sentence written after it."""
    flag = asked.flag
    answers = Decision.objects.about(request.patient).filter(
        flag=flag, decided_at__gte=asked.found_at
    )
    told = [decision for decision in answers if decision.patient_sentence]
    return RecentCourse(
        asked_at=asked.found_at,
        reason=_reason(asked),
        answer_on=_answer_on(episode, asked.found_at),
        # Whoever owned the flag before did not take on this request by that.
        seen_at=flag.owned_at if flag.owned_at and flag.owned_at >= asked.found_at else None,
        closed_at=flag.closed_at,
        answer=told[-1] if told else None,
    )


def _reason(asked: Finding) -> str:
    """In the patient's own words, which the finding's sentence carries."""
    return asked.sentence.partition(": ")[2]


def _answer_on(episode: Episode, asked_at: datetime) -> date:
    """The day by which a patient's request should be answered."""
    clinic = episode.patient.clinic
    protocol = ClinicProtocol.objects.in_use(clinic, asked_at)
    return due_by(Kind.REVIEW_REQUESTED, protocol, clinic, asked_at).astimezone(clinic.zone).date()
