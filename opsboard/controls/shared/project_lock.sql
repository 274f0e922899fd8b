-- The locked periods of the ERP's project interface, else of its ledger, by legal entity; no two of them
-- hold the same day, so an accounting day falls into one at most.
create view project_lock as
select
    period.entity,
    period.name,
    period.starts_on,
    period.ends_on,
    period.status,
    period.locked_at,
    period.reopened_count,
    period.is_closed
from (
    select
        known.entity,
        known.name,
        known.starts_on,
        least(
            known.ends_on,
            lead(known.starts_on) over (partition by known.entity order by known.starts_on) - 1
        ) as ends_on,
        known.status,
        known.locked_at,
        known.reopened_count,
        known.status in ('closed', 'permanently_closed') as is_closed
    from (
        select distinct on (accounting_period.entity, accounting_period.starts_on)
            accounting_period.entity,
            nullif(accounting_period.name, '') as name,
            accounting_period.starts_on,
            accounting_period.ends_on,
            accounting_period.status,
            accounting_period.locked_at,
            accounting_period.reopened_count
        from accounting_period
        where accounting_period.system_role = 'erp'
          and accounting_period.module in ('project', 'gl')
          and accounting_period.entity is not null
        order by
            accounting_period.entity,
            accounting_period.starts_on,
            accounting_period.module desc,
            accounting_period.key
    ) known
) period
where period.status in ('locked', 'closed', 'permanently_closed');
