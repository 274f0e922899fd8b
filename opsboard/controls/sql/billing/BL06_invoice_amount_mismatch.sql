-- BL06 Invoice differs from what it bills
--
-- From its approval on, an invoice line must say what the time, expenses or event behind it are
-- worth in the delivery system, and as many hours. Discounts and write-downs stand on lines of
-- their own, which name nothing behind them.
--
-- slug: invoice_amount_mismatch
-- workflow: billing
-- class: data_quality
-- owner: finance_billing
-- population: invoice_line where system_role = 'erp'
-- against: billing_event where system_role = 'psa'
-- feeds: erp.invoice_line, erp.invoice, psa.time_entry, psa.expense_item, psa.billing_event
-- watches: invoice_line
--   invoice.canonical_id -> invoice_id
--   time_entry.project_id -> project_id
--   expense_item.project_id -> project_id
--   billing_event.project_id -> project_id
--   project.canonical_id -> project_id
--   party -> any
--   legal_entity -> any
-- sides: psa, erp
-- sensitive: psa_net=B, erp_net=B
-- period: CO-C
-- parameters: tolerance_cents = 5
-- specification: domain BL06, line by line; a day more after issue would let go what approval had
--   found, so there is none. Amounts in two currencies, and sources whose worth is not known, are
--   not compared; an event that is billed in parts must be so many events
-- remediation:
--   1. Decide with the project manager which side is right.
--   2. Correct the draft in the ERP, or the time or event in the delivery system.
--   3. If the invoice is issued, credit it and bill again; tell the customer first when it was too
--      much.
select
    line.key as subject,
    invoice.key is null
        or invoice.status in ('draft', 'in_review', 'void')
        or invoice.type = 'proforma'
        or line.source_keys = '{}' as out_of_scope,
    case when abs(line.net - behind.net) * 100 > %(tolerance_cents)s
            or abs(line.quantity - behind.hours) > 0.01
        then case when invoice.status in ('approved', 'blocked')
            then coalesce(invoice.status_since, invoice.source_updated_at)
            else coalesce(
                invoice.issued_on::timestamp at time zone 'UTC',
                invoice.status_since,
                invoice.source_updated_at
            )
        end
    end as look_at,
    abs(line.net - behind.net) as misstatement,
    case when abs(line.net) > abs(behind.net) then abs(line.net - behind.net) end as cash_at_risk,
    line.currency,
    line.entity,
    line.project_id,
    invoice.party_id,
    coalesce(invoice.issued_on, invoice.planned_on) as service_date,
    'Line ' || line.line_no || ' of invoice ' || coalesce(nullif(invoice.number, ''),
        nullif(invoice.draft_no, ''), line.invoice) || ' to '
        || coalesce(customer.name, invoice.party)
        || case when abs(line.net) > abs(behind.net) then ' asks for more than is behind it'
            when abs(line.net) < abs(behind.net) then ' asks for less than is behind it'
            else ' gives other hours than are behind it' end as title,
    'amount_differs' as root_cause,
    line.key as root_entity,
    case when abs(line.net) > abs(behind.net)
            and invoice.status not in ('approved', 'blocked') then 'high'
    end as severity_floor,
    coalesce(customer.name, invoice.party) as customer,
    line.description,
    invoice.status,
    behind.net as psa_net,
    line.net as erp_net,
    behind.hours as psa_hours,
    line.quantity as erp_hours
from invoice_line line
left join invoice on invoice.key = line.system || ':' || line.invoice
left join entity customer on customer.id = invoice.party_id
cross join lateral (
    select case invoice.type when 'credit_note' then -1 else 1 end as sign
) direction
cross join lateral (
    select
        case when count(*) = count(source.worth) and bool_and(source.currency = line.currency)
            then sum(source.worth) * direction.sign end as net,
        case when count(*) = count(source.hours) then sum(source.hours) * direction.sign end
            as hours
    from (
        select
            coalesce(entry.bill_amount, expense.bill_amount, event.amount) as worth,
            coalesce(entry.bill_currency, expense.bill_currency, event.currency) as currency,
            entry.hours
        from unnest(line.source_keys) named (key)
        left join time_entry entry on entry.key = named.key
        left join expense_item expense on expense.key = named.key
        left join lateral (
            -- Looked up alone: as a join, all events are gathered anew for each line.
            select told.amount, told.currency
            from billing_event told
            where told.key = named.key
            offset 0
        ) event on true
    ) source
) behind
where line.system_role = 'erp'
