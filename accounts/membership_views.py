"""One person at work here, for the clinic's administrators: their role, its end, their return."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions
from accounts.access import ClinicRequest, administrator
from accounts.duties import CannotTake
from accounts.membership_forms import PREFIX, EndForm, HandOverForm, ReturnForm, RoleForm, VouchForm
from accounts.membership_history import membership_steps
from accounts.models import Membership


def _member(request: ClinicRequest, pk: int) -> Membership:
    here = Membership.objects.visible_to(request.membership).select_related("user", "clinic")
    return get_object_or_404(here, pk=pk)


def _working(request: ClinicRequest, pk: int) -> Membership:
    """A membership that has ended is read and followed by another one, never changed."""
    here = Membership.objects.visible_to(request.membership).current()
    return get_object_or_404(here.select_related("user", "clinic"), pk=pk)


@administrator
@require_safe
def member(request: ClinicRequest, pk: int) -> HttpResponse:
    return _page(request, _member(request, pk), None)


def _page(request: ClinicRequest, one: Membership, form: ReturnForm | None) -> HttpResponse:
    others = Membership.objects.current().filter(clinic=one.clinic_id, user=one.user_id)
    context = {
        "member": one,
        "steps": membership_steps(one),
        "now_here": others.exclude(pk=one.pk).first(),
        "form": form or ReturnForm(membership=one),
        "is_linked": one.user.sign_on_links.filter(
            ended_at=None, provider__clinic=one.clinic_id
        ).exists(),
        "is_oneself": one.user_id == request.user.pk,
    }
    return render(request, "accounts/member.html", context, status=422 if form else 200)


@administrator
@require_http_methods(["GET", "POST"])
def change_role(request: ClinicRequest, pk: int) -> HttpResponse:
    one, now = _working(request, pk), timezone.now()
    form = RoleForm(request.POST or None, membership=one, now=now)

    def change() -> None:
        said = {key: form.cleaned_data[key] for key in ("role", "credentials")}
        actions.change_role(membership=one, **said, hand_to=form.hand_to, by=request.user, now=now)

    if form.is_valid() and _done(form, change):
        messages.success(request, _("Saved. It counts from their next page on."))
        return redirect("member", pk)
    return _ask(request, "accounts/change_role.html", one, form)


@administrator
@require_http_methods(["GET", "POST"])
def end_membership(request: ClinicRequest, pk: int) -> HttpResponse:
    """What they hold, each kind with the colleague who takes it on; all of it in one post."""
    one, now = _working(request, pk), timezone.now()
    form = EndForm(request.POST if request.method == "POST" else None, membership=one, now=now)

    def end() -> None:
        actions.end_membership(membership=one, hand_to=form.hand_to, by=request.user, now=now)

    if form.is_valid() and _done(form, end):
        words = _("%(name)s does not work here any more, and is signed out everywhere.")
        messages.success(request, words % {"name": one})
        return redirect("start" if one.user_id == request.user.pk else "people")
    return _ask(request, "accounts/end_membership.html", one, form)


@administrator
@require_http_methods(["GET", "POST"])
def forget_second_step(request: ClinicRequest, pk: int) -> HttpResponse:
    """Confirmed by an administrator who knows that it is they; never one's own."""
    one = _working(request, pk)
    form = VouchForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.forget_second_factor(user=one.user, by=request.user, now=timezone.now())
        except actions.NobodyVouches:
            form.add_error(None, _("Another administrator has to do this for you."))
        else:
            words = _("%(name)s sets up a new second step at the next sign-in.")
            messages.success(request, words % {"name": one})
            return redirect("member", pk)
    return _ask(request, "accounts/forget_second_step.html", one, form)


def _ask(request: ClinicRequest, page: str, one: Membership, form: Form) -> HttpResponse:
    context = {"member": one, "form": form, "is_oneself": one.user_id == request.user.pk}
    return render(request, page, context, status=422 if form.errors else 200)


def _done(form: HandOverForm, act: Callable[[], None]) -> bool:
    """Whether it was done; else the form says why not."""
    try:
        act()
    except actions.LastAdministrator:
        form.add_error(
            None,
            _(
                "This is the clinic's last administrator. Make somebody else an administrator first."
            ),
        )
    except actions.WorkLeft:
        form.add_error(None, _("There is new work meanwhile. Look through it and send it again."))
    except CannotTake as refused:
        form.add_error(PREFIX + refused.key, refused.words)
    except actions.NotWorking:  # a colleague was quicker
        return True
    return not form.errors


@administrator
@require_POST
def let_return(request: ClinicRequest, pk: int) -> HttpResponse:
    one, now = _member(request, pk), timezone.now()
    form = ReturnForm(request.POST, membership=one)
    if not form.is_valid():
        return _page(request, one, form)
    try:
        role = form.cleaned_data["role"]
        again = actions.let_return(membership=one, role=role, by=request.user, now=now)
    except actions.WorksHere:
        return redirect("people")
    messages.success(request, _("%(name)s works here again, and can sign in.") % {"name": again})
    return redirect("member", again.pk)
