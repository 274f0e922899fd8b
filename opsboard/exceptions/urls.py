from django.urls import path

from opsboard.exceptions import export, queue, views
from opsboard.exceptions.acts import working

app_name = "exceptions"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("export.csv", export.queue_as_csv, name="export"),
    path("<int:pk>/", views.group, name="group"),
    path("<int:pk>/acknowledge/", working.acknowledge, name="acknowledge"),
    path("<int:pk>/assign/", working.assign, name="assign"),
    path("<int:pk>/comment/", working.comment, name="comment"),
    path("<int:pk>/claim/", working.claim, name="claim"),
]
