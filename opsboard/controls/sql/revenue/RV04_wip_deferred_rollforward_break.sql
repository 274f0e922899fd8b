-- RV04 Unbilled or deferred balance does not roll forward
--
-- What a contract carried forward, plus what was recognised, less what was invoiced, is what it
-- carries forward again: as unbilled when it earned more than it billed, as deferred when it billed
-- more than it earned, and never both. A movement that nobody typed breaks the chain.
--
-- slug: wip_deferred_rollforward_break
-- workflow: revenue
-- class: business_rule
-- owner: revenue_accounting
-- population: revenue_schedule where system_role = 'erp'
-- against: revenue_event where system_role = 'erp'
-- feeds: erp.revenue_schedule, erp.revenue_event, erp.invoice
-- watches: revenue_schedule
--   revenue_event.revenue_schedule_id -> id
--   invoice.project_id -> project_id
--   time_entry.project_id -> project_id
--   expense_item.project_id -> project_id
--   billing_event.project_id -> project_id
--   billing_schedule.project_id -> project_id
--   project.canonical_id -> project_id
--   contract.canonical_id -> contract_id
--   accounting_period -> any
--   legal_entity -> any
-- sensitive: carried_in=B, recognised=B, billed=B, carried_out=B
-- severity: floor medium
-- period: CO-C
-- parameters: tolerance = 1
-- specification: domain RV04, contract by contract, in the contract's currency; that the sum of all
--   stays below T1, and that the ledger says the same, is not judged here. Movements of their own type
--   (revaluation, reclassification, merger) are not kinds yet, and break the chain until they are
-- remediation:
--   1. Find the movement that explains the difference: a reclassification, a credit, an upload.
--   2. Give it its type, or reverse it, in the ERP.
--   3. Run the roll-forward of the period again.
select
    schedule.key as subject,
    schedule.status = 'not_started' as out_of_scope,
    gap.look_at,
    gap.amount as misstatement,
    schedule.currency,
    schedule.entity,
    schedule.project_id,
    contract.party_id,
    gap.first_day as service_date,
    'The balance of ' || coalesce(work.code, schedule.project) || ' does not roll forward in '
        || to_char(gap.first_day, 'FMMonth YYYY')
        || case when gap.has_both then ': it is unbilled and deferred at once' else '' end as title,
    'untyped_movement' as root_cause,
    schedule.key as root_entity,
    coalesce(work.code, schedule.project) as project,
    gap.first_day as from_day,
    gap.opening as carried_in,
    gap.recognised,
    gap.billed,
    gap.closing as carried_out
from revenue_schedule schedule
left join entity work on work.id = schedule.project_id
left join contract on contract.key = schedule.system || ':' || schedule.contract
left join lateral (
    -- The first period that breaks, and what all of them are off by.
    select
        min(off.wd4) as look_at,
        sum(abs(off.opening + off.recognised - off.billed - off.closing)) as amount,
        min(off.starts_on) as first_day,
        (array_agg(off.opening order by off.starts_on))[1] as opening,
        (array_agg(off.recognised order by off.starts_on))[1] as recognised,
        (array_agg(off.billed order by off.starts_on))[1] as billed,
        (array_agg(off.closing order by off.starts_on))[1] as closing,
        (array_agg(off.has_both order by off.starts_on))[1] as has_both
    from revenue_period off
    where off.schedule_key = schedule.key
      and (abs(off.opening + off.recognised - off.billed - off.closing) > %(tolerance)s
          or off.has_both)
) gap on true
where schedule.system_role = 'erp'
