"""Time and expenses that look wrong and are right."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from connectors.sandbox.calendar import is_working_day, local_day, month_of
from connectors.sandbox.expense import Expense
from connectors.sandbox.faults.billing_ripples import book_expense
from connectors.sandbox.faults.hours import before_lock
from connectors.sandbox.faults.scene import Scene, utc
from connectors.sandbox.messages import send
from connectors.sandbox.natives import entity_id, native
from connectors.sandbox.systems.work import actual, timecard
from connectors.sandbox.time import Entry
from connectors.sandbox.world import CENT


def _many(scene: Scene, control: str, root: str, at: Any, entries: list[Entry]) -> None:
    """One trap of many subjects, in which nothing is changed."""
    if entries:
        case = scene.case(control, "none", root, at)
        for entry in entries:
            case.subject(f"psa:TE-{entry.name}")


def timecard_split(scene: Scene) -> None:
    """The sheet of a week that belongs to two months is handed in in two parts."""
    for month in scene.world.months:
        first = month_of(month, 1)
        monday = first - timedelta(days=first.weekday())
        week = [one for one in scene.world.entries if monday <= one.day <= monday + timedelta(4)]
        if first.weekday() not in (0, 5, 6):
            _many(scene, "TP01", f"week of {monday}", utc(first), week)


def correction_pair(scene: Scene) -> None:
    """Reversed and written anew, so that the two lines of the ledger net to nothing."""
    free = [one for one in scene.recent() if not one.amount and before_lock(one)]
    for entry in scene.pick(free, scene.count(60)):
        assert entry.posted_at
        at = entry.posted_at + timedelta(hours=30)
        case = scene.case("TP02", "none", f"psa:TE-{entry.name}", at)
        case.amend("psa", "time_entry", f"TE-{entry.name}", at, status="corrected")
        back = actual(entry) | {
            "hours": -entry.hours, "cost_amount": -entry.cost,
            "cost_amount_functional": -entry.cost, "txn_type": "reversal",
            "reversal_of": f"PA-{entry.name}", "posted_at": at,
        }  # fmt: skip
        case.create("erp", "project_actual", f"PA-{entry.name}-R", at, **back)
        _anew(case, entry, at)
        case.subject(f"psa:TE-{entry.name}")


def _anew(case: Any, entry: Entry, at: Any) -> None:
    own = f"TE-{entry.name}-C"
    written = timecard(entry) | {"note": f"corrects TE-{entry.name}", "status": "submitted",
                                 "submitted_at": at}  # fmt: skip
    approver = (case.book.row(("psa", "time_entry", f"TE-{entry.name}")) or {})["approver"]
    approved, posted = at + timedelta(minutes=30), at + timedelta(minutes=50)
    case.create("psa", "time_entry", own, at, **written)
    case.amend("psa", "time_entry", own, approved, status="approved", approved_at=approved,
               approver=approver)  # fmt: skip
    case.amend("psa", "time_entry", own, posted + timedelta(minutes=10), status="posted")
    line = actual(entry) | {"source_key": f"psa:{own}", "posted_at": posted}
    case.create("erp", "project_actual", f"PA-{entry.name}-C", posted, **line)
    message = send(
        case.scene.world, "time_posting", "time_entry", f"psa:{own}", approved,
        timedelta(minutes=20), target=f"erp:PA-{entry.name}-C",
    )  # fmt: skip
    case.made(("middleware", "integration_message", message))


def _abroad(scene: Scene) -> list[Expense]:
    return [
        one
        for one in scene.world.expenses
        if one.currency != one.worker.entity.currency and scene.is_free(one)
    ]


def cent_of_rounding(scene: Scene) -> None:
    """The ERP rounds the other way."""
    for expense in scene.pick(_abroad(scene), scene.count(200)):
        own = native("erp", "expense_item", expense.name)
        case = scene.case("IN10", "none", f"erp:{own}", expense.posted_at)
        case.add("erp", "expense_item", own, amount_functional=CENT)
        case.add(
            "erp", "project_actual", f"PA-X{expense.name}", cost_amount=CENT,
            cost_amount_functional=CENT,
        )  # fmt: skip
        book_expense(case, expense, CENT)
        case.subject(f"erp:{own}")


def odd_currency(scene: Scene) -> None:
    """Yen have no minor unit, Kuwaiti dinars three decimals."""
    odd = (("JPY", Decimal("0.0066"), Decimal(12_400)), ("KWD", Decimal("3.25"), Decimal("41.375")))
    for (currency, usd, amount), expense in zip(odd, scene.pick(_abroad(scene), 2), strict=False):
        home = expense.worker.entity.currency
        rate = (usd * scene.world.spot("USD", home, expense.day)).quantize(Decimal("0.000001"))
        root = f"psa:{native('psa', 'expense_item', expense.name)}"
        case = scene.case("IN10", "none", root, expense.submitted_at)
        case.create(
            "erp", "fx_rate", f"{currency}{home}-spot-{expense.day:%Y%m%d}", utc(expense.day, 6),
            from_currency=currency, to_currency=home, rate_type="spot", rate_date=expense.day,
            rate=rate, provider="treasury", status="final",
        )  # fmt: skip
        functional = (amount * rate).quantize(CENT)
        for system in ("psa", "erp"):
            case.rewrite(
                system, "expense_item", native(system, "expense_item", expense.name),
                amount=amount, currency=currency, fx_rate=rate, amount_functional=functional,
            )  # fmt: skip
        difference = functional - expense.functional
        case.add(
            "erp", "project_actual", f"PA-X{expense.name}", cost_amount=difference,
            cost_amount_functional=difference,
        )  # fmt: skip
        book_expense(case, expense, difference)
        case.subject(root)


def utc_midnight(scene: Scene) -> None:
    """Posted in the New York evening, which is already the next day in UTC."""
    late = [
        one
        for one in scene.world.entries
        if one.worker.entity.code == "NQ-US"
        and one.posted_at
        and one.posted_at.date() > local_day(one.worker.entity.zone, one.posted_at)
    ]
    _many(scene, "TP02", "NQ-US evenings", scene.world.founded, late[: scene.count(150)])


def late_close(scene: Scene) -> None:
    """Posted into May after its lock by somebody on the close plan's list."""
    free = [one for one in scene.recent(date(2026, 6, 1), date(2026, 6, 5)) if not one.amount]
    for entry in scene.pick(free, scene.count(3)):
        assert entry.posted_at
        day = date(2026, 5, 28)
        case = scene.case("TP08", "none", f"erp:PA-{entry.name}", entry.posted_at)
        case.rewrite(
            "erp", "project_actual", f"PA-{entry.name}", work_date=day, accounting_date=day,
            source_updated_by="close-team",
        )  # fmt: skip
        case.rewrite("psa", "time_entry", f"TE-{entry.name}", work_date=day, period="2026-05")
        case.subject(f"erp:PA-{entry.name}")


def nightly_posting(scene: Scene) -> None:
    """Approved in the day and posted at night: hours old, and within its limit."""
    waiting = [
        one
        for one in scene.world.entries
        if one.worker.entity.code == "NQ-UK"
        and one.posted_at
        and one.posted_at - one.approved_at > timedelta(hours=12)
        and one.day >= date(2026, 6, 1)
    ]
    _many(scene, "TP01", "NQ-UK nightly batch", scene.world.founded, waiting)


def holiday_monday(scene: Scene) -> None:
    """Handed in on Tuesday, since Monday was a holiday; or decided after one."""
    late = []
    for entry in scene.world.entries:
        entity = entry.worker.entity
        day = local_day(entity.zone, entry.submitted_at)
        before = day - timedelta(days=1)
        if before.weekday() == 0 and not is_working_day(entity.calendar, before):
            late.append(entry)
    _many(scene, "TP06", "Tuesday after a holiday", scene.world.founded, late)
    if not late:
        case = scene.case("TP06", "none", "no holiday Monday in this window", scene.world.founded)
        case.subject(f"psa:{entity_id('psa', scene.world.shape.entities[0])}")
