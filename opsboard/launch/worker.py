"""An RQ worker whose death is noticed within a minute, and that takes its job with it."""

import ctypes
import signal
import sys

from rq import Worker as RqWorker

PR_SET_PDEATHSIG = 1


class Worker(RqWorker):
    def __init__(self, *arguments, job_monitoring_interval: int = 5, **named):
        super().__init__(*arguments, job_monitoring_interval=job_monitoring_interval, **named)

    def main_work_horse(self, *arguments, **named):
        """The job runs in a process group of its own: nothing else would end it with us."""
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        return super().main_work_horse(*arguments, **named)
