-- The period is locked
--
-- workflow: time_to_posting
-- class: business_rule
-- remediation:
--   1. Do not post into the period.
--   2. The controller decides: accrue it, post in the current period with the original work date,
--   3. or reopen the period.
select
    failing.subject,
    'period:' || failing.entity || ':' || to_char(period.starts_on, 'YYYY-MM') as root_entity,
    coalesce(nullif(period.name, ''), to_char(period.starts_on, 'FMMonth YYYY')) || ' of '
        || failing.entity || ' is ' || replace(period.status, '_', ' ') as title
from failing
cross join lateral (
    select period.name, period.starts_on, period.status
    from accounting_period period
    where period.entity = failing.entity
      and period.system_role = 'erp'
      and period.module in ('gl', 'project')
      and failing.service_date between period.starts_on and period.ends_on
      and period.status in ('locked', 'closed', 'permanently_closed')
    order by period.module desc
    limit 1
) period
