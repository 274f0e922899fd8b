"""The demo's small firm at work: its systems export into the drop folders every few minutes.

python -m opsboard.launch.exporting
"""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

EVERY = timedelta(minutes=5)
KEPT = timedelta(days=1)


def export() -> None:
    """One round of exports, where the configuration says that they are fetched."""
    from connectors.sandbox import exports
    from opsboard.config import config

    now = datetime.now(UTC)
    known = config().connections
    if not all(slug in known and "folder" in known[slug].settings for slug in exports.SYSTEMS):
        # Somebody's own configuration, whose systems are not the invented firm's.
        return
    folders = {slug: Path(config().settings_for(slug)["folder"]) for slug in exports.SYSTEMS}
    exports.write(folders, now)
    exports.clear(folders, now - KEPT)


if __name__ == "__main__":
    django.setup()
    while True:
        time.sleep(EVERY.total_seconds())
        export()
