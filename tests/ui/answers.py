"""The product's addresses, and one that fails: nothing of ours fails on purpose."""

from django.urls import path

from opsboard.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500"]


def fail(request):
    raise RuntimeError("asked for by a test")


urlpatterns = [path("failing", fail), *urlpatterns]
