-- BL01 Invoice held by master data
--
-- An invoice that is due to go out must find everything it needs on the way to the customer: an
-- active customer who is not on credit hold, with address, tax identifier, payment terms, currency
-- and a channel to send it by; a purchase order where the customer asks for one, with enough left on
-- it; a project with an open cost centre; and no block in the ERP. A hold agreed with the customer
-- is not a fault. One customer is one cause, however many invoices wait for it.
--
-- slug: invoice_blocked_master_data
-- workflow: billing
-- class: data_quality
-- owner: finance_billing
-- population: invoice where system_role = 'erp'
-- feeds: erp.invoice, erp.party
-- watches: invoice
--   party.canonical_id -> party_id
--   project.canonical_id -> project_id
--   contract.canonical_id -> contract_id
--   invoice.contract_id -> contract_id
--   invoice_line.invoice_id -> canonical_id
--   time_entry.project_id -> project_id
--   expense_item.project_id -> project_id
--   billing_event.project_id -> project_id
--   revenue_schedule.project_id -> project_id
--   revenue_event -> any
--   cost_center -> any
--   legal_entity -> any
-- sensitive: gross=B, net=B
-- severity: floor near a close medium
-- period: CO-C
-- specification: domain BL01; which rules count stands in the view invoice_obstacle. Revenue counts
--   until the period of what the invoice bills is recognised. A ready event without an invoice is
--   BL02's, a missing tax code BL05's. Not judged for want of a field: bank details of the entity,
--   jurisdictions without tax identifiers, a bill-to parent. No warning before the planned day
-- remediation:
--   1. Ask the customer, or whoever owns the record, for what is missing.
--   2. Enter it in the system that owns it; opsboard changes nothing there.
--   3. Validate and send the waiting invoices; they clear one by one.
select
    invoice.key as subject,
    invoice.status not in ('draft', 'in_review', 'approved', 'blocked')
        or invoice.hold_reason <> '' as out_of_scope,
    case when obstacle.reason is not null
        then coalesce(
            invoice.planned_on::timestamp at time zone 'UTC',
            invoice.status_since,
            invoice.source_updated_at
        )
    end as look_at,
    case when earned.recognised then 0 else invoice.net end as revenue_at_risk,
    invoice.gross as cash_at_risk,
    invoice.currency,
    invoice.entity,
    invoice.project_id,
    invoice.party_id,
    coalesce(invoice.issued_on, invoice.planned_on) as service_date,
    'Invoice ' || coalesce(nullif(invoice.number, ''), nullif(invoice.draft_no, ''),
        invoice.source_id) || ' to ' || coalesce(customer.name, invoice.party)
        || ' is held: ' || obstacle.reason as title,
    'party_incomplete' as root_cause,
    obstacle.root as root_entity,
    coalesce(customer.name, invoice.party) || ' ' || obstacle.reason as cause_title,
    case when earned.recognised then share.claims - 'revenue_at_risk' else share.claims end
        as claims,
    coalesce(customer.name, invoice.party) as customer,
    obstacle.reason as missing,
    invoice.block_reason,
    invoice.status,
    invoice.planned_on,
    earned.recognised as revenue_recognised,
    invoice.net,
    invoice.gross
from invoice
left join entity customer on customer.id = invoice.party_id
left join invoice_obstacle obstacle on obstacle.key = invoice.key
left join invoice_share share on share.key = invoice.key
cross join lateral (
    -- Whether the period of the last day that the invoice bills has been recognised.
    select exists (
        select from revenue_schedule schedule
        join revenue_event event
          on event.system = schedule.system
         and event.revenue_schedule = schedule.source_id
        where schedule.system = invoice.system
          and schedule.project = invoice.project
          and event.status = 'posted'
          and event.accounting_date >= worked.last_day
    ) as recognised
    from (
        select max(coalesce(entry.work_date, expense.spent_on, event.planned_on)) as last_day
        from invoice_line line
        cross join lateral unnest(line.source_keys) source (key)
        left join time_entry entry on entry.key = source.key
        left join expense_item expense on expense.key = source.key
        left join billing_event event on event.key = source.key
        where obstacle.reason is not null
          and line.system = invoice.system
          and line.invoice = invoice.source_id
    ) worked
) earned
where invoice.system_role = 'erp'
