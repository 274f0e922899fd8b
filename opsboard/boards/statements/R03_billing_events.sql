-- R03 Billing events are invoiced, cancelled, or still to come
--
-- Every milestone, fee and charge that delivery plans to bill stands on invoice lines for its
-- amount, was cancelled, is not due yet, or is open under an exception.
--
-- slug: billing_events
-- unit: amount
-- left: billing events of the PSA, by the day they were completed or are planned
-- right: lines of invoices, drafts included, that name the event
-- explained_by: BL02, BL03, BL06, BL07
-- sensitive: B
-- feeds: psa.billing_event, erp.invoice_line
-- specification: domain C.12 R3. An event without an amount counts for the amount of its plan
--   line
with billed as (
    select
        source.key,
        sum(line.net / cardinality(line.source_keys)) as net,
        array_agg(line.key) as lines
    from invoice_line line
    join invoice on invoice.key = line.system || ':' || line.invoice
    cross join lateral unnest(line.source_keys) source (key)
    where line.system_role = 'erp'
      and invoice.status <> 'void'
      and invoice.type <> 'proforma'
    group by source.key
)
select
    event.key,
    array[event.key] || coalesce(billed.lines, '{}') as subjects,
    event.name || ' of ' || coalesce(work.code, event.project) as what,
    event.entity,
    coalesce((event.completed_at at time zone 'UTC')::date, event.planned_on) as day,
    event.currency,
    worth.amount as came_in,
    case when event.status = 'cancelled' then worth.amount else coalesce(billed.net, 0) end
        as went_out,
    worth.still_open as open,
    case when due.is_to_come then worth.still_open else 0 end as agreed,
    case
        when event.status = 'cancelled' then 'cancelled'
        when worth.still_open = 0 then 'invoiced'
        when billed.net is not null then 'invoiced with another amount'
        when event.status = 'on_hold' or event.hold_reason <> '' then 'on hold'
        when due.is_to_come then 'planned'
        else 'due, not invoiced'
    end as bucket,
    false as confirmed,
    false as waits
from billing_event event
left join entity work on work.id = event.project_id
left join billing_schedule plan on plan.key = event.system || ':' || event.billing_schedule
left join billed on billed.key = event.key
cross join lateral (
    select
        coalesce(event.amount, plan.amount, 0) as amount,
        case when event.status = 'cancelled' then 0
            else coalesce(event.amount, plan.amount, 0) - coalesce(billed.net, 0)
        end as still_open
) worth
cross join lateral (
    select billed.net is null and (
        event.status = 'on_hold'
        or event.hold_reason <> ''
        or event.status = 'planned' and event.type <> 'recurring'
        or event.type = 'recurring' and event.planned_on >= %(today)s::date
    ) as is_to_come
) due
where event.system_role = 'psa'
