from django.urls import path

from patients.carers import views

urlpatterns = [
    path("my-data/carers/", views.my_carers, name="my_carers"),
    path("my-data/carers/invite/", views.invite_my_carer, name="invite_my_carer"),
    path("my-data/carers/<int:pk>/", views.my_carer, name="my_carer"),
    path("my-data/carers/<int:pk>/end/", views.end_my_carer, name="end_my_carer"),
    path("my-data/carers/<int:pk>/link/", views.send_my_carer_link, name="send_my_carer_link"),
    path("patients/<int:pk>/carers/", views.carers, name="carers"),
    path("patients/<int:pk>/carers/invite/", views.invite_carer, name="invite_carer"),
    path("carers/<int:pk>/", views.carer, name="carer"),
    path("carers/<int:pk>/end/", views.end_carer, name="end_carer"),
    path("carers/<int:pk>/link/", views.send_carer_link, name="send_carer_link"),
]
