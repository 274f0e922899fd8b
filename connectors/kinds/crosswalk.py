"""What the products' words for a state mean in ours (domain.md A.4).

A starting map: the same product is set up differently from firm to firm, so each entry is to be
confirmed per installation, and can be overridden word by word in opsboard.toml. Where one word of a
product is not enough, words are joined with " + " in a template:

    status = From(template="{stage} + {time_closed}", via="lower", values=states(...))
    status = From(path="status", via="lower", values=states("project", "netsuite"))
"""

from collections.abc import Mapping
from types import MappingProxyType

Words = Mapping[str, str]

PROJECT: Mapping[str, Words] = {
    "certinia": {
        "planned": "draft",
        "planned + inactive": "draft",
        "active": "active",
        "active + closed for time": "approved",
        "hold": "on_hold",
        "complete": "completed",
        "complete + closed for time": "completed",
        "closed": "closed",
    },
    "sap": {
        "crtd": "draft",
        "crtd + rel": "approved",
        "rel": "active",
        "rel + user lock": "on_hold",
        "teco": "completed",
        "clsd": "closed",
    },
    "d365": {
        "draft": "draft",
        "quote": "draft",
        "new": "approved",
        "initiated": "approved",
        "in process": "active",
        "on hold": "on_hold",
        "finished": "completed",
        "closed": "closed",
    },
    "netsuite": {
        "pending": "draft",
        "awarded": "approved",
        "in progress": "active",
        "on hold": "on_hold",
        "completed": "completed",
        "closed": "closed",
    },
    "oracle_ppm": {
        "draft": "draft",
        "submitted": "draft",
        "approved": "approved",
        "active": "active",
        "on hold": "on_hold",
        "completed": "completed",
        "closed": "closed",
    },
}
PERIOD: Mapping[str, Words] = {
    "netsuite": {
        "open": "open",
        "open + locked in part": "closing",
        "locked": "locked",
        "closed": "closed",
        "closed + prior year final": "permanently_closed",
    },
    "d365": {
        "open": "open",
        "open + group only": "closing",
        "on hold": "locked",
        "on hold + all modules none": "closed",
        "permanently closed": "permanently_closed",
    },
    "sap": {
        "open": "open",
        "open for authorisation group": "closing",
        "closed by account range": "locked",
        "closed": "closed",
        "archived": "permanently_closed",
    },
    "oracle": {
        "open": "open",
        "close pending": "closing",
        "closed + reopenable": "locked",
        "closed": "closed",
        "permanently closed": "permanently_closed",
    },
}
# Charges: ready to bill, in a draft invoice, billed.
CHARGE: Mapping[str, Words] = {
    "certinia": {
        "approved for billing": "ready",
        "billing event generated": "released",
        "released + invoiced": "invoiced",
    },
    "d365": {
        "unbilled sales + ready to invoice": "ready",
        "invoice proposal": "released",
        "proforma": "released",
        "billed sales": "invoiced",
    },
    "netsuite": {
        "ready": "ready",
        "processed to sales order": "released",
        "invoiced": "invoiced",
    },
    "oracle": {
        "eligible": "ready",
        "draft invoice": "released",
        "accepted": "invoiced",
        "transferred to ar": "invoiced",
    },
}
CROSSWALK = {"project": PROJECT, "accounting_period": PERIOD, "billing_event": CHARGE}

# May a project in this state take time, take cost, be billed? "limited" and "policy" are the firm's
# to decide.
MAY: Mapping[str, tuple[str, str, str]] = {
    "draft": ("no", "no", "no"),
    "approved": ("no", "no", "no"),
    "active": ("yes", "yes", "yes"),
    "on_hold": ("no", "limited", "policy"),
    "completed": ("no", "yes", "yes"),
    "closed": ("no", "no", "no"),
}


def states(kind: str, product: str) -> Words:
    """The product's words for this kind's states, for `From(values=...)`."""
    return MappingProxyType(dict(CROSSWALK[kind][product]))


def may(status: str, *, take: str) -> str:
    """Whether a project in this state may take "time", "cost" or "bill": yes, no or by policy."""
    return MAY[status][("time", "cost", "bill").index(take)]
