"""Which room answers at which address."""

from django.urls import include, path

urlpatterns = [
    path("", include("opsboard.boards.urls")),
    path("statements/", include("opsboard.boards.statement_urls")),
    path("exceptions/", include("opsboard.exceptions.urls")),
    path("systems/", include("opsboard.sync.urls")),
    path("controls/", include("opsboard.controls.urls")),
    path("matches/", include("opsboard.records.urls")),
    path("traces/", include("opsboard.traces.urls")),
    path("people/", include("opsboard.people.urls")),
    path("ui/", include("opsboard.ui.urls")),
    path("demo/", include("opsboard.launch.urls")),
]
handler400 = "opsboard.ui.views.bad_request"
handler403 = "opsboard.ui.views.forbidden"
handler404 = "opsboard.ui.views.not_found"
handler500 = "opsboard.ui.views.failed"
