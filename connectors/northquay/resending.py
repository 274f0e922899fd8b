"""The middleware's own call that sends messages again, each with its old key (domain.md F.7)."""

from collections.abc import Sequence
from typing import Any

from connectors.base import NeedsHuman, Retried
from connectors.northquay import clock
from connectors.northquay.settings import Recipe
from connectors.northquay.standing import Standing, standing
from connectors.sandbox.firm import is_lost

ARRIVED = ("applied", "duplicate_ignored", "superseded")
MOST = 100


def send_again(recipe: Recipe, messages: Sequence[str]) -> list[Retried]:
    """Of what can arrive by now, everything arrives at once; asked twice it arrives once."""
    if recipe.folder is None:
        raise NeedsHuman("A firm without a folder keeps nothing that is done to it")
    if len(messages) > MOST:
        raise NeedsHuman(f"The middleware takes {MOST} messages in one call, not {len(messages)}")
    with standing(recipe) as before:
        was = {name: before.firm.message(name) for name in messages}
        if lost := [name for name, row in was.items() if is_lost(row)]:
            clock.send_again(recipe.folder, lost, snapshot=recipe.snapshot)
        with standing(recipe) as after:
            return [_answer(name, row, after) for name, row in was.items()]


def _answer(name: str, was: dict[str, Any], firm: Standing) -> Retried:
    if not was:
        return Retried(name, "unknown", "The middleware has no such message.")
    if was["outcome"] in ARRIVED:
        return Retried(name, "repeated", "It had been applied before.")
    if firm.firm.message(name)["outcome"] == "applied":
        return Retried(name, "taken", "Applied.")
    reason = str(was.get("error_code") or was["outcome"]).replace("_", " ")
    return Retried(name, "refused", f"Still: {reason}.")
