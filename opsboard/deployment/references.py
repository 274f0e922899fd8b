"""What one part of the file says of another must be so, and its values must make sense together."""

from collections.abc import Iterable, Mapping, Sized
from itertools import pairwise

import holidays

from opsboard.deployment.reading import Mistakes, unknown
from opsboard.deployment.shape import (
    AlertRule,
    Calendar,
    Connection,
    OwnerRule,
    Sla,
    Team,
    Thresholds,
)


def check_thresholds(thresholds: Thresholds, mistakes: Mistakes) -> None:
    if not 0 < thresholds.t1 < thresholds.t2 < thresholds.t3:
        mistakes.append(
            "thresholds: t1, t2 and t3 must grow; write, for example, 5000 25000 100000"
        )


def check_calendars(calendars: Mapping[str, Calendar], mistakes: Mistakes) -> None:
    for name, calendar in calendars.items():
        place = f"calendar.{name}"
        if calendar.opens >= calendar.closes:
            mistakes.append(f"{place}.closes: must be later than opens, on the same day")
        if calendar.subdivision and not calendar.country:
            mistakes.append(f"{place}.country: is missing; a subdivision needs its country")
        elif calendar.country:
            mistakes += _holiday_mistakes(calendar, place)


def _holiday_mistakes(calendar: Calendar, place: str) -> Mistakes:
    known = holidays.list_supported_countries(include_aliases=False)
    if calendar.country not in known:
        return [f"{place}.country: no public holidays are known for {calendar.country}"]
    parts = known[calendar.country]
    if calendar.subdivision and calendar.subdivision not in parts:
        where = f"{place}.subdivision"
        return [f"{where}: {calendar.country} has no part {calendar.subdivision}; {_some(parts)}"]
    return []


def _some(parts: Iterable[str]) -> str:
    return f"known are {', '.join(parts)}" if parts else "leave it out"


def check_teams(
    teams: Mapping[str, Team], named: Sized, calendars: list[str], mistakes: Mistakes
) -> None:
    """`named` are all teams of the file, those included that cannot be read."""
    if not named:
        mistakes.append("team: there is none; write at least one, headed [team.NAME]")
    for name, team in teams.items():
        if team.calendar not in calendars:
            place = f"team.{name}.calendar: {team.calendar}"
            mistakes.append(unknown(place, team.calendar, calendars))


def check_owners(
    owners: list[tuple[int, OwnerRule | None]], teams: list[str], mistakes: Mistakes
) -> None:
    """`owners` come with their numbers; None is a rule that cannot be read."""
    for number, rule in owners:
        if rule and rule.team not in teams:
            place = f"owner[{number}].team: {rule.team}"
            mistakes.append(unknown(place, rule.team, teams))
    for (number, rule), (later, _) in pairwise(owners):
        if rule and not rule.conditions:
            mistakes.append(
                f"owner[{later}]: is never reached, because owner[{number}] has no condition;"
                " move the rule without condition to the end"
            )
    if not owners or (owners[-1][1] and owners[-1][1].conditions):
        mistakes.append(
            "owner: the last rule must have no condition, so that all has an owner; write [[owner]]"
            ' team = "…" at the end'
        )


def check_sla(
    sla: Mapping[str, Sla], calendars: Mapping[str, Calendar], mistakes: Mistakes
) -> None:
    """Hours and days are compared on the working day of every calendar."""
    for severity, times in sla.items():
        first = times.acknowledge
        longer = [
            f"{name}, {last}, on the calendar {calendar}"
            for name, last in (("resolve", times.resolve), ("close", times.close))
            for calendar, days in calendars.items()
            if first.working_minutes(days.day_minutes) > last.working_minutes(days.day_minutes)
        ]
        if longer:
            mistakes.append(
                f"sla.{severity}.acknowledge: {first} is longer than {longer[0]};"
                " write a shorter one"
            )


def check_alerts(alerts: list[tuple[int, AlertRule | None]], mistakes: Mistakes) -> None:
    """Each role has one rule: two would send everything twice."""
    first: dict[str, int] = {}
    for number, rule in alerts:
        if rule and (before := first.setdefault(rule.role, number)) != number:
            mistakes.append(
                f"alert[{number}].role: {rule.role} has a rule already, alert[{before}];"
                " make one of the two"
            )


def check_connections(connections: Mapping[str, Connection], mistakes: Mistakes) -> None:
    """Records of one system and kind have one publisher: keys of two would overwrite each other."""
    first: dict[tuple[str, str], str] = {}
    for name, one in connections.items():
        for kind in one.publishes:
            before = first.setdefault((one.system, kind), name)
            if before != name:
                mistakes.append(
                    f"connection.{name}.system: {one.system}: connection.{before} publishes {kind}"
                    " of this system already; give one of the two another system, or disable the"
                    " stream"
                )
