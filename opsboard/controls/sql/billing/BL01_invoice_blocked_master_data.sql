-- BL01 Invoice held by master data
--
-- An invoice that is due to go out must find everything it needs on the customer: active, not on
-- credit hold, with an address, a tax identifier and, where the customer asks for one, a purchase
-- order. A hold agreed with the customer is not a fault. One customer is one cause, however many
-- invoices wait for it.
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
--   invoice_line.invoice_id -> id
--   legal_entity -> any
-- sensitive: gross=B, net=B
-- period: CO-C
-- specification: domain BL01; which rules count stands in the view invoice_obstacle. Not judged for
--   want of their kinds: billing events, purchase order balance, bank details, cost centre, tax
--   code, jurisdictions without tax identifiers, a bill-to parent, what is already recognised; no
--   warning before the planned day, no floor of its own in the close window
-- remediation:
--   1. Ask the customer, or whoever owns the record, for what is missing.
--   2. Enter it on the customer in the ERP; opsboard changes nothing there.
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
    invoice.net as revenue_at_risk,
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
    share.claims,
    coalesce(customer.name, invoice.party) as customer,
    obstacle.reason as missing,
    invoice.status,
    invoice.planned_on,
    invoice.net,
    invoice.gross
from invoice
left join entity customer on customer.id = invoice.party_id
left join invoice_obstacle obstacle on obstacle.key = invoice.key
left join invoice_share share on share.key = invoice.key
where invoice.system_role = 'erp'
