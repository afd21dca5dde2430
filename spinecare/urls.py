from django.conf import settings
from django.urls import include, path

from spinecare import look, pwa, views

handler500 = "spinecare.views.server_error"
urlpatterns = [
    path("", views.start, name="start"),
    path("help-now/", views.help_now, name="help_now"),
    path("manifest.webmanifest", pwa.manifest, name="manifest"),
    path("sw.js", pwa.service_worker, name="service_worker"),
    path("offline/", pwa.offline, name="offline"),
    path("offline/log/<slug:language>/", pwa.offline_log, name="offline_log"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    # Of allauth's pages those that are ours: a clinic's sign-on comes in by accounts.urls.
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("", include("accounts.urls")),
    path("learn/", include("pathway.urls")),
    path("", include("patients.urls")),
    path("", include("scheduling.urls")),
    path("", include("exchange.urls")),
]

if not settings.PRODUCTION:
    urlpatterns.append(path("look/", look.look, name="look"))
if settings.DEMO:
    urlpatterns.append(path("demo/", include("spinecare.demo.urls")))
