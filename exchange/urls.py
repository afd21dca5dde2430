from django.urls import path, re_path

from exchange.views import discovery, fhir, my_bundle, systems

urlpatterns = [
    path("systems/", systems.systems, name="systems"),
    path("systems/<int:pk>/end/", systems.end_system, name="end_system"),
    path("my-data/my-record-fhir.json", my_bundle.my_bundle, name="my_bundle"),
    path("fhir/token", discovery.token, name="fhir_token"),
    path("fhir/r4/metadata", discovery.metadata, name="fhir_metadata"),
    path("fhir/r4/.well-known/smart-configuration", discovery.smart, name="fhir_smart"),
    path("fhir/r4/Patient/<str:key>/$everything", fhir.everything, name="fhir_everything"),
    path("fhir/r4/<str:kind>/_search", fhir.search_by_post, name="fhir_search_by_post"),
    path("fhir/r4/<str:kind>/<str:key>", fhir.read, name="fhir_read"),
    path("fhir/r4/<str:kind>", fhir.search, name="fhir_search"),
    path("fhir/<path:rest>", fhir.unknown, name="fhir_unknown"),
    re_path("^fhir/?$", fhir.unknown, name="fhir_root"),
]
