"""Why a flag was raised, and the decision about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.access import ClinicRequest, clinician
from accounts.languages import spoken
from accounts.pace import never_held_back
from pathway.models import CeilingSign, Position, Protocol, Tier, published_tier
from pathway.rules import measured
from patients.care_team.actions.access import note_access
from patients.fields import Words
from patients.flags.actions import AlreadyClosed
from patients.flags.leading import leading, since_then, waits_since
from patients.models import Decision, Finding, Flag, Kind, Patient
from patients.record.actions.trials import AlreadyExtended, NotDescribed, TrialRunning
from patients.record.selectors.evidence import FlagEvidence, evidence
from patients.record.selectors.exercises import exercises_done, given_on
from patients.record.selectors.number_words import signal_words
from patients.record.selectors.record import Record
from patients.record.selectors.safety_answers import safety_answers
from patients.record.selectors.tables import history, tables
from patients.review.ceiling import CeilingSeen, told_by
from patients.review.moved_again import FlaggedTrial, may_have_moved, moved_in, rules_of
from patients.review.selectors.explain import explain as work_out_again
from patients.review.selectors.set_apart import not_reviewed
from patients.worklist.actions.decide import NewlyFound, SafetyWaits, unread
from patients.worklist.actions.decide import decide as decide_action
from patients.worklist.actions.effects import Choice, effects_of
from patients.worklist.answers import way_back
from patients.worklist.filters import Filters, back_to
from patients.worklist.forms.decide import DecideForm, SentenceForm
from patients.worklist.selectors import wording
from patients.worklist.selectors.flag_history import flag_history
from patients.worklist.selectors.live import said_of
from patients.worklist.selectors.reasons import REASONS, Parts, parts_of, thresholds_of
from patients.worklist.views.next_flag import behind, to_flag, to_next

REFUSALS: dict[type[Exception], Words] = {
    TrialRunning: gettext_lazy("This tier is being tried already. Choose another one."),
    AlreadyExtended: gettext_lazy("This trial was extended before. Choose something else."),
    NotDescribed: gettext_lazy("Complaint not described yet. Finish the intake first."),
}
REFUSED = tuple(REFUSALS)
HIDES_FAN = "hides_fan"
USUAL_WINDOW = 84
LONGEST_KEY = 19  # digits, of a bigint


def _flag(request: ClinicRequest, pk: int) -> Flag:
    findings = Finding.objects.select_related("trial__review").order_by("found_at", "pk")
    flags = Flag.objects.visible_to(request.membership).select_related(
        "episode__patient__clinic", "episode__condition", "trial__review", "owner"
    ).prefetch_related(Prefetch("findings", findings))  # fmt: skip
    flag = get_object_or_404(flags, pk=pk)
    for finding in flag.findings.all():
        finding.protocol = Protocol.objects.version(finding.protocol_id)
    for trial in filter(None, [flag.trial, *(each.trial for each in flag.findings.all())]):
        trial.tier = published_tier(trial.tier_id)
    return flag


def _form(flag: Flag, tiers: Iterable[Tier], today: date, data: Any = None) -> DecideForm:
    level = flag.trial.level if flag.trial else None
    return DecideForm(data, tiers=tiers, level=level, today=today)


def _page(
    request: ClinicRequest, flag: Flag, form: DecideForm, now: datetime, parts: Parts
) -> HttpResponse:
    """Everything on one page, in the same few queries however long the record is."""
    episode, lead = flag.episode, leading(flag)
    today = episode.patient.clinic_date(now)
    shown = evidence(flag, lead.trial, today)
    context = {
        "flag": flag,
        "age": episode.patient.age(today),
        "day": flag.trial.day(today) if flag.trial else None,
        **_since(flag, lead, shown, today),
        "signal": signal_words(lead, rules_of(lead.protocol_id)),
        **_fan(request),
        **way_back(_filters(request)),
        "form": form,
        "patient": episode.patient,
        "patients": [episode.patient_id],
        "is_set_apart": not_reviewed(Patient.objects.filter(pk=episode.patient_id)).exists(),
        "evidence": shown,
        "exercises": exercises_done(given_on(shown.record.exercises, today), shown.diary, today),
        "tables": tables(shown, episode, today, parts.opioids),
        "reason": REASONS[flag.kind],
        "error_rate": REASONS[flag.kind].error_rate(_window(lead)),
        "thresholds": thresholds_of(flag.kind, parts),
        "named_by": lead,
        "findings": flag.findings.all(),
        "seen": max(each.pk for each in flag.findings.all()),
        "happened": flag_history(flag, shown.record.decisions),
        "signs": _signs(flag),
        "decisions": history(shown.record.decisions),
        "safety_answers": safety_answers(shown.record.answers),
        "positions": _positions(flag, today),
        "advised": any(each.kind == Kind.SAFETY for each in flag.findings.all()),
        "now": now,
    }
    page = "patients/worklist/flag.html"
    return render(request, page, context, status=422 if form.is_bound else 200)


def _fan(request: ClinicRequest) -> dict[str, Any]:
    """How often the fan holds, and whether this clinician hides it."""
    holds = (measured.FAN_HOLDS, measured.FAN_HOLDS_OTHERS)
    return {"fan_holds": holds, "hides_fan": request.session.get(HIDES_FAN, False)}


def _filters(request: ClinicRequest) -> Filters:
    """The list that the clinician came from, so that the way back leads there."""
    given = request.POST if request.method == "POST" else request.GET
    return Filters.of(given.get("back", ""))


def _window(lead: Finding) -> int:
    return lead.trial.length_days if lead.trial else USUAL_WINDOW


def _positions(flag: Flag, today: date) -> list[tuple[Position, bool]]:
    """What guidelines say of the parts of the step, by the version that it began under."""
    if flag.trial is None:
        return []
    tier = flag.trial.tier
    return [(each, each.is_due(today)) for each in parts_of(tier.protocol).positions_in(tier)]


def _since(flag: Flag, lead: Finding, shown: FlagEvidence, today: date) -> dict[str, Any]:
    """What was said when it was found, and what has come since."""
    return {
        "moved_again": _moved_again(lead, shown),
        "said_then": _said_then(lead, shown, today),
        "since_then": since_then(flag),
        "waits_since": waits_since(flag),
    }


def _moved_again(lead: Finding, shown: FlagEvidence) -> date | None:
    review = lead.trial.review if lead.trial else None
    if shown.batch is None or not may_have_moved(FlaggedTrial(lead, review)):
        return None
    return moved_in(shown.batch, [lead]).get(lead.pk)


def _said_then(lead: Finding, shown: FlagEvidence, today: date) -> str:
    last = max(shown.diary, default=None)
    review = lead.trial.review if lead.trial else None
    return said_of(lead, review, today, (last, shown.diary[last].pain) if last else None)


def _signs(flag: Flag) -> list[tuple[CeilingSign, CeilingSeen]]:
    """As they were last found; nothing where no ceiling was found."""
    found = [each for each in flag.findings.all() if each.kind == Kind.CEILING]
    return told_by(found[-1]) if found else []


@clinician
def flag(request: ClinicRequest, pk: int) -> HttpResponse:
    """Posted to, it shows or hides the fan, for as long as the clinician is signed in."""
    found, now = _flag(request, pk), timezone.now()
    if request.method == "POST":
        request.session[HIDES_FAN] = request.POST.get("fan") == "hide"
        return to_flag(pk, _filters(request))
    patient = found.episode.patient
    note_access(patient=patient, user=request.user, page="flag", now=now)
    parts = parts_of(leading(found).protocol)
    return _page(request, found, _form(found, parts.tiers, patient.clinic_date(now)), now, parts)


@clinician
@require_GET
def explain(request: ClinicRequest, pk: int) -> HttpResponse:
    """The flag's findings, worked out again from the record of today."""
    found, now = _flag(request, pk), timezone.now()
    patient = found.episode.patient
    note_access(patient=patient, user=request.user, page="explain", now=now)
    context = {"flag": found, "patient": patient, "explanations": work_out_again(found)}
    return render(request, "patients/review/explain.html", context)


