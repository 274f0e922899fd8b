-- How much time each system wrote under each of its local codes, day by day; drafts and what was
-- rejected do not count.
create view code_day as
select
    entry.system,
    entry.utilization_category as local_code,
    entry.work_date as day,
    sum(entry.hours) as hours,
    count(*) as entries,
    min(coalesce(entry.submitted_at, entry.source_updated_at)) as since
from time_entry entry
where entry.utilization_category <> ''
  and entry.status not in ('draft', 'rejected', 'recalled')
group by entry.system, entry.utilization_category, entry.work_date;
