from django.urls import path

from opsboard.records import views

app_name = "records"
urlpatterns = [
    path("", views.proposed, name="matches"),
    path("<int:pk>/decide", views.decide, name="decide"),
    path("merges/<int:pk>/undo", views.undo, name="undo_merge"),
]
