"""Customers, vendors, opportunities, contracts, change orders and price lists."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from connectors.sandbox.calendar import ENTITIES, local
from connectors.sandbox.changes import ChangeOrder
from connectors.sandbox.commercial import HEADS, TAILS, Contract, Party
from connectors.sandbox.delivery import price
from connectors.sandbox.natives import entity_id, native
from connectors.sandbox.people import ROLES, Worker, list_price
from connectors.sandbox.revenue import METHODS
from connectors.sandbox.world import World

SYSTEMS = ("crm", "psa", "erp")
LAG = {"crm": timedelta(0), "psa": timedelta(minutes=25), "erp": timedelta(minutes=40)}
BY_TIME = ("time_materials", "tm_capped")
CARDS_SINCE = date(2025, 7, 1)


def tell(world: World) -> None:
    for system in SYSTEMS:
        for party in world.parties:
            _party(world, party, system)
        for contract in world.contracts:
            _contract(world, contract, system)
        for change in world.changes:
            _change(world, change, system)
    for worker in dict.fromkeys(order.worker for order in world.orders):
        _vendor(world, worker)
    _opportunities(world)
    for contract in (one for one in world.contracts if one.method in BY_TIME):
        _contract_card(world, contract)
    for code in world.shape.entities:
        _standard_card(world, code)


def _party(world: World, party: Party, system: str) -> None:
    """CRM owns identity; the ERP adds the billing profile, which the others read."""
    world.say(
        system, "party", native(system, "party", party.code), world.founded + LAG[system],
        legal_entity=entity_id(system, party.entity.code), code=party.code,
        legal_name=party.name, trading_name=party.name.rsplit(" ", 1)[0], is_customer=True,
        tax_id=party.tax_id, registration_no=f"R{party.no:06}", country=party.country,
        postcode=f"{party.country}-{1000 + party.no * 37 % 9000}",
        bill_to_address=f"{party.no * 3} Quay Street, {party.country}",
        contact=f"accounts@{party.code.lower()}.example",
        parent=native(system, "party", party.parent.code) if party.parent else "",
        payment_terms_days=party.terms, currency=party.currency, tax_profile=party.tax_code,
        delivery_channel=("email", "portal", "peppol", "email")[party.no % 4],
        po_required=party.po_required, credit_status="ok", credit_limit=Decimal(2_000_000),
        bank_account=f"{party.country}00NQBK{party.no:010}", status="active",
    )  # fmt: skip


def vendor_code(worker: Worker) -> str:
    return f"V-{worker.no:04}"


def _vendor(world: World, worker: Worker) -> None:
    for system in ("procurement", "erp"):
        own = native(system, "vendor", vendor_code(worker))
        if not world.book.history((system, "party", own)):
            world.say(
                system, "party", own, world.founded,
                legal_entity=entity_id(system, worker.entity.code), code=vendor_code(worker),
                legal_name=f"{worker.name} Consulting", is_customer=False, is_vendor=True,
                tax_id=f"V{worker.no:08}", country=worker.entity.country,
                bill_to_address=f"{worker.no} Mill Lane, {worker.entity.country}",
                payment_terms_days=30, currency=worker.entity.currency, status="active",
            )  # fmt: skip


def opportunity_name(contract: Contract) -> str:
    return f"{contract.no:04}"


def _opportunities(world: World) -> None:
    """Every contract was won; more was won than signed yet, and most is open or lost."""
    won = {contract.no: contract for contract in world.contracts}
    for no in range(1, world.shape.opportunities + 1):
        contract = won.get(no)
        party = contract.party if contract else world.parties[no % len(world.parties)]
        second = next(
            (one for one in world.external if one.phase == 2 and one.no % 1000 == no), None
        )
        if contract or second:
            status, stage, chance = "closed_won", "Closed won", Decimal(1)
        elif no % 2:
            status, stage, chance = "open", "Proposal", Decimal("0.4")
        else:
            status, stage, chance = "closed_lost", "Closed lost", Decimal(0)
        closes = contract.signed_on if contract else date(2026, 9, 30)
        stem = f"{HEADS[no % len(HEADS)]} {TAILS[no % len(TAILS)]}"
        for system in ("crm", "psa"):
            world.say(
                system, "opportunity", native(system, "opportunity", f"{no:04}"),
                world.founded + LAG[system],
                legal_entity=entity_id(system, party.entity.code), number=f"OP-{no:04}",
                name=f"{party.name.rsplit(' ', 1)[0]}: {stem}",
                party=native(system, "party", party.code), stage=stage,
                amount=contract.value if contract else Decimal(40_000 + no * 700),
                currency=party.currency, probability=chance, closes_on=closes,
                service_type="consulting", status=status,
            )  # fmt: skip


def _contract(world: World, contract: Contract, system: str) -> None:
    party = contract.party
    signed = local(party.entity.zone, contract.signed_on, 16 * 60)
    own = native(system, "contract", contract.number)
    fields = {
        "legal_entity": entity_id(system, party.entity.code),
        "number": contract.number,
        "version": 1,
        "name": f"{party.name} {contract.method}",
        "type": "sow",
        "party": native(system, "party", party.code),
        "opportunity": native(system, "opportunity", opportunity_name(contract))
        if system != "erp"
        else "",
        "currency": party.currency,
        "signed_at": signed,
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
        "billing_method": contract.method,
        "tcv": contract.value,
        "cap_amount": contract.cap,
        "payment_terms_days": party.terms,
        "po_number": po_number(contract),
        "po_amount": contract.value * 2 if party.po_required else None,
        "tax_treatment": party.tax_code,
        "revenue_method": METHODS[contract.method],
        "performance_obligations": ("services",),
    }
    world.say(
        system, "contract", own, max(world.founded, signed) + LAG[system], **fields, status="active"
    )


def po_number(contract: Contract) -> str:
    return f"CPO-{contract.no * 7919 % 100_000:05}" if contract.party.po_required else ""


def _change(world: World, change: ChangeOrder, system: str) -> None:
    """Approved in CRM; PSA and ERP know it within the hour, and revenue decides the next day."""
    contract = change.project.contract
    assert contract
    own = native(system, "change_order", change.name)
    at = change.approved_at + LAG[system]
    about = {
        "legal_entity": entity_id(system, change.project.entity.code),
        "number": f"CO-{change.name}",
        "name": f"Extension of {change.project.name}",
        "contract": native(system, "contract", contract.number),
        "project": native(system, "project", change.project.code),
        "type": "scope",
        "delta_value": change.delta,
        "currency": change.project.currency,
        "effective_on": change.effective_on,
    }
    if system == "crm":
        earlier = change.approved_at - timedelta(days=6)
        world.say(system, "change_order", own, earlier, **about, status="draft")
        world.say(system, "change_order", own, earlier + timedelta(days=1), status="submitted")
    world.say(
        system, "change_order", own, at, **about,
        approved_at=change.approved_at, approval_evidence=f"signed-{change.name}.pdf",
        status="approved",
    )  # fmt: skip
    decided = change.approved_at + timedelta(hours=22) + LAG[system]
    world.say(
        system, "change_order", own, decided,
        modification_treatment="prospective", status="applied",
    )  # fmt: skip


def card_name(contract: Contract) -> str:
    return contract.number


def _contract_card(world: World, contract: Contract) -> None:
    project = next(one for one in world.external if one.contract is contract)
    at = max(world.founded, local(contract.party.entity.zone, contract.signed_on, 17 * 60))
    for system in SYSTEMS:
        about: dict[str, object] = {
            "scope": "contract",
            "contract": native(system, "contract", contract.number),
            "party": native(system, "party", contract.party.code),
            "currency": project.currency,
        }
        prices = {grade: price(project, grade) for grade in ROLES}
        _card(world, system, card_name(contract), project.entity.code, at + LAG[system],
              about, prices)  # fmt: skip


def _standard_card(world: World, code: str) -> None:
    entity = ENTITIES[code]
    for currency in (entity.currency, "CHF") if code == "NQ-DE" else (entity.currency,):
        for system in ("erp", "psa"):
            prices = {grade: list_price(entity, grade, currency) for grade in ROLES}
            about: dict[str, object] = {
                "scope": "standard", "currency": currency, "region": code[3:],
            }  # fmt: skip
            name = f"STD-{code[3:]}-{currency}"
            _card(world, system, name, code, world.founded, about, prices)


def _card(
    world: World, system: str, name: str, code: str, at: datetime,
    about: dict[str, object], prices: dict[str, Decimal],
) -> None:  # fmt: skip
    card = native(system, "rate_card", name)
    entity = entity_id(system, code)
    world.say(
        system, "rate_card", card, at, legal_entity=entity, code=name, name=f"Prices {name}",
        valid_from=CARDS_SINCE, valid_to=None, status="active", **about,
    )  # fmt: skip
    for grade, rate in prices.items():
        world.say(
            system, "rate_line", native(system, "rate_line", f"{name}-{grade}"), at,
            legal_entity=entity, rate_card=card,
            role=native(system, "role", grade), grade=grade,
            unit="hour", bill_rate=rate, currency=about["currency"], valid_from=CARDS_SINCE,
            valid_to=None, version=1, approved_by="pricing", status="active",
        )  # fmt: skip
