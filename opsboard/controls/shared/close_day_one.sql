-- When a month's books close for delivery, by legal entity (domain.md B.4): on the first working day of
-- the next month, in the entity's own calendar and time zone, approvals are due at noon and postings
-- at 18:00. Without a calendar there is no such deadline.
create view close_day_one as
select
    first.entity,
    (date_trunc('month', first.day) - interval '1 month')::date as month,
    (first.day + time '12:00') at time zone zone.name as approvals_due,
    (first.day + time '18:00') at time zone zone.name as postings_due
from (
    select off.entity, date_trunc('month', off.day) as month, min(off.day) as day
    from work_calendar off
    where off.standard_hours > 0
      and not off.is_holiday
      and off.entity is not null
    group by off.entity, date_trunc('month', off.day)
) first
cross join lateral (
    select coalesce(min(nullif(legal_entity.timezone, '')), 'UTC') as name
    from legal_entity
    where legal_entity.code = first.entity
) zone;
