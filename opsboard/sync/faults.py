"""What cannot be stored, told apart from a database that cannot store just now."""

import logging

from django.db import DataError

from opsboard.sync.models import Stream

log = logging.getLogger(__name__)
# Classes of SQLSTATE whose errors rest on the values alone: the same rows fail the same way again.
# Two rows for one, values that do not fit, broken constraints, and more than an index can hold.
OF_THE_ROWS = {"21", "22", "23", "54"}


def fault_of_rows(error: Exception) -> str:
    """What the error is called when trying again cannot help; empty when it may.

    Its message quotes values, so it is for the log alone.
    """
    cause = error.__cause__
    code = getattr(cause, "sqlstate", None) or ""
    if code[:2] in OF_THE_ROWS:
        fault = f"{type(cause).__name__}, SQLSTATE {code}"
    elif isinstance(error, DataError | UnicodeError):
        fault = type(error).__name__
    else:
        return ""
    log.error("stored rows cannot be loaded: %s", fault, exc_info=error)
    return fault


def stop_at_next_page(stream: Stream, fault: str) -> None:
    """The oldest page that waits is the one that cannot be loaded; a person must look at it."""
    page = stream.raw_pages.filter(loaded_at=None).order_by("pk").first()
    stream.stop(
        f"Stored page {page and page.pk} holds a value that cannot be stored ({fault}).",
        "The log names it. Mend it in the source or override the field's mapping, then release the"
        " stream; the page is kept, and so are those after it.",
    )
