#!/usr/bin/env python3
"""Django's manage.py. On a machine that has only Python it first makes .venv and moves into it."""

import os
import sys
from pathlib import Path


def main():
    if sys.version_info < (3, 11):  # noqa: UP036 - said here, before something fails obscurely
        sys.exit("opsboard needs Python 3.11 or newer; this is " + sys.version.split()[0])

    from opsboard.launch import equipment

    equipment.ensure(Path(__file__).resolve().parent, sys.argv)

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsboard.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
