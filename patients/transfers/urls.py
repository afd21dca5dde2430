from django.urls import path

from patients.transfers import my_views, views

urlpatterns = [
    path("transfers/", views.transfers, name="transfers"),
    path("patients/<int:pk>/transfer/", views.offer_transfer, name="offer_transfer"),
    path("transfers/<int:pk>/", views.transfer, name="transfer"),
    path("transfers/<int:pk>/withdraw/", views.withdraw_transfer, name="withdraw_transfer"),
    path("transfers/<int:pk>/reject/", views.reject_transfer, name="reject_transfer"),
    path("transfers/<int:pk>/accept/", views.accept_transfer, name="accept_transfer"),
    path("transfers/<int:pk>/finish/", views.finish_transfer, name="finish_transfer"),
    path("my-data/moves/", my_views.my_moves, name="my_moves"),
    path("my-data/moves/<int:pk>/stop/", my_views.stop_my_move, name="stop_my_move"),
]
