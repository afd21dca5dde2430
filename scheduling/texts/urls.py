from django.urls import path

from scheduling.texts import views

urlpatterns = [
    path("my-texts/", views.my_texts, name="my_texts"),
    path("texts/heard/", views.text_heard, name="text_heard"),
]
