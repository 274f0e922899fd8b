from django.urls import path

from opsboard.launch import views

app_name = "demo"
urlpatterns = [
    path("", views.firm, name="firm"),
    path("advance", views.advance, name="advance"),
    path("mend", views.mend, name="mend"),
]
