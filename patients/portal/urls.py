from django.urls import path

from patients.portal.views import (
    closure,
    home,
    my_data,
    my_pathway,
    programme,
    progress,
    review_request,
    risk_facts,
    safety,
    visit_brief,
    visit_brief_clinic,
)

urlpatterns = [
    path("home/", home.home, name="home"),
    path("progress/", progress.progress, name="progress"),
    path("my-pathway/", my_pathway.my_pathway, name="my_pathway"),
    path("programme/", programme.programme, name="programme"),
    path("safety/", safety.safety, name="safety"),
    path("visit-brief/", visit_brief.visit_brief, name="visit_brief"),
    path("review/", review_request.review_request, name="review_request"),
    path("my-data/", my_data.my_data, name="my_data"),
    path("my-data/access-history/", my_data.access_history, name="access_history"),
    path("my-data/about-your-health/", risk_facts.my_risk_facts, name="my_risk_facts"),
    path("my-data/phone/", my_data.my_phone, name="my_phone"),
    path("my-data/place/", my_data.my_place, name="my_place"),
    path("my-data/close-account/", my_data.close_account, name="close_account"),
    path("my-data/close-account/withdraw/", my_data.withdraw_closure, name="withdraw_closure"),
    path(
        "episodes/<int:pk>/brief/", visit_brief_clinic.visit_brief_clinic, name="visit_brief_clinic"
    ),
    path(
        "visit-questions/<int:pk>/discussed/",
        visit_brief_clinic.visit_question_discussed,
        name="visit_question_discussed",
    ),
    path("closures/<int:pk>/", closure.settle_closure, name="settle_closure"),
]
