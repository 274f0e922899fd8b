from django.urls import path

from opsboard.exceptions import acts, export, views

app_name = "exceptions"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("export.csv", export.queue_as_csv, name="export"),
    path("<int:pk>/", views.group, name="group"),
    path("<int:pk>/acknowledge/", acts.acknowledge, name="acknowledge"),
    path("<int:pk>/assign/", acts.assign, name="assign"),
    path("<int:pk>/comment/", acts.comment, name="comment"),
    path("<int:pk>/claim/", acts.claim, name="claim"),
]
