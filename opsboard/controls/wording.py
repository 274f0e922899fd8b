"""What the control pages say in words."""

from opsboard.controls.evidence import Line
from opsboard.ui.words import counted, grouped, in_words

# Word, and the state of ui/templatetags/board.py whose shape goes with it.
VERDICTS = {
    "never": ("Not run yet", "not_evaluated"),
    "running": ("Running", "running"),
    "failed": ("Failed", "failed"),
    "unproven": ("Totals do not add up", "failed"),
    "blind": ("Agrees as far as seen", "not_evaluated"),
    "findings": ("Findings", "new"),
    "clean": ("Agrees", "resolved"),
    "elsewhere": ("Told on the exceptions themselves", "resolved"),
    "draft": ("Draft: specified, not asked yet", "unknown"),
    "shadow": ("Shadow: counts, raises nothing", "running"),
    "retired": ("Retired", "unknown"),
}
# Of these no run is awaited.
SILENT = {"elsewhere", "draft", "shadow", "retired"}
PERIODS = {
    "CO-N": "does not depend on the close",
    "CO-C": "weighs one level more in the close window",
    "CO-L": "asks for an accrual once its period is locked",
}
CLASSES = {
    "retryable": "retryable: integration support answers first",
    "business_rule": "business rule: the owner of the workflow answers first",
    "data_quality": "data quality: the steward of the field answers first",
}
SEVERITIES = {1: "low", 2: "medium", 3: "high", 4: "critical"}


def headline(lines: list[Line]) -> str:
    """How many of the controls ran, and what that proves; drafts are told apart."""
    lines = [one for one in lines if one.verdict not in SILENT]
    verdicts = [one.verdict for one in lines]
    broken = [one.code for one in lines if one.verdict in ("failed", "unproven")]
    ran = len(lines) - verdicts.count("never")
    if not ran:
        return f"None of the {in_words(len(lines))} controls has run yet: nothing is proven."
    said = f"{in_words(ran).capitalize()} of {in_words(len(lines))} controls ran"
    if broken:
        verb = "has" if len(broken) == 1 else "have"
        return f"{said}; {', '.join(broken)} {verb} failed, so silence there proves nothing."
    clean, found = verdicts.count("clean"), verdicts.count("findings")
    if not found:
        return f"{said}, and {in_words(clean)} of them found the records in agreement."
    return f"{said}: {in_words(found)} found differences, {in_words(clean)} found none."


def finding(line: Line) -> str:
    """One control's answer as a sentence."""
    asked, title = line.asked, line.definition.title
    if line.verdict == "draft":
        return f"{title}: specified, and not asked yet."
    if line.verdict in SILENT - {"shadow"}:
        return f"{title}: {VERDICTS[line.verdict][0].lower()}."
    if line.verdict == "never" or not line.last_at:
        return f"{title}: not asked yet."
    if line.verdict in ("failed", "unproven"):
        return f"{title}: the last run failed, so nothing is proven."
    if asked["population"] is None:
        return f"{title}: no full run has ended yet."
    if not asked["population"]:
        return f"{title}: there was nothing to check."
    found, among = counted(asked["findings"], "finding"), grouped(asked["population"])
    if not asked["findings"]:
        found = "no finding"
    return f"{title}: {found} among {among} checked."
