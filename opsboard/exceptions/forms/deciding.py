"""What waiting and deciding need to know, with the limits in the form itself (domain.md F.2)."""

from collections.abc import Callable
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django import forms

from opsboard.clock import now
from opsboard.config import config
from opsboard.exceptions.deciding import limits, requests, tiers
from opsboard.exceptions.queries import may_see
from opsboard.ui import words

# The verb's own word for a field that the form calls otherwise.
FIELDS = {"expires_at": "until", "on": "waiting_on"}


class ActForm(forms.Form):
    """`title`, `lead` and `footing` stand around the fields; `pairs` share a line in twos."""

    act = ""
    title = lead = footing = ""
    pairs: tuple[str, ...] = ()
    # Several answers at once: it comes before the page.
    is_dialog = False

    def __init__(self, data: Any = None, *, group: Any, person: Any):
        super().__init__(data, auto_id="act-%s")
        self.group, self.person = group, person
        # Whoever opens the form goes on writing in its first field.
        next(iter(self.fields.values())).widget.attrs["autofocus"] = True

    @property
    def in_pairs(self) -> list:
        return [self[name] for name in self.pairs]

    @property
    def alone(self) -> list:
        return [self[name] for name in self.fields if name not in self.pairs]

    @property
    def said(self) -> dict[str, Any]:
        """As the verb wants it."""
        return dict(self.cleaned_data)

    def note_mistakes(self, mistakes: dict[str, str]) -> None:
        for name, mistake in mistakes.items():
            name = FIELDS.get(name, name)
            if name not in self.errors:
                self.add_error(name if name in self.fields else None, mistake)

    def until(self, last: datetime) -> datetime | None:
        """The end of the chosen day where the reader is, or the limit when that comes first."""
        chosen = self.cleaned_data.get("until")
        if chosen is None:
            return None
        ends = datetime.combine(chosen, time(23, 59), self.person.place)
        return last if chosen == last.astimezone(self.person.place).date() else ends

    def hint_last_day(self, last: datetime) -> None:
        day = last.astimezone(self.person.place).date()
        field = self.fields["until"]
        field.widget.attrs |= {"max": day.isoformat(), "class": "short"}
        field.help_text = f"Up to {words.day(last, now(), self.person.place)}."

    def too_late_a_day(self, last: datetime) -> None:
        """Said beside the field, with the day that would do."""
        until = self.until(last)
        if until and until > last:
            said = words.day(last, now(), self.person.place)
            self.add_error("until", f"Choose a date up to {said}.")


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose a date.", "invalid": "Choose a date."},
    )


def _text(label: str, missing: str, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing},
        **more,
    )


class NoteForm(ActForm):
    note = _text("Why", "Write why: nothing else says it to the others.")


class ApproveForm(NoteForm):
    act = "approve"


class RefuseForm(NoteForm):
    act = "refuse"


class ReopenForm(NoteForm):
    act = "reopen"


class WaitForm(ActForm):
    act = "wait"
    pairs = ("reason", "waiting_on", "until")
    reason = forms.ChoiceField(label="For whom", choices=limits.WaitsFor.choices)
    waiting_on = forms.CharField(
        label="Who exactly",
        max_length=120,
        error_messages={"required": "Name the team, the system or the customer."},
    )
    until = _day("They have until")
    note = _text("What was asked of them", "Write what was asked of them.")

    def __init__(self, data: Any = None, **given: Any):
        super().__init__(data, **given)
        self.hint_last_day(limits.last_wait(self.group, (data or {}).get("reason", "")))

    def clean(self) -> dict[str, Any]:
        self.too_late_a_day(self._last())
        return self.cleaned_data

    @property
    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        named = {name: given[name] for name in ("reason", "note")}
        return named | {"on": given["waiting_on"], "until": self.until(self._last())}

    def _last(self) -> datetime:
        return limits.last_wait(self.group, self.cleaned_data.get("reason", ""))


class SnoozeForm(ActForm):
    act = "snooze"
    until = _day("Until")
    note = _text("Why (may stay empty)", "", 2, required=False)

    def __init__(self, data: Any = None, **given: Any):
        super().__init__(data, **given)
        self.last = limits.last_snooze(self.group)
        self.hint_last_day(self.last)

    def clean(self) -> dict[str, Any]:
        self.too_late_a_day(self.last)
        return self.cleaned_data

    @property
    def said(self) -> dict[str, Any]:
        return {"until": self.until(self.last), "note": self.cleaned_data["note"]}


