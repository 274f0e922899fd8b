"""The filter of the queue: it narrows the groups, and says itself as a sentence."""

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Self
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from opsboard.controls.catalogue import catalogue
from opsboard.exceptions.deciding.requests import to_decide
from opsboard.exceptions.queries import Groups, may_see
from opsboard.exceptions.queue.ground import Ground, ground_of
from opsboard.exceptions.queue.paging import Order
from opsboard.exceptions.wording import (
    AMOUNTS,
    AROUND,
    ENDED,
    LEVELS,
    ORDERS,
    SEVERITIES,
    STATE_OF,
    STATES,
    WHEN_ASKED,
    close_relevant,
    closing,
    plain,
    subjects,
)
from opsboard.people.models import Person

RECENT = timedelta(days=7)
# The choice that means: belongs to no legal entity, as a stale feed does.
NO_ENTITY = "none"
MEASURES = {"value": "value_at_risk", "cost": "cost_at_risk", "misstated": "misstatement"}
BY_DUE = Order("due", "due_on", "day", then="value_at_risk", then_shown="value", by_day=True)
# For readers who may not see the money: an order must not tell of it.
BY_DUE_ALONE = Order("due-alone", "due_on", "day", by_day=True)
BY_MONEY = Order("money", "value_at_risk", "value", down=True, id_down=True)
NEWEST = Order("newest", "id", "id", id_down=True)
BY_SETTLED = Order("settled", "settled_at", "settled_at", down=True, id_down=True)


def by_due(person: Person) -> Order:
    return BY_DUE if may_see("value_at_risk", person) else BY_DUE_ALONE


# What is typed, or comes from a board's link, is no choice from a list.
FREE = {"q", "cause"}


class Words(forms.Select):
    """A choice as a word of the sentence; some hundred options, so no template for each."""

    def render(self, name: str, value: str, attrs: dict | None = None, renderer=None) -> SafeString:
        given = self.build_attrs(self.attrs, attrs)
        return _select(name, given["id"], value or "", tuple(self.choices))


@lru_cache(500)
def _select(name: str, place: str, value: str, choices: tuple[tuple[str, str], ...]) -> SafeString:
    """The same for everybody who may choose the same."""
    options = (
        (key, mark_safe(" selected") if key == value else "", words) for key, words in choices
    )
    each = format_html_join("", '<option value="{}"{}>{}</option>', options)
    return format_html('<select name="{}" id="{}">{}</select>', name, place, each)


