-- TP03 Time posted that was never approved
--
-- Labour in the project ledger that names a time entry must rest on an approved one. It does not when
-- the PSA has no such entry, never approved it, rejected or recalled it, or replaced it by a
-- correction, and the posting still counts. Lines that name no entry of the PSA were posted by hand
-- and are not judged here.
--
-- slug: time_posted_not_approved
-- workflow: time_to_posting
-- class: business_rule
-- owner: finance_billing
-- integrity: yes
-- population: project_actual where system_role = 'erp'
-- against: time_entry where system_role = 'psa'
-- feeds: erp.project_actual, psa.time_entry
-- watches: project_actual
--   project_actual.source_key -> source_key
--   time_entry.key -> source_key
--   project.canonical_id -> project_id
--   worker.canonical_id -> worker_id
--   invoice_line.project_id -> project_id
--   invoice -> any
--   legal_entity -> any
-- sides: psa, erp
-- sensitive: erp_bill_value=B, erp_cost=L
-- severity: floor high
-- period: CO-C
-- parameters: grace_minutes = 240
-- specification: domain TP03; the money sits on the time entry that the line names
-- causes: entry_missing, recalled_after_posting, rejected_after_posting,
--   correction_not_reversed, posted_before_approval
-- remediation:
--   1. Ask the project manager whether the time is to be approved.
--   2. If so, have it approved in the PSA with the evidence; else reverse the line in the ERP.
--   3. Find the way by which it was posted without approval, and close it.
select
    line.key as subject,
    not scope.is_judged as out_of_scope,
    case when fault.cause is not null then after_working_minutes(home.calendar, greatest(
        coalesce(
            line.posted_at,
            line.source_updated_at,
            line.work_date::timestamp at time zone 'UTC'
        ),
        coalesce(entry.rejected_at, entry.source_updated_at)
    ), %(grace_minutes)s) end as look_at,
    line.bill_amount as misstatement,
    line.cost_amount as misstatement_cost,
    case when billed.quantity > 0 then line.bill_amount end as cash_at_risk,
    coalesce(nullif(line.bill_currency, ''), line.cost_currency) as currency,
    line.cost_currency,
    case when billed.quantity > 0 then 'critical' end as severity_floor,
    line.source_key as atom,
    line.entity,
    line.project_id,
    line.worker_id,
    line.work_date as service_date,
    line.hours || ' h of ' || coalesce(person.name, line.worker, 'nobody') || ' on '
        || coalesce(work.code, line.project) || ', ' || to_char(line.work_date, 'FMDD FMMonth')
        || ', are posted' || fault.told as title,
    fault.cause as root_cause,
    line.key as root_entity,
    coalesce(person.name, line.worker) as person,
    coalesce(work.code, line.project) as project,
    line.work_date,
    coalesce(entry.status, 'none') as psa_entry,
    line.status as erp_line,
    coalesce(entry.hours, 0) as psa_hours,
    line.hours as erp_hours,
    line.bill_amount as erp_bill_value,
    line.cost_amount as erp_cost,
    coalesce(billed.invoices, 'none') as invoices
from project_actual line
left join entity_calendar home on home.entity = line.entity
left join entity person on person.id = line.worker_id
left join entity work on work.id = line.project_id
left join time_entry entry on entry.key = line.source_key
cross join lateral (
    -- Whoever names an entry names a system of time; which those are, their feeds say.
    select line.txn_type = 'labour'
        and line.status in ('costed', 'posted', 'adjusted')
        and line.hours > 0
        and (entry.key is not null or exists (
            select from feed
            where feed.system = split_part(line.source_key, ':', 1)
              and feed.system_role = 'psa'
              and feed.kind = 'time_entry'
        )) as is_judged
) scope
left join lateral (
    -- Of the lines in doubt alone, hence the fence.
    select net.hours
    from (
        select sum(actual.hours) as hours
        from posted_actual actual
        where actual.source_key = line.source_key
          -- A line that was taken back by itself is settled, whatever else the entry has.
          and not exists (
              select from posted_actual reversal
              where reversal.source_key = line.source_key
                and reversal.reversal_of = line.source_id
          )
    ) net
    where scope.is_judged
      and coalesce(entry.status, '') not in ('approved', 'posted', 'billed', 'written_off')
    offset 0
) posted on true
left join lateral (
    select
        sorted.cause,
        sorted.told
    from (values
        (entry.key is null, 'entry_missing', ', and the PSA knows no such entry'),
        (entry.status = 'recalled', 'recalled_after_posting', ', and were recalled in the PSA'),
        (entry.status = 'rejected', 'rejected_after_posting', ', and were rejected in the PSA'),
        (entry.status = 'corrected', 'correction_not_reversed', ', and were corrected in the PSA'),
        (true, 'posted_before_approval', ', and nobody approved them')
    ) sorted (holds, cause, told)
    where posted.hours > 0
      and sorted.holds
    limit 1
) fault on true
left join lateral (
    select charged.*
    from (
        select sum(part.quantity) as quantity, string_agg(distinct invoice.number, ', ') as invoices
        from invoice_line part
        join invoice on invoice.key = part.system || ':' || part.invoice
        where part.system = line.system
          and part.project = line.project
          and (line.source_key = any(part.source_keys) or line.key = any(part.source_keys))
          and invoice.status in
              ('issued', 'delivered', 'part_paid', 'paid', 'disputed', 'credited')
    ) charged
    where fault.cause is not null
    offset 0
) billed on true
where line.system_role = 'erp'
