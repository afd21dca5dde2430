from django.urls import path

from patients.questionnaires.views import activities, questionnaire, score

urlpatterns = [
    path("questions/<slug:key>/", questionnaire.function, name="function"),
    path(
        "questions/<slug:key>/<int:number>/",
        questionnaire.function_question,
        name="function_question",
    ),
    path("questions/<slug:key>/check/", questionnaire.function_check, name="function_check"),
    path("questions/<int:pk>/done/", questionnaire.function_done, name="function_done"),
    path("activities/", activities.activities, name="activities"),
    path("episodes/<int:pk>/score/", score.score_entry, name="score_entry"),
]
