from django.urls import include, path

ROOMS = [
    "board",
    "calendar",
    "visit_types",
    "visits",
    "calls",
    "hours",
    "referrals",
    "my_visits",
    "reminders",
    "texts",
    "waitlist",
    "my_day",
]

urlpatterns = [path("", include(f"scheduling.{room}.urls")) for room in ROOMS]
