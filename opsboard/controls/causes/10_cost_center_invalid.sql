-- The person's cost centre takes no postings
--
-- workflow: master_data
-- class: data_quality
-- control: MD03
-- watches: worker -> findings
--   cost_center -> findings
-- remediation:
--   1. Ask finance which cost centre follows the closed one.
--   2. Move the people to it in HR, from the day of the change; then post again.
select
    failing.subject,
    'cost_center:' || center.canonical_id as root_entity,
    'Cost centre ' || center.code || ' takes no postings' as title
from failing
cross join lateral (
    select center.canonical_id, center.code
    from worker
    join cost_center center on center.key = worker.system || ':' || worker.cost_center
    where worker.canonical_id = failing.worker_id
      and worker.system_role = 'erp'
      -- Work of the days before it was closed could be posted.
      and case when center.valid_to is not null then failing.service_date > center.valid_to
          else not center.posting_allowed or center.status in ('blocked', 'closed') end
    order by center.key
    limit 1
) center
