from importlib.util import find_spec

from django.urls import include, path

ROOMS = {
    "": "boards",
    "exceptions/": "exceptions",
    "systems/": "sync",
    "controls/": "controls",
    "traces/": "traces",
    "people/": "people",
    "ui/": "ui",
}
urlpatterns = [
    path(prefix, include(f"opsboard.{room}.urls"))
    for prefix, room in ROOMS.items()
    if find_spec(f"opsboard.{room}.urls")
]
handler400 = "opsboard.ui.views.bad_request"
handler403 = "opsboard.ui.views.forbidden"
handler404 = "opsboard.ui.views.not_found"
handler500 = "opsboard.ui.views.failed"
