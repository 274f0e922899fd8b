"""What a promise of a permanent fix needs: what, who, and by when."""

from datetime import date
from typing import Any

from django import forms

from opsboard.exceptions.forms.deciding import _day, _text
from opsboard.people.models import Person
from opsboard.people.roles import ROLES


class ProblemForm(forms.Form):
    title = _text("The permanent fix", "Say what will be changed so that it does not come back.", 2)
    owner = forms.ChoiceField(
        label="Who does it", error_messages={"required": "Choose who does it."}
    )
    due_on = _day("By when")
    workflow = forms.SlugField(widget=forms.HiddenInput)
    cause = forms.SlugField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, today: date, **more: Any):
        super().__init__(data, auto_id="problem-%s", **more)
        self.today = today
        roles = [role for role, rights in ROLES.items() if "claim" in rights.may]
        people = Person.objects.filter(is_active=True, role__in=roles)
        named = [(str(one.pk), str(one)) for one in people.order_by("first_name", "username")]
        self.fields["owner"].choices = [("", "Choose"), *named]

    def clean_due_on(self) -> date:
        if self.cleaned_data["due_on"] < self.today:
            raise forms.ValidationError("Choose a day that is still to come.")
        return self.cleaned_data["due_on"]


class OutcomeForm(forms.Form):
    outcome = _text("What was changed", "Say what was changed, and how it was proven.", 2)
