from django.urls import path

from opsboard.ui import views

app_name = "ui"
urlpatterns = [
    path("sheet", views.choose, name="choose"),
    path("plotly-<str:release>.js", views.plotting, name="plotting"),
]
