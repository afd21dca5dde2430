from django.urls import path

from scheduling.calendar import views

urlpatterns = [
    path("scheduling/calendar/", views.calendar, name="calendar"),
    path("scheduling/requests/<int:pk>/best/", views.best_fits, name="best_fits"),
]
