"""The web process: it starts with a deployment that is right as a whole, or not at all."""

import os
import sys
from collections.abc import Callable

from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

# With this code a worker of gunicorn stops its master, which would start it for ever otherwise.
CANNOT_BOOT = 3


def checked() -> Callable:
    try:
        started = get_wsgi_application()
        found = [one for one in run_checks() if one.is_serious() and not one.is_silenced()]
    except ImproperlyConfigured as error:
        found = [error]
    if found:
        print("opsboard does not start:", *found, sep="\n", file=sys.stderr)  # noqa: T201
        sys.exit(CANNOT_BOOT)
    return started


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsboard.settings")
application = checked()
