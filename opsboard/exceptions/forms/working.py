"""What an act needs to know from whoever does it."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict

from opsboard.exceptions.states import BreachCause
from opsboard.people.models import Person, Team
from opsboard.people.roles import ROLES


class NoteForm(forms.Form):
    """The words of a comment or a claim."""

    note = forms.CharField(
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        error_messages={"required": "Write a sentence: nothing else says it to the others."},
    )

    def __init__(self, data: QueryDict | None = None, *, act: str):
        super().__init__(data, auto_id="act-%s")
        self.act = act
        self.fields["note"].label = "What was changed, and where" if act == "claim" else "Comment"


class ClaimForm(NoteForm):
    """A claim; of what is late also why it came to that (domain.md F.5)."""

    breach_cause = forms.ChoiceField(
        label="Why it was late",
        choices=[("", "Choose"), *BreachCause.choices],
        error_messages={"required": "Choose why the deadline passed."},
    )

    def __init__(self, data: QueryDict | None = None, *, late: bool):
        super().__init__(data, act="claim")
        if not late:
            del self.fields["breach_cause"]


class AssignForm(forms.Form):
    """To whom: a person who may claim fixes and sees the entity, or a team's queue."""

    act = "assign"
    to = forms.ChoiceField(
        label="To",
        widget=forms.Select(attrs={"autofocus": True}),
        error_messages={"required": "Choose a person or a team."},
    )
    note = forms.CharField(label="Why (may stay empty)", required=False, max_length=4000)

    def __init__(self, data: QueryDict | None = None, *, group: Any):
        super().__init__(data, auto_id="act-%s")
        teams = [(f"team:{team.pk}", team.name) for team in Team.objects.order_by("name")]
        people = [(f"person:{one.pk}", str(one)) for one in able({group.legal_entity})]
        self.fields["to"].choices = [("", "Choose"), ("Teams", teams), ("People", people)]

    @property
    def chosen(self) -> dict[str, Any]:
        """`to` and `team` as the verb wants them."""
        sort, _, pk = self.cleaned_data["to"].partition(":")
        if sort == "team":
            return {"team": Team.objects.get(pk=pk)}
        return {"to": Person.objects.select_related("team").get(pk=pk)}


def able(entities: set[str]) -> list[Person]:
    """Who may claim a fix and sees these legal entities."""
    roles = [role for role, rights in ROLES.items() if "claim" in rights.may]
    found = Person.objects.filter(is_active=True, role__in=roles)
    return list(
        found.filter(Q(entities=[]) | Q(entities__contains=sorted(entities))).order_by(
            "first_name", "last_name", "username"
        )
    )


class ViewForm(forms.Form):
    """The name under which a queue is kept."""

    name = forms.CharField(
        max_length=60,
        label="Name",
        error_messages={"required": "Give it a name, such as “NQ-UK over 25 000”."},
    )
    query = forms.CharField(required=False, widget=forms.HiddenInput)
