"""What makes the site an app on a phone: its manifest, its service worker, the page for no network.

The worker keeps static files with hashed names and that one page, which knows nobody. A page with
somebody's data is never kept.
"""

from __future__ import annotations

import hashlib
import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import public
from pathway.standing import same_for_all

HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
KEPT = (
    "spinecare.css",
    "fonts/bricolage-grotesque-latin-700.woff2",
    "app.js",
    "log.js",
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
def service_worker(request: HttpRequest) -> HttpResponse:
    """A new version where a file or the page has changed; old caches are dropped with the old one."""
    files = [path for path in map(static, KEPT) if HASHED.search(path)]
    version = hashlib.sha256("".join([*files, _offline_page()]).encode()).hexdigest()[:12]
    page = {"files": files, "version": version}
    answer = render(request, "service_worker.js", page, content_type="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer
