from django.urls import path

from patients.intake.views import intake, review

urlpatterns = [
    path("intake/", intake.intake, name="intake"),
    path("intake/check/", intake.intake_check, name="intake_check"),
    path("intake/sent/", intake.intake_sent, name="intake_sent"),
    path("intake/<slug:key>/", intake.intake_page, name="intake_page"),
    path("intakes/", review.intakes, name="intakes"),
    path("intakes/<int:pk>/", review.intake_review, name="intake_review"),
    path("episodes/<int:pk>/prior-treatment/", review.prior_treatment, name="prior_treatment"),
]
