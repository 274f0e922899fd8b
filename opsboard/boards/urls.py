from django.urls import path

from opsboard.boards import views

app_name = "boards"
urlpatterns = [path("", views.today, name="today")]
