"""The zones that people live in: checked when they are set, never a stumbling block afterwards."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError

from opsboard.config import config


def check_zone(name: str) -> None:
    if _zone(name) is None:
        raise ValidationError("There is no time zone %(name)s.", params={"name": name})


def place(name: str) -> ZoneInfo:
    """A reader's zone; one that does not exist is the firm's: pages and mail go on without it."""
    return _zone(name) or ZoneInfo(str(config().firm.zone))


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
