"""The addresses of what is done on the page of one item, and of what others were asked."""

from django.urls import path

from opsboard.exceptions.acts import helping, joining, problems, recording, replaying

urlpatterns = [
    path("asked/", helping.asked, name="asked"),
    path("asked/<int:pk>/take/", helping.take, name="take_task"),
    path("asked/<int:pk>/reply/", helping.reply, name="reply_task"),
    path("asked/<int:pk>/withdraw/", helping.withdraw, name="withdraw_task"),
    path("mentions/", recording.mentions, name="mentions"),
    path("problems/", problems.problems, name="problems"),
    path("problems/open/", problems.open_one, name="open_problem"),
    path("problems/<int:pk>/close/", problems.close_one, name="close_problem"),
    path("<int:pk>/file/", recording.file, name="file"),
    path("<int:pk>/evidence/<int:number>/", recording.evidence, name="evidence"),
    path("<int:pk>/seek/", joining.seek, name="seek"),
    path("<int:pk>/split/", joining.split, name="split"),
    path("<int:pk>/put_back/", joining.put_back, name="put_back"),
    path("<int:pk>/merge/", joining.merge, name="merge"),
    path("<int:pk>/unmerge/", joining.unmerge, name="unmerge"),
    path("<int:pk>/replay/", replaying.replay, name="replay"),
    path("<int:pk>/compensate/", replaying.compensate, name="compensate"),
    path("<int:pk>/execute/", replaying.execute, name="execute"),
    path("<int:pk>/step_done/", replaying.step_done, name="step_done"),
]
