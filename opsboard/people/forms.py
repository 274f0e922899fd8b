from typing import Any

from django import forms
from django.http import HttpRequest

from opsboard.people.absences import may_speak_for, overlapping, reason_against
from opsboard.people.models import Person


class SignIn(forms.Form):
    name = forms.CharField(
        max_length=150,
        error_messages={"required": "Enter your user name or work e-mail, like name@firm.com"},
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        max_length=1000,
        strip=False,
        error_messages={"required": "Enter your password"},
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose a date.", "invalid": "Choose a date."},
    )


class AbsenceForm(forms.Form):
    """Who is away, in which days, and who acts meanwhile."""

    person = forms.ModelChoiceField(
        label="Who is away",
        queryset=None,
        empty_label=None,
        error_messages={"required": "Choose who is away."},
    )
    delegate = forms.ModelChoiceField(
        label="Who acts meanwhile",
        queryset=None,
        required=False,
        empty_label="Nobody: the work goes up the ladder",
    )
    starts_on = _day("First day away")
    ends_on = _day("Last day away")
    reason = forms.CharField(label="Why (may stay empty)", max_length=200, required=False)

    def __init__(self, data: Any = None, *, by: Person, today: Any):
        super().__init__(data, auto_id="away-%s", initial={"person": by.pk, "starts_on": today})
        self.today = today
        everybody = Person.objects.filter(is_active=True).exclude(role="")
        for name, people in (("person", may_speak_for(by)), ("delegate", everybody)):
            ordered = people.order_by("first_name", "last_name", "username").distinct()
            self.fields[name].queryset = ordered

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if not {"person", "starts_on", "ends_on"} <= set(said):
            return said
        if said["ends_on"] < said["starts_on"]:
            self.add_error("ends_on", "Choose a last day that is not before the first.")
        elif said["ends_on"] < self.today:
            self.add_error("ends_on", "Choose a last day that is not over yet.")
        elif overlapping(said["person"], said["starts_on"], said["ends_on"]).exists():
            self.add_error("starts_on", "One of these days is on record already; see below.")
        elif said["delegate"]:
            days = said["starts_on"], said["ends_on"]
            if reason := reason_against(said["person"], said["delegate"], *days):
                self.add_error("delegate", reason)
        return said


def address_of(request: HttpRequest) -> str:
    """The address that the connection came from. What a header claims could be anybody's."""
    return request.META.get("REMOTE_ADDR", "")
