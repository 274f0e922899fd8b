"""The addresses that mails need, looked at before a mail waits for them."""

import re
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

from opsboard.alerts.sending import server_of


@checks.register()
def check_addresses(**_: Any) -> list[checks.CheckMessage]:
    """What is wrong is not repeated: a password may stand in it."""
    found = []
    try:
        server_of(settings.SMTP_URL)
    except ValueError as error:
        found.append(f"OPSBOARD_SMTP_URL: does not fit; {error}")
    if not _is_page(settings.ADDRESS):
        found.append("OPSBOARD_ADDRESS: does not fit; write https://ops.example.com")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(settings.MAIL_FROM)[1]):
        found.append("OPSBOARD_MAIL_FROM: does not fit; write opsboard@example.com")
    return [checks.Error(one, id="opsboard.E003") for one in found]


def _is_page(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
