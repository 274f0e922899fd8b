"""A turn whenever the demo wants one: of every stream, whether it is due or not."""

from typing import Any

from opsboard.sync import turns

TRIGGER = "demo"


def look_again(by: Any = None) -> None:
    """One that waits already is joined; what has nothing new costs a question per stream."""
    turns.request(trigger=TRIGGER, by=by)
