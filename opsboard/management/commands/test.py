import os
import sys

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Run the tests on throw-away servers; all arguments are pytest's."

    def run_from_argv(self, argv):
        """Hand everything on unread: `-k`, `-x` and the like are pytest's, not Django's."""
        os.chdir(settings.ROOT)
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, "-m", "pytest", *argv[2:]])
