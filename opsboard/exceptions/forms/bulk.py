"""What an act on many asks for; the fields stand in the form of the rows, so their names differ."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.http import QueryDict

from opsboard.exceptions.deciding import limits
from opsboard.exceptions.forms.working import able
from opsboard.exceptions.states import BreachCause
from opsboard.exceptions.wording import NEEDS_WORDS
from opsboard.people.models import Person, Team


def _words(label: str, missing: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": missing},
    )


class BulkForm(forms.Form):
    """`said` is what the verb wants; an act without fields only asks to be meant."""

    # What the act is called on its form, on its button, and what the form says first.
    title, button, lead = "Acknowledge", "Acknowledge", "You accept the work on all of them."

    def __init__(self, data: QueryDict | None = None, *, picked: Any):
        super().__init__(data, auto_id="act-%s", prefix="bulk")
        self.picked = picked
        for field in list(self.fields.values())[:1]:
            field.widget.attrs["autofocus"] = True

    @property
    def said(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class BulkClaim(BulkForm):
    title, button, lead = "Claim the fix", "Claim fix", NEEDS_WORDS["claim"][2]
    note = _words("What was changed, and where", "Name the record or the ticket.")
    breach_cause = forms.ChoiceField(
        label="Why those that are late came to that",
        choices=[("", "Choose"), *BreachCause.choices],
        error_messages={"required": "Choose why the deadlines passed."},
    )

    def __init__(self, data: QueryDict | None = None, *, picked: Any):
        super().__init__(data, picked=picked)
        if not any(row.breached_at for row in picked.sorted_for("claim").fits):
            del self.fields["breach_cause"]


class BulkComment(BulkForm):
    title, button, lead = "Comment", "Comment", "It is written to each of them."
    note = _words("Comment", "Write a sentence: nothing else says it to the others.")


class BulkAssign(BulkForm):
    title, button, lead = "Assign", "Assign", "Whoever gets them finds them under “Mine”."
    to = forms.ChoiceField(label="To", error_messages={"required": "Choose a person or a team."})
    note = forms.CharField(
        label="Why (may stay empty)",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: QueryDict | None = None, *, picked: Any):
        super().__init__(data, picked=picked)
        teams = [(f"team:{team.pk}", team.name) for team in Team.objects.order_by("name")]
        people = [(f"person:{one.pk}", str(one)) for one in able(picked.entities)]
        mine = (f"person:{picked.person.pk}", f"Me, {picked.person}")
        self.fields["to"].choices = [("", "Choose"), mine, ("Teams", teams), ("People", people)]

    @property
    def said(self) -> dict[str, Any]:
        sort, _, pk = self.cleaned_data["to"].partition(":")
        to = Person.objects.select_related("team").get(pk=pk) if sort == "person" else None
        team = Team.objects.get(pk=pk) if sort == "team" else None
        return {"to": to, "team": team, "note": self.cleaned_data["note"]}


class BulkWaiver(BulkForm):
    title, button = "Ask for a waiver", "Ask for waivers"
    lead = "Each is asked for alone, at the amount it holds now, and decided alone."
    reason_code = forms.ChoiceField(label="Reason", choices=limits.Reason.choices)
    until = forms.DateField(
        label="Accepted until",
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose a date.", "invalid": "Choose a date."},
    )
    evidence = forms.CharField(label="Evidence", required=False, max_length=2000)
    journal = forms.CharField(label=limits.REFERENCE, required=False, max_length=80)
    narrative = _words("Why is this right?", f"Write at least {limits.LEAST_NARRATIVE} characters.")

    @property
    def said(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        day = given.pop("until")
        ends = datetime.combine(day, time(23, 59), self.picked.person.place)
        return given | {"expires_at": ends}

    def note_mistakes(self, mistakes: dict[str, str]) -> None:
        for name, mistake in mistakes.items():
            self.add_error(name if name in self.fields else None, mistake)


FORMS = {
    "acknowledge": BulkForm,
    "assign": BulkAssign,
    "comment": BulkComment,
    "claim": BulkClaim,
    "ask": BulkWaiver,
}
