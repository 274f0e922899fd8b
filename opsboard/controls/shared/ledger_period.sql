-- The ERP's periods by legal entity and module; where several ledgers have one, the strictest counts.
-- One that is neither open nor to come is over: its close has begun.
create view ledger_period as
select
    period.entity,
    period.module,
    period.starts_on,
    period.ends_on,
    min(nullif(period.name, '')) as name,
    bool_or(period.status not in ('future', 'open')) as is_over,
    bool_or(period.status in ('locked', 'closed', 'permanently_closed')) as is_locked,
    bool_or(period.status in ('closed', 'permanently_closed')) as is_closed,
    min(period.locked_at) as locked_at
from accounting_period period
where period.system_role = 'erp'
  and period.entity is not null
group by period.entity, period.module, period.starts_on, period.ends_on;