@never_held_back
@clinician
@require_POST
def decide(request: ClinicRequest, pk: int) -> HttpResponse:
    """First what it will do and what the patient will read; recorded when that is confirmed."""
    found, now = _flag(request, pk), timezone.now()
    parts, today = parts_of(leading(found).protocol), found.episode.patient.clinic_date(now)
    form = _form(found, parts.tiers, today, request.POST)
    if not form.is_valid() or _comes_first(request, found):
        return _page(request, found, form, now, parts)
    if "patient_sentence" not in request.POST:
        return _check(request, found, form, now)
    sentence = SentenceForm(request.POST)
    if not sentence.is_valid():
        return _check(request, found, form, now, sentence)
    choice = form.choice(sentence.cleaned_data["patient_sentence"])
    try:
        return _record(request, found, choice, now)
    except (NewlyFound, SafetyWaits):
        found = _flag(request, pk)
        _comes_first(request, found)
        return _page(request, found, form, now, parts)


def _seen(request: ClinicRequest) -> int | None:
    """The newest finding that stood on the page from which the decision was sent."""
    said = request.POST.get("seen", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < LONGEST_KEY else None


def _unread(request: ClinicRequest, flag: Flag) -> list[Finding]:
    seen = _seen(request)
    return [] if seen is None else unread(flag, seen)


def _comes_first(request: ClinicRequest, flag: Flag) -> bool:
    """Whether something is to be read, or handled, before a decision; it is said above what was chosen,
    which stays on the page."""
    if unread := _unread(request, flag):
        new = "; ".join(f"{each.get_kind_display()}, {each.sentence}" for each in unread)
        words = _(
            "New since you opened this page: %(new)s. Nothing was recorded. Read it and decide."
        ) % {"new": new}
    elif flag.holds_rules:
        words = _("A safety answer waits. Nothing was recorded: its outcome comes first.")
    else:
        return False
    messages.warning(request, words)
    return True


def _check(
    request: ClinicRequest,
    flag: Flag,
    form: DecideForm,
    now: datetime,
    sentence: SentenceForm | None = None,
) -> HttpResponse:
    choice = form.choice("")
    try:
        effects = effects_of(flag, choice, now)
    except REFUSED as refused:
        messages.error(request, str(REFUSALS[type(refused)]))
        return to_flag(flag.pk, _filters(request))
    with translation.override(spoken(flag.episode.patient.language)):
        step = effects.starts.tier.title if effects.starts else ""
    words = wording.sentence_for(
        flag.episode.patient,
        choice.kind,
        check_on=choice.next_check_on,
        visit_by=effects.visit.due_on if effects.visit else None,
        step=step,
    )
    shown = evidence(flag, leading(flag).trial, effects.today)
    context = {
        "flag": flag,
        "patient": flag.episode.patient,
        **way_back(_filters(request)),
        "seen": _seen(request),
        "decision_label": Decision.Kind(choice.kind).label,
        "effects": effects.sentences(),
        "evidence": shown,
        "skips": _skips(flag, choice, shown.record),
        "chosen": form,
        "form": sentence or SentenceForm(initial={"patient_sentence": words}),
    }
    status = 422 if sentence else 200
    return render(request, "patients/worklist/decide_check.html", context, status=status)


def _skips(flag: Flag, choice: Choice, record: Record) -> bool:
    """A tier between the present one and the next was never tried in this complaint."""
    if flag.trial is None or choice.to_level is None:
        return False
    tried = {trial.level for trial in record.trials}
    return not tried.issuperset(range(flag.trial.level + 1, choice.to_level))


def _record(request: ClinicRequest, flag: Flag, choice: Choice, now: datetime) -> HttpResponse:
    goes_on = request.POST.get("then") == "next"
    following = behind(request, flag, _filters(request)) if goes_on else None
    try:
        decision = decide_action(
            flag=flag, choice=choice, by=request.user, now=now, seen=_seen(request)
        )
    except AlreadyClosed:
        messages.warning(request, _who_was_first(flag))
    except REFUSED as refused:
        messages.error(request, str(REFUSALS[type(refused)]))
    else:
        context = {"decision": decision, "asked": hasattr(decision, "visit_request")}
        messages.success(
            request, render_to_string("patients/worklist/_decided.html", context, request)
        )
        filters = _filters(request)
        return to_next(request, following, filters) if goes_on else back_to(filters)
    return to_flag(flag.pk, _filters(request))


def _who_was_first(flag: Flag) -> str:
    first = flag.decisions.in_force().select_related("decided_by").latest("decided_at")
    return _(
        "%(who)s recorded a decision before you: %(decision)s. Read it; yours was not saved."
    ) % {"who": first.decided_by, "decision": first.get_kind_display()}
