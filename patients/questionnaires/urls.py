from django.urls import path

from patients.questionnaires.views import activities, questionnaire, score

urlpatterns = [
    path("questionnaires/<slug:key>/", questionnaire.questionnaire, name="questionnaire"),
    path(
        "questionnaires/<int:pk>/done/", questionnaire.questionnaire_done, name="questionnaire_done"
    ),
    path("activities/", activities.activities, name="activities"),
    path("episodes/<int:pk>/score/", score.score_entry, name="score_entry"),
]
