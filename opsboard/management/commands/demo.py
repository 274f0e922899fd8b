import json

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from opsboard.launch import demo
from opsboard.launch.errors import CannotStart
from opsboard.launch.supervisor import stop_signals


class Command(BaseCommand):
    help = "Run everything on this machine with a made-up firm that lives, until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000, help="the next free one is taken")
        parser.add_argument(
            "--once", action="store_true", help="pull, reconcile, print a JSON summary and stop"
        )
        parser.add_argument(
            "--pace",
            type=_pace,
            default=demo.PACE,
            help="minutes that pass in the firm in one of ours; 0 lets it stand still (usually 60)",
        )
        parser.add_argument(
            "--fresh", action="store_true", help="forget what was, and begin the firm's story anew"
        )

    def handle(self, *, port: int, once: bool, pace: float, fresh: bool, **options):
        try:
            with stop_signals():
                if fresh:
                    demo.forget(settings.STATE)
                if once:
                    self.stdout.write(json.dumps(demo.once(settings.STATE), indent=2))
                else:
                    demo.run(settings.STATE, port, pace)
        except CannotStart as reason:
            raise CommandError(str(reason)) from None
        except KeyboardInterrupt:
            if once:
                raise CommandError("stopped before the end", returncode=130) from None


def _pace(text: str) -> float:
    pace = float(text)
    if not 0 <= pace <= 3600:
        raise ValueError(text)
    return pace
