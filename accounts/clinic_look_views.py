"""How a clinic's e-mails and pages look, for its administrators; and the logo and the colour themselves."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions
from accounts.access import ClinicRequest, administrator, public
from accounts.clinic_look_forms import LookForm, MessagesForm
from accounts.colours import COLOUR, by_night
from accounts.models import ClinicLogo

STYLE = """:root {{ --clinic: #{day}; }}
@media (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) {{ --clinic: #{night}; }} }}
:root[data-theme=dark] {{ --clinic: #{night}; }}
@media print {{ :root, :root:not([data-theme=light]) {{ --clinic: #000; }} }}
"""


@administrator
@require_http_methods(["GET", "POST"])
def change_messages(request: ClinicRequest) -> HttpResponse:
    own = request.membership.clinic
    form = MessagesForm(request.POST or None, clinic=own)
    if form.is_valid():
        actions.change_clinic(clinic=own, **form.settings)
        messages.success(request, _("Saved. The next e-mails go out so."))
        return redirect("our_clinic")
    context = {"form": form, "own": own}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/change_messages.html", context, status=status)


@administrator
@require_http_methods(["GET", "POST"])
def change_look(request: ClinicRequest) -> HttpResponse:
    own = request.membership.clinic
    form = LookForm(request.POST or None, request.FILES or None, clinic=own)
    if form.is_valid():
        said = form.cleaned_data
        actions.change_clinic(clinic=own, colour=said["colour"])
        if said["logo"] or said.get("no_logo"):
            png, now = said["logo"] or b"", timezone.now()
            actions.set_logo(clinic=own, png=png, by=request.user, now=now)
        messages.success(request, _("Saved. Everybody sees it from the next page on."))
        return redirect("our_clinic")
    context = {"form": form, "own": own}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/change_look.html", context, status=status)


@administrator
@require_POST
def undo_clinic_change(request: ClinicRequest, pk: int) -> HttpResponse:
    own = request.membership.clinic
    if not own.events.filter(pgh_id=pk).exists():  # type: ignore[attr-defined]
        raise Http404
    try:
        actions.undo_clinic_change(clinic=own, change=pk)
    except actions.ChangedSince:
        messages.warning(request, _("It was changed again since. Change it by hand."))
    except ValidationError:
        messages.warning(
            request, _("What stood before is not possible any more. Change it by hand.")
        )
    else:
        messages.success(request, _("Undone. What stood before stands again."))
    return redirect("our_clinic")


@public
@require_safe
def clinic_logo(request: HttpRequest, name: str) -> HttpResponse:
    """It hangs at the clinic's door too."""
    found = get_object_or_404(ClinicLogo.objects.filter(name=name)[:1])
    return HttpResponse(bytes(found.png), content_type="image/png")


@public
@require_safe
def clinic_colour(request: HttpRequest, colour: str) -> HttpResponse:
    """One token for the stylesheet, by day and by night: our policy lets no page carry a style of its own."""
    if not COLOUR.fullmatch(colour):
        raise Http404
    return HttpResponse(STYLE.format(day=colour, night=by_night(colour)), content_type="text/css")
