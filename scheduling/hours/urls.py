from django.urls import path

from scheduling.hours import views

urlpatterns = [
    path("scheduling/hours/", views.availability, name="availability"),
    path("scheduling/hours/add/", views.add_hours, name="add_hours"),
    path("scheduling/hours/<int:pk>/end/", views.end_hours, name="end_hours"),
    path("scheduling/days/add/", views.add_exception, name="add_exception"),
    path("scheduling/days/holiday/", views.add_holiday, name="add_holiday"),
    path("scheduling/days/open-again/", views.open_again, name="open_again"),
    path("scheduling/days/<int:pk>/withdraw/", views.withdraw_exception, name="withdraw_exception"),
]
