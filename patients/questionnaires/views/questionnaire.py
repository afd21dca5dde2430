"""Questions about daily life on one page: kept when it is left, sent once."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import resume_form
from accounts.access import PatientRequest, patient_or_carer
from accounts.home import Scope
from accounts.pace import never_held_back
from patients.logs.log_schedule import last_logs, next_log
from patients.models import Episode, FunctionScore
from patients.questionnaires.actions.drafts import keep_answers
from patients.questionnaires.actions.scores import FilledForm, record_sheet
from patients.questionnaires.asking import Sheet, sheet
from patients.questionnaires.forms.questions import SheetForm
from patients.questionnaires.selectors.due import OVERALL, SHEETS, due_sheets
from patients.record.current_episode import about, own_score, with_episode
from patients.record.selectors.care_status import CareStatus, care_status_of

LEFT = "yes"  # pressed; a page that was only left is kept without a word
MUCH_WORSE = 6  # of the seven answers; docs/rules.md: it calls for the safety questions


@never_held_back
@patient_or_carer(Scope.SEE | Scope.LOG)
@require_http_methods(["GET", "POST"])
@with_episode
def questionnaire(request: PatientRequest, episode: Episode, key: str) -> HttpResponse:
    """One page of questions. "Stop for now" keeps what was given; what was sent already is shown as sent."""
    now = timezone.now()
    asked = sheet(request, episode, key, care_status_of(request.patient, episode, now), now)
    form = _form(request, asked)
    sent = _sent_before(request, form)
    if sent is not None:
        return redirect("questionnaire_done", sent.pk)
    if not asked.has_questions:
        return redirect("activities")
    if request.method != "POST":
        return _ask(request, form)
    if "later" in request.POST:
        return _keep(request, form, now)
    return _send(request, form, now) if form.is_valid() else _ask(request, form, status=422)


def _form(request: PatientRequest, asked: Sheet) -> SheetForm:
    return SheetForm(
        request.POST if request.method == "POST" else resume_form.take(request),
        sheet=asked,
        initial={
            "submission_id": asked.submission_id,
            resume_form.FIELD: resume_form.seal(request.patient),
        },
    )


def _ask(request: PatientRequest, form: SheetForm, status: int = 200) -> HttpResponse:
    page = {
        **about(request, form.sheet.episode),
        "sheet": form.sheet,
        "form": form,
        "waited": request.method == "GET" and form.is_bound,
    }
    return render(request, "patients/questionnaires/questionnaire.html", page, status=status)


def _sent_before(request: PatientRequest, form: SheetForm) -> FunctionScore | None:
    """A second tap, a second tab, a late retry: the answers have become scores."""
    form.full_clean()
    sent = form.cleaned_data.get("submission_id") if request.method == "POST" else None
    if sent is None:
        return None
    mine = FunctionScore.objects.visible_to(request.patient).filter(episode=form.sheet.episode)
    return mine.filter(submission_id=sent, instrument__key__in=SHEETS[form.sheet.key]).first()


def _send(request: PatientRequest, form: SheetForm, now: datetime) -> HttpResponse:
    sent, asked = form.cleaned_data["submission_id"], form.sheet
    filled = [
        FilledForm(each.instrument, sent, form.answers(each), each.trial)
        for each in asked.askings
        if each.questions
    ]
    saved = record_sheet(
        episode=asked.episode, sheet=asked.key, filled=filled, by=request.user, now=now
    )
    return redirect("questionnaire_done", saved[0].pk)


def _keep(request: PatientRequest, form: SheetForm, now: datetime) -> HttpResponse:
    """What was given so far, whole or not; nothing is kept of what cannot be an answer."""
    given = {
        each.key: {key: said for key, said in form.answers(each).items() if said is not None}
        for each in form.sheet.askings
    }
    keep_answers(
        patient=form.sheet.episode.patient,
        form=form.sheet.draft,
        answers=given,
        now=now,
        fresh_since=form.sheet.fresh_since,
    )
    if request.POST["later"] == LEFT:
        messages.info(
            request, _("Your answers are kept until tomorrow night. They are not sent yet.")
        )
    return redirect("home")


@patient_or_carer(Scope.SEE)
@require_safe
def questionnaire_done(request: PatientRequest, pk: int) -> HttpResponse:
    score = own_score(request, pk)
    episode, now = score.episode, timezone.now()
    status = care_status_of(request.patient, episode, now)
    together = FunctionScore.objects.visible_to(request.patient).filter(
        episode=episode, submission_id=score.submission_id
    )
    scores = list(together.select_related("instrument").order_by("pk"))
    today = episode.patient.local_date(now)
    page = {
        "scores": scores,
        "status": status,
        "much_worse": any(
            each.instrument.key == OVERALL and each.total >= MUCH_WORSE for each in scores
        ),
        "next": next(iter(due_sheets(episode, status, today)), None),
        "log_is_due": _log_is_due(episode, status),
        **about(request, episode),
    }
    return render(request, "patients/questionnaires/questionnaire_done.html", page)


def _log_is_due(episode: Episode, status: CareStatus) -> bool:
    today = episode.patient.local_date(status.now)
    return next_log(episode, status, last_logs(episode)) <= today
