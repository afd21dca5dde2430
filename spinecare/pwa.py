"""What makes the site an app on a phone: its manifest, its service worker, the pages for no network.

The worker keeps static files with hashed names, the page that says there is no network, and an empty log.
They know nobody. A page with somebody's data is never kept.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.access import public
from pathway.models import Protocol, SafetyLevel
from pathway.standing import same_for_all
from patients.flags.questions import questions_for
from patients.logs.forms.log import LogForm

LANGUAGES = [code for code, _name in settings.LANGUAGES]
HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
KEPT = (
    "spinecare.css",
    "fonts/bricolage-grotesque-latin-700.woff2",
    "app.js",
    "log.js",
    "offline.js",
    "offline_log.js",
    "unsent.js",
    "django_htmx/htmx-2.min.js",
    "icons/spinecare.svg",
    "icons/sprite.svg",
)
ICONS = (
    ("icon-192.png", 192, "any"),
    ("icon-512.png", 512, "any"),
    ("maskable-512.png", 512, "maskable"),
)


@public
@require_safe
def manifest(_request: HttpRequest) -> JsonResponse:
    described = {
        "id": "/",
        "name": "Spinecare",
        "short_name": "Spinecare",
        "start_url": reverse("start"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#FAF7F2",
        "theme_color": "#0B5A6F",
        "icons": [
            {
                "src": static(f"icons/{name}"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for name, size, purpose in ICONS
        ],
    }
    return JsonResponse(described, content_type="application/manifest+json")


@public
@require_safe
@same_for_all(of_protocol=False)
def offline(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(_offline_page())


def _offline_page() -> str:
    """Without a request: nothing of whoever asks can be in it."""
    return render_to_string("offline.html")


@public
@require_safe
def offline_log(_request: HttpRequest, language: str) -> HttpResponse:
    """The log to be filled in without a network, in each language: what is in it is kept by the device
    (static/unsent.js), and the worker cannot know which language its reader has chosen."""
    if language not in LANGUAGES:
        raise Http404
    return HttpResponse(_offline_log_page(language, _protocol()))


def _protocol() -> Protocol | None:
    """The newest: nobody knows whose page it will be. None where none is published yet."""
    try:
        return Protocol.objects.current()
    except Protocol.DoesNotExist:
        return None


@lru_cache(maxsize=8)
def _offline_log_page(language: str, protocol: Protocol | None) -> str:
    """A published version never changes: a process draws its page once."""
    if protocol is None:
        return _offline_page()
    with translation.override(language):
        page = {
            "form": LogForm(protocol=lambda: protocol, spoken_of=localdate(), is_today=True),
            "questions": list(questions_for(protocol, "").filter(on_every_log=True)),
            "advice": [
                (level, protocol.advice(level).format(emergency_number="911", clinic_phone=""))
                for level in (SafetyLevel.EMERGENCY.value, SafetyLevel.URGENT.value)
            ],
            "other": reverse("offline_log", args=[_other(language)]),
        }
        return render_to_string("offline_log.html", page)


def _other(language: str) -> str:
    return next(each for each in LANGUAGES if each != language)


@public
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """A new version where a file or the page has changed; old caches are dropped with the old one."""
    files = [path for path in map(static, KEPT) if HASHED.search(path)]
    drawn = [_offline_page(), *(_offline_log_page(each, _protocol()) for each in LANGUAGES)]
    version = hashlib.sha256("".join([*files, *drawn]).encode()).hexdigest()[:12]
    logs = [reverse("offline_log", args=[language]) for language in LANGUAGES]
    page = {"files": files, "version": version, "logs": logs}
    answer = render(request, "service_worker.js", page, content_type="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer
