"""The visits that time off runs into are shown, and asked about, before it is saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.access import ClinicRequest
from accounts.models import Membership
from scheduling.hours.forms import PlanForm
from scheduling.hours.settling import Plan, Settled, Unseen, settle
from scheduling.models import Consultation
from scheduling.visits.actions.locks import Busy

SALT = "scheduling.settled"
Visits = list[Consultation]


class WhatBecomes:
    """One saving that takes time away from clinicians. `undo` names what is saved, so that it can be taken
    back. Only schedulers move and cancel visits: for others these stay booked."""

    def __init__(
        self,
        request: ClinicRequest,
        *,
        of: list[Membership],
        hit: Callable[[], Visits],
        save: Callable[[], object],
        undo: dict[str, Any],
        by_colleague: bool = True,
    ) -> None:
        self.request, self.of, self.hit, self.save, self.undo = request, of, hit, save, undo
        self.may_move = request.membership.role == Membership.Role.SCHEDULER
        self.seen = {int(pk) for pk in request.POST.getlist("seen") if _is_number(pk)}
        self.form = PlanForm(
            request.POST if self.seen else None, clinic=request.membership.clinic,
            away=of if by_colleague else None,
        )  # fmt: skip
        self.done: Settled | None = None
        self.shown: Visits = []
        self.busy = False

    def is_agreed(self) -> bool:
        """Saved and settled, where everything it runs into had been on the page and it says what becomes
        of it; else the page asks."""
        self.shown = self.hit()
        if {visit.pk for visit in self.shown} - self.seen or (self.shown and not self._plan()):
            return False
        try:
            self.done = self._settle(self._plan() or Plan())
        except Unseen as more:
            self.shown = more.hit
        except Busy:
            self.busy = True
        return self.done is not None

    def _plan(self) -> Plan | None:
        if not self.may_move:
            return Plan()
        return self.form.plan if self.form.is_valid() else None

    def _settle(self, plan: Plan) -> Settled:
        def save() -> Visits:
            self.save()
            return self.hit()

        by, now = self.request.user, timezone.now()
        return settle(save=save, seen=self.shown, of=self.of, plan=plan, by=by, now=now)

    @property
    def status(self) -> int:
        return 422 if self.form.errors else 409

    @property
    def context(self) -> dict[str, Any]:
        plan_form = self.form if self.may_move else None
        return {"hit": self.shown, "plan_form": plan_form, "busy": self.busy}

    def settled(self) -> HttpResponse:
        """To what became of the visits; to the hours where nothing was to be settled."""
        done = self.done
        if done is None or not (done.moved or done.cancelled):
            return redirect("availability")
        said = {"at": done.at.isoformat(), "by": self.request.user.pk} | self.undo
        return redirect(f"{reverse('settled')}?of={signing.dumps(said, salt=SALT)}")


def _is_number(given: str) -> bool:
    return given.isascii() and given.isdigit() and len(given) < 19
