from django.urls import path

from scheduling.calls import views

urlpatterns = [
    path("scheduling/patients/<int:pk>/call/", views.note_call, name="note_call"),
    path("scheduling/patients/<int:pk>/tell/", views.tell_clinician, name="tell_clinician"),
    path("scheduling/calls/<int:pk>/undo/", views.undo_call, name="undo_call"),
]
