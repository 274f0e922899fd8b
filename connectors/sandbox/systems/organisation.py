"""Entities, cost centres, periods, tax codes, calendars and rates, as the systems hold them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import permutations

from connectors.sandbox.calendar import (
    ENTITIES,
    GROUP_CURRENCY,
    HOLIDAYS,
    MID_RATES,
    Entity,
    close_day,
    local,
    midnight,
    month_end,
    month_of,
    months_between,
)
from connectors.sandbox.natives import entity_id, native
from connectors.sandbox.people import PRACTICES
from connectors.sandbox.shape import UNTIL
from connectors.sandbox.time import locked_at
from connectors.sandbox.world import World

EVERYWHERE = ("erp", "psa", "hcm", "crm", "payroll", "procurement", "identity", "middleware")
TAX_CODES = (
    ("NQ-US", "US-OOS", "US", "0", "out_of_scope", "sales"),
    ("NQ-UK", "GB-STD", "GB", "0.2", "standard", "sales"),
    ("NQ-UK", "GB-RC", "GB", "0", "reverse_charge", "sales"),
    ("NQ-UK", "GB-EXM", "GB", "0", "exempt", "sales"),
    ("NQ-UK", "GB-ZER", "GB", "0", "zero", "sales"),
    ("NQ-UK", "GB-IN", "GB", "0.2", "standard", "purchase"),
    ("NQ-DE", "DE-STD", "DE", "0.19", "standard", "sales"),
    ("NQ-DE", "DE-RC", "DE", "0", "reverse_charge", "sales"),
    ("NQ-DE", "DE-OOS", "DE", "0", "out_of_scope", "sales"),
    ("NQ-DE", "DE-IN", "DE", "0.19", "standard", "purchase"),
    ("NQ-US", "FOREIGN", "", "0", "out_of_scope", "purchase"),
    ("NQ-UK", "FOREIGN", "", "0", "out_of_scope", "purchase"),
    ("NQ-DE", "FOREIGN", "", "0", "out_of_scope", "purchase"),
)
MODULES = ("gl", "ar", "ap", "project")
REOPENED = date(2026, 3, 1)


def tell(world: World) -> None:
    for code in world.shape.entities:
        entity = ENTITIES[code]
        _entity(world, entity)
        _cost_centers(world, entity)
        _calendar(world, entity)
        for month in months_between(month_of(world.shape.starts_on, -1), date(2026, 8, 1)):
            for module in MODULES:
                _period(world, entity, month, module)
    for code, tax, jurisdiction, rate, type_, direction in TAX_CODES:
        if code in world.shape.entities:
            world.say(
                "erp", "tax_code", f"{tax}-{code[3:]}", world.founded,
                legal_entity=entity_id("erp", code), code=tax, name=f"{type_} {rate}",
                jurisdiction=jurisdiction, rate=Decimal(rate), type=type_, direction=direction,
                valid_from=date(2025, 1, 1), valid_to=None, status="active",
            )  # fmt: skip
    _rates(world)


def _entity(world: World, entity: Entity) -> None:
    for system in EVERYWHERE:
        own = entity_id(system, entity.code)
        world.say(
            system, "legal_entity", own, world.founded,
            legal_entity=own, code=entity.code, name=entity.name, country=entity.country,
            functional_currency=entity.currency, reporting_currency=GROUP_CURRENCY,
            tax_registration_no=entity.tax_number, timezone=entity.zone, close_day_default=5,
            status="active",
        )  # fmt: skip


def cost_centers(entity: Entity) -> dict[str, tuple[str, str]]:
    """Code to name and type."""
    short = entity.code[3:]
    found = {
        f"{short}-4{place}00": (f"{name} {short}", "delivery")
        for place, name in enumerate(PRACTICES, 1)
    }
    found[f"{short}-4800"] = (f"Corporate {short}", "overhead")
    found[f"{short}-4900"] = (f"Sales {short}", "sales")
    return found


def _cost_centers(world: World, entity: Entity) -> None:
    for system in ("erp", "psa", "hcm", "payroll"):
        for code, (name, type_) in cost_centers(entity).items():
            world.say(
                system, "cost_center", native(system, "cost_center", code), world.founded,
                legal_entity=entity_id(system, entity.code), code=code, name=name, type=type_,
                valid_from=date(2024, 1, 1), valid_to=None, posting_allowed=True, status="active",
            )  # fmt: skip


def _calendar(world: World, entity: Entity) -> None:
    day = month_of(world.shape.starts_on)
    while day <= date(2026, 9, 30):
        name = HOLIDAYS[entity.calendar].get(day, "")
        off = bool(name) or day.weekday() >= 5
        for system in ("hcm", "psa"):
            world.say(
                system, "work_calendar", f"{entity.calendar}-{day:%Y%m%d}", world.founded,
                legal_entity=entity_id(system, entity.code), calendar=entity.calendar, day=day,
                standard_hours=Decimal(0 if off else 8), is_holiday=bool(name), name=name,
            )  # fmt: skip
        day += timedelta(days=1)


def period_name(entity: Entity, month: date, module: str) -> str:
    return f"{entity.code[3:]}-{month:%y%m}-{module}"


def _period(world: World, entity: Entity, month: date, module: str) -> None:
    """The ERP owns periods; PSA and middleware follow the project module within the hour."""
    for system in ("erp", "psa", "middleware") if module == "project" else ("erp",):
        lag = timedelta(minutes=0 if system == "erp" else 12)
        name = native(system, "accounting_period", period_name(entity, month, module))
        world.say(
            system, "accounting_period", name, world.founded,
            legal_entity=entity_id(system, entity.code), ledger="main", module=module,
            period_no=month.month, name=f"{month:%B %Y}", starts_on=month,
            ends_on=month_end(month), status="future", reopened_count=0,
        )  # fmt: skip
        for at, fields in _states(entity, month, module):
            world.say(system, "accounting_period", name, max(world.founded, at) + lag, **fields)


def _states(entity: Entity, month: date, module: str) -> list[tuple[datetime, dict[str, object]]]:
    locked = locked_at(entity, month)
    closes = close_day(entity.calendar, month, 5)
    if module != "project":
        locked = local(entity.zone, closes, 12 * 60)
    closed = local(entity.zone, closes, 18 * 60)
    cut = local(entity.zone, close_day(entity.calendar, month, 0), 17 * 60)
    found: list[tuple[datetime, dict[str, object]]] = [
        (local(entity.zone, month, 0), {"status": "open"}),
        (cut, {"status": "closing"}),
        (locked, {"status": "locked", "locked_at": locked}),
        (closed, {"status": "closed", "closed_at": closed, "closed_by": "controller"}),
    ]
    if month == REOPENED:
        found += _reopening(entity)
    return found


def _reopening(entity: Entity) -> list[tuple[datetime, dict[str, object]]]:
    """March was opened again for two days, on purpose and on record."""
    start = local(entity.zone, date(2026, 4, 20), 9 * 60)
    end = start + timedelta(days=2)
    return [
        (start, {"status": "open", "locked_at": None, "closed_at": None, "reopened_count": 1}),
        (end, {"status": "closing"}),
        (end + timedelta(minutes=30), {"status": "locked", "locked_at": end}),
        (end + timedelta(hours=1), {"status": "closed", "closed_at": end}),
    ]


def _rates(world: World) -> None:
    day = world.shape.starts_on - timedelta(days=28)
    currencies = (GROUP_CURRENCY, *MID_RATES)
    while day <= UNTIL:
        if day.weekday() < 5:
            for source, target in permutations(currencies, 2):
                _rate(world, source, target, "spot", day, midnight(day) + timedelta(hours=6))
        day += timedelta(days=1)
    for month in world.months:
        last = close_day("US", month, 0)
        loaded = midnight(close_day("US", month, 1)) + timedelta(hours=9)
        for source, target in permutations(currencies, 2):
            for type_ in ("month_avg", "closing"):
                _rate(world, source, target, type_, last, loaded)


def _rate(world: World, source: str, target: str, type_: str, day: date, at: datetime) -> None:
    for system in ("erp", "psa") if target == GROUP_CURRENCY else ("erp",):
        world.say(
            system, "fx_rate", f"{source}{target}-{type_}-{day:%Y%m%d}", at,
            from_currency=source, to_currency=target, rate_type=type_, rate_date=day,
            rate=world.spot(source, target, day), provider="treasury", status="final",
        )  # fmt: skip
