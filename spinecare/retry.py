"""Two people, or a person and a job, at one record at the same moment: what the database broke off is
done once more, and then a page says so that keeps the answers. The same page holds back who sends too much."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus

import structlog
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.pace import is_too_fast
from exchange.outcome import is_for_programs, try_again

GetResponse = Callable[[HttpRequest], HttpResponse]
# Of PostgreSQL: deadlock, a lock that was waited for too long, a serialization failure. Nothing was kept.
BROKEN_OFF = {"40P01", "55P03", "40001"}
# Never written into a page: these are typed again.
SECRET = re.compile(r"password|^code$|^csrfmiddlewaretoken$")

logger = structlog.get_logger(__name__)


class Retry:
    """The innermost middleware: actions are one transaction each, so a view that was broken off left nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], *_given: object
    ) -> HttpResponse | None:
        return _busy(request, HTTPStatus.TOO_MANY_REQUESTS) if is_too_fast(request, view) else None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or not _is_broken_off(error):
            return None
        for _name, files in request.FILES.lists():
            for file in files:
                file.seek(0)  # the first try may have read it
        try:
            answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
        except OperationalError as again:
            if not _is_broken_off(again):
                raise
            logger.warning("busy record", page=match.view_name)
            return _busy(request, HTTPStatus.SERVICE_UNAVAILABLE)
        return answer


def _is_broken_off(error: Exception) -> bool:
    state = getattr(error.__cause__, "sqlstate", None)
    return isinstance(error, OperationalError) and state in BROKEN_OFF


def _busy(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    if is_for_programs(request):
        return try_again()
    held_back = status == HTTPStatus.TOO_MANY_REQUESTS
    page = answers_of(request) | {"held_back": held_back}
    answer = render(request, "busy.html", page, status=status)
    answer.headers["Retry-After"] = "60" if held_back else "2"
    return answer


def answers_of(request: HttpRequest) -> dict[str, object]:
    """For a form that sends the same again, as hidden fields; a file has to be chosen anew."""
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not SECRET.search(name)
    ]
    return {"sent": sent, "has_files": bool(request.FILES), "address": request.get_full_path()}