class WaiverForm(ActForm):
    act = "ask"
    is_dialog = True
    pairs = ("reason_code", "amount", "until", "evidence", "journal")
    reason_code = forms.ChoiceField(label="Reason", choices=limits.Reason.choices)
    amount = forms.DecimalField(
        label="Amount accepted",
        max_digits=20,
        decimal_places=4,
        localize=False,
        error_messages={
            "required": "Give the amount to accept, such as 4320.00.",
            "invalid": "Give the amount to accept, such as 4320.00.",
        },
    )
    until = _day("Accepted until")
    evidence = forms.CharField(label="Evidence", required=False, max_length=2000)
    journal = forms.CharField(label=limits.REFERENCE, required=False, max_length=80)
    narrative = _text("Why is this right?", f"Write at least {limits.LEAST_NARRATIVE} characters.")

    def __init__(self, data: Any = None, **given: Any):
        super().__init__(data, **given)
        self.last, self.weight = limits.last_waiver(self.group), tiers.weight(self.group)
        self.sees_amount = may_see(tiers.heaviest(self.group), self.person)
        self.hint_last_day(self.last)
        self.fields[
            "narrative"
        ].help_text = (
            f"At least {limits.LEAST_NARRATIVE} characters. The approver and the auditor read it."
        )
        self._ask_amount()

    def _ask_amount(self) -> None:
        """Whoever may not see the amount accepts it as it stands."""
        currency = config().firm.group_currency
        if not self.sees_amount:
            del self.fields["amount"]
            self.pairs = tuple(name for name in self.pairs if name != "amount")
            return
        self.fields["amount"].label = f"Amount accepted, {currency}"
        self.fields["amount"].initial = self.weight.quantize(Decimal("0.01"))
        self.fields["amount"].widget = forms.TextInput(
            attrs={"class": "short", "inputmode": "decimal"}
        )

    @property
    def title(self) -> str:
        if not self.sees_amount or not self.weight:
            return "Ask to accept the difference"
        currency = config().firm.group_currency
        return f"Ask to accept {words.grouped(self.weight)}\u00a0{currency}"

    @property
    def lead(self) -> str:
        return f"{self.group.title}. {words.counted(self.group.children, 'record')}."

    @property
    def footing(self) -> str:
        renewals = self.group.renewals()
        need = tiers.need_of("waiver", self.group, self.weight, renewals=renewals)
        said = requests.deciders_in_words("waiver", self.group, need, self.person)
        if self.sees_amount and self.weight:
            most = words.grouped(tiers.ceiling(self.weight))
            said += f" It comes back if the amount passes {most}."
        return said

    def clean(self) -> dict[str, Any]:
        self.too_late_a_day(self.last)
        self.note_mistakes(limits.against_waiver(self.group, self.said))
        return self.cleaned_data

    @property
    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        texts = {name: given.get(name, "") for name in ("reason_code", "narrative", "evidence")}
        return texts | {
            "journal": given.get("journal", ""),
            "amount": given.get("amount") if self.sees_amount else self.weight,
            "expires_at": self.until(self.last),
        }


class ProposeForm(ActForm):
    act = "propose"
    narrative = _text("Why is it no exception?", "Write at least 30 characters.")
    guard = _text("What must the control learn", "Say what is to be added to the control.", 2)
    evidence = forms.CharField(label="Evidence", required=False, max_length=2000)

    @property
    def footing(self) -> str:
        need = tiers.need_of("false_positive", self.group, tiers.weight(self.group))
        return requests.deciders_in_words("false_positive", self.group, need, self.person)

    def clean(self) -> dict[str, Any]:
        given = {"narrative": "", "evidence": ""} | self.cleaned_data
        self.note_mistakes(limits.against_words(self.group, given))
        return self.cleaned_data


FORMS: dict[str, Callable[..., ActForm]] = {
    form.act: form
    for form in (
        WaitForm,
        SnoozeForm,
        WaiverForm,
        ProposeForm,
        ApproveForm,
        RefuseForm,
        ReopenForm,
    )
}
