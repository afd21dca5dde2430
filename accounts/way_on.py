"""Where somebody was going when a page of ours stepped between."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def way_on(request: HttpRequest) -> str:
    """The path of a page of ours; the first one when none was asked for, or it is somebody else's. A bare
    word is no path: a redirect would take it for a page's name."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if ours else resolve_url("start")
