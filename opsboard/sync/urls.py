from django.urls import path

from opsboard.sync import views

app_name = "sync"
urlpatterns = [
    path("", views.systems, name="systems"),
    path("pull", views.pull, name="pull"),
    path("<slug:slug>", views.system, name="system"),
    path("<slug:slug>/pull", views.pull, name="pull_one"),
    path("<slug:slug>/streams/<int:stream>/release", views.release, name="release"),
    path("<slug:slug>/replay", views.replay, name="replay"),
]
