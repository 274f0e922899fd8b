-- The period was locked before the record came
--
-- A lock that came later is not why: what was lost before it keeps its cause, and is marked as
-- unrecorded at close (domain 0.8).
--
-- workflow: time_to_posting
-- class: business_rule
-- control: TP08
-- watches: accounting_period -> findings
--   integration_message.subject_key -> record
-- remediation:
--   1. Do not post into the period.
--   2. The controller decides: accrue it, post in the current period with the original work date,
--   3. or reopen the period.
select
    shut.subject,
    'period:' || shut.entity || ':' || to_char(shut.starts_on, 'YYYY-MM') as root_entity,
    coalesce(nullif(shut.name, ''), to_char(shut.starts_on, 'FMMonth YYYY')) || ' of '
        || shut.entity || ' is ' || replace(shut.status, '_', ' ') as title
from (
    select distinct on (failing.subject)
        failing.subject,
        failing.entity,
        period.name,
        period.starts_on,
        period.status
    from failing
    join accounting_period period
      on period.entity = failing.entity
     and failing.service_date between period.starts_on and period.ends_on
    where period.system_role = 'erp'
      and period.module in ('gl', failing.module)
      and period.status in ('locked', 'closed', 'permanently_closed')
      -- An ERP that does not say since when leaves the benefit of the doubt to the period.
      and (period.locked_at is null
           or period.locked_at <= coalesce(failing.event_at, failing.look_at)
           or exists (
               select from integration_message message
               where message.subject_key = failing.about
                 and message.outcome = 'rejected'
                 and message.emitted_at >= period.locked_at
           ))
    order by failing.subject, period.module = 'gl', period.key
) shut
