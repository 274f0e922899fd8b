"""What rqcron fires: one tick. Everything else that has a time is a row in the database.

Exactly one rqcron may run: `manage.py rqcron opsboard.launch.schedule`.

In a demo an hour passes in a minute, so the systems are asked again long before a tick would.
"""

from django.conf import settings
from rq.cron import register

from opsboard.launch.turns import look_again
from opsboard.pipeline import tick

register(tick, "default", interval=60)
if settings.DEMO:
    register(look_again, "default", interval=20)
