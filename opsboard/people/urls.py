from django.urls import path

from opsboard.people import away, views

app_name = "people"
urlpatterns = [
    path("sign-in", views.sign_in, name="sign_in"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("away/", away.away, name="away"),
    path("away/<int:pk>/back/", away.back, name="back"),
    path("enter/<slug:username>", views.enter, name="enter"),
]
