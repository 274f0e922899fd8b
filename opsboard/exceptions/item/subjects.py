"""What a control speaks of, and what is the matter with it, as a sentence on the page says it."""

from opsboard.controls.catalogue import catalogue

# One, several, and what is said of one and of several of them.
SAID = {
    "TP01": ("approved entry", "approved entries", "cannot post"),
    "TP02": ("posted entry", "posted entries", "differs from the approval", "differ from approval"),
    "TP03": ("posting", "postings", "stands without approval", "stand without approval"),
    "TP04": ("entry", "entries", "was posted twice", "were posted twice"),
    "TP05": ("submitted entry", "submitted entries", "waits for approval", "wait for approval"),
    "TP08": ("posting", "postings", "hit a locked period"),
    "ST01": ("booking", "bookings", "has no cost rate", "have no cost rate"),
    "ST02": ("booking", "bookings", "has no price", "have no price"),
    "ST05": ("booking", "bookings", "names nobody who can work", "name nobody who can work"),
    "EX01": ("approved expense", "approved expenses", "is not posted", "are not posted"),
    "BL01": ("invoice", "invoices", "is held back", "are held back"),
    "BL02": ("billable event", "billable events", "started no invoice"),
    "BL03": ("charge", "charges", "cannot be billed"),
    "BL04": ("ledger line", "ledger lines", "is not billed", "are not billed"),
    "BL05": ("invoice line", "invoice lines", "has no tax code", "have no tax code"),
    "BL06": ("invoice", "invoices", "differs from what it bills", "differ from what they bill"),
    "BL07": ("source", "sources", "was billed twice", "were billed twice"),
    "BL08": ("invoice", "invoices", "is not issued", "are not issued"),
    "RV01": ("earning", "earnings", "is not recognised", "are not recognised"),
    "WL03": ("leaver", "leavers", "is still booked", "are still booked"),
    "WL04": ("leaver", "leavers", "can still sign in"),
    "MD01": ("customer", "customers", "stands twice", "stand twice"),
    "IN01": ("message", "messages", "did not arrive"),
    "IN06": ("message", "messages", "was applied twice", "were applied twice"),
}
# By what a control looks at, where nothing else is said.
THINGS = {
    "time_entry": ("time entry", "time entries"),
    "project_actual": ("ledger line", "ledger lines"),
    "integration_message": ("message", "messages"),
    "expense_item": ("expense", "expenses"),
    "invoice": ("invoice", "invoices"),
    "invoice_line": ("invoice line", "invoice lines"),
    "billing_event": ("billing event", "billing events"),
    "assignment": ("booking", "bookings"),
    "project": ("project", "projects"),
    "contract": ("contract", "contracts"),
    "worker": ("person", "people"),
    "party": ("customer", "customers"),
    "user_account": ("account", "accounts"),
    "change_order": ("change order", "change orders"),
    "rate_line": ("price", "prices"),
    "gl_posting": ("posting", "postings"),
    "receipt": ("receipt", "receipts"),
}


def thing(control: str, count: int) -> str:
    """ "approved entry", or "approved entries"."""
    found = catalogue().get(control)
    kind = found.population.split()[0] if found and found.population else ""
    words = SAID.get(control) or THINGS.get(kind) or ("record", "records")
    return words[0] if count == 1 else words[1]


def predicate(control: str, count: int) -> str:
    """What is the matter with so many of them; empty where nothing short can be said."""
    words = SAID.get(control, ())[2:]
    return (words[0] if count == 1 else words[-1]) if words else ""


def is_about_messages(control: str) -> bool:
    """A message that was refused is the same as the record in it, which says more."""
    found = catalogue().get(control)
    return bool(found and found.workflow == "integration")
