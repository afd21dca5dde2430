from django.urls import path

from scheduling.board import views

urlpatterns = [
    path("scheduling/", views.board, name="board"),
]
