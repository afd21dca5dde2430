"""Why a flag fired, and the decision about it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.access import ClinicRequest, clinician
from pathway.models import Protocol
from patients import actions, wording
from patients.evidence import evidence
from patients.explain import explain as work_out_again
from patients.forms.decide import DecideForm, SentenceForm
from patients.forms.fields import Words
from patients.models import Decision, Finding, Flag, SafetyAnswer, TierTrial
from patients.reasons import REASONS, thresholds_of

WHY_NOT: dict[type[Exception], Words] = {
    actions.TrialRunning: gettext_lazy("This tier is being tried already. Choose another one."),
    actions.NotDescribed: gettext_lazy("Complaint not described yet. Finish the intake first."),
    actions.AlreadyExtended: gettext_lazy("This trial was extended before. Choose something else."),
}


def _flag(request: ClinicRequest, pk: int) -> Flag:
    findings = Finding.objects.select_related("protocol").order_by("found_at", "pk")
    flags = Flag.objects.visible_to(request.user).select_related(
        "episode__patient__clinic", "episode__condition", "trial__tier__protocol", "trial__review",
        "owner",
    ).prefetch_related(Prefetch("findings", findings))  # fmt: skip
    return get_object_or_404(flags, pk=pk)


def _protocol(flag: Flag) -> Protocol:
    """The one under which the newest finding of the kind that names the flag was made."""
    return next(each.protocol for each in reversed(flag.findings.all()) if each.kind == flag.kind)


def _form(flag: Flag, today: date, data: Any = None) -> DecideForm:
    protocol = flag.findings.all()[0].protocol
    level = flag.trial.level if flag.trial else None
    return DecideForm(data, protocol=protocol, level=level, today=today)


def _page(
    request: ClinicRequest, flag: Flag, form: DecideForm, now: datetime, status: int = 200
) -> HttpResponse:
    context = {
        "flag": flag,
        "form": form,
        "patient": flag.episode.patient,
        "evidence": evidence(flag, flag.episode.patient.clinic_date(now)),
        "reason": REASONS[flag.kind],
        "thresholds": thresholds_of(flag.kind, _protocol(flag)),
        "findings": flag.findings.all(),
        "decisions": Decision.objects.visible_to(request.user)
        .filter(flag__episode=flag.episode)
        .select_related("decided_by")
        .order_by("-decided_at"),
        "safety_answers": SafetyAnswer.objects.visible_to(request.user)
        .filter(episode=flag.episode)
        .select_related("question")
        .order_by("-answer", "-answered_at"),
        "trials": TierTrial.objects.visible_to(request.user)
        .filter(episode=flag.episode)
        .select_related("tier")
        .order_by("-started_on"),
        "now": now,
    }
    return render(request, "clinic/flag.html", context, status=status)


@clinician
def flag(request: ClinicRequest, pk: int) -> HttpResponse:
    found, now = _flag(request, pk), timezone.now()
    patient = found.episode.patient
    actions.note_access(patient=patient, user=request.user, page="flag", now=now)
    return _page(request, found, _form(found, patient.clinic_date(now)), now)


@clinician
@require_GET
def explain(request: ClinicRequest, pk: int) -> HttpResponse:
    """The flag's findings, worked out again from the record of today."""
    found, now = _flag(request, pk), timezone.now()
    patient = found.episode.patient
    actions.note_access(patient=patient, user=request.user, page="explain", now=now)
    context = {"flag": found, "patient": patient, "explanations": work_out_again(found)}
    return render(request, "clinic/explain.html", context)


@clinician
@require_POST
def decide(request: ClinicRequest, pk: int) -> HttpResponse:
    """First what it will do and what the patient will read; recorded when that is confirmed."""
    found, now = _flag(request, pk), timezone.now()
    form = _form(found, found.episode.patient.clinic_date(now), request.POST)
    if not form.is_valid():
        return _page(request, found, form, now, status=422)
    if "patient_sentence" not in request.POST:
        return _check(request, found, form, now)
    sentence = SentenceForm(request.POST)
    if not sentence.is_valid():
        return _check(request, found, form, now, sentence)
    choice = form.choice(sentence.cleaned_data["patient_sentence"])
    return _record(request, found, choice, now)


def _check(
    request: ClinicRequest,
    flag: Flag,
    form: DecideForm,
    now: datetime,
    sentence: SentenceForm | None = None,
) -> HttpResponse:
    choice = form.choice("")
    patient = flag.episode.patient
    visit = actions.visit_wanted(flag, choice.kind, choice.to_level, now)
    tier = flag_tier(form, choice)
    with translation.override(patient.language):
        step = flag_tier(form, choice)
    words = wording.sentence_for(
        patient,
        choice.kind,
        check_on=choice.next_check_on,
        visit_by=visit[1] if visit else None,
        step=step,
    )
    context = {
        "flag": flag,
        "patient": patient,
        "choice": choice,
        "decision_label": Decision.Kind(choice.kind).label,
        "tier": tier,
        "visit": visit,
        "evidence": evidence(flag, patient.clinic_date(now)),
        "chosen": form,
        "form": sentence or SentenceForm(initial={"patient_sentence": words}),
        "outcome": _outcome_words(flag, choice),
    }
    status = 422 if sentence else 200
    return render(request, "clinic/decide_check.html", context, status=status)


def flag_tier(form: DecideForm, choice: actions.Choice) -> str:
    """The name of the tier that was chosen, in the language in force."""
    return form.tiers[choice.to_level].title if choice.to_level else ""


def _outcome_words(flag: Flag, choice: actions.Choice) -> str:
    if not flag.trial or not choice.to_level or choice.keep_running:
        return ""
    return str(TierTrial.Outcome(actions.outcome_of(flag.trial)).label)


def _record(
    request: ClinicRequest, flag: Flag, choice: actions.Choice, now: datetime
) -> HttpResponse:
    try:
        decision = actions.decide(flag=flag, choice=choice, by=request.user, now=now)
    except actions.AlreadyClosed:
        messages.warning(
            request, _("Somebody recorded a decision before you. Review it; yours was not saved.")
        )
    except tuple(WHY_NOT) as refused:
        messages.error(request, str(WHY_NOT[type(refused)]))
    else:
        done = _("Recorded: %(decision)s.") % {"decision": decision.get_kind_display()}
        if hasattr(decision, "visit_request"):
            done += " " + _("Scheduling has been asked for a visit.")
        messages.success(request, done)
        return redirect("worklist")
    return redirect("flag", pk=flag.pk)
