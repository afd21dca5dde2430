from django.urls import path

from patients.merging import views

urlpatterns = [
    path("patients/merge/", views.merge, name="merge"),
    path("patients/merges/<int:pk>/undo/", views.undo_merge, name="undo_merge"),
]
