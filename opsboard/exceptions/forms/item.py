"""What the acts of the item's page need to know: sub-tasks, splits, merges, replays, evidence."""

from typing import Any

from django import forms

from opsboard.exceptions.deciding import tiers
from opsboard.exceptions.engine import dry_run
from opsboard.exceptions.forms.deciding import ActForm, _day, _text
from opsboard.exceptions.models import Group
from opsboard.exceptions.states import BEFORE_CLAIM
from opsboard.people.models import Team
from opsboard.people.roles import ROLES

MOST_CHOICES = 40
# Act: the title of the form, its button, a hint, and the way back.
WORDS = {
    "seek": ("Ask another team", "Ask the team", "", "Ask nobody"),
    "split": ("Split out", "Split out", "", "Leave it as one"),
    "put_back": ("Put it back", "Put back", "", "Leave it apart"),
    "merge": ("Merge into another cause", "Merge", "", "Leave both as they are"),
    "unmerge": ("Take it apart again", "Take apart", "", "Leave it merged"),
    "replay": ("Prepare a replay", "Ask for the replay", "", "Keep working on it"),
    "compensate": ("Prepare a compensation", "Ask for it", "", "Keep working on it"),
}


def _choice(label: str, missing: str, **more: Any) -> forms.ChoiceField:
    said = {"required": missing, "invalid_choice": missing}
    return forms.ChoiceField(label=label, error_messages=said, **more)


class SeekForm(ActForm):
    act = "seek"
    lead = "The group stays yours and waits; the answer alone settles nothing."
    team = _choice("Team", "Choose a team.")
    until = _day("Answer due")
    what = _text("What is needed", "Say what is needed, and of which record.")
    pairs = ("team", "until")

    def __init__(self, data: Any = None, *, group: Any, person: Any):
        super().__init__(data, group=group, person=person)
        self.fields["until"].required = False
        self.fields["until"].help_text = "Left empty: by the team’s own calendar and the severity."
        teams = Team.objects.exclude(pk=group.team_id).order_by("name")
        named = [(one.pk, f"{one.name}: {one.does}" if one.does else one.name) for one in teams]
        self.fields["team"].choices = [("", "Choose"), *named]

    @property
    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        last = self.group.due_at or self.group.detected_at
        return {
            "team": Team.objects.get(pk=given["team"]),
            "what": given["what"],
            "due_at": self.until(last),
        }


class SplitForm(ActForm):
    """The largest of its records, those ticked that the reader came from."""

    act = "split"
    lead = "What is ticked gets a row, an owner and a deadline of its own, and keeps them."
    items = forms.MultipleChoiceField(
        label="Records",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick what is to stand apart."},
    )
    reason = _text("Why they stand apart", "Say why they stand apart.", rows=2)

    def __init__(self, data: Any = None, *, group: Any, person: Any):
        super().__init__(data, group=group, person=person)
        rows = group.items.unsettled().order_by("-detected_at", "id")
        named = rows.values_list("id", "subject", "title")[:MOST_CHOICES]
        self.fields["items"].choices = [
            (str(pk), f"{subject.partition(':')[2] or subject}: {title}")
            for pk, subject, title in named
        ]
        if group.children > MOST_CHOICES:
            self.fields["items"].help_text = f"The newest {MOST_CHOICES} of {group.children}."

    def clean_items(self) -> list[str]:
        chosen = self.cleaned_data["items"]
        if len(chosen) >= self.group.items.unsettled().count():
            raise forms.ValidationError("Leave at least one where it is.")
        return chosen


class NoteAboutForm(ActForm):
    note = _text("Why", "Say why; the others read it in the history.", rows=2)


class PutBackForm(NoteAboutForm):
    act = "put_back"


class UnmergeForm(NoteAboutForm):
    act = "unmerge"


class MergeForm(ActForm):
    act = "merge"
    lead = "Everything of this cause hangs on the other, also what is found later."
    into = _choice("Into", "Choose the cause that it belongs to.")
    note = _text("Why they are one", "Say why they are one.", rows=2)

    def __init__(self, data: Any = None, *, group: Any, person: Any):
        super().__init__(data, group=group, person=person)
        others = alike(group, person)
        named = [(str(one.pk), f"{one.title} ({one.children})") for one in others]
        self.fields["into"].choices = [("", "Choose"), *named]

    @property
    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"into": Group.objects.get(pk=given["into"]), "note": given["note"]}


def alike(group: Any, person: Any) -> list[Group]:
    """What a cause may be merged into, as far as this reader sees it."""
    same = {name: getattr(group, name) for name in ("workflow", "cause", "legal_entity")}
    found = Group.objects.visible_to(person).filter(**same, state__in=BEFORE_CLAIM)
    return list(found.exclude(pk=group.pk).order_by("-children", "title")[:MOST_CHOICES])


class ReplayForm(ActForm):
    """The dry run stands above it: `plan`."""

    act = "replay"
    kind = _choice("What is sent", "Choose what is sent.", choices=list(dry_run.KINDS.items()))
    narrative = _text(
        "Why it will arrive this time", "Say in a sentence why it will arrive this time."
    )

    def __init__(self, data: Any = None, *, group: Any, person: Any):
        super().__init__(data, group=group, person=person)
        wanted = data.get("kind") if data else ""
        self.plan = dry_run.dry_run(group, wanted if wanted in dry_run.KINDS else "retry")

    @property
    def footing(self) -> str:
        if self.plan.reason:
            return self.plan.reason
        if not self.plan.is_financial:
            return "It moves no money: no approval is needed."
        need = tiers.need_of(
            "replay",
            self.group,
            tiers.weight(self.group),
            messages=len(self.plan.sends),
            is_locked=self.plan.is_locked,
        )
        return f"It moves money: {approvers(need)} must approve it."

    @property
    def said(self) -> dict[str, Any]:
        return {"plan": self.plan, "narrative": self.cleaned_data["narrative"]}


class CompensateForm(ActForm):
    act = "compensate"
    lead = "People carry it out in the owning systems; opsboard keeps the steps and the proof."
    steps = _text("Steps, one a line", "Write what is to be done, one step a line.", rows=4)
    narrative = _text("Why it is needed", "Say in a sentence why it is needed.")

    @property
    def footing(self) -> str:
        need = tiers.need_of("compensation", self.group, tiers.weight(self.group))
        return f"It moves money: {approvers(need)} must approve it."

    @property
    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"steps": given["steps"].splitlines(), "narrative": given["narrative"]}


def approvers(need: tiers.Need) -> str:
    titles = [f"the {ROLES[role].title}" for role in need.roles]
    return " and ".join(titles) or "somebody who approves in this workflow"


FORMS: dict[str, type[ActForm]] = {
    form.act: form
    for form in (
        SeekForm,
        SplitForm,
        PutBackForm,
        MergeForm,
        UnmergeForm,
        ReplayForm,
        CompensateForm,
    )
}
