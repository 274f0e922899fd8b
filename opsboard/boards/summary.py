"""What a run leaves behind, in numbers, for whoever reads a terminal."""

from typing import Any

from django.db.models import Count, F, Sum
from django.db.models.functions import Greatest

from opsboard.config import config
from opsboard.exceptions.models import Atom, ExceptionItem, Group
from opsboard.records.models import TABLES


def summarise() -> dict[str, Any]:
    """Records per kind, unsettled items per control, causes, and the ledger's headline."""
    items = ExceptionItem.objects.unsettled().order_by("control")
    risk = Atom.objects.aggregate(sum=Sum(Greatest(F("revenue_at_risk"), F("cash_at_risk"))))
    return {
        "records": {
            kind: table.objects.filter(is_deleted=False).count() for kind, table in TABLES.items()
        },
        "exceptions": dict(items.values_list("control").annotate(number=Count("pk"))),
        "groups": Group.objects.unsettled().count(),
        "amount_at_risk": f"{risk['sum'] or 0:.2f}",
        "currency": config().firm.group_currency,
    }
