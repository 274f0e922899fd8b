-- A code has no mapping
--
-- workflow: master_data
-- class: data_quality
-- control: MD08
-- watches: code_mapping -> findings
--   time_entry -> record
--   expense_item -> record
-- remediation:
--   1. Have the steward of the codes approve what the code means to all systems.
--   2. Send again what was held back by it.
select
    failing.subject,
    'code:' || used.domain || ':' || used.system || ':' || used.code as root_entity,
    'Code ' || used.code || ' of ' || used.system || ' has no mapping' as title
from failing
cross join lateral (
    select 'utilization' as domain, entry.system, entry.utilization_category as code
    from time_entry entry
    where failing.kind = 'time_entry'
      and entry.key = failing.about
    union all
    select 'expense_type', expense.system, expense.expense_type
    from expense_item expense
    where failing.kind = 'expense_item'
      and expense.key = failing.about
) used
where used.code <> ''
  -- Only where the codes of that system are mapped at all.
  and exists (
      select from code_mapping mapping
      where mapping.domain = used.domain
        and mapping.used_by = used.system
  )
  and not exists (
      select from code_mapping mapping
      where mapping.domain = used.domain
        and mapping.used_by = used.system
        and mapping.local_code = used.code
        and mapping.status = 'approved'
        and failing.service_date
            between mapping.valid_from and coalesce(mapping.valid_to, 'infinity')
  )
