from django.urls import path

from scheduling.visit_types import views

urlpatterns = [
    path("scheduling/types/", views.visit_types, name="visit_types"),
    path("scheduling/types/add/", views.add_visit_type, name="add_visit_type"),
    path("scheduling/types/<int:pk>/", views.correct_visit_type, name="correct_visit_type"),
    path("scheduling/types/<int:pk>/retire/", views.retire_visit_type, name="retire_visit_type"),
    path(
        "scheduling/types/<int:pk>/bring-back/",
        views.bring_back_visit_type,
        name="bring_back_visit_type",
    ),
]
