from django.urls import include, path

ROOMS = (
    "logs",
    "questionnaires",
    "portal",
    "intake",
    "worklist",
    "reassessment",
    "safety_desk",
    "record",
    "care_team",
    "carers",
    "review",
    "imports",
    "merging",
    "transfers",
    "who_looked",
    "packets",
)

urlpatterns = [path("", include(f"patients.{room}.urls")) for room in ROOMS]
