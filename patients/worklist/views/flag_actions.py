"""What a clinician does with a flag in passing: own it, assign it, snooze it, keep it to discuss."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ClinicRequest, clinician
from accounts.models import Clinic, Membership
from accounts.pace import never_held_back
from accounts.queries import MembershipQuerySet
from patients.flags.actions import AlreadyClosed
from patients.flags.ownership import acknowledge as acknowledge_action
from patients.models import Flag
from patients.worklist.actions import assignment
from patients.worklist.actions.assignment import CannotAssign
from patients.worklist.actions.snooze import CannotSnooze
from patients.worklist.actions.snooze import discuss as discuss_action
from patients.worklist.actions.snooze import snooze as snooze_action
from patients.worklist.actions.snooze import stop_discussing as stop_discussing_action
from patients.worklist.actions.snooze import wake as wake_action
from patients.worklist.answers import Note, done, too_late, undone
from patients.worklist.filters import Filters, back_to
from patients.worklist.forms.worklist import AssignForm, DiscussForm, SnoozeForm

LONGEST_KEY = 19  # digits, of a bigint
ASK = require_http_methods(["GET", "POST"])


def _flag(request: ClinicRequest, pk: int) -> Flag:
    flags = Flag.objects.visible_to(request.membership).select_related("episode__patient__clinic")
    return get_object_or_404(flags, pk=pk)


def _ask(request: ClinicRequest, flag: Flag, form: forms.Form, **words: Any) -> HttpResponse:
    """The question on a page of its own; with script in the place of the row."""
    given = request.POST if request.method == "POST" else request.GET
    filters = Filters.of(given.get("back", ""))
    context = {"flag": flag, "form": form, "filters": filters, **words}
    template = "patients/worklist/flag_action.html"
    status = 422 if form.errors else 200
    name = f"{template}#row" if request.htmx else template
    return render(request, name, context, status=status)


@never_held_back
@clinician
@require_POST
def acknowledge(request: ClinicRequest, pk: int) -> HttpResponse:
    try:
        owned = acknowledge_action(flag=_flag(request, pk), by=request.user, now=timezone.now())
    except AlreadyClosed:
        return too_late(request, pk)
    until = date_format(timezone.localtime(owned.owned_until), "M j, H:i")
    words = _(
        "You own this. It returns to the team if nothing is decided by %(time)s."
    ) % {"time": until}  # fmt: skip
    return done(request, pk, Note(words, "give_back", (pk,)))


@clinician
@require_POST
def give_back(request: ClinicRequest, pk: int) -> HttpResponse:
    assignment.give_back(flags=[_flag(request, pk)])
    return undone(request, Note(_("The flag is back with the team."), flags=(pk,)))


@clinician
@ASK
def snooze(request: ClinicRequest, pk: int) -> HttpResponse:
    flag, now = _flag(request, pk), timezone.now()
    form = SnoozeForm(request.POST or None)
    if form.is_valid():
        until = now + timedelta(days=form.cleaned_data["days"])
        reason = form.cleaned_data["reason"]
        try:
            snooze_action(flag=flag, until=until, reason=reason, by=request.user, now=now)
        except AlreadyClosed:
            return too_late(request, pk)
        except CannotSnooze:
            form.add_error(None, _("An urgent flag cannot be snoozed. Open it and decide."))
        else:
            return done(
                request, pk, _snoozed(flag, date_format(timezone.localtime(until), "M j, H:i"))
            )
    title = _("Snooze %(patient)s") % {"patient": flag.episode.patient}
    lead = _("It comes back sooner if the scores get worse.")
    return _ask(request, flag, form, title=title, lead=lead, button=_("Snooze"))


def _snoozed(flag: Flag, until: str) -> Note:
    words = _("Snoozed %(patient)s until %(time)s.") % {
        "patient": flag.episode.patient,
        "time": until,
    }
    return Note(words, "wake", (flag.pk,))


@clinician
@require_POST
def wake(request: ClinicRequest, pk: int) -> HttpResponse:
    try:
        wake_action(flag=_flag(request, pk))
    except AlreadyClosed:
        return too_late(request, pk)
    return undone(request, Note(_("The flag is awake again."), flags=(pk,)))


@clinician
@ASK
def discuss(request: ClinicRequest, pk: int) -> HttpResponse:
    flag, now = _flag(request, pk), timezone.now()
    form = DiscussForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        note = form.cleaned_data["note"]
        try:
            discuss_action(flag=flag, note=note, by=request.user, now=now)
        except AlreadyClosed:
            return too_late(request, pk)
        words = _("%(patient)s is on the list of the weekly meeting.")
        return done(
            request, pk, Note(words % {"patient": flag.episode.patient}, "stop_discussing", (pk,))
        )
    title = _("Discuss %(patient)s") % {"patient": flag.episode.patient}
    lead = _("It goes on the list of the weekly meeting. The flag stays open, with its deadline.")
    return _ask(request, flag, form, title=title, lead=lead, button=_("Add to the meeting list"))


@clinician
@require_POST
def stop_discussing(request: ClinicRequest, pk: int) -> HttpResponse:
    try:
        stop_discussing_action(flag=_flag(request, pk))
    except AlreadyClosed:
        return too_late(request, pk)
    return undone(request, Note(_("Taken off the list of the weekly meeting."), flags=(pk,)))


def _colleagues(clinic: Clinic) -> MembershipQuerySet:
    role = Membership.Role.CLINICIAN
    return Membership.objects.current().filter(clinic=clinic, role=role)


@clinician
@ASK
def assign(request: ClinicRequest, pk: int) -> HttpResponse:
    flag = _flag(request, pk)
    form = AssignForm(
        request.POST if request.method == "POST" else None,
        colleagues=_colleagues(flag.episode.patient.clinic),
    )
    given = _given(request, [flag], form)
    if given is not None:
        if not given:
            return too_late(request, pk)
        return done(request, pk, _gave(given, form))
    title = _("Assign %(patient)s") % {"patient": flag.episode.patient}
    return _ask(request, flag, form, title=title, lead="", button=_("Assign"))


@clinician
@ASK
def assign_many(request: ClinicRequest) -> HttpResponse:
    """Several flags to one colleague; nothing else can be done with several at once."""
    asked = request.POST if request.method == "POST" else request.GET
    filters = Filters.of(asked.get("back", ""))
    flags = list(_chosen(request, asked.getlist("flag")))
    if not flags:
        messages.info(request, _("First tick the flags that you want to assign."))
        return back_to(filters)
    form = AssignForm(
        request.POST if request.method == "POST" else None,
        colleagues=_colleagues(request.membership.clinic),
    )
    given = _given(request, flags, form)
    if given is not None:
        note = _gave(given, form)
        messages.success(request, note.words, extra_tags=note.tags)
        return back_to(filters)
    context = {"form": form, "flags": flags, "filters": filters}
    status = 422 if form.errors else 200
    return render(request, "patients/worklist/assign_many.html", context, status=status)


def _chosen(request: ClinicRequest, keys: list[str]) -> Any:
    visible = Flag.objects.visible_to(request.membership).open().select_related("episode__patient")
    named = [key for key in keys if key.isascii() and key.isdigit() and len(key) < LONGEST_KEY]
    return visible.filter(pk__in=named).worst_first()


def _given(request: ClinicRequest, flags: list[Flag], form: AssignForm) -> list[Flag] | None:
    """The flags that the colleague has now; None while the form has no valid answer."""
    if not form.is_valid():
        return None
    to = form.cleaned_data["to"]
    try:
        return assignment.assign(flags=flags, to=to, by=request.user, now=timezone.now())
    except CannotAssign:
        form.add_error("to", _("This colleague may not see every one of these patients."))
        return None


def _gave(given: list[Flag], form: AssignForm) -> Note:
    words = ngettext(
        "%(number)s flag is now assigned to %(name)s.",
        "%(number)s flags are now assigned to %(name)s.",
        len(given),
    )
    said = words % {"number": len(given), "name": form.cleaned_data["to"].user}
    return Note(said, "give_back_many", tuple(flag.pk for flag in given))


@clinician
@require_POST
def give_back_many(request: ClinicRequest) -> HttpResponse:
    assignment.give_back(flags=list(_chosen(request, request.POST.getlist("flag"))))
    return undone(request, Note(_("The flags are back with the team.")))
