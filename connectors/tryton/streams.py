"""Tryton's words to our words: for each stream the model, what is asked of it, and the mapping.

`beside` names the related records that a row is made of, so that their changes are its changes:
Tryton moves `write_date` of the one record that was written and of no other. A line deleted or
re-parented by a program rather than on its parent's form moves no stamp that could be asked for;
the census finds the deleted line itself, a full pull what it was part of.
"""

from datetime import timedelta

from connectors.mapping import From
from connectors.tryton import rows
from connectors.tryton.declaring import Declared, declare, derived

HOURLY = timedelta(hours=1)
DECLARED = (
    declare(
        "legal_entity",
        "company.company",
        "party.code party.name party.tax_identifier.code party.addresses.country.code "
        "currency.code timezone",
        {
            "code": "party.code",
            "name": "party.name",
            "legal_entity": "id",
            "country": derived("country"),
            "functional_currency": "currency.code",
            "tax_registration_no": "party.tax_identifier.code",
            "timezone": "timezone",
        },
        derive=rows.company,
        beside=("party", "party.addresses", "party.identifiers"),
        interval=HOURLY,
    ),
    declare(
        "accounting_period",
        "account.period",
        "name start_date end_date state company",
        {
            "name": "name",
            "starts_on": "start_date",
            "ends_on": "end_date",
            # Tryton reopens a closed period but never a locked one.
            "status": From(
                path="state",
                values={"open": "open", "closed": "closed", "locked": "permanently_closed"},
            ),
        },
        # Adjustment periods lie over the months and are not where work is posted.
        domain=(("type", "=", "standard"),),
    ),
    declare(
        "fx_rate",
        "currency.currency.rate",
        "date rate currency.code",
        {
            # One unit of the base buys `rate` units of the row's currency.
            "from_currency": derived("base"),
            "to_currency": "currency.code",
            "rate_date": "date",
            "rate": "rate",
            "provider": From(constant="Tryton"),
        },
        derive=rows.fx_rate,
        interval=HOURLY,
    ),
    declare(
        "party",
        "party.party",
        "code name active tax_identifier.code addresses.full_address addresses.country.code",
        {
            "code": "code",
            "legal_name": "name",
            "is_customer": derived("is_customer"),
            "tax_id": "tax_identifier.code",
            "country": derived("country"),
            "bill_to_address": derived("address"),
            "status": From(path="active", values={"true": "active", "false": "inactive"}),
        },
        derive=rows.party,
        beside=("identifiers", "addresses"),
    ),
    declare(
        "worker",
        "company.employee",
        "party.code party.name party.email supervisor start_date end_date active company",
        {
            "worker_no": "party.code",
            "name": "party.name",
            "work_email": "party.email",
            "manager": "supervisor",
            "hired_on": "start_date",
            "terminated_on": "end_date",
            # As of the pull: Tryton derives it from the two dates, and no stamp moves.
            "status": From(path="active", values={"true": "active", "false": "terminated"}),
        },
        beside=("party",),
    ),
    declare(
        "cost_rate",
        "company.employee_cost_price",
        "date cost_price employee employee.company employee.company.currency.code "
        "employee.cost_prices.date",
        {
            "worker": "employee",
            "legal_entity": "employee.company",
            "currency": "employee.company.currency.code",
            "rate": "cost_price",
            "valid_from": "date",
            "valid_to": derived("valid_to"),
            "source": From(constant="standard"),
        },
        derive=rows.cost_rate,
        whole=True,
        interval=HOURLY,
    ),
    declare(
        "project",
        "project.work",
        "name number party company status.progress",
        {
            "code": "number",
            "name": "name",
            "party": "party",
            "status": derived("is_done", values={"true": "completed", "false": "active"}),
        },
        derive=rows.work_status,
        domain=(("type", "=", "project"),),
        beside=("status",),
    ),
    declare(
        "wbs_task",
        "project.work",
        " ".join(
            ("name number parent company effort_duration status.progress", *rows.ancestors(""))
        ),
        {
            "project": derived("project"),
            "task_no": "number",
            "name": "name",
            "parent": derived("parent"),
            "planned_hours": From(path="effort_duration", via="hours_from_seconds"),
            "status": derived("is_done", values={"true": "closed", "false": "released"}),
        },
        derive=lambda row, meta: rows.task(row, meta) | rows.work_status(row, meta),
        domain=(("type", "=", "task"),),
        beside=("status", "parent"),
    ),
    declare(
        "project_actual",
        "timesheet.line",
        " ".join(
            (
                "company company.currency.code employee date duration description uuid",
                "cost_price work.origin.id work.origin.type",
                *rows.ancestors("work.origin."),
            )
        ),
        {
            # The record it was posted from. Tryton lets one line alone have a uuid, so where
            # the interface keeps the entry's id in the description, write in opsboard.toml:
            # entry_pattern = "TE-[0-9]+" and source_key = { template = "psa:{derived.entry}" }.
            "source_key": From(template="psa:{uuid}"),
            "project": derived("project"),
            "task": derived("task"),
            "worker": "employee",
            "work_date": "date",
            "hours": From(path="duration", via="hours_from_seconds"),
            "cost_amount": derived("cost"),
            "cost_currency": "company.currency.code",
            "posted_at": "create_date",
        },
        derive=rows.actual,
    ),
    declare(
        "invoice",
        "account.invoice",
        "number reference party company currency.code invoice_date state untaxed_amount "
        "tax_amount total_amount move.lines.maturity_date",
        {
            "number": "number",
            "draft_no": From(path="id"),
            "party": "party",
            "planned_on": derived("planned_on"),
            "issued_on": derived("issued_on"),
            "due_on": derived("due_on"),
            "currency": "currency.code",
            "net": "untaxed_amount",
            "tax": "tax_amount",
            "gross": "total_amount",
            "type": derived("type"),
            "status": From(
                path="state",
                values={
                    "draft": "draft",
                    "validated": "approved",
                    "posted": "issued",
                    "paid": "paid",
                    "cancelled": "void",
                },
            ),
            "status_since": derived("since"),
        },
        derive=rows.invoice,
        domain=(("type", "=", "out"),),
        beside=("lines", "taxes"),
    ),
    declare(
        "invoice_line",
        "account.invoice.line",
        "invoice invoice.company sequence description quantity unit_price amount currency.code",
        {
            "invoice": "invoice",
            "legal_entity": "invoice.company",
            "line_no": derived("line_no"),
            "description": "description",
            "quantity": derived("quantity"),
            "unit_price": "unit_price",
            "net": "amount",
            "currency": "currency.code",
        },
        derive=rows.invoice_line,
        domain=(("invoice.type", "=", "out"), ("type", "=", "line")),
    ),
    declare(
        "gl_posting",
        "account.move.line",
        "account.code account.name debit credit party amount_second_currency "
        "second_currency.code move.number move.date move.period move.state move.origin "
        "move.company move.company.currency.code",
        {
            "journal_no": "move.number",
            "legal_entity": "move.company",
            "account": derived("account"),
            "party": "party",
            "period": "move.period",
            "accounting_date": "move.date",
            "debit": "debit",
            "credit": "credit",
            "currency": "move.company.currency.code",
            "transaction_amount": "amount_second_currency",
            "transaction_currency": "second_currency.code",
            "source_module": derived("source_module"),
            "source_doc": derived("source_doc"),
            "manual": derived("manual"),
            "status": derived("status"),
        },
        derive=rows.gl_posting,
        beside=("move",),
    ),
)
STREAMS: dict[str, Declared] = {one.name: one for one in DECLARED}
