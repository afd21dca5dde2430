"""The rooms of the clinic: data that hours, types and visits choose from."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ClinicRequest, desk
from scheduling.hours import rooms as actions
from scheduling.hours.forms import RoomForm
from scheduling.models import Room


@desk
@require_http_methods(["GET", "POST"])
def rooms(request: ClinicRequest) -> HttpResponse:
    """All rooms; POST adds one."""
    form = RoomForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.add_room(clinic=request.membership.clinic, **form.cleaned_data)
            messages.success(request, _("Added."))
            return redirect("rooms")
        except actions.RoomThere:
            form.add_error("name", _there())
    return _shows(request, form)


@desk
@require_http_methods(["GET", "POST"])
def rename_room(request: ClinicRequest, pk: int) -> HttpResponse:
    room = _room(request, pk)
    form = RoomForm(request.POST if request.method == "POST" else None, initial={"name": room.name})
    if form.is_valid():
        try:
            actions.rename_room(room=room, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("rooms")
        except actions.RoomThere:
            form.add_error("name", _there())
    return _shows(request, form, room)


@desk
@require_POST
def retire_room(request: ClinicRequest, pk: int) -> HttpResponse:
    """Retire it; pressed at one that is retired, bring it back."""
    room = _room(request, pk)
    if "back" in request.POST:
        actions.bring_back_room(room=room)
        messages.success(request, _("%(room)s can be chosen again.") % {"room": room})
    else:
        actions.retire_room(room=room, by=request.user, now=timezone.now())
        words = _("%(room)s cannot be chosen any more. Hours and visits in it stay.")
        messages.success(request, words % {"room": room})
    return redirect("rooms")


def _there() -> str:
    return _("There is a room of this name already. It may be retired: bring it back.")


def _room(request: ClinicRequest, pk: int) -> Room:
    return get_object_or_404(Room.objects.visible_to(request.membership), pk=pk)


def _shows(request: ClinicRequest, form: RoomForm, room: Room | None = None) -> HttpResponse:
    mine = Room.objects.visible_to(request.membership)
    retired = mine.filter(retired_at__isnull=False).order_by("name", "pk")
    context = {"form": form, "room": room, "rooms": mine.current(), "retired": retired}
    status = 422 if form.errors else 200
    return render(request, "scheduling/hours/rooms.html", context, status=status)
