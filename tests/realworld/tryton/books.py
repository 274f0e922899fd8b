"""The firm's books inside Tryton: company, chart, fiscal years, tax, terms. Needs an open
transaction (seed.py opens it); whatever is made here is what an accountant sets up once.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from trytond.pool import Pool
from trytond.transaction import Transaction

COUNTRIES = {"DE": "Germany", "DK": "Denmark", "GB": "United Kingdom", "FR": "France"}
COUNTRIES |= {"US": "United States"}
RATES = {"USD": "1.08", "GBP": "0.86", "DKK": "7.46"}


@dataclass
class Books:
    company: Any
    currencies: dict[str, Any]
    countries: dict[str, Any]
    tax: Any
    term: Any
    revenue: Any
    journal: Any
    cash: Any


def open_books(today: date) -> Books:
    currencies = _make_currencies(today)
    countries = _make_countries()
    company = _make_company(currencies["EUR"], countries["DE"])
    with Transaction().set_context(company=company.id, companies=[company.id]):
        _make_chart(company)
        for year in range((today - timedelta(days=120)).year, today.year + 1):
            _open_year(company, year)
        revenue = _account([("type.revenue", "=", True)])
        _settle_exchange(revenue)
        return Books(
            company=company,
            currencies=currencies,
            countries=countries,
            tax=_make_tax(),
            term=_make_term(),
            revenue=revenue,
            journal=_journal("revenue"),
            cash=_make_cash(company),
        )


def close_periods(today: date) -> None:
    """Close every month before the last one, as a month-end close leaves it."""
    Period = Pool().get("account.period")
    last_month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    Period.close(Period.search([("end_date", "<", last_month)], order=[("start_date", "ASC")]))


def _make_currencies(today: date) -> dict[str, Any]:
    """Tryton quotes every currency against the one whose rate is 1: 1 EUR = 1.08 USD."""
    Currency = Pool().get("currency.currency")
    start = today - timedelta(days=today.weekday() + 84)
    mondays = [start + timedelta(weeks=week) for week in range(13)]
    rows = [
        {
            "name": "Euro",
            "symbol": "€",
            "code": "EUR",
            "rates": [("create", [{"date": mondays[0], "rate": Decimal(1)}])],
        }
    ]
    for code, rate in RATES.items():
        moves = [
            {"date": day, "rate": Decimal(rate) + Decimal(place % 5) / 1000}
            for place, day in enumerate(mondays)
        ]
        rows.append({"name": code, "symbol": code, "code": code, "rates": [("create", moves)]})
    return {one.code: one for one in Currency.create(rows)}


def _make_countries() -> dict[str, Any]:
    Country = Pool().get("country.country")
    rows = [{"code": code, "name": name} for code, name in COUNTRIES.items()]
    return {one.code: one for one in Country.create(rows)}


def _make_company(currency: Any, country: Any) -> Any:
    pool = Pool()
    address = {"street": "Speicherstraße 8", "postal_code": "20457", "city": "Hamburg"}
    party = {
        "name": "Northquay GmbH",
        "code": "NQDE",
        "addresses": [("create", [{**address, "country": country.id}])],
        "identifiers": [("create", [{"type": "de_vat", "code": "DE811569869"}])],
    }
    (owner,) = pool.get("party.party").create([party])
    company = {"party": owner.id, "currency": currency.id, "timezone": "Europe/Berlin"}
    (company,) = pool.get("company.company").create([company])
    pool.get("res.user").write(
        [pool.get("res.user")(Transaction().user)],
        {"companies": [("add", [company.id])], "company": company.id},
    )
    return company


def _make_chart(company: Any) -> None:
    """Tryton's own English chart, made by its wizard."""
    pool = Pool()
    template = pool.get("ir.model.data").get_id("account", "account_template_root_en")
    Wizard = pool.get("account.create_chart", type="wizard")
    wizard = Wizard(Wizard.create()[0])
    wizard.account.account_template = pool.get("account.account.template")(template)
    wizard.account.company = company
    wizard.transition_create_account()
    wizard.properties.company = company
    wizard.properties.account_receivable = _account(
        [("type.receivable", "=", True), ("party_required", "=", True)]
    )
    wizard.properties.account_payable = _account(
        [("type.payable", "=", True), ("party_required", "=", True)]
    )
    wizard.transition_create_properties()


def _open_year(company: Any, year: int) -> None:
    pool = Pool()
    strict = pool.get("ir.sequence.strict")
    kinds = pool.get("ir.model.data")
    moves = {
        "name": f"Moves {year}",
        "sequence_type": kinds.get_id("account", "sequence_type_account_move"),
        "company": company.id,
    }
    invoices = {
        "name": f"Invoices {year}",
        "sequence_type": kinds.get_id("account_invoice", "sequence_type_account_invoice"),
        "company": company.id,
        "prefix": f"R{year}-",
        "padding": 5,
    }
    move_sequence, invoice_sequence = strict.create([moves, invoices])
    ways = ("out_invoice", "out_credit_note", "in_invoice", "in_credit_note")
    (fiscal_year,) = pool.get("account.fiscalyear").create(
        [
            {
                "name": str(year),
                "company": company.id,
                "start_date": date(year, 1, 1),
                "end_date": date(year, 12, 31),
                "move_sequence": move_sequence.id,
                "invoice_sequences": [
                    ("create", [{f"{way}_sequence": invoice_sequence.id for way in ways}])
                ],
            }
        ]
    )
    pool.get("account.period").create([_month(fiscal_year, year, month) for month in range(1, 13)])


def _month(fiscal_year: Any, year: int, month: int) -> dict[str, Any]:
    return {
        "name": f"{year}-{month:02}",
        "fiscalyear": fiscal_year.id,
        "type": "standard",
        "start_date": date(year, month, 1),
        "end_date": date(year, month, calendar.monthrange(year, month)[1]),
    }


def _make_tax() -> Any:
    account = _account([("type.statement", "=", "balance"), ("name", "ilike", "%tax%")])
    row = {
        "name": "19% VAT",
        "description": "19% VAT",
        "type": "percentage",
        "rate": Decimal("0.19"),
        "invoice_account": account.id,
        "credit_note_account": account.id,
    }
    return Pool().get("account.tax").create([row])[0]


def _make_term() -> Any:
    line = {"type": "remainder", "relativedeltas": [("create", [{"days": 30}])]}
    row = {"name": "30 days net", "lines": [("create", [line])]}
    return Pool().get("account.invoice.payment_term").create([row])[0]


def _make_cash(company: Any) -> Any:
    account = _account([("name", "ilike", "%cash%"), ("type", "!=", None)])
    row = {
        "name": "Bank transfer",
        "company": company.id,
        "journal": _journal("cash").id,
        "credit_account": account.id,
        "debit_account": account.id,
    }
    return Pool().get("account.invoice.payment.method").create([row])[0]


def _account(domain: list) -> Any:
    return Pool().get("account.account").search([*domain, ("closed", "!=", True)], limit=1)[0]


def _settle_exchange(revenue: Any) -> None:
    """Where a cent goes that converting an invoice's lines leaves over."""
    Configuration = Pool().get("account.configuration")
    configuration = Configuration(1)
    configuration.currency_exchange_debit_account = revenue
    configuration.currency_exchange_credit_account = revenue
    configuration.save()


def _journal(kind: str) -> Any:
    return Pool().get("account.journal").search([("type", "=", kind)], limit=1)[0]
