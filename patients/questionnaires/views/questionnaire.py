"""Questions about daily life: one a page, kept page by page, checked, sent once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import resume_form
from accounts.access import PatientRequest, patient
from pathway.models import Scoring
from patients.models import AnswerDraft, Episode, FunctionScore
from patients.questionnaires.actions.drafts import keep_answers
from patients.questionnaires.actions.scores import FilledForm, Incomplete
from patients.questionnaires.asking import RECORD, AskedQuestion, Asking, asking
from patients.questionnaires.forms.questions import QuestionForm, SendForm, one_of, tick, tiles
from patients.questionnaires.selectors.drafts import draft_name
from patients.questionnaires.selectors.due import MINUTES, OVERALL
from patients.record.current_episode import about, own_score, with_episode
from patients.record.selectors.care_status import care_status_of

MUCH_WORSE = 6  # of the seven answers; docs/rules.md: it calls for the safety questions


@patient
@require_safe
@with_episode
def questionnaire(request: PatientRequest, episode: Episode, key: str) -> HttpResponse:
    """What this asks, why, and how long it takes."""
    asked = asking(request, episode, key, timezone.now())
    if not asked.questions:
        return redirect("activities")
    page = {"asking": asked, "minutes": MINUTES[key], **about(request, episode)}
    return render(request, "patients/questionnaires/questionnaire.html", page)


@patient
@require_http_methods(["GET", "POST"])
@with_episode
def questionnaire_question(
    request: PatientRequest, episode: Episode, key: str, number: int
) -> HttpResponse:
    now = timezone.now()
    asked = asking(request, episode, key, now)
    question = asked.question(number)
    skips = asked.may_skip and "skip" in request.POST
    form = _form(asked, question, request)
    if request.method == "POST" and (form.is_valid() or skips):
        keep_answers(
            patient=episode.patient,
            form=draft_name(episode, key),
            answers={question.key: None if skips else form.cleaned_data["answer"]},
            now=now,
            fresh_since=asked.fresh_since,
        )
        return _next(request, asked, question)
    page = {
        "asking": asked,
        "question": question,
        "form": form,
        "waited": _waited(request, form),
        **about(request, episode),
    }
    status = 422 if request.method == "POST" else 200
    return render(
        request, "patients/questionnaires/questionnaire_question.html", page, status=status
    )


def _form(asked: Asking, question: AskedQuestion, request: PatientRequest) -> QuestionForm:
    return QuestionForm(
        _given(request),
        field=_field(question),
        initial={
            "answer": asked.answers.get(question.key),
            "then": request.GET.get("then"),
            resume_form.FIELD: resume_form.seal(request.patient),
        },
    )


def _field(question: AskedQuestion) -> forms.Field:
    if question.scoring == Scoring.COUNT:
        return tick()
    return one_of(question.choices) if question.choices else tiles(question.low, question.high)


def _given(request: PatientRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else resume_form.take(request)


def _waited(request: PatientRequest, form: forms.Form) -> bool:
    return request.method == "GET" and form.is_bound


def _next(request: PatientRequest, asked: Asking, question: AskedQuestion) -> HttpResponse:
    if request.POST.get("then") == "check" or question.number == len(asked.questions):
        return redirect("questionnaire_check", asked.key)
    return redirect("questionnaire_question", asked.key, question.number + 1)


@patient
@require_http_methods(["GET", "POST"])
@with_episode
def questionnaire_check(request: PatientRequest, episode: Episode, key: str) -> HttpResponse:
    """Every answer with a way to change it, then sent. What was sent already is shown as sent."""
    asked = asking(request, episode, key, timezone.now())
    form = SendForm(_given(request), initial=_sending(asked, request))
    sent = _sent_before(request, asked, form)
    if sent is not None:
        return sent
    if asked.kept is None or asked.first_open is not None:
        return _ask_on(asked)
    if request.method == "POST" and form.is_valid():
        return _send(request, asked, asked.kept, form)
    return _check(request, asked, form, status=422 if request.method == "POST" else 200)


def _sending(asked: Asking, request: PatientRequest) -> dict[str, Any]:
    known = asked.kept.submission_id if asked.kept else None
    return {"submission_id": known, resume_form.FIELD: resume_form.seal(request.patient)}


def _sent_before(request: PatientRequest, asked: Asking, form: SendForm) -> HttpResponse | None:
    """A second tap, a second tab, a late retry: the answers have become a score."""
    if request.method != "POST" or not form.is_valid():
        return None
    mine = FunctionScore.objects.visible_to(request.patient)
    sent = {"submission_id": form.cleaned_data["submission_id"], "instrument__key": asked.key}
    score = mine.filter(**sent, episode=asked.episode).first()
    return redirect("questionnaire_done", score.pk) if score else None


def _ask_on(asked: Asking) -> HttpResponse:
    if asked.first_open is None or not asked.answers:
        return redirect("questionnaire", asked.key)
    return redirect("questionnaire_question", asked.key, asked.first_open.number)


def _check(
    request: PatientRequest, asked: Asking, form: SendForm, status: int = 200
) -> HttpResponse:
    page = {
        "asking": asked,
        "form": form,
        "waited": _waited(request, form),
        **about(request, asked.episode),
    }
    return render(request, "patients/questionnaires/questionnaire_check.html", page, status=status)


def _send(
    request: PatientRequest, asked: Asking, draft: AnswerDraft, form: SendForm
) -> HttpResponse:
    filled = FilledForm(asked.instrument, draft.submission_id, asked.answers, asked.trial)
    try:
        score = RECORD[asked.key](
            episode=asked.episode, form=filled, by=request.user, now=timezone.now()
        )
    except Incomplete:
        form.add_error(None, _("Choose a number for at least two activities"))
        return _check(request, asked, form, status=422)
    return redirect("questionnaire_done", score.pk)


@patient
@require_safe
def questionnaire_done(request: PatientRequest, pk: int) -> HttpResponse:
    score = own_score(request, pk)
    page = {
        "score": score,
        "status": care_status_of(request.patient, score.episode, timezone.now()),
        "much_worse": score.instrument.key == OVERALL and score.total >= MUCH_WORSE,
    }
    return render(request, "patients/questionnaires/questionnaire_done.html", page)
