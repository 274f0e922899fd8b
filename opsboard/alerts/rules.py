"""Whom the role rules reach, and when: the rules laid over every zone in which readers live."""

from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta

from django.db.models import Count

from opsboard.config import config
from opsboard.deployment.shape import AlertRule
from opsboard.exceptions.queries import ONLY_ITS_WORK
from opsboard.exceptions.states import Severity
from opsboard.people.absences import away_at
from opsboard.people.models import Person
from opsboard.people.roles import ROLES, Role
from opsboard.people.zones import place
from opsboard.workflows import WORKFLOWS

# A digest that could not be made in time is still worth its mail, but not at night.
DIGEST_LATEST = timedelta(hours=12)
NEVER = max(Severity) + 1
# The rest is the controller's.
HEADS = {
    "project_setup": {Role.PMO},
    "staffing": {Role.PMO},
    "worker_lifecycle": {Role.HR_OPS},
    "integration": {Role.INTEGRATION, Role.INTEGRATION_L2},
}


@dataclass(frozen=True, slots=True)
class Reader:
    """What holds now for everyone of one role in one zone. The SQL joins people to these rows."""

    role: str
    zone: str
    works: list[str] | None
    reads: list[str] | None
    workflows: list[str]
    instant: int
    reminded: int
    day_begins: datetime
    day_ends: datetime
    not_before: datetime
    digest_on: str
    digest_due: bool
    has_digest: bool

    def row(self) -> dict:
        told = asdict(self)
        for name in ("day_begins", "day_ends", "not_before"):
            told[name] = told[name].isoformat()
        return told


def readers(now: datetime) -> list[Reader]:
    """One row per rule and zone. A role without a rule still hears of what it was handed."""
    zones = Person.objects.filter(is_active=True).values_list("zone", flat=True).distinct()
    rules = config().alerts
    ruled = {rule.role for rule in rules}
    silent = [AlertRule(role=role, instant="none") for role in Role if role not in ruled]
    return [
        _reader(rule, zone, now, has_digest=rule.role in ruled)
        for rule in (*rules, *silent)
        for zone in zones
    ]


def _reader(rule: AlertRule, zone: str, now: datetime, *, has_digest: bool) -> Reader:
    here = now.astimezone(place(zone))
    rights = ROLES[Role(rule.role)]
    works = None if rights.works is None else sorted(rights.works)
    digest_at = _last(here, rule.digest)
    begins = _at(here, time.min)
    return Reader(
        role=rule.role,
        zone=zone,
        works=works,
        reads=works if rule.role in ONLY_ITS_WORK else None,
        workflows=list(rule.workflows),
        instant=_severity(rule),
        reminded=_reminded(rule, is_silent=not has_digest),
        day_begins=begins,
        day_ends=_at(here + timedelta(days=1), time.min),
        not_before=_after_quiet(here, rule.quiet),
        digest_on=digest_at.date().isoformat(),
        digest_due=here - digest_at < DIGEST_LATEST,
        has_digest=has_digest,
    )


def heads() -> list[dict]:
    """Who answers for a workflow above its teams (domain.md F.5): of the roles that do, those who
    lead a team; where none of them leads one, all of them."""
    roles = {Role.CONTROLLER}.union(*HEADS.values())
    people = Person.objects.filter(is_active=True, role__in=roles)
    rows = list(people.annotate(teams=Count("leads")).values_list("pk", "role", "teams"))
    return [
        {"workflow": workflow, "person_id": pk}
        for workflow in WORKFLOWS
        for pk in _heads(rows, HEADS.get(workflow, {Role.CONTROLLER}))
    ]


def stand_ins(now: datetime) -> list[dict]:
    """Who acts for whom at this instant."""
    return [
        {"person_id": away.delegate.pk, "absent_id": pk}
        for pk, away in away_at(now).items()
        if away.delegate
    ]


def _heads(rows: list[tuple], roles: set[Role]) -> list[int]:
    able = [(pk, teams) for pk, role, teams in rows if role in roles]
    return [pk for pk, teams in able if teams] or [pk for pk, _ in able]


def _severity(rule: AlertRule) -> int:
    return NEVER if rule.instant == "none" else Severity[rule.instant.upper()]


def _reminded(rule: AlertRule, *, is_silent: bool) -> int:
    """From which severity the ladder is told at once: what is grave, whatever the rule sends of a
    reader's own work, unless it says never. Whoever has no rule hears of it too."""
    if rule.instant == "none" and not is_silent:
        return NEVER
    return min(_severity(rule), Severity.HIGH)


def _after_quiet(here: datetime, quiet: tuple[time, time] | None) -> datetime:
    """This instant, or the end of the quiet hours in which it lies; they may span midnight."""
    if not quiet or quiet[0] == quiet[1]:
        return here
    begins, ends = quiet
    clock = here.time()
    over_midnight = begins > ends
    is_quiet = (clock >= begins or clock < ends) if over_midnight else begins <= clock < ends
    if not is_quiet:
        return here
    return _at(here + timedelta(days=over_midnight and clock >= begins), ends)


def _last(here: datetime, clock: time) -> datetime:
    """When this clock time last was."""
    today = _at(here, clock)
    return today if today <= here else _at(here - timedelta(days=1), clock)


def _at(day: datetime, clock: time) -> datetime:
    return datetime.combine(day.date(), clock, day.tzinfo)
