-- BL07 Billed twice
--
-- A time entry, an expense or an event may stand on one invoice line, credits taken off. The last
-- line that bills it again is found. Credit and rebill come to one; an event may be billed in parts
-- as long as the parts do not exceed it.
--
-- slug: billed_twice
-- workflow: billing
-- class: data_quality
-- owner: finance_billing
-- population: invoice_line where system_role = 'erp'
-- feeds: erp.invoice_line, erp.invoice
-- watches: invoice_line
--   invoice_line.project_id -> project_id
--   invoice.canonical_id -> invoice_id
--   invoice.project_id -> project_id
--   time_entry.project_id -> project_id
--   expense_item.project_id -> project_id
--   billing_event.project_id -> project_id
--   project.canonical_id -> project_id
--   party -> any
--   legal_entity -> any
-- sensitive: surplus=B
-- severity: floor high
-- period: CO-C
-- integrity: yes
-- specification: domain BL07, by what lines name, within one project; lines that merely look alike
--   (customer, amount, period, text) are not suggested
-- remediation:
--   1. Tell the project manager before the customer does.
--   2. Take the line out of the draft, or credit what was billed again.
--   3. Find out how it came onto two lines: a run that was started twice, or a line typed by hand.
select
    line.key as subject,
    invoice.key is null
        or invoice.status = 'void'
        or invoice.type in ('proforma', 'credit_note')
        or line.source_keys = '{}' as out_of_scope,
    case when again.surplus > 0
        then coalesce(line.source_updated_at, invoice.source_updated_at)
    end as look_at,
    again.surplus as cash_at_risk,
    line.currency,
    line.entity,
    line.project_id,
    invoice.party_id,
    coalesce(invoice.issued_on, invoice.planned_on) as service_date,
    'Line ' || line.line_no || ' of invoice ' || coalesce(nullif(invoice.number, ''),
        nullif(invoice.draft_no, ''), line.invoice) || ' to '
        || coalesce(customer.name, invoice.party) || ' bills again what stands on another line'
        as title,
    'billed_twice' as root_cause,
    line.key as root_entity,
    case when invoice.status in ('delivered', 'part_paid', 'paid', 'disputed') then 'critical' end
        as severity_floor,
    jsonb_build_object('cash_at_risk', again.claims) as claims,
    coalesce(customer.name, invoice.party) as customer,
    line.description,
    again.keys as billed_again,
    invoice.status,
    again.surplus
from invoice_line line
left join invoice on invoice.key = line.system || ':' || line.invoice
left join entity customer on customer.id = invoice.party_id
left join lateral (
    select named.times
    from billed_source named
    where named.project_id = line.project_id
    limit 1
) billed on true
left join lateral (
    select
        sum(source.surplus) as surplus,
        jsonb_object_agg(source.key, source.surplus) as claims,
        string_agg(source.key, ', ' order by source.key) as keys
    from (
        select
            named.key,
            case when event.key is not null then lines.net - event.amount
                else coalesce(entry.bill_amount, expense.bill_amount, lines.share) end as surplus
        from (select distinct key from unnest(line.source_keys) key) named
        left join time_entry entry on entry.key = named.key
        left join expense_item expense on expense.key = named.key
        left join billing_event event on event.key = named.key
        cross join lateral (
            -- All lines that name it: what they ask for, and which of them came last.
            select
                sum(other.net / cardinality(other.source_keys)) as net,
                max(other.net / cardinality(other.source_keys))
                    filter (where other.key = line.key) as share,
                (array_agg(other.key order by
                    coalesce(bill.issued_on, bill.planned_on, 'infinity') desc, other.key desc)
                    filter (where bill.type <> 'credit_note'))[1] as last_key
            from invoice_line other
            join invoice bill on bill.key = other.system || ':' || other.invoice
            where other.system = line.system
              and other.project = line.project
              and other.source_keys @> array[named.key]
              and bill.status <> 'void'
              and bill.type <> 'proforma'
        ) lines
        where (billed.times ->> named.key)::integer > 1
          and lines.last_key = line.key
    ) source
    where source.surplus > 0.05
) again on true
where line.system_role = 'erp'
