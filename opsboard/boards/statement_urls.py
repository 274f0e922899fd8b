from django.urls import path

from opsboard.boards import statement_views

app_name = "statements"
urlpatterns = [
    path("", statement_views.overview, name="overview"),
    path("<str:code>", statement_views.statement, name="statement"),
    path("<str:code>/rows", statement_views.behind, name="rows"),
    path("<str:code>/rows.csv", statement_views.behind_as_csv, name="export"),
]
