from django.urls import path

from pathway import views

urlpatterns = [
    path("", views.learn, name="learn"),
    path("steps/<int:level>/", views.tier, name="learn_tier"),
    path("treatments/<slug:key>/", views.modality, name="learn_modality"),
    path("conditions/<slug:key>/", views.condition, name="learn_condition"),
    path("questions/<slug:key>/", views.question, name="learn_question"),
    path("search/", views.search, name="learn_search"),
    path("sources/", views.sources, name="learn_sources"),
]
