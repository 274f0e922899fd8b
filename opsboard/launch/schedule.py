"""What rqcron fires: one tick. Everything else that has a time is a row in the database.

Exactly one rqcron may run: `manage.py rqcron opsboard.launch.schedule`.
"""

from rq.cron import register

from opsboard.pipeline import tick

register(tick, "default", interval=60)
