from django.urls import include, path

from opsboard.exceptions.acts import bulk, deciding, keeping, waiting, working
from opsboard.exceptions.item import page as views
from opsboard.exceptions.queue import counts, export, news
from opsboard.exceptions.queue import page as queue

app_name = "exceptions"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("export.csv", export.queue_as_csv, name="export"),
    path("export.xlsx", export.queue_as_xlsx, name="workbook"),
    path("counts/", counts.counts, name="counts"),
    path("news/", news.news, name="news"),
    path("picked/", bulk.picked, name="picked"),
    path("bulk/<slug:act>/", bulk.bulk, name="bulk"),
    path("bulk/<int:pk>/undo/", bulk.undo, name="undo"),
    path("views/", keeping.kept, name="views"),
    path("views/keep/", keeping.keep, name="keep"),
    path("views/<int:pk>/", keeping.change, name="view"),
    path("", include("opsboard.exceptions.item.urls")),
    path("<int:pk>/", views.group, name="group"),
    path("<int:pk>/acknowledge/", working.acknowledge, name="acknowledge"),
    path("<int:pk>/assign/", working.assign, name="assign"),
    path("<int:pk>/comment/", working.comment, name="comment"),
    path("<int:pk>/claim/", working.claim, name="claim"),
    path("<int:pk>/start/", waiting.start, name="start"),
    path("<int:pk>/wait/", waiting.wait, name="wait"),
    path("<int:pk>/snooze/", waiting.snooze, name="snooze"),
    path("<int:pk>/wake/", waiting.wake, name="wake"),
    path("<int:pk>/ask/", deciding.ask, name="ask"),
    path("<int:pk>/propose/", deciding.propose, name="propose"),
    path("<int:pk>/approve/", deciding.approve, name="approve"),
    path("<int:pk>/refuse/", deciding.refuse, name="refuse"),
    path("<int:pk>/withdraw/", deciding.withdraw, name="withdraw"),
    path("<int:pk>/reopen/", deciding.reopen, name="reopen"),
]
