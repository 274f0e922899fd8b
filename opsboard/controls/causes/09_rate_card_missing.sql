-- There is no price for it
--
-- What is sold by the hour carries the price that the rate card gave it. None, or zero, means that
-- no line of the contract's card held on that day.
--
-- workflow: master_data
-- class: data_quality
-- control: MD04
-- watches: project -> findings
--   time_entry -> record
--   assignment -> record
-- remediation:
--   1. Add or extend the line of the contract's rate card, for the role and the dates.
--   2. Price what waits again, and post it.
select
    failing.subject,
    coalesce('contract:' || work.contract_id, 'project:' || failing.project_id) as root_entity,
    coalesce('Contract ' || agreement.code, work.code, 'A project')
        || ' has no price for what is worked' as title
from failing
cross join lateral (
    select project.code, project.contract_id
    from project
    where project.canonical_id = failing.project_id
      and project.billing_method in ('time_materials', 'tm_capped')
    order by project.system_role = 'psa' desc, project.key
    limit 1
) work
left join entity agreement on agreement.id = work.contract_id
cross join lateral (
    -- One by one, hence the limit: else all entries are read for the few.
    (
        select coalesce(nullif(entry.bill_amount, 0), nullif(entry.bill_rate, 0)) as price
        from time_entry entry
        where failing.kind = 'time_entry'
          and entry.key = failing.about
          and entry.billable
        limit 1
    )
    union all
    (
        select nullif(booking.bill_rate, 0)
        from assignment booking
        where failing.kind = 'assignment'
          and booking.key = failing.about
          and booking.billable
        limit 1
    )
) priced
where priced.price is null
