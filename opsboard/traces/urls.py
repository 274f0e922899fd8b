from django.urls import path

from opsboard.traces import views

app_name = "traces"
urlpatterns = [
    path("", views.search, name="search"),
    path("<path:correlation_id>", views.transaction, name="transaction"),
]
