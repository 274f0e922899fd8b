"""An address the queue does not understand: what is wrong with it, and the nearest that works."""

from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import urlencode

from opsboard.exceptions.queue.filter import QueueFilter
from opsboard.exceptions.wording import AMOUNTS, AROUND, ORDERS


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is said to the reader, and a link (its words and its query) that is valid."""

    said: str
    way: str
    query: str


def mistakes_in(wanted: QueueFilter) -> list[Mistake]:
    """Everything in the address that means nothing here; empty when the queue can be shown."""
    found = [_name(wanted, name) for name in wanted.data if name not in {*AROUND, "page"}]
    found += [_twice(wanted, name) for name in AROUND if len(wanted.data.getlist(name)) > 1]
    return found + [_value(wanted, name) for name in wanted.errors]


def _name(wanted: QueueFilter, name: str) -> Mistake:
    near = get_close_matches(name, list(AROUND), 1)
    said = f"“{name}” is not part of a queue's address."
    if near and near[0] not in wanted.data:
        choices = dict(getattr(wanted.fields[near[0]], "choices", []))
        value = wanted.data[name]
        if value in choices:
            return Mistake(said, f"Use “{near[0]}”", _query(wanted, **{near[0]: value}))
    return Mistake(said, "Leave it out", _query(wanted))


def _twice(wanted: QueueFilter, name: str) -> Mistake:
    said = f"“{name}” is given more than once; the queue has one sentence."
    return Mistake(said, "Keep the last", _query(wanted))


def _value(wanted: QueueFilter, name: str) -> Mistake:
    value = wanted.data.get(name, "")
    if value in AMOUNTS or (name == "order" and value in ORDERS):
        said = "You may not see these amounts, so the queue can neither order nor choose by them."
        return Mistake(said, "Show it without", _query(wanted))
    if name == "q":
        return Mistake(wanted.errors[name][0], "Show it without", _query(wanted))
    choices = {key: words for key, words in wanted.fields[name].choices if key}
    near = get_close_matches(value.lower(), [key.lower() for key in choices], 1, 0.5)
    said = f"“{value}” is not a choice of “{name}”."
    for key, words in choices.items():
        if near and key.lower() == near[0]:
            return Mistake(said, f"Show “{words}”", _query(wanted, **{name: key}))
    return Mistake(said, "Leave it out", _query(wanted))


def _query(wanted: QueueFilter, **changes: str) -> str:
    """The address made of what was understood."""
    understood = {
        name: wanted.cleaned_data.get(name, "") for name in AROUND if name not in wanted.errors
    } | changes
    return urlencode({name: value for name, value in understood.items() if value})
