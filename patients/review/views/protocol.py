"""What the clinic runs: its protocol version, what changed between versions, what others would flag."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import ClinicRequest, administrator, clinician
from pathway.models import Protocol
from pathway.rules import RULES_VERSION, RULES_VERSIONS
from pathway.source.changes import changes
from pathway.source.reviewed import parse
from patients.models import ClinicProtocol, Kind
from patients.review.replay import PERIOD, Replay
from patients.review.selectors.protocol_contents import contents_of

EARLIER_RULES = [each for each in RULES_VERSIONS if each != RULES_VERSION]
Counts = list[tuple[str, int, int]]
LONGEST = 10  # digits of a version


@dataclass(frozen=True)
class Version:
    """A published version and what it changed against the one before."""

    protocol: Protocol
    changes: list[str]
    is_in_use: bool


@clinician
@require_safe
def protocol_page(request: ClinicRequest) -> HttpResponse:
    return _page(request)


@administrator
@require_safe
def protocol_clinic(request: ClinicRequest) -> HttpResponse:
    return _page(request)


def _page(request: ClinicRequest) -> HttpResponse:
    clinic, now = request.membership.clinic, timezone.now()
    in_use = ClinicProtocol.objects.in_use(clinic, now)
    published = list(Protocol.objects.versions(in_use.key))
    context = {
        "in_use": in_use,
        "contents": contents_of(in_use),
        "since": clinic.protocols.filter(protocol=in_use).order_by("from_at").first(),
        "versions": _versions(published, in_use),
        "replayed": _replayed(request, in_use, now),
        "replayed_rules": _replayed_rules(request, in_use, now),
        "rules": RULES_VERSION,
        "earlier_rules": EARLIER_RULES,
        "days": PERIOD.days,
    }
    return render(request, "patients/review/protocol.html", context)


def _versions(published: list[Protocol], in_use: Protocol) -> list[Version]:
    """Newest first; the first one ever changed nothing."""
    before: list[Protocol | None] = [*published[1:], None]
    return [
        Version(
            each,
            changes(parse(older.source), parse(each.source)) if older else [],
            each.pk == in_use.pk,
        )
        for each, older in zip(published, before, strict=True)
    ]


def _replayed(
    request: ClinicRequest, in_use: Protocol, now: datetime
) -> tuple[Protocol, Counts] | None:
    """Flags of the last days under the version in use and under another; worked out when asked."""
    wanted = request.GET.get("replay", "")
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < LONGEST):
        return None
    other = get_object_or_404(Protocol.objects.versions(in_use.key), version=int(wanted))
    return other, _counts(request, in_use, other, now, RULES_VERSION)


def _replayed_rules(
    request: ClinicRequest, in_use: Protocol, now: datetime
) -> tuple[str, Counts] | None:
    """The same under the rules of an earlier version, by the same thresholds."""
    wanted = request.GET.get("rules", "")
    if wanted not in EARLIER_RULES:
        return None
    return wanted, _counts(request, in_use, in_use, now, wanted)


def _counts(
    request: ClinicRequest, in_use: Protocol, other: Protocol, now: datetime, version: str
) -> Counts:
    clinic = request.membership.clinic
    replay = Replay(clinic, in_use.thresholds, now.astimezone(clinic.zone).date())
    counted = replay.under(other.thresholds, lambda _trials: None, version)
    kinds = [kind for kind in Kind if counted.old[kind] or counted.new[kind]]
    return [(str(kind.label), counted.old[kind], counted.new[kind]) for kind in kinds]