class QueueFilter(forms.Form):
    """One queue, described by its URL. `in_words()` is exactly the sentence on the page."""

    state = forms.ChoiceField(required=False)
    entity = forms.ChoiceField(required=False)
    owner = forms.ChoiceField(required=False)
    about = forms.ChoiceField(required=False)
    cause = forms.ChoiceField(required=False)
    amount = forms.ChoiceField(required=False)
    severity = forms.ChoiceField(required=False)
    q = forms.CharField(required=False, max_length=100)
    order = forms.ChoiceField(required=False)

    def __init__(
        self, data: QueryDict | dict, person: Person, now: datetime, ground: Ground | None = None
    ):
        super().__init__(data, auto_id="wanted-%s", use_required_attribute=False)
        self.person, self.now, self.zone = person, now, person.place
        self.ground = ground or ground_of(person, data)
        choices = {
            "state": STATES | {"close": f"block the {closing(now, self.zone)} close"},
            "entity": self._entities(),
            "owner": self._owners(),
            "about": subjects(),
            "cause": self._causes(),
            "amount": self._seen({"": "any amount"} | AMOUNTS),
            "order": self._seen(ORDERS, money="value_at_risk"),
        }
        choices["severity"] = SEVERITIES
        for name, options in choices.items():
            self.fields[name].widget = Words()
            self.fields[name].choices = list(options.items())
        for name, (label, *_) in AROUND.items():
            self.fields[name].label = label

    def other(self, chosen: Mapping[str, str]) -> Self | None:
        """The filter of the same reader with other choices, without reading a form once more; None
        when one of them means nothing here."""
        if set(chosen) - set(AROUND):
            return None
        found = copy(self)
        found.cleaned_data = {name: chosen.get(name) or "" for name in AROUND}
        for name in set(chosen) - FREE:
            if chosen[name] and chosen[name] not in self.known[name]:
                return None
        return found

    @cached_property
    def known(self) -> dict[str, dict[str, str]]:
        return {name: dict(self.fields[name].choices) for name in AROUND if name not in FREE}

    def narrow(self, groups: Groups) -> Groups:
        """The groups that the sentence speaks of, among those the reader may see."""
        asked = self.cleaned_data
        groups = self._of_state(groups.visible_to(self.person), asked["state"])
        groups = self._of_owner(groups, asked["owner"])
        if asked["entity"]:
            code = "" if asked["entity"] == NO_ENTITY else asked["entity"]
            groups = groups.filter(legal_entity=code)
        if asked["about"]:
            column = "control" if asked["about"] in catalogue() else "workflow"
            groups = groups.filter(**{column: asked["about"]})
        return self._of_kind(groups)

    @property
    def running(self) -> Order:
        state, order = self.cleaned_data["state"], self.cleaned_data["order"]
        if order == "money":
            return BY_MONEY
        if state == "resolved" and not order:
            return BY_SETTLED
        if state in ENDED or order == "newest":
            return NEWEST
        order = by_due(self.person)
        return replace(order, late_only=True) if state == "late" else order

    def sentence(self) -> Iterator[dict]:
        """Every choice with the words around it, for the page."""
        for name, (_, before, after) in AROUND.items():
            if name not in WHEN_ASKED or self.cleaned_data[name]:
                yield {"before": before, "field": self[name], "after": after, "name": name}

    def in_words(self) -> str:
        return "".join(
            part["before"] + self._said(part["name"]) + part["after"] for part in self.sentence()
        )

    def query(self, **changes: str) -> str:
        """The shortest address of this filter, with some choices replaced."""
        chosen = {name: self.cleaned_data.get(name) or "" for name in AROUND} | changes
        return urlencode({name: value for name, value in chosen.items() if value})

    def keeping(self) -> str:
        """The address at which this filter gets a name."""
        return urlencode({"keep": self.query()})

    def _of_state(self, groups: Groups, state: str) -> Groups:
        if state == "resolved":
            # Said twice, so that indexes of what is settled serve it.
            return groups.resolved_since(self.now - RECENT).filter(is_unsettled=False)
        if state in ENDED:
            return groups.filter(state=STATE_OF[state], is_unsettled=False)
        groups = groups.unsettled()
        if state in STATE_OF:
            return groups.filter(state=STATE_OF[state])
        return self._of_question(groups, state)

    def _of_question(self, groups: Groups, state: str) -> Groups:
        """Choices that no single state tells."""
        if state == "new":
            return groups.filter(state__in=["new", "reopened"])
        if state == "mine":
            return groups.waiting_for(self.person)
        if state == "decide":
            return to_decide(groups, self.person)
        if state == "close":
            return groups.filter(control__in=close_relevant())
        if state == "today":
            return groups.due_today(self.now, self.zone)
        return groups.overdue(self.now) if state == "late" else groups

    def _of_owner(self, groups: Groups, owner: str) -> Groups:
        if owner == "me":
            return groups.owned_by(self.person)
        if owner == "team":
            return groups.of_team(self.person.team_id)
        return groups.unowned() if owner == "nobody" else groups

    def _of_kind(self, groups: Groups) -> Groups:
        asked = self.cleaned_data
        if asked["cause"]:
            groups = groups.filter(cause__in=asked["cause"].split(","))
        if asked["amount"]:
            groups = groups.filter(**{f"{MEASURES[asked['amount']]}__gt": 0})
        if asked["severity"]:
            low, high = LEVELS[asked["severity"]]
            # One level is said as one: the index of severities then holds the order of the days.
            level = {"severity": low} if low == high else {"severity__range": (low, high)}
            groups = groups.filter(**level)
        if not asked["q"]:
            return groups
        return groups.mentioning(asked["q"], self.ground.found_for(asked["q"]))

    def _said(self, name: str) -> str:
        chosen = self.cleaned_data[name]
        return f"“{chosen}”" if name == "q" else dict(self.fields[name].choices)[chosen]

    def _entities(self) -> dict[str, str]:
        """The codes that records know, and one that only a group carries, when it is asked for."""
        known = self.person.entities or self.ground.entities
        choices = {"": "all entities"} | {code: code for code in known}
        if not self.person.entities:
            choices[NO_ENTITY] = "no legal entity"
        return choices

    def _owners(self) -> dict[str, str]:
        team = {"team": "my team"} if self.person.team_id else {}
        return {"": "anyone", "me": "me", **team, "nobody": "nobody"}

    def _causes(self) -> dict[str, str]:
        """Asked for by links only; several are parted by commas (a board's "others")."""
        asked, known = self.data.get("cause", ""), self.ground.causes
        choices = {"": "any cause"} | {cause: plain(cause) for cause in known}
        if asked and set(asked.split(",")) <= set(known):
            choices[asked] = " or ".join(plain(cause) for cause in asked.split(","))
        return choices

    def _seen(self, options: dict[str, str], **guards: str) -> dict[str, str]:
        """Without the choices that would tell of an amount this reader may not see."""
        guards = guards or MEASURES
        return {
            name: words
            for name, words in options.items()
            if name not in guards or may_see(guards[name], self.person)
        }
