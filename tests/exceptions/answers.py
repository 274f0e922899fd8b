"""What the tests of acts send, and how they read what comes back."""

import re
from html import unescape

from opsboard.exceptions.models import Group

WHY = "The client pays in July by agreement; the letter is attached."
WAIVER = {
    "reason_code": "timing",
    "amount": "1500",
    "until": "2026-07-08",
    "evidence": "letter 7",
    "narrative": WHY,
}


def body(response):
    """What the page says, without its marks."""
    said = re.sub(r"<[^>]+>", "", unescape(response.content.decode()))
    return re.sub(r"\s+", " ", said.replace("\xa0", " "))


def fresh(group):
    return Group.objects.get(pk=group.pk)
