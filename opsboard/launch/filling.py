"""Makes the tables, exports, pulls and reconciles once, and writes down what was found as JSON.

python -m opsboard.launch.filling FILE
"""

import json
import sys
from pathlib import Path

import django
from django.core.management import call_command


def fill() -> dict:
    from opsboard.boards.summary import summarise
    from opsboard.launch.exporting import export
    from opsboard.people.demo import settle_demo_people

    call_command("migrate", verbosity=0, interactive=False)
    export()
    call_command("pull")
    settle_demo_people()
    call_command("reconcile")
    return summarise()


if __name__ == "__main__":
    django.setup()
    Path(sys.argv[1]).write_text(json.dumps(fill(), default=str))
