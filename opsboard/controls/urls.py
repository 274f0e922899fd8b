from django.urls import path

from opsboard.controls import views

app_name = "controls"
urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("<str:code>", views.control, name="control"),
]
