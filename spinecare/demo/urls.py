from django.urls import path

from spinecare.demo import views

urlpatterns = [path("enter/<str:role>/", views.enter, name="demo_enter")]
