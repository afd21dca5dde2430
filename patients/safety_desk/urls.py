from django.urls import path

from patients.safety_desk.views import calls, desk, outcomes

urlpatterns = [
    path("safety-desk/", desk.safety_desk, name="safety_desk"),
    path("safety-desk/<int:pk>/", desk.safety_case, name="safety_case"),
    path("safety-desk/<int:pk>/take/", desk.take_case, name="take_case"),
    path("safety-desk/<int:pk>/call/", calls.note_safety_call, name="note_safety_call"),
    path("safety-desk/<int:pk>/outcome/", outcomes.safety_outcome, name="safety_outcome"),
    path("safety-desk/calls/<int:pk>/", calls.correct_safety_call, name="correct_safety_call"),
    path(
        "safety-desk/calls/<int:pk>/withdraw/",
        calls.withdraw_safety_call,
        name="withdraw_safety_call",
    ),
    path(
        "safety-desk/outcomes/<int:pk>/undo/",
        outcomes.undo_safety_outcome,
        name="undo_safety_outcome",
    ),
]
