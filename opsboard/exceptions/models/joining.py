"""Taking a cause apart, putting two together, and both back again (domain.md F.3)."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from opsboard.clock import now
from opsboard.exceptions.engine.deriving import derive
from opsboard.exceptions.models.keys import Alias, Placement
from opsboard.exceptions.models.moving import Moving
from opsboard.exceptions.states import BEFORE_CLAIM, State

NOTHING = dict.fromkeys(
    [
        "children",
        "unrecorded",
        "revenue_at_risk",
        "cost_at_risk",
        "cash_at_risk",
        "misstatement",
        "exposure_only",
        "value_at_risk",
    ],
    0,
)


class Joining(Moving):
    """Items keep their own state; the groups they leave and reach are derived at once.

    Every act gives False or None when somebody moved one of the groups first; then nothing changed.
    """

    class Meta:
        abstract = True

    @transaction.atomic
    def split(self, items: Iterable[int], *, by: Any, reason: str) -> Any:
        """Put some of its items into a group of their own, and give that; not all of them."""
        held = self._held(self)
        mine = self.items.unsettled()
        chosen = list(mine.filter(pk__in=items).select_for_update().order_by("id"))
        if not held or not chosen or len(chosen) == mine.count():
            return None
        part = self._part(held[self.pk], chosen[0].pk)
        Placement.objects.bulk_create(
            [Placement(control=one.control, subject=one.subject, key=part.key) for one in chosen],
            update_conflicts=True,
            unique_fields=["control", "subject"],
            update_fields=["key"],
        )
        mine.filter(pk__in=[one.pk for one in chosen]).update(group_key=part.key)
        self._tell("split", by=by, note=reason, items=len(chosen))
        part._tell("split_off", by=by, before=self.title, note=reason, items=len(chosen))
        derive([self.key, part.key])
        part.refresh_from_db()
        return part

    @transaction.atomic
    def put_back(self, *, by: Any, note: str = "") -> bool:
        """Let what was split out hang on its cause again; undoes `split`."""
        home = self.home
        if not home or not self._held(self, home):
            return False
        placed = Placement.objects.filter(key=self.key)
        if home.split_from_id:
            placed.update(key=home.key)
        else:
            placed.delete()
        return self._join(home, by=by, note=note)

    @transaction.atomic
    def merge(self, into: Any, *, by: Any, note: str = "") -> bool:
        """Let everything of this cause, also what is found later, hang on another of its sort."""
        if not self.may_join(into) or not self._held(self, into):
            return False
        Alias.objects.filter(target=self.key).update(target=into.key)
        Alias.objects.update_or_create(key=self.key, defaults={"target": into.key})
        return self._join(into, by=by, note=note)

    @transaction.atomic
    def unmerge(self, *, by: Any, note: str = "") -> bool:
        """Let this cause stand alone again, with what is left of it; undoes `merge`."""
        other = self.joined_to
        if not other or not self._held(other) or self._stands_again():
            return False
        Alias.objects.filter(key=self.key).delete()
        if not self._move("unmerge", by=by, note=note, merged_into=None, settled_at=None):
            return False
        mine = self._once_mine(other)
        other._tell("gave_back", by=by, after=self.title, note=note, items=mine.count())
        mine.update(group_key=self.key)
        derive([self.key, other.key])
        return True

    def may_join(self, into: Any) -> bool:
        """One cause, one entity, neither claimed; what was split out is put back instead."""
        alike = ("workflow", "cause", "legal_entity")
        return (
            self.pk != into.pk
            and all(getattr(self, name) == getattr(into, name) for name in alike)
            and {self.state, into.state} <= set(BEFORE_CLAIM)
            and not self.split_from_id
            and not self.subtasks.filter(state="open").exists()
        )

    @property
    def home(self) -> Any:
        """The group of the cause from which this was split out, wherever that hangs by now."""
        if not self.split_from_id:
            return None
        key = self.split_from.key
        target = Alias.objects.filter(key=key).values_list("target", flat=True).first()
        return type(self).objects.unsettled().filter(key=target or key).first()

    @property
    def joined_to(self) -> Any:
        """The group on which this cause hangs since it was merged, while that is unsettled."""
        if self.state != State.MERGED:
            return None
        target = Alias.objects.filter(key=self.key).values_list("target", flat=True).first()
        return type(self).objects.unsettled().filter(key=target).first() if target else None

    def _held(self, *groups: Any) -> dict[int, Any]:
        """The groups by number, locked in the order in which everybody locks them; empty when one
        was claimed, settled or sent for approval meanwhile."""
        wanted = [group.pk for group in groups]
        found = type(self).objects.filter(pk__in=wanted).select_for_update().order_by("id")
        held = {one.pk: one for one in found if one.state in BEFORE_CLAIM}
        return held if len(held) == len(wanted) else {}

    def _part(self, whole: Any, first: int) -> Any:
        """A second group like the first: owner, deadline and state go with the items."""
        kept = {
            field.attname: getattr(whole, field.attname)
            for field in whole._meta.concrete_fields
            if not (field.primary_key or field.generated)
        }
        # Unlike every key that an engine makes, and unlike the last time it was split out.
        key = f"{whole.key}|part:{first}.{whole.history.count()}"
        return type(self).objects.create(**kept | {"key": key, "split_from_id": whole.pk})

    def _join(self, other: Any, *, by: Any, note: str) -> bool:
        mine = self.items.unsettled()
        other._tell("took_in", by=by, before=self.title, note=note, items=mine.count())
        mine.update(group_key=other.key)
        type(self).objects.filter(pk=other.pk).update(**_strictest(self, other))
        derive([other.key])
        moved = self._move("merge", by=by, note=note, merged_into=other, settled_at=now())
        type(self).objects.filter(pk=self.pk).update(**NOTHING)
        return moved

    def _once_mine(self, other: Any) -> Any:
        """What hangs on the other and is of this cause by its own finding."""
        placed = Placement.objects.filter(control=OuterRef("control"), subject=OuterRef("subject"))
        return other.items.unsettled().filter(
            ~Exists(placed),
            group_workflow=self.workflow,
            cause=self.cause,
            root_entity=self.root_entity,
            legal_entity=self.legal_entity,
        )

    def _stands_again(self) -> bool:
        return type(self).objects.unsettled().filter(key=self.key).exists()


def _strictest(one: Any, other: Any) -> dict[str, Any]:
    """One group has one deadline, that of its strictest child (F.3)."""
    return {
        name: min(filter(None, (getattr(one, name), getattr(other, name))), default=None)
        for name in ("detected_at", "sla_at", "cutoff_at", "due_at")
    }
