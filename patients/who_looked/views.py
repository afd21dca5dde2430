"""For administrators: who opened which record; as a file; and the month that somebody signs."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ClinicRequest, administrator
from patients.models import AccessLog, AccessReview, BreakGlass
from patients.portal.export.zip import safe
from patients.record.sealed_search import sealed, words_of
from patients.who_looked.actions import NotOver, SayWhatWasDone, SignedBefore, sign_review
from patients.who_looked.forms import SignForm, WhoForm
from patients.who_looked.selectors import WHY, Asked, last_of, lines, looks_of, opened, span
from patients.who_looked.unusual import unusual

PAGE = 50
USUAL_DAYS = timedelta(days=30)
MONTHS = 12
SHOWN = 200
COLUMNS = ("at", "person", "patient", "record_number", "opened")


class _Echo:
    """A file that hands back what is written."""

    def write(self, text: str) -> str:
        return text


def _form(request: ClinicRequest) -> WhoForm:
    """From the page's form, or from an address, where the words are sealed; else the last thirty days."""
    clinic = request.membership.clinic
    today = timezone.now().astimezone(clinic.zone).date()
    given = request.POST if request.method == "POST" else request.GET
    data = {"first": today - USUAL_DAYS, "last": today} | given.dict()
    if request.method != "POST":
        data["q"] = words_of(str(data.get("q", "")))
    return WhoForm(data, clinic=clinic)


def _asked(form: WhoForm) -> Asked:
    given = form.cleaned_data
    return Asked(given["first"], given["last"], given["q"], given["user"], given["emergency"])


def _address(asked: Asked, **more: Any) -> str:
    """The query of the same list; names are sealed."""
    given = {
        "first": asked.first, "last": asked.last, "q": sealed(asked.words), "user": asked.user,
        "emergency": asked.emergency or "", **more,
    }  # fmt: skip
    return urlencode({key: value for key, value in given.items() if value})


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def who_looked(request: ClinicRequest) -> HttpResponse:
    at, form = request.membership, _form(request)
    if not form.is_valid():
        return render(request, "patients/who_looked/who_looked.html", {"form": form}, status=422)
    asked = _asked(form)
    if request.method == "POST":
        return redirect(f"{request.path}?{_address(asked)}")
    found = list(_from(lines(at, asked), request.GET.get("after", ""))[: PAGE + 1])
    begin, end = span(at.clinic, asked.first, asked.last)
    emergencies = BreakGlass.objects.visible_to(at).filter(at__gte=begin, at__lt=end)
    context = {
        "form": form,
        "rows": [(line, opened(line.page)) for line in found[:PAGE]],
        "emergencies": emergencies.select_related("patient", "membership__user").order_by("-at")[
            :PAGE
        ],
        "next_page": _address(asked, after=found[PAGE - 1].pk) if len(found) > PAGE else "",
        "file": _address(asked),
        "months": _months(request),
    }
    return render(request, "patients/who_looked/who_looked.html", context)


def _from(rows: Any, after: str) -> Any:
    """Behind the line with which the last page ended."""
    if not (after.isascii() and after.isdigit()) or len(after) > len("9" * 18):
        return rows
    last = AccessLog.objects.filter(pk=int(after)).first()
    return rows.behind(last.at, last.pk) if last else rows


def _months(request: ClinicRequest) -> list[tuple[date, AccessReview | None]]:
    """The last twelve that are over, with who signed; none from before the first opening."""
    looked = AccessLog.objects.visible_to(request.membership).order_by("at", "pk").first()
    if looked is None:
        return []
    first = looked.at.astimezone(request.membership.clinic.zone).date().replace(day=1)
    signed = AccessReview.objects.visible_to(request.membership).select_related("signed_by")
    by_month = {review.month: review for review in signed.order_by("-month")[:MONTHS]}
    today = timezone.now().astimezone(request.membership.clinic.zone).date()
    months, month = [], today.replace(day=1)
    for _turn in range(MONTHS):
        month = (month - timedelta(days=1)).replace(day=1)
        months.append((month, by_month.get(month)))
    return [(month, review) for month, review in months if month >= first]


@administrator
@require_safe
def who_looked_file(request: ClinicRequest) -> StreamingHttpResponse:
    """All lines of the list, as CSV or JSON, row by row."""
    form = _form(request)
    if not form.is_valid():
        raise Http404
    asked = _asked(form)
    rows = _cells(lines(request.membership, asked), request.membership.clinic.zone)
    is_json = request.GET.get("format") == "json"
    kind, body = ("json", _json(rows)) if is_json else ("csv", _csv(rows))
    answer = StreamingHttpResponse(body, content_type=f"text/{kind}; charset=utf-8")
    name = f"who-looked-{asked.first}-{asked.last}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    if is_json:
        answer["Content-Type"] = "application/json"
    return answer


def _cells(rows: Any, zone: Any) -> Iterator[tuple[str, ...]]:
    for line in rows.iterator(2_000):
        when = line.at.astimezone(zone).isoformat(timespec="seconds")
        patient = line.patient
        yield when, line.who, patient.name, patient.number, opened(line.page)


def _csv(rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # so that spreadsheets know it is UTF-8
    yield writer.writerow(COLUMNS)
    for row in rows:
        yield writer.writerow([safe(cell) for cell in row])


def _json(rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    before = "["
    for row in rows:
        yield before + json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False)
        before = ",\n"
    yield "]" if before != "[" else "[]"


@administrator
@require_http_methods(["GET", "POST"])
def access_review(request: ClinicRequest, month: date) -> HttpResponse:
    """What is unusual in a month stands first; whoever has read it signs."""
    now = timezone.now()
    form = SignForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _sign(request, form, month, now):
        return redirect("who_looked")
    return _review_page(request, form, month, now)


def _sign(request: ClinicRequest, form: SignForm, month: date, now: datetime) -> bool:
    note = form.cleaned_data["note"]
    try:
        sign_review(at=request.membership, month=month, note=note, now=now)
    except NotOver:
        form.add_error(None, _("The month is not over yet."))
    except SayWhatWasDone:
        form.add_error("note", _("Say what was asked and what came of it."))
    except SignedBefore:
        messages.info(request, _("A colleague has signed this month already."))
        return True
    else:
        messages.success(request, _("Signed."))
        return True
    return False


def _review_page(
    request: ClinicRequest, form: SignForm, month: date, now: datetime
) -> HttpResponse:
    at = request.membership
    looks = list(looks_of(at, month))
    found = unusual(looks)
    context = {
        "form": form,
        "month": month,
        "looked": len(looks),
        "people": len({look.user for look in looks}),
        "found": [(WHY[each.why], each) for each in found[:SHOWN]],
        "more": max(0, len(found) - SHOWN),
        "signed": AccessReview.objects.visible_to(at).filter(month=month).first(),
        "is_over": now.astimezone(at.clinic.zone).date() > last_of(month),
    }
    status = 422 if form.errors else 200
    return render(request, "patients/who_looked/access_review.html", context, status=status)
