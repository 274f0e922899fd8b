-- From which day on an entity's projects may still be posted to: the first day of the first period
-- of the ERP's project interface, else of its ledger, that is not locked.
create view open_from as
select distinct on (period.entity)
    period.entity,
    period.starts_on as day
from accounting_period period
where period.system_role = 'erp'
  and period.module in ('project', 'gl')
  and period.status not in ('locked', 'closed', 'permanently_closed')
  and period.entity is not null
order by period.entity, period.module desc, period.starts_on;
