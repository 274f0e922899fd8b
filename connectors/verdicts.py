"""What an answer's status means for whoever waits: fine, try again, or a person is needed."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from connectors.base import NeedsHuman, TryAgain

BRIEFLY_DOWN = frozenset((502, 503, 504))
LATER = frozenset((408, 425, 429))
LONGEST_WAIT = timedelta(days=1)
REMEDIES = {
    401: "Check the login and its password or token in opsboard.toml, and that it is not locked.",
    403: "Grant the login the right to read this in the source, or correct the login.",
    404: "Check base_url and the names in opsboard.toml against the source.",
    407: "Check the way through the proxy.",
}


def judge(response: httpx.Response, origin: str) -> None:
    """Raise TryAgain or NeedsHuman unless the answer is a good one. For logins too."""
    status = response.status_code
    if response.is_success:
        return
    said = f"{origin} answered {status} {response.reason_phrase}".rstrip()
    if status in LATER or status >= 500:
        raise TryAgain(said, retry_after(response))
    if response.is_redirect:
        raise NeedsHuman(f"{said}, a redirect", "Write the address it leads to as base_url.")
    remedy = REMEDIES.get(status, "Check the connection's settings against what the source offers.")
    raise NeedsHuman(said, remedy)


def retry_after(response: httpx.Response) -> timedelta | None:
    """What the source asks for, in seconds or as a date; at most a day, None when it is silent."""
    text = response.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    wanted = http_date(text)
    if wanted is None:
        return None
    # The server's own clock decides, as far as it told it: ours may be wrong.
    now = http_date(response.headers.get("date", "")) or datetime.now(UTC)
    return max(timedelta(0), min(wanted - now, LONGEST_WAIT))


def http_date(text: str) -> datetime | None:
    """An HTTP date as an instant in UTC; None when it is not one."""
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
