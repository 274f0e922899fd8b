"""People of any role, and requests as they stand before an approver."""

from datetime import timedelta

from opsboard.exceptions.deciding import tiers
from opsboard.exceptions.models import Decision
from opsboard.people.models import Person
from tests.cast import NOW


def somebody(role, name="", **more):
    name = name or f"a_{role}"
    return Person.objects.get_or_create(username=name, defaults={"role": role} | more)[0]


def asking(group, by=None, sort="waiver", **more):
    need = tiers.need_of(sort, group, tiers.weight(group))
    given = {"narrative": "…", "asked_at": NOW, "expires_at": NOW + timedelta(days=3)}
    given |= {"approvals_needed": need.approvals, "needs_role": ",".join(need.roles)}
    by = by or somebody("billing", "asker")
    said = {"sort": sort, "asked_by": by, "amount": tiers.weight(group)}
    return Decision.objects.create(group=group, **given | said | more)


def approved(decision, by, **more):
    decision.verdicts.create(by=by, at=NOW, approves=True, note="seen", **more)
